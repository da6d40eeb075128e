//! Bulgarian, Croatian and Serbian, Slovene, Catalan.

use super::Topic::{Closed, Failed, Full, Held, Password, Upgrade};
use super::{Language, row};

#[rustfmt::skip]
pub(super) const TABLE: &[Language] = &[
    // Bulgarian.
    Language {
        topics: &[
            row(Held, &["съобщени", "имейл$", "имейли", "писма", "писмо", "поща"], &["задържан", "чака", "изчакв", "блокиран", "карантин", "спрян", "освобод", "в опашка", "неполучен"]),
            row(Failed, &["съобщени", "имейл$", "имейли", "писма", "писмо"], &["недоставен", "не е доставен", "не са доставен", "не можа да бъде доставен", "не може да бъде доставен", "не могат да бъдат доставен", "неуспешн", "върнат", "отхвърлен"]),
            row(Full, &["кутия", "кутията", "квота", "пространство", "хранилище", "имейл акаунт"], &["пълна", "пълно", "препълнен", "запълнен", "надхвърл", "надвиш", "изчерпан", "лимит", "90%", "95%", "98%", "99%"]),
            row(Password, &["парола", "паролата"], &["изтича", "изтече", "изтекла", "запази", "поднови", "обнови"]),
            row(Closed, &["кутия", "кутията", "имейл акаунт", "имейл адрес", "акаунтът"], &["деактивиран", "спрян", "закрит", "затворен", "изтрит", "блокиран", "ограничен", "заключен"]),
            row(Upgrade, &["кутия", "кутията", "имейл акаунт", "пощенски сървър", "имейл сървър"], &["актуализ", "обнов", "потвърд", "провер", "валидир", "надстрой", "поддръжка"]),
        ],
        wish: &["кликнете", "щракнете", "натиснете", "влезте", "впишете се", "освободете", "възстановете", "потвърдете", "проверете", "запазете парола", "запазете същата", "увеличете", "обновете", "актуализирайте", "прегледайте", "прикачен"],
        button: &["тук$", "преглед", "отвори", "продължи", "прочети", "получи", "достави", "запази", "изтегли", "вход$"],
        press: &["24 часа", "48 часа", "незабавно", "спешно", "последно предупреждение", "ще бъде изтрит", "ще бъдат изтрит", "ще бъде спрян", "ще бъде блокиран", "за да избегнете", "завинаги", "в противен случай"],
        roles: &["поща", "пощенск", "администратор", "поддръжка", "пощенски сървър"],
        secrets: &["потребителско име:", "парола:"],
    },
    // Croatian, Bosnian and Serbian in Latin letters.
    Language {
        topics: &[
            row(Held, &["poruk", "e-pošt", "e-poruk", "mejl", "mail$", "mailova", "e-mail$"], &["na čekanju", "čekaju", "čeka$", "zadržan", "blokiran", "u karanteni", "karanten", "zaustavljen", "u redu čekanja", "oslobod", "neprimljen"]),
            row(Failed, &["poruk", "e-pošt", "e-poruk", "mejl", "mailova"], &["neisporučen", "nije isporučen", "nisu isporučen", "nije dostavljen", "nisu dostavljen", "nije moguće isporučiti", "neuspješn", "neuspešn", "nije uspjel", "nije uspel", "vraćen", "odbijen"]),
            row(Full, &["sandučić", "sanduče", "pretinac", "poštanski", "kvota", "prostor za", "memorija", "inbox"], &["pun$", "puna$", "puno$", "popunjen", "prekorač", "premaš", "iscrpljen", "limit", "90%", "95%", "98%", "99%"]),
            row(Password, &["lozink", "šifr", "zaporka", "zaporke"], &["ističe", "istekla", "istječe", "isteče", "zadrž", "obnov", "ažurir"]),
            row(Closed, &["sandučić", "sanduče", "pretinac", "e-mail račun", "mail račun", "email nalog", "e-mail nalog", "račun e-pošte", "nalog e-pošte"], &["deaktivir", "suspend", "zatvoren", "ugašen", "izbrisan", "obrisan", "blokiran", "ograničen", "zaključan", "isključen"]),
            row(Upgrade, &["sandučić", "sanduče", "pretinac", "e-mail račun", "mail račun", "email nalog", "e-mail nalog", "račun e-pošte", "webmail", "mail server"], &["nadograd", "ažurir", "potvrd", "verificir", "provjer", "proverite", "održavanj", "zastar", "migracij"]),
        ],
        wish: &["kliknite", "pritisnite", "prijavite se", "ulogujte", "oslobodite", "preuzmite", "vratite poruk", "potvrdite", "verificirajte", "verifikujte", "zadržite lozink", "zadržite istu", "zadrži lozink", "povećajte", "nadogradite", "ažurirajte", "pregledajte", "u privitku", "u prilogu"],
        button: &["ovdje", "ovde", "preuzmi", "prikaži", "otvori", "nastavi", "pročitaj", "primi$", "isporuči", "oslobodi", "zadrži", "prijava", "provjeri"],
        press: &["24 sata", "48 sati", "u roku od 24", "odmah$", "hitno", "posljednje upozorenje", "poslednje upozorenje", "bit će izbrisan", "biće obrisan", "bit će blokiran", "da biste izbjegli", "da biste izbegli", "trajno", "u protivnom", "u suprotnom"],
        roles: &["administrator", "podrška", "e-pošta", "poštanski", "mail poslužitelj", "korisnička podrška", "sandučić"],
        secrets: &["korisničko ime:", "lozinka:", "šifra:", "zaporka:"],
    },
    // Serbian and Macedonian in Cyrillic letters.
    Language {
        topics: &[
            row(Held, &["порук", "пораки", "мејл", "имејл", "пошт"], &["на чекању", "чекају", "чека$", "задржан", "блокиран", "карантин", "зауставље", "на чекање", "чекаат", "задржани"]),
            row(Failed, &["порук", "пораки", "мејл", "имејл"], &["неиспоручен", "није испоручен", "нису испоручен", "није достављен", "неуспешн", "враћен", "одбијен", "недоставен", "не се доставен", "вратен"]),
            row(Full, &["сандуче", "сандучић", "квота", "простор за", "инбокс", "поштенско"], &["пун$", "пуно$", "полно$", "попуњен", "прекорач", "надмаш", "надмин", "лимит", "90%", "95%", "98%", "99%"]),
            row(Password, &["лозинк", "шифр"], &["истиче", "истекла", "истекува", "задрж", "обнов", "ажурир"]),
            row(Closed, &["сандуче", "имејл налог", "мејл налог", "налог е-поште", "имејл сметка"], &["деактивир", "суспенд", "затворен", "угашен", "обрисан", "избришан", "блокиран", "ограничен", "закључан", "искључен"]),
            row(Upgrade, &["сандуче", "имејл налог", "мејл налог", "налог е-поште", "имејл сметка"], &["надоград", "ажурир", "потврд", "верифик", "провер", "одржавањ"]),
        ],
        wish: &["кликните", "кликнете", "притисните", "пријавите се", "најавете се", "преузмите", "преземете", "потврдите", "потврдете", "ослободите", "задржите лозинк", "повећајте", "ажурирајте", "прегледајте", "у прилогу"],
        button: &["овде$", "овдје", "прикажи", "отвори", "настави", "преузми", "прими$", "ослободи", "задржи", "потврди"],
        press: &["24 сата", "24 часа", "48 сати", "у року од 24", "одмах$", "хитно", "последње упозорење", "биће обрисан", "трајно", "у супротном"],
        roles: &["администратор", "подршка", "пошт", "сандуче"],
        secrets: &["корисничко име:", "лозинка:"],
    },
    // Slovene.
    Language {
        topics: &[
            row(Held, &["sporočil", "e-pošt", "e-poštn"], &["čaka", "na čakanju", "zadržan", "blokiran", "v karanteni", "karanten", "ustavljen", "sprost", "v čakalni vrsti"]),
            row(Failed, &["sporočil", "e-pošt", "e-poštn"], &["nedostavljen", "ni bilo dostavljen", "niso bila dostavljen", "ni dostavljen", "ni bilo mogoče dostaviti", "neuspešn", "vrnjen", "zavrnjen"]),
            row(Full, &["poštni predal", "nabiralnik", "predal", "kvota", "prostor za shranjevanje"], &["poln$", "zapolnjen", "preseg", "presež", "omejitev", "izčrpan", "90%", "95%", "98%", "99%"]),
            row(Password, &["geslo", "gesla"], &["poteče", "poteklo", "potekl", "ohran", "obdrž", "obnov", "posodob"]),
            row(Closed, &["poštni predal", "nabiralnik", "e-poštni račun", "račun e-pošte"], &["deaktivir", "onemogoč", "zaprt", "izbrisan", "blokiran", "zaklenjen", "omejen", "začasno ustavljen"]),
            row(Upgrade, &["poštni predal", "nabiralnik", "e-poštni račun", "račun e-pošte", "poštni strežnik"], &["nadgrad", "posodob", "potrd", "preveri", "overi", "vzdrževanj", "zastarel"]),
        ],
        wish: &["kliknite", "pritisnite", "prijavite se", "sprostite", "obnovite", "potrdite", "preverite", "ohranite geslo", "obdržite geslo", "ohrani geslo", "povečajte", "nadgradite", "posodobite", "ogled sporočil", "v priponki"],
        button: &["tukaj", "prikaži", "odpri", "nadaljuj", "preberi", "prejmi", "sprosti", "dostavi", "ohrani", "potrdi"],
        press: &["24 ur$", "24 urah", "48 ur$", "takoj$", "nujno", "zadnje opozorilo", "bo izbrisan", "bodo izbrisan", "bo blokiran", "da se izognete", "trajno", "v nasprotnem primeru"],
        roles: &["skrbnik", "podpora", "administrator", "poštni strežnik", "e-pošta"],
        secrets: &["uporabniško ime:", "geslo:"],
    },
    // Catalan.
    Language {
        topics: &[
            row(Held, &["missatge", "correu", "correus"], &["pendent", "retingut", "en espera", "bloquejat", "quarantena", "aturat", "alliber", "en cua"]),
            row(Failed, &["missatge", "correu", "correus"], &["no lliurat", "no s'ha pogut lliurar", "no s'han pogut lliurar", "sense lliurar", "no entregat", "error de lliurament", "fallit", "retornat", "rebutjat"]),
            row(Full, &["bústia", "emmagatzematge", "quota de", "compte de correu", "espai de"], &["plen", "excedit", "superat", "límit", "esgotat", "90%", "95%", "98%", "99%"]),
            row(Password, &["contrasenya"], &["caduc", "expir", "venç", "conserv", "mantén", "mantenir", "renov", "actualitz"]),
            row(Closed, &["bústia", "compte de correu"], &["desactiv", "suspe", "tancat", "tancada", "eliminat", "eliminada", "bloquejat", "bloquejada", "cancel", "restring"]),
            row(Upgrade, &["bústia", "compte de correu", "servidor de correu"], &["actualitz", "verific", "confirm", "valid", "manteniment", "migra", "obsolet"]),
        ],
        wish: &["feu clic", "fes clic", "cliqueu", "clica aquí", "premeu", "inicieu sessió", "inicia sessió", "allibereu", "alliberar", "recupereu", "recuperar", "verifiqueu", "confirmeu", "valideu", "mantenir la contrasenya", "mantén la contrasenya", "amplieu", "actualitzeu", "veure els missatges", "adjunt"],
        button: &["aquí", "veure", "obrir", "continua", "llegir", "rebre", "lliurar", "mantenir", "descarreg", "accedi"],
        press: &["24 hores", "48 hores", "immediatament", "urgent", "últim avís", "serà eliminat", "seran eliminat", "serà suspe", "per evitar", "definitivament", "en cas contrari"],
        roles: &["correu", "administrador", "suport", "bústia", "servidor de correu"],
        secrets: &["nom d'usuari:", "contrasenya:"],
    },
];
