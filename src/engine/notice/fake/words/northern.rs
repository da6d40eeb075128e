//! Swedish, Danish, Norwegian, Finnish.

use super::Topic::{Closed, Failed, Full, Held, Password, Upgrade};
use super::{Language, row};

#[rustfmt::skip]
pub(super) const TABLE: &[Language] = &[
    // Swedish, Danish, Norwegian: close enough to share rows.
    Language {
        topics: &[
            row(Held, &["meddelande", "meddelelse", "besked", "melding", "e-post", "mail$", "mails$", "mejl", "e-mail$", "e-mails$"], &[
                "väntande", "väntar", "ventende", "venter", "afventer", "avventer", "hålls", "kvarhåll", "tilbageholdt", "holdt tilbake", "tilbakeholdt", "blockera", "blokere", "blokker", "karantän", "karantæne", "karantene", "i kø", "i kö", "frigiv", "frigi", "frisläpp", "på servern", "på serveren",
            ]),
            row(Failed, &["meddelande", "meddelelse", "besked", "melding", "e-post", "mail$", "mails$", "mejl", "e-mail$", "e-mails$"], &[
                "inte leverera", "ej leverera", "olevererad", "ikke leveret", "ikke levert", "ikke leveres", "ulevered", "uleverte", "uleveret", "kunde inte", "kunne ikke", "misslyckad", "misslyckades", "mislykk", "mislykke", "fejlede", "feilet", "leveransfel", "leveringsfejl", "leveringsfeil", "afvist", "avvist", "avvisad", "returnera", "returneret", "returnert",
            ]),
            row(Full, &["~brevlåda", "~postkasse", "~indbakke", "~innboks", "~inkorg", "~postboks", "~lagring", "~mailbox", "~postlåda", "kvot", "kvote", "mailkonto", "e-postkonto", "~plads", "~plass", "~utrymme", "webmail"], &[
                "full$", "fuld$", "fullt$", "fyldt", "nästan full", "næsten fuld", "nesten full", "överskrid", "överskrit", "overskrid", "overskred", "grænse", "gräns", "grense", "opbrugt", "oppbrukt", "slut$", "nått", "nået", "nådd", "90%", "95%", "98%", "99%", "100%", "95 %", "98 %", "99 %",
            ]),
            row(Password, &["~lösenord", "~adgangskode", "~passord", "~kodeord"], &["går ut", "upphör", "udløb", "utløp", "behåll", "behold", "forny", "förny", "oppdater", "uppdater", "opdater", "gammal"]),
            row(Closed, &["~brevlåda", "~postkasse", "~indbakke", "~innboks", "~inkorg", "mailkonto", "e-postkonto", "e-mailkonto", "e-mail konto", "webmail", "e-postadress", "e-mailadresse"], &[
                "inaktivera", "deaktiver", "avaktiver", "stängs", "stängas", "stängd", "lukket", "lukkes", "stengt", "stenges", "spärra", "sperret", "spærret", "sletta", "slettet", "slettes", "raderas", "suspender", "blockera", "blokere", "begrænset", "begränsa", "usædvanlig", "uvanlig", "ovanlig",
            ]),
            row(Upgrade, &["~brevlåda", "~postkasse", "~indbakke", "~innboks", "~inkorg", "mailkonto", "e-postkonto", "e-mailkonto", "e-mail konto", "webmail", "mailserver", "e-postserver", "e-postsystem"], &[
                "uppgrader", "opgrader", "oppgrader", "uppdater", "opdater", "oppdater", "bekräft", "bekræft", "bekreft", "verifier", "verificer", "verifiser", "underhåll", "vedligehold", "vedlikehold", "föråldra", "forældet", "utdatert", "valider",
            ]),
        ],
        wish: &["klicka", "klik her", "klik på", "klikk her", "klikk på", "trykk her", "tryk her", "logga in", "log ind", "logg inn", "logg på", "frigiv", "frigi ", "frisläpp", "hämta", "hent dine", "hent meld", "gendan", "gjenopprett", "återställ", "verifiera", "verificer", "bekräfta", "bekræft", "bekreft", "behåll lösenord", "behold adgangskode", "behold passord", "behåll samma", "behold samme", "öka", "utöka", "øg ", "utvid", "uppdatera", "opdater", "oppdater", "visa meddelanden", "vis meddelelser", "vis meldinger", "följ länken", "følg linket", "følg lenken", "bifogad", "vedhæftet", "vedlagt"],
        button: &["här$", "her$", "visa$", "vis$", "öppna", "åbn", "åpne", "fortsätt", "fortsæt", "fortsett", "läs$", "læs$", "les$", "ta emot", "modtag", "motta", "leverera", "lever$", "tillåt", "tillad", "tillat", "behåll", "behold", "nu$", "nå$", "förnya", "forny", "avbryt", "annuller"],
        press: &["inom 24", "inom 48", "inden 24", "inden for 24", "innen 24", "24 timmar", "24 timer", "48 timmar", "48 timer", "omedelbart", "omgående", "øjeblikkelig", "umiddelbart", "straks", "brådskande", "haster", "sista varning", "sidste advarsel", "siste advarsel", "åtgärd krävs", "handling påkrævet", "handling kreves", "kommer att raderas", "vil blive slettet", "vil bli slettet", "för att undvika", "for at undgå", "for å unngå", "permanent"],
        roles: &["e-post", "e-postadmin", "mailadmin", "administratör", "administrator", "it-support", "it-avdel", "it-afdel", "kundservice", "kundeservice", "supporten", "postkasse", "webmail", "mailserver", "karantän", "karantæne", "karantene"],
        secrets: &["användarnamn:", "lösenord:", "brugernavn:", "adgangskode:", "brukernavn:", "passord:"],
    },
    // Finnish.
    Language {
        topics: &[
            row(Held, &["viesti", "viestiä", "sähköposti"], &["odottaa", "odottavat", "odottava", "pidätetty", "estetty", "karanteeni", "jonossa", "vapaut"]),
            row(Failed, &["viesti", "viestiä", "sähköposti"], &["ei voitu", "toimittamat", "epäonnistu", "palautettu", "hylätty", "toimitus", "ei toimitettu"]),
            row(Full, &["postilaatikko", "postilaatikon", "postilaatikkosi", "saapuneet", "tallennustila", "kiintiö", "sähköpostitili"], &["täynnä", "täyttynyt", "täyttymässä", "ylitty", "ylittänyt", "loppu", "raja$", "90%", "95%", "98%", "99%", "98 %", "95 %"]),
            row(Password, &["salasana", "salasanasi"], &["vanhene", "vanhentu", "säilytä", "uusi$", "päivitä"]),
            row(Closed, &["postilaatikko", "sähköpostitili", "sähköpostisi", "sähköpostiosoite"], &["suljetaan", "poistetaan", "poistettu", "deaktivoi", "lukittu", "jäädyte", "keskeyte", "estetty"]),
            row(Upgrade, &["postilaatikko", "postilaatikkosi", "sähköpostitili", "sähköpostisi", "sähköpostipalvelin", "webmail"], &["päivit", "vahvista", "huolto", "vanhentu", "tarkista"]),
        ],
        wish: &["klikkaa", "napsauta", "napauta", "kirjaudu", "vapauta", "palauta", "nouda", "vahvista", "säilytä salasana", "päivitä", "lisää tallennustilaa", "katso viestit", "näytä viestit", "avaa liite", "liitteenä"],
        button: &["tästä", "tästä$", "näytä", "avaa$", "jatka", "lue$", "vastaanota", "salli", "säilytä"],
        press: &["24 tunnin", "48 tunnin", "välittömästi", "kiireellinen", "viimeinen varoitus", "poistetaan pysyvästi", "välttääksesi", "toimenpiteitä"],
        roles: &["sähköposti", "ylläpito", "tuki$", "palvelin", "ylläpitäjä", "it-tuki", "postilaatikko", "järjestelmänvalvoja"],
        secrets: &["käyttäjätunnus:", "salasana:"],
    },
];
