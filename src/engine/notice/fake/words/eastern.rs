//! Polish, Czech and Slovak, Hungarian, Romanian, Turkish, Russian, Ukrainian, Greek.

use super::Topic::{Closed, Failed, Full, Held, Password, Upgrade};
use super::{Language, row};

#[rustfmt::skip]
pub(super) const TABLE: &[Language] = &[
    // Polish.
    Language {
        topics: &[
            row(Held, &["wiadomości", "wiadomość", "e-mail$", "e-maile", "maile$", "poczt"], &["oczekując", "oczekuj", "wstrzyman", "zatrzyman", "zablokowan", "kwarantann", "w kolejce", "nieodebran", "zwolni", "na serwerze"]),
            row(Failed, &["wiadomości", "wiadomość", "e-mail$", "e-maile", "maile$", "poczt"], &["niedostarcz", "nie dostarczon", "nie została", "nie zostały", "nie mogła", "nie można", "nie udało", "nieudan", "odrzucon", "zwrócon", "zwrot", "błąd dostarcz", "niewysłan"]),
            row(Full, &["skrzynka", "skrzynki", "skrzynkę", "skrzynce", "poczta", "limit$", "miejsce", "pamięć", "przestrzeń", "konto e-mail", "konta e-mail", "konto pocztowe"], &["pełna", "pełne", "przepełn", "zapełn", "przekroczon", "przekroczył", "wyczerpan", "osiągn", "kończy", "90%", "95%", "98%", "99%", "100%"]),
            row(Password, &["hasło", "hasła"], &["wygas", "wygaś", "traci ważność", "zachowa", "odnów", "aktualiz", "ważność", "to samo"]),
            row(Closed, &["skrzynka", "skrzynki", "skrzynkę", "konto e-mail", "konta e-mail", "konto pocztowe", "konto poczty", "adres e-mail"], &["dezaktyw", "zawiesz", "zablokow", "zamknięt", "zamkni", "usunięt", "usuni", "wyłączon", "ograniczon", "nietypow"]),
            row(Upgrade, &["skrzynka", "skrzynki", "skrzynkę", "konto e-mail", "konta e-mail", "konto pocztowe", "serwer poczt", "webmail", "poczty"], &["aktualiz", "zaktualiz", "weryfik", "zweryfik", "potwierd", "konserwac", "przestarzał", "migrac", "uaktualn"]),
        ],
        wish: &["kliknij", "kliknięcie", "zaloguj", "zwolnij", "odzyskaj", "przywróć", "zweryfikuj", "potwierdź", "zachowaj hasło", "zachowaj to samo", "zwiększ", "zaktualizuj", "wyświetl wiadomości", "zobacz wiadomości", "odbierz wiadomości", "odblokuj", "załącznik"],
        button: &["tutaj", "zobacz", "wyświetl", "otwórz", "kontynuuj", "przejdź", "odbierz", "czytaj", "zezwól", "zachowaj", "pobierz", "dostarcz", "odnów", "anuluj"],
        press: &["24 godzin", "48 godzin", "w ciągu 24", "w ciągu 48", "natychmiast", "pilne", "ostatnie ostrzeżenie", "wymagane działanie", "zostanie usunięt", "zostaną usunięt", "zostanie zablokowan", "zostanie zamknięt", "aby uniknąć", "trwale", "w przeciwnym razie"],
        roles: &["poczta", "administrator", "pomoc techniczna", "dział it", "serwer poczt", "obsługa", "skrzynka", "webmail", "kwarantanna"],
        secrets: &["nazwa użytkownika:", "hasło:", "adres e-mail:", "login:"],
    },
    // Czech and Slovak.
    Language {
        topics: &[
            row(Held, &["zpráv", "správ", "e-mail$", "e-maily", "pošt"], &["čekající", "čekajíc", "čakajúc", "čeká na", "čaká na", "pozdržen", "zadržen", "zadržan", "blokovan", "zablokovan", "karanténě", "karantén", "ve frontě", "uvolni", "uvoľni", "nedoruč"]),
            row(Failed, &["zpráv", "správ", "e-mail$", "e-maily", "pošt"], &["nedoručen", "nelze doručit", "nebyla doručena", "nebyly doručeny", "nebola doručená", "nepodařilo", "nepodarilo", "selhal", "zlyhal", "vrácen", "vrátené", "odmítnut", "odmietnut", "chyba doruč"]),
            row(Full, &["schránk", "úložiště", "úložisk", "kvóta", "kvóty", "limit$", "e-mailový účet"], &["plná", "plné", "zaplněn", "zaplnen", "překroč", "prekroč", "vyčerpán", "dosáhl", "90%", "95%", "98%", "99%", "95 %", "98 %"]),
            row(Password, &["heslo", "hesla"], &["vyprší", "vypršel", "vypršan", "expir", "zachovat", "ponechat", "obnov", "aktualiz", "stejné"]),
            row(Closed, &["schránk", "e-mailový účet", "e-mailového účtu", "emailový účet", "poštovní účet"], &["deaktiv", "pozastav", "zablokov", "zrušen", "uzavřen", "zatvoren", "smazán", "vymazan", "odstraněn", "omezen", "neobvykl"]),
            row(Upgrade, &["schránk", "e-mailový účet", "e-mailového účtu", "emailový účet", "poštovní server", "webmail", "poštovní účet"], &["aktualiz", "ověř", "over$", "overte", "potvrď", "údržb", "zastaral", "migrac", "upgrade"]),
        ],
        wish: &["klikněte", "kliknite", "kliknutím", "přihlaste", "prihláste", "přihlásit", "uvolnit", "uvolněte", "obnovit", "obnovte", "ověřte", "ověřit", "overte", "potvrďte", "potvrdit", "zachovat heslo", "ponechat heslo", "zvýšit", "navýšit", "aktualizujte", "aktualizovat", "zobrazit zprávy", "zobraziť správy", "přečíst zprávy", "odblokovat", "přílo", "prílo"],
        button: &["zde$", "sem$", "tu$", "zobrazit", "zobraziť", "otevřít", "pokračovat", "přečíst", "doručit", "povolit", "zachovat", "stáhnout", "prodloužit", "zrušit"],
        press: &["do 24 hodin", "do 48 hodin", "24 hodin", "48 hodin", "okamžitě", "ihned", "naléhav", "poslední varování", "posledné varovanie", "bude smazán", "budou smazány", "bude zablokován", "bude zrušen", "abyste předešli", "v opačném případě", "trvale"],
        roles: &["pošta", "správce", "správca", "administrátor", "technická podpora", "podpora", "poštovní server", "webmail", "schránka", "karanténa"],
        secrets: &["uživatelské jméno:", "heslo:", "meno:", "e-mailová adresa:"],
    },
    // Hungarian.
    Language {
        topics: &[
            row(Held, &["üzenet", "e-mail$", "e-mailek", "levél", "levele"], &["függőben", "várakoz", "visszatart", "karantén", "blokkol", "feltartott", "kiad", "felszabadít"]),
            row(Failed, &["üzenet", "e-mail$", "e-mailek", "levél", "levele"], &["kézbesítetlen", "kézbesíthetetlen", "nem kézbes", "nem sikerült", "sikertelen", "visszautasít", "elutasít", "visszaküld", "kézbesítési hiba"]),
            row(Full, &["postafiók", "~fiókja", "tárhely", "tárhelye", "kvóta", "kvótá"], &["megtelt", "betelt", "tele$", "túllép", "elfogy", "elérte", "korlát", "90%", "95%", "98%", "99%"]),
            row(Password, &["jelszó", "jelszava"], &["lejár", "lejárt", "megtart", "megújít", "frissít"]),
            row(Closed, &["postafiók", "e-mail fiók", "e-mail-fiók", "levelezőfiók"], &["felfügg", "letilt", "deaktivál", "megszün", "törl", "zárol", "bezár", "korlátoz"]),
            row(Upgrade, &["postafiók", "e-mail fiók", "e-mail-fiók", "levelezőszerver", "levelezőrendszer", "webmail"], &["frissít", "megerősít", "ellenőriz", "karbantart", "elavult", "hitelesít", "érvényesít"]),
        ],
        wish: &["kattintson", "kattints", "ide kattintva", "jelentkezzen be", "bejelentkez", "erősítse meg", "ellenőrizze", "frissítse", "állítsa vissza", "visszaállít", "jelszó megtartása", "tartsa meg", "üzenetek megtekintése", "növelje", "mellékelt", "csatolt", "kiadás"],
        button: &["ide$", "itt$", "letölt", "megtekint", "megnyit", "folytat", "megerősít", "olvas", "fogad", "engedélyez", "frissít"],
        press: &["24 órán", "48 órán", "24 óra", "azonnal", "sürgős", "utolsó figyelmeztetés", "törlésre kerül", "véglegesen", "elkerül", "ellenkező esetben"],
        roles: &["postafiók", "rendszergazda", "ügyfélszolgálat", "levelezőszerver", "levelezés", "informatika", "webmail", "adminisztrátor"],
        secrets: &["felhasználónév:", "jelszó:", "e-mail cím:"],
    },
    // Romanian.
    Language {
        topics: &[
            row(Held, &["mesaj", "mesaje", "e-mailuri", "e-mail$"], &["în așteptare", "blocat", "reținut", "carantină", "eliber"]),
            row(Failed, &["mesaj", "mesaje", "e-mailuri", "e-mail$"], &["nelivrat", "nu a fost livrat", "nu au fost livrate", "nu a putut", "nu au putut", "eșuat", "respins", "returnat"]),
            row(Full, &["căsuța", "cutia poștală", "spațiul de stocare", "cota", "căsuței"], &["plină", "plin$", "depășit", "epuizat", "limita", "90%", "95%", "98%", "99%"]),
            row(Password, &["parola"], &["expir", "păstra", "reînno", "actualiz"]),
            row(Closed, &["căsuța", "contul de e-mail", "contul dvs. de e-mail", "cutia poștală"], &["dezactiv", "suspend", "închis", "șters", "blocat", "restric"]),
            row(Upgrade, &["căsuța", "contul de e-mail", "contul dvs. de e-mail", "serverul de e-mail", "webmail"], &["actualiz", "verific", "confirm", "valid", "mentenanț", "învechit"]),
        ],
        wish: &["faceți clic", "click aici", "apăsați", "conectați", "autentifica", "eliberați", "eliberare", "recuperați", "verificați", "confirmați", "păstrați parola", "actualizați", "vizualizați", "atașat"],
        button: &["aici$", "vizualizare", "vezi", "deschide", "continuă", "confirmă", "verifică", "păstrează", "citește"],
        press: &["24 de ore", "48 de ore", "imediat", "urgent", "ultimul avertisment", "vor fi șterse", "va fi șters", "pentru a evita", "definitiv"],
        roles: &["administrator", "suport$", "căsuța", "server e-mail", "webmail"],
        secrets: &["nume utilizator:", "parola:"],
    },
    // Turkish.
    Language {
        topics: &[
            row(Held, &["ileti", "mesaj", "e-posta", "posta$", "e-postalar"], &["beklemede", "bekleyen", "bekletil", "bekliyor", "karantina", "engellen", "alıkon", "kuyrukta", "serbest bırak", "askıda"]),
            row(Failed, &["ileti", "mesaj", "e-posta", "posta$", "e-postalar"], &["teslim edilemedi", "teslim edilemeyen", "teslim edilmeyen", "teslim edilmedi", "iletilemedi", "iletilemeyen", "gönderilemedi", "başarısız", "reddedil", "geri dön", "teslimat hatası"]),
            row(Full, &["posta kutu", "gelen kutu", "depolama", "kota", "e-posta hesab", "disk alan"], &["dolu$", "doldu", "dolmak", "aşıldı", "aştı", "aşmış", "tüken", "sınır", "limit", "yetersiz", "%90", "%95", "%98", "%99", "95%", "98%", "99%"]),
            row(Password, &["şifre", "parola"], &["süresi dol", "sona er", "geçerlilik", "koru", "yenile", "güncelle", "aynı"]),
            row(Closed, &["posta kutu", "e-posta hesab", "e-posta adres", "webmail"], &["devre dışı", "askıya al", "kapatıl", "silin", "engellen", "kısıtlan", "iptal", "kilit", "olağandışı"]),
            row(Upgrade, &["posta kutu", "e-posta hesab", "webmail", "posta sunucu", "e-posta sunucu"], &["güncelle", "yükselt", "doğrula", "onayla", "bakım", "eski sürüm", "yeni sürüm", "taşın"]),
        ],
        wish: &["tıklayın", "tıklayınız", "tıkla$", "oturum aç", "giriş yap", "serbest bırak", "kurtar", "geri yükle", "doğrulayın", "doğrula", "onaylayın", "onayla", "şifreyi koru", "parolayı koru", "şifremi koru", "aynı şifre", "artır", "güncelleyin", "güncelle", "mesajları görüntüle", "iletileri görüntüle", "ekteki", "ekli dosya"],
        button: &["buraya", "burada", "görüntüle", "aç$", "devam", "oku$", "al$", "izin ver", "koru$", "teslim", "indir", "iptal"],
        press: &["24 saat", "48 saat", "derhal", "hemen", "acil", "son uyarı", "işlem gerekli", "silinecek", "kapatılacak", "askıya alınacak", "önlemek için", "kaçınmak için", "kalıcı olarak", "aksi takdirde", "aksi halde"],
        roles: &["posta", "e-posta", "yönetici", "destek", "posta sunucusu", "bilgi işlem", "webmail", "sistem yöneticisi", "karantina"],
        secrets: &["kullanıcı adı:", "şifre:", "parola:", "e-posta adresi:"],
    },
    // Russian.
    Language {
        topics: &[
            row(Held, &["сообщени", "писем$", "письма", "письмо", "почт"], &["ожида", "задержан", "удержан", "приостановлен", "карантин", "заблокирован", "в очереди", "неполучен", "не получен", "на сервере", "освободить", "выпустить"]),
            row(Failed, &["сообщени", "писем$", "письма", "письмо", "почт"], &["недоставлен", "не доставлен", "не удалось доставить", "не могут быть доставлен", "не может быть доставлен", "не были доставлен", "не было доставлен", "сбой доставки", "ошибка доставки", "ошибка", "возвращен", "отклонен", "не отправлен"]),
            row(Full, &["ящик", "хранилищ", "квот", "лимит", "место на диске", "места на диске", "объем почт", "учетной записи почты"], &["переполнен", "заполнен", "полон", "превышен", "превысил", "исчерпан", "заканчива", "достиг", "предел", "недостаточно", "90%", "95%", "98%", "99%", "100%"]),
            row(Password, &["парол"], &["истека", "истек", "срок действия", "сохранить", "оставить", "обновить", "устарел", "продлить"]),
            row(Closed, &["ящик", "учетная запись", "учетной записи", "учетную запись", "аккаунт", "почта"], &["деактив", "отключен", "заблокирован", "приостанов", "закрыт", "удален", "ограничен", "необычн", "подозрительн", "блокировк"]),
            row(Upgrade, &["ящик", "почтовый сервер", "почтового сервера", "почтовой системы", "учетную запись", "учетной записи", "веб-почт", "электронной почты"], &["обнов", "подтверд", "проверк", "проверьте", "провер", "техническ", "устарел", "миграц", "модерниз", "верифи"]),
        ],
        wish: &["нажмите", "кликните", "нажать", "щелкните", "перейдите по", "по ссылке", "войдите", "войти", "авториз", "подтвердите", "подтвердить", "восстановить", "восстановите", "получить сообщения", "получить письма", "освободить", "разблок", "сохранить пароль", "оставить пароль", "увеличить", "обновить", "обновите", "просмотреть сообщения", "посмотреть сообщения", "просмотреть", "доставить сообщения", "вложени", "во вложении", "проверьте"],
        button: &["здесь", "сюда", "открыть", "посмотреть", "продолжить", "прочитать", "получить", "доставить", "разрешить", "сохранить", "скачать", "перейти", "продлить", "отменить", "показать", "далее"],
        press: &["24 часов", "24 часа", "48 часов", "в течение 24", "в течение 48", "немедленно", "срочно", "последнее предупреждение", "требуется действие", "будет удален", "будут удалены", "будет заблокирован", "будет закрыт", "будет отключен", "во избежание", "чтобы избежать", "безвозвратно", "в противном случае"],
        roles: &["почта", "почтов", "администратор", "администрация", "служба поддержки", "поддержка", "техподдержка", "техническая поддержка", "почтовый сервер", "система", "системный администратор", "карантин", "служба безопасности"],
        secrets: &["имя пользователя:", "логин:", "пароль:", "адрес электронной почты:"],
    },
    // Ukrainian.
    Language {
        topics: &[
            row(Held, &["повідомлен", "листів", "листи$", "листа", "пошт"], &["очіку", "затриман", "утриман", "карантин", "заблокован", "призупинен", "у черзі", "звільни"]),
            row(Failed, &["повідомлен", "листів", "листи$", "листа", "пошт"], &["недоставлен", "не доставлен", "не вдалося доставити", "не може бути доставлен", "помилка доставки", "збій доставки", "повернут", "повернен", "відхилен"]),
            row(Full, &["скриньк", "сховищ", "квот", "ліміт", "місце на диску"], &["переповнен", "заповнен", "перевищ", "вичерпан", "закінчу", "досяг", "90%", "95%", "98%", "99%"]),
            row(Password, &["парол"], &["закінчу", "термін дії", "зберегти", "залишити", "оновити", "застарі", "спливає"]),
            row(Closed, &["скриньк", "обліковий запис", "облікового запису", "пошта"], &["деактив", "вимкнен", "заблокован", "призупин", "закрит", "видален", "обмежен", "незвичн"]),
            row(Upgrade, &["скриньк", "поштовий сервер", "поштового сервера", "обліковий запис", "веб-пошт"], &["онов", "підтверд", "перевір", "технічн", "застаріл", "міграц"]),
        ],
        wish: &["натисніть", "клацніть", "перейдіть", "за посиланням", "увійдіть", "увійти", "підтвердьте", "підтвердити", "відновити", "звільнити", "отримати повідомлення", "зберегти пароль", "збільшити", "оновіть", "оновити", "переглянути", "розблок", "вкладен"],
        button: &["тут$", "сюди", "відкрити", "переглянути", "продовжити", "прочитати", "отримати", "доставити", "дозволити", "зберегти", "завантажити"],
        press: &["24 годин", "48 годин", "протягом 24", "негайно", "терміново", "останнє попередження", "буде видален", "будуть видален", "буде заблокован", "щоб уникнути", "назавжди", "інакше"],
        roles: &["пошта", "поштов", "адміністратор", "служба підтримки", "підтримка", "поштовий сервер", "карантин"],
        secrets: &["ім'я користувача:", "логін:", "пароль:"],
    },
    // Greek.
    Language {
        topics: &[
            row(Held, &["μηνύματα", "μήνυμα", "μηνυμάτων", "email$", "e-mail$"], &["εκκρεμ", "σε αναμονή", "αναμονή", "δεσμευμέν", "σε καραντίνα", "καραντίνα", "αποκλεισμέν", "μπλοκαρ", "αποδέσμευση", "κρατούνται"]),
            row(Failed, &["μηνύματα", "μήνυμα", "μηνυμάτων", "email$", "e-mail$"], &["δεν παραδόθηκ", "δεν ήταν δυνατή", "αποτυχία παράδοσης", "αποτυχία", "απέτυχε", "επιστράφηκ", "απορρίφθηκ", "μη παραδοθέν", "ανεπίδοτ"]),
            row(Full, &["γραμματοκιβώτι", "θυρίδα", "εισερχόμενα", "αποθηκευτικ", "χώρος", "όριο", "γραμματοθυρίδα"], &["γεμάτ", "γεμίσει", "πλήρες", "πλήρης", "υπέρβ", "υπερβ", "εξαντλ", "φτάσει", "90%", "95%", "98%", "99%"]),
            row(Password, &["κωδικός", "κωδικό", "κωδικού"], &["λήγει", "έληξε", "λήξη", "λήξει", "διατήρηση", "διατηρήσ", "ανανέωσ", "ενημέρωσ"]),
            row(Closed, &["γραμματοκιβώτι", "λογαριασμός email", "λογαριασμός ηλεκτρονικού", "λογαριασμό email", "λογαριασμός σας", "λογαριασμού email", "θυρίδα"], &["απενεργοποι", "ανασταλ", "αναστολή", "κλείσει", "διαγραφ", "κλειδω", "αποκλει", "περιορισ"]),
            row(Upgrade, &["γραμματοκιβώτι", "λογαριασμό email", "λογαριασμού email", "διακομιστή", "θυρίδα", "webmail"], &["αναβάθμισ", "ενημέρωσ", "επιβεβαίωσ", "επαλήθευσ", "συντήρησ", "παλιά έκδοση"]),
        ],
        wish: &["κάντε κλικ", "πατήστε", "κλικ εδώ", "συνδεθείτε", "σύνδεση", "αποδέσμευση", "ανάκτηση", "επαληθεύστε", "επιβεβαιώστε", "διατήρηση κωδικού", "διατηρήστε", "αναβαθμίστε", "ενημερώστε", "προβολή μηνυμάτων", "δείτε τα μηνύματα", "συνημμέν"],
        button: &["εδώ", "προβολή", "άνοιγμα", "συνέχεια", "ανάγνωση", "λήψη", "παράδοση", "επιβεβαίωση", "αναβάθμιση", "διατήρηση"],
        press: &["24 ωρών", "48 ωρών", "24 ώρες", "48 ώρες", "άμεσα", "επείγον", "τελευταία προειδοποίηση", "θα διαγραφ", "θα απενεργοποιηθ", "για να αποφύγετε", "οριστικά", "διαφορετικά"],
        roles: &["διαχειριστής", "υποστήριξη", "διακομιστής", "ηλεκτρονικό ταχυδρομείο", "γραμματοκιβώτιο", "τεχνική υποστήριξη", "webmail"],
        secrets: &["όνομα χρήστη:", "κωδικός:", "κωδικός πρόσβασης:"],
    },
];
