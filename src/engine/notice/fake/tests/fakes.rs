//! Phishing dressed as a notice: From, subject, page. All written for this test, to `ME`.

/// One fake.
pub(super) type Mail = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
pub(super) const FAKES: &[Mail] = &[
    // English: held mail.
    ("Mail Server <info@bakery.example.net>", "You have 5 pending messages", "<p>Dear me@harbour.example,</p><p>Five incoming messages could not reach your inbox because of a storage error on our side.</p><a href='https://sunny-garden.web.app/?e=me@harbour.example'>Release messages to inbox</a>"),
    ("harbour.example Support <office@dentist.example.org>", "(3) Undelivered mails", "<div>Hello me,</div><div>Your server held 3 mails that were sent to you today.</div><div><a href='http://198.51.100.20/owa/'>Review now</a></div>"),
    ("Postmaster <postmaster@kv-verein.example.de>", "Quarantine report for me@harbour.example", "<table><tr><td>Sender</td><td>Subject</td></tr><tr><td>sales@supplier.example.com</td><td>Overdue invoice</td></tr></table><p>These emails are quarantined. <a href='https://storage.googleapis.com/qx/index.html#me@harbour.example'>Release</a> <a href='https://storage.googleapis.com/qx/d.html'>Delete</a></p>"),
    ("IT Desk <help@sports-club.example.net>", "Message delivery delayed", "<p>Some of your incoming emails are on hold until you confirm your mailbox.</p><p><a href='https://login.sports-club-mail.test/'>Confirm mailbox</a></p><p>Messages are deleted automatically after 24 hours.</p>"),
    ("Email Admin <a.k@school.example.edu>", "Incoming mail blocked", "We blocked 4 messages sent to you. <a href='https://cutt.ly/abcd'>Allow messages</a> or they will be lost."),
    ("Webmail <noreply@print-shop.example.com>", "Sync failure: 7 emails stuck on the server", "<p>7 emails are stuck on the server since yesterday.</p><a href='https://mail-harbour-example.weebly.com'>Retrieve emails</a>"),
    ("Mail Delivery System <mailer@resort.example.com>", "Delivery failure: Re: Contract", "<h3>Message undelivered</h3><p>A message to me@harbour.example was not delivered: out of date security settings.</p><p><a href='https://resort-gallery.test/wp-content/in.php'>Deliver message now</a></p>"),
    ("no-reply <no-reply@flowers.example.net>", "Mail delivery failed: returning message to sender", "<p>Your mailbox rejected 6 incoming mails. To get them, <a href='https://bit.ly/3xyz'>click here</a> and sign in.</p>"),
    ("Outlook Team <team@outlook-mails.test>", "Undelivered messages notification", "<p>You have 9 undelivered messages, clustered on your cloud due to low storage.</p><p><a href='https://mailbox-clear.test/s'>Recover messages</a></p>"),
    ("System Administrator <root@vps77.example.net>", "Your emails are being held", "<p>Your incoming emails are being held, because your account was not validated.</p><p><a href='http://vps77.example.net/~x/roundcube/'>Validate account</a></p>"),
    ("me@harbour.example <me@harbour.example>", "8 new messages are on hold", "<p>Your domain mail server prevented the delivery of 8 new messages.</p><p><a href='https://bafybei.ipfs.dweb.link/x.html#me@harbour.example'>Release all</a></p>"),
    ("harbour.example <server@harbour-mail.test>", "Action required: mail delivery suspended", "<p>Mail delivery to me@harbour.example is suspended.</p><p><a href='https://harbour-mail.test/fix'>Resume delivery</a>, otherwise new mails are rejected.</p>"),
    ("Message Center <mc@vacation.example.org>", "Important: messages withheld", "<p>Some messages were withheld by our spam filter.</p><p>View them here: <a href='https://forms.gle/aaaa'>View messages</a></p>"),
    // English: full, password, closing, upgrade.
    ("Mailbox Storage <alerts@hotel.example.com>", "Your mailbox is 98% full", "<p>98% of 2 GB used. You can't send or receive when it is full.</p><p><a href='https://quota-up.netlify.app'>Get more storage</a></p>"),
    ("Web Admin <web@uni.example.edu>", "Quota exceeded", "<p>Your mailbox has exceeded the storage limit set by your administrator. <a href='https://docs.google.com/forms/d/1'>Click here</a> to validate your mailbox.</p>"),
    ("Harbour IT Support <x.y@lawfirm.example.com>", "Password expiry notice", "<p>The password of me@harbour.example expires today.</p><p><a href='https://keep-pass.pages.dev/?u=me@harbour.example'>Keep same password</a></p>"),
    ("cPanel <cpanel@clinic.example.org>", "Password for me@harbour.example expires in 2 days", "<p>Your email password expires in two days. <a href='https://clinic.example.org.login.evil.test/'>Keep current password</a></p>"),
    ("Helpdesk <h@golf.example.net>", "Mailbox deactivation request", "<p>We received a request to deactivate your mailbox. If this was a mistake, <a href='https://cancel-request.test/'>cancel request</a> within 24 hours.</p>"),
    ("Account Team <care@insurance.example.com>", "Final warning: your email account will be closed", "<p>Your email account will be closed as it runs an old version.</p><a href='https://tinyurl.com/yyy'>Upgrade now</a>"),
    ("Zimbra <zadmin@farm.example.org>", "Maintenance", "<p>Our mail server moves to a new version. All mailboxes must be verified.</p><p><a href='http://203.0.113.9/zimbra'>Verify mailbox</a></p>"),
    ("Microsoft 365 <ms@boats.example.com>", "Your Outlook storage is almost full", "<p>Your mailbox is almost full.</p><p><a href='https://outlook-office.azurewebsites.net/'>Increase storage</a></p>"),
    ("Mail Support <ms@inn.example.net>", "Mailbox update", "<p>Your webmail must be upgraded to stay in use. <a href='https://jotform.com/123'>Click here to upgrade your mailbox</a>.</p>"),
    ("Security <sec@ranch.example.com>", "Unusual sign-in to your mailbox", "<p>We saw an unusual sign in attempt. Your mailbox will be suspended unless you <a href='https://ranch-sec.workers.dev'>confirm your account</a>.</p>"),
    ("Google Mail <gm@tours.example.net>", "Storage full", "<p>Your Gmail storage is full. New emails are not delivered.</p><p><a href='https://tours.example.net.gstore.test/'>Clean up</a></p>"),
    ("Notification <n@kennel.example.org>", "Re-validate your mailbox", "<p>me@harbour.example</p><p>Your mailbox must be re-validated or incoming mails are lost.</p><form action='https://collect.test/p.php'><input name=p type=password><button>Sign in</button></form>"),
    // Disguised letters, pictures of links, links that show another host.
    ("Mail Administrator <ma@garage.example.com>", "Your P\u{430}ssword expires today", "<p>Your em\u{ad}ail p\u{430}ssw\u{43e}rd exp\u{200b}ires.</p><p><a href='https://pw.garage-portal.test'>K\u{435}ep same p\u{430}ssw\u{43e}rd</a></p>"),
    ("Server Report <sr@museum.example.org>", "Mail server report", "<p>Your mailbox quota is exceeded.</p><p><a href='https://evil-host.test/a'>https://mail.harbour.example/quota</a></p>"),
    ("Harbour Mail <hm@trucks.example.net>", "12 pending messages", "<a href='https://trucks-mail.vercel.app'><img src='cid:1' alt=''></a>"),
    // German.
    ("Postfachverwaltung <service@reisen.example.de>", "Ihr Postfach ist fast voll", "<p>Sie haben 97 % Ihres Speichers belegt.</p><p><a href='https://speicher.reisen-info.test/'>Speicher erweitern</a></p>"),
    ("IT-Abteilung <it@kanzlei.example.de>", "Ihr Passwort läuft heute ab", "<p>Das Kennwort von me@harbour.example läuft heute ab.</p><p><a href='https://passwort.pages.dev/x'>Passwort beibehalten</a></p>"),
    ("Mailserver <ms@blumen.example.at>", "Zurückgehaltene Nachrichten", "<p>4 Nachrichten wurden in die Quarantäne gelegt.</p><p><a href='http://198.51.100.7/q'>Nachrichten freigeben</a></p>"),
    ("Kundendienst <kd@verein.example.ch>", "Zustellung fehlgeschlagen", "<p>Sechs E-Mails konnten nicht zugestellt werden. Bitte <a href='https://webmail-ch.weebly.com'>melden Sie sich an</a>, um sie abzurufen.</p>"),
    ("Webmail Team <w@hof.example.de>", "Ihr E-Mail-Konto wird gesperrt", "<p>Ihr E-Mail-Konto wird innerhalb von 24 Stunden gesperrt.</p><a href='https://konto-hof.test/'>Konto bestätigen</a>"),
    // French.
    ("Messagerie <contact@fleurs.example.fr>", "Votre boîte de réception est pleine", "<p>Votre messagerie a atteint sa limite.</p><p><a href='https://messagerie-fr.web.app'>Cliquez ici</a> pour augmenter votre quota.</p>"),
    ("Service Informatique <si@lycee.example.fr>", "Messages en attente", "<p>Vous avez 6 messages en attente sur le serveur.</p><p><a href='https://lycee-msg.test/'>Récupérer les messages</a></p>"),
    ("Administrateur <admin@garage.example.fr>", "Échec de la remise du courrier", "<p>3 courriels n'ont pas pu être remis à me@harbour.example.</p><p><a href='http://203.0.113.4/m'>Consulter les messages</a></p>"),
    ("Support technique <st@hotel.example.fr>", "Votre mot de passe expire", "<p>Votre mot de passe expire dans 24 heures. <a href='https://hotel-mdp.test'>Conserver le mot de passe</a></p>"),
    // Spanish.
    ("Correo <soporte@tienda.example.es>", "Su buzón está lleno", "<p>Su buzón ha superado el límite. <a href='https://buzon.000webhostapp.com'>Haga clic aquí</a> para ampliar.</p>"),
    ("Administrador de correo <a@clinica.example.com.ar>", "Mensajes pendientes de entrega", "<p>Tiene 5 correos retenidos en el servidor.</p><a href='https://clinica-webmail.test/x'>Liberar mensajes</a>"),
    ("Mesa de ayuda <m@obra.example.mx>", "Su cuenta de correo será suspendida", "<p>Su cuenta de correo será suspendida en 48 horas.</p><p><a href='https://obra-verifica.test'>Verificar cuenta</a></p>"),
    // Italian.
    ("Servizio Posta <posta@bottega.example.it>", "La tua casella è quasi piena", "<p>La casella di posta ha raggiunto il limite.</p><p><a href='https://bottega-mail.test/'>Aumenta lo spazio</a></p>"),
    ("Assistenza <a@palestra.example.it>", "Messaggi in sospeso", "<p>Ci sono 4 messaggi bloccati sul server.</p><p><a href='https://rilascio.pages.dev'>Rilascia i messaggi</a></p>"),
    ("Amministratore <adm@scuola.example.it>", "Password in scadenza", "<p>La password scade oggi. <a href='http://192.0.2.200/p'>Mantieni la password</a>.</p>"),
    // Portuguese.
    ("Suporte <suporte@loja.example.com.br>", "Sua caixa de entrada está cheia", "<p>Sua caixa de correio excedeu a cota.</p><p><a href='https://loja-cota.test'>Clique aqui</a> para aumentar.</p>"),
    ("Correio <c@oficina.example.pt>", "Mensagens pendentes", "<p>Tem 3 mensagens retidas no servidor.</p><a href='https://oficina-m.test/'>Recuperar mensagens</a>"),
    ("Administrador <a@escola.example.com.br>", "Sua senha expira hoje", "<p>A senha de me@harbour.example expira hoje.</p><a href='https://senha.netlify.app'>Manter a mesma senha</a>"),
    // Dutch, Swedish, Danish, Norwegian, Finnish.
    ("Mailbeheer <m@fiets.example.nl>", "Uw postvak is vol", "<p>Uw postvak is bijna vol.</p><p><a href='https://fiets-opslag.test'>Klik hier</a> voor meer ruimte.</p>"),
    ("Helpdesk <h@kaas.example.nl>", "Berichten in de wacht", "<p>Er staan 5 berichten in de wachtrij.</p><a href='https://kaas-mail.test/'>Berichten vrijgeven</a>"),
    ("E-postadministratör <e@skola.example.se>", "Din brevlåda är full", "<p>Din brevlåda har överskridit gränsen.</p><a href='https://skola-kvot.test'>Klicka här</a>"),
    ("IT-support <i@havn.example.dk>", "Din adgangskode udløber", "<p>Din adgangskode udløber om 24 timer.</p><a href='https://havn-kode.test'>Behold adgangskode</a>"),
    ("Kundeservice <k@fjell.example.no>", "Ventende meldinger", "<p>Du har 4 meldinger som venter på serveren.</p><a href='https://fjell-post.test'>Vis meldinger</a>"),
    ("Ylläpito <y@kauppa.example.fi>", "Postilaatikkosi on täynnä", "<p>Postilaatikkosi on täynnä. <a href='https://kauppa-tila.test'>Napsauta tästä</a> ja kirjaudu sisään.</p>"),
    // Polish, Czech, Hungarian, Romanian, Turkish.
    ("Administrator poczty <a@sklep.example.pl>", "Twoja skrzynka jest pełna", "<p>Skrzynka przekroczyła limit.</p><a href='https://sklep-poczta.test'>Kliknij tutaj</a>"),
    ("Pomoc techniczna <p@biuro.example.pl>", "Oczekujące wiadomości", "<p>Masz 6 wiadomości zatrzymanych na serwerze.</p><a href='https://biuro-w.test'>Odbierz wiadomości</a>"),
    ("Správce pošty <s@obchod.example.cz>", "Vaše schránka je plná", "<p>Schránka překročila kvótu. <a href='https://obchod-kvota.test'>Klikněte zde</a>.</p>"),
    ("Rendszergazda <r@bolt.example.hu>", "A postafiók megtelt", "<p>A postafiókja elérte a korlátot. <a href='https://bolt-tarhely.test'>Kattintson ide</a>.</p>"),
    ("Administrator <a@magazin.example.ro>", "Căsuța dvs. este plină", "<p>Căsuța poștală a depășit limita. <a href='https://magazin-mail.test'>Faceți clic aici</a>.</p>"),
    ("Sistem Yöneticisi <s@dukkan.example.com.tr>", "Posta kutunuz doldu", "<p>Posta kutunuzun kotası aşıldı.</p><a href='https://dukkan-kota.test'>Buraya tıklayın</a>"),
    ("E-posta Destek <d@okul.example.com.tr>", "Bekleyen iletiler", "<p>5 ileti teslim edilemedi.</p><a href='https://okul-ileti.test'>İletileri görüntüle</a>"),
    // Russian, Ukrainian, Greek.
    ("Служба поддержки <s@magazin.example.ru>", "Ваш почтовый ящик переполнен", "<p>Почтовый ящик заполнен на 98%.</p><a href='https://magazin-mail.test'>Нажмите здесь</a>"),
    ("Почтовый сервер <p@shkola.example.ru>", "Недоставленные сообщения", "<p>5 сообщений не были доставлены.</p><a href='https://shkola-p.test'>Получить сообщения</a>"),
    ("Адміністратор <a@kvity.example.ua>", "Скринька переповнена", "<p>Вашу скриньку заповнено. <a href='https://kvity.test'>Натисніть тут</a>.</p>"),
    ("Διαχειριστής <d@taverna.example.gr>", "Το γραμματοκιβώτιό σας είναι γεμάτο", "<p>Έχετε 4 μηνύματα σε αναμονή.</p><a href='https://taverna-mail.test'>Κάντε κλικ εδώ</a>"),
    // Arabic, Hebrew, Chinese, Japanese, Korean.
    ("الدعم الفني <d@souq.example.ae>", "صندوق بريدك ممتلئ", "<p>لديك 5 رسائل معلقة.</p><a href='https://souq-mail.test'>انقر هنا</a>"),
    ("תמיכה <t@shuk.example.co.il>", "תיבת הדואר שלך מלאה", "<p>4 הודעות ממתינות בשרת.</p><a href='https://shuk-mail.test'>לחץ כאן</a>"),
    ("邮件系统管理员 <x@huayuan.example.cn>", "您的邮箱已满", "<p>您有5封邮件待处理。</p><a href='https://huayuan-mail.test'>点击这里</a>"),
    ("系統管理員 <x@shudian.example.tw>", "郵箱容量不足", "<p>郵箱容量已超過上限,請立即升級。</p><a href='https://shudian-mail.test'>點擊升級</a>"),
    ("邮箱管理员 <y@shuma.example.cn>", "邮箱升级通知", "<p>邮件系统升级,未认证的邮箱将被停用。</p><a href='http://203.0.113.77/renzheng'>立即认证</a>"),
    ("メール管理者 <m@hanaya.example.jp>", "メールボックスの容量が上限に達しました", "<p>5通のメールが保留されています。</p><a href='https://hanaya-mail.test'>こちらをクリック</a>"),
    ("サポート <s@hon.example.jp>", "パスワードの有効期限が切れます", "<p>本日パスワードが失効します。</p><a href='https://hon-mail.test'>パスワードを維持</a>"),
    ("메일 관리자 <m@kkot.example.kr>", "메일함 용량 초과", "<p>메일함이 가득 찼습니다. 수신 메일 4건이 보류되었습니다.</p><a href='https://kkot-mail.test'>여기를 클릭</a>"),
];

/// Spam under a delivery notice's header.
#[rustfmt::skip]
pub(super) const DRESSED: &[Mail] = &[
    ("Mail Delivery Subsystem <MAILER-DAEMON@relay.example.net>", "Undelivered Mail Returned to Sender", "<p>Best watches of the season. <a href='http://watches.test/'>Look at them</a></p>"),
    ("Mail Delivery System <mailer-daemon@shop.example.com>", "Delivery Status Notification (Failure)", "<center><a href='http://pills.test/'><img src='http://pills.test/a.gif'></a></center>"),
    ("Postmaster <postmaster@mx.example.org>", "Returned mail: see transcript for details", "Hot singles near you http://dates.test/"),
    ("MAILER-DAEMON <bounce@bulk.example.net>", "failure notice", "<b>You won the lottery</b> <a href='https://bit.ly/win'>claim it</a>"),
];
