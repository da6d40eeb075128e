//! German, French, Spanish, Italian, Portuguese, Dutch.

use super::Topic::{Closed, Failed, Full, Held, Password, Upgrade};
use super::{Language, row};

#[rustfmt::skip]
pub(super) const TABLE: &[Language] = &[
    // German.
    Language {
        topics: &[
            row(Held, &["nachricht", "e-mail$", "e-mails$", "mails$", "eingehende"], &[
                "zurückgehalten", "zurück gehalten", "zurückhalten", "ausstehend", "wartend", "warten auf", "wartet auf", "in der warteschlange", "in quarantäne",
                "quarantäne", "blockiert", "angehalten", "gestoppt", "freigabe", "freizugeben", "freigeben", "nicht empfangen", "auf dem server", "in wartestellung", "hängengeblieben", "nicht synchronisiert",
            ]),
            row(Failed, &["nachricht", "e-mail$", "e-mails$", "mails$", "~post$", "mailzustellung"], &[
                "nicht zugestellt", "nicht zustellbar", "nicht ausgeliefert", "unzustellbar", "zustellfehler", "zustellung fehl", "zustellungsfehler", "zustellung",
                "fehlgeschlagen", "zurückgewiesen", "zurückgesendet", "abgelehnt", "nicht gesendet", "konnte nicht", "konnten nicht",
            ]),
            row(Full, &["~postfach", "posteingang", "~speicher", "~mailbox", "~kontingent", "e-mail-konto", "mailkonto", "webmail", "quota"], &[
                "voll$", "fast voll", "überschritten", "überschreit", "erschöpft", "ausgeschöpft", "aufgebraucht", "ausgelastet", "erreicht", "limit", "knapp", "belegt", "90%", "95%", "97%", "98%", "99%", "100%", "95 %", "98 %", "99 %", "90 %", "~grenze",
            ]),
            row(Password, &["~passwort", "~kennwort"], &["läuft ab", "läuft", "abgelaufen", "ablauf", "verfällt", "ungültig", "beibehalten", "behalten", "erneuern", "aktualisier", "ablaufen"]),
            row(Closed, &["~postfach", "e-mail-konto", "mailkonto", "e-mail-adresse", "webmail", "mailbox", "e-mail-zugang"], &[
                "deaktiviert", "deaktivierung", "gesperrt", "sperrung", "gelöscht", "löschung", "geschlossen", "schließung", "eingeschränkt", "abgeschaltet", "eingestellt", "gekündigt", "stillgelegt", "blockiert", "ungewöhnlich",
            ]),
            row(Upgrade, &["~postfach", "e-mail-konto", "mailkonto", "webmail", "mailbox", "mailserver", "e-mail-server", "e-mail-dienst"], &[
                "aktualisier", "update$", "upgrade", "bestätig", "verifizier", "überprüf", "validier", "wartung", "umstellung", "umgestellt", "veraltet", "migration", "erweiter", "authentifizier",
            ]),
        ],
        wish: &[
            "klicken", "klick$", "anmelden", "einloggen", "melden sie sich", "freigeben", "freizugeben", "wiederherstell", "abrufen", "abzurufen", "bestätigen sie", "verifizieren", "aktualisieren sie", "jetzt aktualisieren",
            "passwort beibehalten", "kennwort beibehalten", "speicher erweitern", "speicherplatz erweitern", "speicher erhöhen", "überprüfen sie", "rufen sie", "nachrichten anzeigen", "nachrichten ansehen", "erneut zustellen", "zustellen lassen", "entsperren", "reaktivier", "öffnen sie den anhang", "angehängte", "im anhang", "folgen sie dem link",
        ],
        button: &["hier$", "weiter$", "anzeigen", "ansehen", "öffnen", "bestätigen", "prüfen", "überprüfen", "aktualisieren", "erweitern", "erhöhen", "zustellen", "zulassen", "zum postfach", "beibehalten", "herunterladen", "jetzt$", "verlängern", "zum konto", "anmeldung", "login", "entsperren"],
        press: &["innerhalb von", "binnen", "24 stunden", "48 stunden", "sofort", "umgehend", "dringend", "letzte warnung", "letzte mahnung", "handlungsbedarf", "wird gelöscht", "werden gelöscht", "wird gesperrt", "wird deaktiviert", "wird geschlossen", "um zu vermeiden", "endgültig", "andernfalls", "keine nachrichten mehr", "erforderlich"],
        roles: &["~postfach", "mailsystem", "mailverwaltung", "e-mail-verwaltung", "e-mail-admin", "e-mail-team", "e-mail-support", "e-mail-dienst", "kundendienst", "kundenservice", "kundencenter", "it-abteilung", "it-service", "it-support", "systemadmin", "administrator", "mail-support", "mailserver", "webmaster", "benutzerservice", "rechenzentrum", "quarantäne"],
        secrets: &["benutzername:", "passwort:", "kennwort:", "e-mail-adresse:", "anmeldename:", "geburtsdatum:"],
    },
    // French.
    Language {
        topics: &[
            row(Held, &["message", "messages$", "courriel", "courriels", "e-mail$", "e-mails$", "mails$", "courrier"], &[
                "en attente", "en suspens", "suspendus", "retenu", "bloqué", "mis en quarantaine", "en quarantaine", "quarantaine", "non reçu", "en souffrance", "retardé", "à libérer", "libération", "mis en attente", "sur le serveur",
            ]),
            row(Failed, &["message", "courriel", "e-mail$", "e-mails$", "mails$", "courrier"], &[
                "non remis", "non délivré", "non livré", "pas été remis", "pas été livré", "pas été délivré", "pas pu être", "n'ont pas pu", "n'a pas pu", "échec", "échoué", "rejeté", "retourné", "erreur de livraison", "erreur d'envoi", "non distribué", "non envoyé", "non acheminé",
            ]),
            row(Full, &["boîte", "messagerie", "stockage", "quota", "espace disque", "compte de messagerie", "webmail", "compte e-mail"], &[
                "pleine", "plein$", "saturé", "dépassé", "dépasse", "atteint", "limite", "insuffisant", "épuisé", "presque plein", "90%", "95%", "98%", "99%", "100%", "95 %", "98 %", "99 %",
            ]),
            row(Password, &["mot de passe", "mots de passe"], &["expire", "expiré", "expiration", "conserver", "garder", "périmé", "renouvel", "mettre à jour", "arrive à échéance"]),
            row(Closed, &["boîte", "messagerie", "compte e-mail", "compte mail", "compte de messagerie", "adresse e-mail", "webmail", "compte courriel"], &[
                "désactiv", "suspend", "suspension", "fermé", "fermeture", "supprim", "bloqué", "clôtur", "résili", "restreint", "limité", "verrouill", "inhabituel", "interromp",
            ]),
            row(Upgrade, &["boîte", "messagerie", "compte e-mail", "compte mail", "compte de messagerie", "webmail", "serveur de messagerie", "serveur mail", "serveur de mail"], &[
                "mise à jour", "mettre à jour", "mise à niveau", "vérifi", "confirm", "valid", "maintenance", "migr", "obsolète", "authentifi", "activ", "amélior", "nouvelle version",
            ]),
        ],
        wish: &[
            "cliquez", "cliquer", "en cliquant", "connectez", "se connecter", "identifiez", "libérer", "débloquer", "récupérer", "restaurer", "vérifiez", "confirmez", "validez", "valider votre", "mettre à jour votre", "mettez à jour",
            "conserver le mot de passe", "conserver mon mot de passe", "garder le mot de passe", "conserver le même", "augmenter", "afficher les messages", "voir les messages", "consulter les messages", "consulter vos messages", "consultez", "lire les messages", "réactiv", "suivez le lien", "lien ci-dessous", "pièce jointe", "pièce-jointe",
        ],
        button: &["ici$", "voir$", "afficher", "consulter", "accéder", "continuer", "confirmer", "vérifier", "valider", "libérer", "mettre à jour", "conserver", "recevoir", "lire$", "ouvrir", "télécharger", "connexion", "renouveler", "annuler", "mon compte", "ma messagerie"],
        press: &["sous 24", "dans les 24", "24 heures", "48 heures", "24h", "48h", "immédiatement", "urgent", "dernier avertissement", "dernier rappel", "action requise", "sera supprimé", "seront supprimé", "sera suspendu", "sera désactivé", "sera bloqué", "sera fermé", "afin d'éviter", "pour éviter", "définitivement", "faute de quoi", "sans quoi", "dans les plus brefs délais", "ne pourrez plus"],
        roles: &["messagerie", "service mail", "service messagerie", "administrateur", "assistance", "support technique", "service informatique", "service technique", "serveur mail", "serveur de messagerie", "webmail", "boîte mail", "service client", "équipe mail", "dsi$", "quarantaine"],
        secrets: &["nom d'utilisateur", "identifiant :", "identifiant:", "mot de passe :", "mot de passe:", "adresse e-mail :", "adresse e-mail:", "date de naissance"],
    },
    // Spanish.
    Language {
        topics: &[
            row(Held, &["mensaje", "correo", "correos", "e-mail$", "e-mails$", "email$", "emails$"], &[
                "pendiente", "retenid", "en espera", "bloquead", "en cuarentena", "cuarentena", "detenid", "en cola", "sin recibir", "no recibid", "suspendid", "por liberar", "liberar", "atascad", "en el servidor",
            ]),
            row(Failed, &["mensaje", "correo", "e-mail$", "email$", "emails$"], &[
                "no entregad", "sin entregar", "no enviad", "no se pud", "no se ha podido", "no pudo", "no pudieron", "no han podido", "fallid", "fallo", "falló", "error de entrega", "error en la entrega", "devuelt", "rechazad", "no se entreg", "entrega",
            ]),
            row(Full, &["buzón", "bandeja", "almacenamiento", "cuota", "casilla", "cuenta de correo", "espacio en disco", "correo web", "webmail", "espacio"], &[
                "llen", "lleno", "excedid", "excede", "superad", "supera", "límite", "agotad", "casi llen", "insuficiente", "alcanzad", "90%", "95%", "98%", "99%", "100%", "95 %", "98 %",
            ]),
            row(Password, &["contraseña", "clave$"], &["caduc", "expir", "vence", "vencid", "conservar", "mantener", "renov", "actualiz"]),
            row(Closed, &["buzón", "cuenta de correo", "cuenta de email", "cuenta de e-mail", "correo electrónico", "casilla", "webmail", "correo web"], &[
                "desactiv", "suspend", "suspens", "cerrad", "cerrar", "cierre", "eliminad", "bloquead", "cancel", "deshabilit", "restring", "limitad", "inusual", "inhabilit", "dar de baja", "dada de baja",
            ]),
            row(Upgrade, &["buzón", "cuenta de correo", "correo web", "webmail", "servidor de correo", "cuenta de email", "correo electrónico", "casilla"], &[
                "actualiz", "verific", "confirm", "valid", "mantenimiento", "migra", "obsolet", "reactiv", "mejora", "autentic", "nueva versión",
            ]),
        ],
        wish: &[
            "haga clic", "haz clic", "hacer clic", "clic aquí", "click aquí", "pulse", "pinche", "presione", "inicie sesión", "iniciar sesión", "inicia sesión", "liberar", "recuperar", "recupere", "restaurar", "verifique", "verificar", "verifica", "confirme", "confirmar", "valide", "validar",
            "mantener contraseña", "mantener la contraseña", "conservar la contraseña", "mantener la misma", "conservar la misma", "aumentar", "ampliar", "actualice", "actualizar", "ver mensajes", "ver los mensajes", "revisar", "revise", "reactivar", "desbloquear", "siga el enlace", "enlace a continuación", "siguiente enlace", "archivo adjunto", "entregar mensajes", "permitir mensajes",
        ],
        button: &["aquí", "ver$", "acceder", "acceso", "continuar", "mantener", "conservar", "recibir", "leer$", "abrir", "descargar", "entregar", "permitir", "renovar", "ingresar", "entrar", "cancelar", "mi cuenta", "mi buzón", "inicio de sesión", "ampliar"],
        press: &["24 horas", "48 horas", "72 horas", "inmediatamente", "inmediato", "urgente", "última advertencia", "último aviso", "último recordatorio", "acción requerida", "será eliminad", "serán eliminad", "será suspendid", "será desactivad", "será bloquead", "será cerrad", "para evitar", "permanentemente", "de lo contrario", "lo antes posible", "no podrá"],
        roles: &["correo", "administrador", "soporte", "servicio de correo", "servidor de correo", "mesa de ayuda", "equipo de", "buzón", "servicio técnico", "departamento de", "informática", "webmail", "cuarentena", "centro de mensajes"],
        secrets: &["nombre de usuario:", "usuario:", "contraseña:", "clave:", "correo electrónico:", "fecha de nacimiento"],
    },
    // Italian.
    Language {
        topics: &[
            row(Held, &["messaggi", "e-mail$", "email$", "mail$", "posta"], &[
                "in sospeso", "sospesi", "in attesa", "bloccat", "trattenut", "in quarantena", "quarantena", "in coda", "non ricevut", "ferme", "fermi", "da rilasciare", "rilascia", "sul server",
            ]),
            row(Failed, &["messaggi", "e-mail$", "email$", "mail$", "posta"], &[
                "non consegnat", "non recapitat", "non è stato", "non sono stati", "non è stata", "mancata consegna", "mancato recapito", "consegna fallita", "errore di consegna", "consegna non riuscita", "fallit", "respint", "restituit", "non inviat", "impossibile", "non può essere",
            ]),
            row(Full, &["casella", "posta in arrivo", "archiviazione", "quota", "spazio", "account di posta", "account e-mail", "webmail", "memoria"], &[
                "pien", "superat", "supera", "limite", "esaurit", "quasi pien", "raggiunt", "insufficient", "90%", "95%", "98%", "99%", "100%",
            ]),
            row(Password, &["password", "parola d'accesso"], &["scad", "scaduta", "in scadenza", "mantenere", "mantieni", "conserva", "rinnov", "aggiorn", "la stessa"]),
            row(Closed, &["casella", "account di posta", "account e-mail", "account email", "indirizzo e-mail", "indirizzo di posta", "webmail", "posta elettronica"], &[
                "disattiv", "sospes", "sospensione", "chius", "eliminat", "cancell", "bloccat", "blocco", "limitat", "disabilitat", "terminat", "interrott", "insolit",
            ]),
            row(Upgrade, &["casella", "account di posta", "account e-mail", "account email", "webmail", "server di posta", "posta elettronica"], &[
                "aggiorn", "verific", "conferm", "convalid", "manutenzione", "migra", "obsolet", "riattiv", "autentic", "nuova versione", "potenzia",
            ]),
        ],
        wish: &[
            "clicca", "cliccare", "cliccando", "fare clic", "fai clic", "faccia clic", "premi qui", "accedi", "accedere", "effettua il login", "rilascia", "recupera", "ripristina", "verifica il", "verifica la", "verificare", "conferma il", "conferma la", "confermare", "convalida",
            "mantieni la password", "mantenere la password", "mantieni password", "aumenta", "aggiorna ora", "aggiorna la", "aggiorna il", "aggiornare", "visualizza messaggi", "visualizza i messaggi", "leggi i messaggi", "sblocca", "riattiva", "segui il link", "link seguente", "link sottostante", "allegato", "consegna i messaggi",
        ],
        button: &["qui$", "visualizza", "vedi", "continua", "procedi", "apri", "leggi", "ricevi", "conferma", "verifica", "aggiorna", "mantieni", "scarica", "consegna", "consenti", "rinnova", "annulla", "il mio account", "alla casella", "accesso", "entra$"],
        press: &["24 ore", "48 ore", "72 ore", "immediatamente", "urgente", "ultimo avviso", "ultimo avvertimento", "azione richiesta", "sarà eliminat", "saranno eliminat", "verrà eliminat", "verranno eliminat", "sarà sospes", "verrà sospes", "sarà disattivat", "verrà disattivat", "verrà bloccat", "verrà chius", "per evitare", "definitivamente", "in caso contrario", "al più presto", "non potrà", "non potrai"],
        roles: &["posta", "servizio posta", "amministratore", "assistenza", "supporto", "server di posta", "servizio clienti", "team di", "webmail", "ufficio it", "casella", "quarantena", "centro messaggi"],
        secrets: &["nome utente:", "username:", "password:", "indirizzo e-mail:", "data di nascita"],
    },
    // Portuguese.
    Language {
        topics: &[
            row(Held, &["mensagens", "mensagem", "e-mail$", "e-mails$", "email$", "emails$", "correio"], &[
                "pendente", "retid", "em espera", "bloquead", "em quarentena", "quarentena", "suspens", "na fila", "não recebid", "aguardando", "presas", "liberar", "no servidor",
            ]),
            row(Failed, &["mensagens", "mensagem", "e-mail$", "e-mails$", "email$", "emails$", "correio"], &[
                "não entregue", "não foi entregue", "não foram entregues", "não pôde", "não puderam", "não pode ser", "falha na entrega", "falha de entrega", "falha no envio", "falha", "falhou", "devolvid", "rejeitad", "não enviad", "não entregável", "erro de entrega",
            ]),
            row(Full, &["caixa de correio", "caixa de entrada", "caixa postal", "armazenamento", "cota$", "quota", "conta de e-mail", "conta de email", "webmail", "espaço"], &[
                "chei", "lotad", "excedid", "excedeu", "excede", "ultrapass", "limite", "esgotad", "quase chei", "atingi", "insuficiente", "90%", "95%", "98%", "99%", "100%",
            ]),
            row(Password, &["senha", "palavra-passe", "password"], &["expir", "vence", "caduc", "manter", "mantenha", "renov", "atualiz", "a mesma"]),
            row(Closed, &["caixa de correio", "conta de e-mail", "conta de email", "conta de correio", "caixa postal", "webmail", "endereço de e-mail", "seu e-mail", "seu email"], &[
                "desativ", "desactiv", "suspens", "suspend", "encerrad", "encerramento", "fechad", "excluíd", "eliminad", "bloque", "cancel", "desabilit", "restri", "limitad", "incomum", "interromp",
            ]),
            row(Upgrade, &["caixa de correio", "conta de e-mail", "conta de email", "conta de correio", "webmail", "servidor de e-mail", "servidor de email", "servidor de correio", "seu e-mail", "seu email"], &[
                "atualiz", "actualiz", "verific", "confirm", "valid", "manutenção", "migra", "obsolet", "desatualizad", "reativ", "recadastr", "autentic", "nova versão",
            ]),
        ],
        wish: &[
            "clique", "clicar", "clicando", "carregue aqui", "faça login", "fazer login", "faça o login", "iniciar sessão", "inicie sessão", "entrar na conta", "liberar", "recuperar", "recupere", "restaurar", "verifique", "verificar", "confirme", "confirmar", "validar", "valide",
            "manter senha", "manter a senha", "manter a mesma", "mantenha a", "manter palavra-passe", "aumentar", "aumente", "atualize", "atualizar", "ver mensagens", "visualizar", "reativar", "desbloquear", "siga o link", "link abaixo", "link a seguir", "ligação abaixo", "em anexo", "anexo$", "entregar mensagens",
        ],
        button: &["aqui$", "ver$", "acessar", "aceder", "continuar", "prosseguir", "abrir", "ler$", "receber", "manter", "baixar", "entregar", "permitir", "renovar", "entrar", "cancelar", "minha conta"],
        press: &["24 horas", "48 horas", "72 horas", "imediatamente", "urgente", "último aviso", "ação necessária", "ação requerida", "acção necessária", "será excluíd", "serão excluíd", "será eliminad", "será suspens", "será desativad", "será bloquead", "será encerrad", "para evitar", "permanentemente", "caso contrário", "o mais rápido possível", "não poderá"],
        roles: &["correio", "administrador", "suporte", "servidor de e-mail", "servidor de email", "equipe de", "equipa de", "atendimento", "webmail", "caixa postal", "caixa de correio", "central de", "quarentena", "serviço de e-mail", "departamento de"],
        secrets: &["nome de usuário:", "usuário:", "utilizador:", "senha:", "palavra-passe:", "endereço de e-mail:", "data de nascimento"],
    },
    // Dutch.
    Language {
        topics: &[
            row(Held, &["bericht", "e-mail$", "e-mails$", "mails$"], &[
                "in behandeling", "in de wacht", "wachten op", "wachtend", "wacht op", "tegengehouden", "vastgehouden", "geblokkeerd", "in quarantaine", "quarantaine", "in de wachtrij", "niet ontvangen", "vrijgeven", "vrij te geven", "opgehouden", "op de server",
            ]),
            row(Failed, &["bericht", "e-mail$", "e-mails$", "mails$"], &[
                "niet afgeleverd", "niet bezorgd", "niet geleverd", "onbestelbaar", "mislukt", "kon niet", "konden niet", "geweigerd", "teruggestuurd", "niet verzonden", "bezorgfout", "bezorging", "aflevering",
            ]),
            row(Full, &["postvak", "~mailbox", "inbox", "~opslag", "quota", "e-mailaccount", "webmail", "brievenbus", "~ruimte"], &[
                "vol$", "bijna vol", "overschreden", "limiet", "bereikt", "opgebruikt", "onvoldoende", "90%", "95%", "98%", "99%", "100%",
            ]),
            row(Password, &["~wachtwoord"], &["verloopt", "verlopen", "vervalt", "behouden", "behoud", "vernieuw", "bijwerk", "zal verlopen"]),
            row(Closed, &["postvak", "~mailbox", "e-mailaccount", "mailaccount", "e-mailadres", "webmail", "e-mail account"], &[
                "gedeactiveerd", "deactiv", "uitgeschakeld", "geblokkeerd", "opgeschort", "gesloten", "sluiting", "verwijderd", "beëindigd", "beperkt", "opgeheven", "afgesloten", "ongebruikelijk",
            ]),
            row(Upgrade, &["postvak", "~mailbox", "e-mailaccount", "mailaccount", "webmail", "mailserver", "e-mailserver", "e-mail account"], &[
                "upgrade", "update", "bijwerk", "bijgewerkt", "bevestig", "verifi", "valideer", "onderhoud", "verouderd", "migratie", "controleer", "heractiv",
            ]),
        ],
        wish: &[
            "klik hier", "klik op", "klikken", "klikt u", "inloggen", "meld u aan", "aanmelden", "log in", "vrijgeven", "ophalen", "herstellen", "verifieer", "verifiëren", "bevestig uw", "bevestig je", "valideer", "wachtwoord behouden", "behoud wachtwoord", "hetzelfde wachtwoord", "vergroot", "verhoog", "werk uw", "werk je", "bijwerken", "berichten bekijken", "bekijk berichten", "bekijk uw", "deblokkeer", "heractiv", "volg de link", "onderstaande link", "bijlage",
        ],
        button: &["hier$", "bekijk", "bekijken", "openen", "doorgaan", "verder", "bevestigen", "lezen", "ontvangen", "afleveren", "toestaan", "behouden", "behoud", "downloaden", "verlengen", "annuleren", "nu$", "naar postvak", "inloggen"],
        press: &["binnen 24", "binnen 48", "24 uur", "48 uur", "onmiddellijk", "dringend", "laatste waarschuwing", "actie vereist", "wordt verwijderd", "worden verwijderd", "wordt geblokkeerd", "wordt gesloten", "wordt gedeactiveerd", "om te voorkomen", "permanent", "definitief", "zo snel mogelijk", "kunt u geen"],
        roles: &["postvak", "e-mailbeheer", "mailbeheer", "beheerder", "beheer", "klantenservice", "helpdesk", "mailserver", "webmail", "e-mailteam", "systeembeheer", "ict", "e-mail service", "quarantaine"],
        secrets: &["gebruikersnaam:", "wachtwoord:", "e-mailadres:", "geboortedatum"],
    },
];
