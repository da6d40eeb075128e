//! Lithuanian, Latvian, Estonian.

use super::Topic::{Closed, Failed, Full, Held, Password, Upgrade};
use super::{Language, row};

#[rustfmt::skip]
pub(super) const TABLE: &[Language] = &[
    // Lithuanian.
    Language {
        topics: &[
            row(Held, &["laišk", "pranešim", "žinut"], &["laukia", "laukian", "sulaikyt", "užblokuot", "karantin", "sustabdyt", "eilėje", "atlaisvin", "negaut"]),
            row(Failed, &["laišk", "pranešim", "žinut"], &["nepristatyt", "nebuvo pristatyt", "nepavyko pristatyti", "nepavyk", "grąžint", "atmest", "neišsiųst"]),
            row(Full, &["dėžut", "saugykl", "kvot", "vieta diske", "pašto dėž"], &["pilna", "perpildyt", "užpildyt", "viršij", "viršyt", "limit", "baigiasi", "90%", "95%", "98%", "99%"]),
            row(Password, &["slaptaž"], &["baigia", "baigs", "galioj", "pasibaig", "išsaug", "palik", "atnaujin"]),
            row(Closed, &["dėžut", "pašto paskyr", "el. pašto"], &["išjungt", "sustabdyt", "uždaryt", "ištrint", "užblokuot", "užrakint", "apribot", "deaktyv"]),
            row(Upgrade, &["dėžut", "pašto paskyr", "pašto server"], &["atnaujin", "patvirtin", "patikrin", "naujovin", "priežiūr"]),
        ],
        wish: &["spustelėkite", "paspauskite", "prisijunkite", "atlaisvinkite", "atkurkite", "patvirtinkite", "patikrinkite", "išsaugoti slaptaž", "palikti slaptaž", "padidinkite", "atnaujinkite", "peržiūrėkite", "priedas", "gauti laišk"],
        button: &["čia$", "gauti", "peržiūrėti", "atidaryti", "tęsti", "skaityti", "pristatyti", "patvirtinti", "išsaugoti"],
        press: &["24 valand", "48 valand", "nedelsiant", "skubu", "paskutinis įspėjimas", "bus ištrint", "bus užblokuot", "kad išvengtumėte", "visam laikui"],
        roles: &["pašto", "administratorius", "pagalba", "palaikymas"],
        secrets: &["vartotojo vardas:", "slaptažodis:"],
    },
    // Latvian.
    Language {
        topics: &[
            row(Held, &["ziņoj", "ziņas", "vēstul", "e-past"], &["gaida", "aizturēt", "bloķēt", "karantīn", "apturēt", "rindā", "atbrīvo", "nesaņemt"]),
            row(Failed, &["ziņoj", "ziņas", "vēstul", "e-past"], &["nepiegādāt", "nav piegādāt", "netika piegādāt", "neizdevās piegādāt", "neizdevās", "atgriezt", "noraidīt"]),
            row(Full, &["pastkast", "krātuv", "kvot"], &["pilna", "pārpildīt", "pārsnie", "ierobežoj", "limit", "90%", "95%", "98%", "99%"]),
            row(Password, &["parol"], &["beidzas", "beigsies", "derīg", "saglabā", "paturē", "atjaun"]),
            row(Closed, &["pastkast", "e-pasta kont", "e-pasta adres"], &["deaktiv", "apturēt", "slēgt", "dzēst", "bloķēt", "ierobežot", "atslēgt"]),
            row(Upgrade, &["pastkast", "e-pasta kont", "pasta server"], &["atjaun", "apstiprin", "pārbaud", "verific", "apkope"]),
        ],
        wish: &["noklikšķiniet", "klikšķiniet", "nospiediet", "piesakieties", "atbrīvojiet", "atgūstiet", "apstipriniet", "pārbaudiet", "saglabāt parol", "paturēt parol", "palieliniet", "atjauniniet", "skatīt ziņ", "pielikum"],
        button: &["šeit$", "skatīt", "atvērt", "turpināt", "lasīt", "saņemt", "piegādāt", "apstiprināt", "saglabāt"],
        press: &["24 stund", "48 stund", "nekavējoties", "steidzami", "pēdējais brīdinājums", "tiks dzēst", "tiks bloķēt", "lai izvairītos", "neatgriezeniski"],
        roles: &["e-past", "administrators", "atbalsts", "pastkast"],
        secrets: &["lietotājvārds:", "parole:"],
    },
    // Estonian.
    Language {
        topics: &[
            row(Held, &["sõnum", "kirja$", "kirjad", "e-kir", "meili"], &["ootel", "ootab", "ootavad", "kinni peetud", "blokeeri", "karantiin", "peatatud", "järjekorras", "vabasta"]),
            row(Failed, &["sõnum", "kirja$", "kirjad", "e-kir", "meili"], &["kohale toimetamata", "ei toimetatud", "ei saanud kohale", "ei õnnestunud", "ebaõnnestu", "tagastati", "tagasi lükatud"]),
            row(Full, &["postkast", "salvestusruum", "kvoot", "kvoodi"], &["täis$", "täitu", "ületa", "limiit", "piirang", "90%", "95%", "98%", "99%"]),
            row(Password, &["parool", "salasõna"], &["aegub", "aegus", "aegumis", "säilita", "uuenda"]),
            row(Closed, &["postkast", "meilikonto", "e-posti konto"], &["desaktiveeri", "peatatud", "suletakse", "kustuta", "blokeeri", "lukusta", "piira"]),
            row(Upgrade, &["postkast", "meilikonto", "e-posti konto", "meiliserver"], &["uuenda", "kinnita", "kontrolli", "valideeri", "hooldus"]),
        ],
        wish: &["klõpsake", "klikkige", "vajutage", "logige sisse", "vabastage", "taastage", "kinnitage", "kontrollige", "säilita parool", "suurendage", "uuendage", "vaadake sõnum", "manus"],
        button: &["siin$", "vaata", "ava$", "jätka", "loe$", "võta vastu", "toimeta", "kinnita", "säilita"],
        press: &["24 tunni", "48 tunni", "viivitamatult", "kiire$", "viimane hoiatus", "kustutatakse", "blokeeritakse", "vältimiseks", "jäädavalt"],
        roles: &["e-post", "administraator", "kasutajatugi", "postkast"],
        secrets: &["kasutajanimi:", "parool:"],
    },
];
