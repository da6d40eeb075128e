//! Fakes in the languages that came later, and in forms that hide what they want; beside each a harmless neighbour.

use super::*;

/// From, subject, page: fakes.
#[rustfmt::skip]
const FAKES: &[(&str, &str, &str)] = &[
    ("Поща <poshta@lodki.example.bg>", "Имате недоставени съобщения", "<p>Уважаеми потребителю, кутията ви е препълнена и 3 съобщения са спрени.</p><a href='https://lodki-p.test/'>Освободете съобщенията</a>"),
    ("Podrška <podrska@brodovi.example.hr>", "Neisporučene poruke", "<p>Poštovani korisniče, vaš pretinac je popunjen, zadržane su 4 poruke.</p><a href='https://brodovi-p.test/'>Oslobodite poruke</a>"),
    ("Администратор <adm@camci.example.rs>", "Сандуче је попуњено", "<p>Поштовани, сандуче је прекорачило простор. Поруке су на чекању.</p><a href='https://camci-p.test/'>Прикажи поруке</a>"),
    ("Podpora <podpora@jadra.example.si>", "Geslo nabiralnika poteče danes", "<p>Spoštovani uporabnik, geslo vašega nabiralnika poteče danes. Ohranite geslo.</p><a href='https://jadra-p.test/'>Ohrani geslo</a>"),
    ("Suport de correu <suport@barques.example.cat>", "Missatges retinguts", "<p>Benvolgut usuari, 5 missatges estan en espera perquè la bústia és plena.</p><a href='https://barques-p.test/'>Veure els missatges</a>"),
    ("Pašto pagalba <p@burlaiviai.example.lt>", "Nepristatyti laiškai", "<p>Gerbiamas vartotojau, jūsų dėžutė perpildyta, 4 laiškai sulaikyti.</p><a href='https://bur-p.test/'>Peržiūrėti</a>"),
    ("Atbalsts <a@laivas.example.lv>", "Pastkaste ir pilna", "<p>Cienījamais lietotāj, jūsu pastkaste ir pārpildīta un 3 vēstules gaida.</p><a href='https://laivas-p.test/'>Saņemt vēstules</a>"),
    ("Kasutajatugi <k@purjed.example.ee>", "Teie postkast on täis", "<p>Lugupeetud kasutaja, postkast on täis ja 3 kirja ootavad.</p><a href='https://purjed-p.test/'>Vaata kirju</a>"),
    ("Quản trị viên <qt@thuyen.example.vn>", "Mật khẩu hộp thư sắp hết hạn", "<p>Kính gửi người dùng, mật khẩu của bạn hết hạn hôm nay. Giữ mật khẩu hiện tại.</p><a href='https://thuyen-p.test/'>Giữ mật khẩu</a>"),
    ("Admin Email <ae@perahu.example.id>", "5 pesan tertunda", "<p>Pengguna yang terhormat, kotak masuk Anda melebihi batas.</p><a href='https://perahu-p.test/'>Lihat pesan</a>"),
    ("Pentadbir <p@bot.example.my>", "Peti mel anda akan ditutup", "<p>Peti mel anda akan ditutup dalam 24 jam. Sahkan akaun.</p><a href='https://bot-p.test/'>Log masuk</a>"),
    ("ผู้ดูแลระบบ <p@ruea.example.th>", "กล่องจดหมายเต็ม", "<p>เรียนผู้ใช้ กล่องจดหมายของคุณเต็ม ข้อความถูกระงับ</p><a href='https://ruea-p.test/'>คลิกที่นี่</a>"),
    ("व्यवस्थापक <v@naav.example.in>", "आपका मेलबॉक्स भर गया है", "<p>प्रिय उपयोगकर्ता, 4 संदेश रोके गए हैं।</p><a href='https://naav-p.test/'>संदेश देखें</a>"),
    ("پشتیبانی <p@ghayegh.example.ir>", "صندوق پستی پر شده است", "<p>کاربر گرامی، پیام‌های شما در انتظار است.</p><a href='https://ghayegh-p.test/'>دریافت پیام‌ها</a>"),
    // The page was put on the sender's own host by stealth.
    ("Roundcube <rc@sails.example.com>", "Roundcube: action needed to go on receiving mail", "<p>Your Roundcube account uses an old version. Update it to keep your mail.</p><a href='https://sails.example.com/wp-content/rc/'>Update</a>"),
    // Written with numbers for letters.
    ("Mail Server <ms@cabin.example.org>", "Mailbox notice", "<p>Y&#111;ur m&#97;ilb&#111;x is f&#117;ll. 5 m&#101;ssages are p&#101;nding.</p><a href='https://cabin.example.org/x'>R&#101;lease m&#101;ssages</a>"),
    // The whole mail is a picture.
    ("Mail Server <ms@dunes.example.org>", "Pending incoming mails", "<a href='https://dunes-p.test/'><img src='https://dunes-p.test/a.png' alt='View pending messages'></a>"),
    ("Mail Server <ms@dunes.example.org>", "Pending incoming mails", "<a href='https://dunes-p.test/'><img src='https://dunes-p.test/a.png'></a>"),
    ("Mail Server <ms@dunes.example.org>", "Mailbox full", "<img src='cid:1' usemap='#m'><map name='m'><area href='https://dunes-p.test/' alt='Release messages'></map>"),
    // Dressed as an undelivered recording.
    ("Voicemail <postmaster@calls.example.com>", "Undelivered voice message", "<p>A voice message could not be delivered to your mailbox because it is full.</p><a href='https://calls.example.com/v'>Play message</a>"),
    // What looks like the person's own server leads elsewhere.
    ("Mail Delivery System <MAILER-DAEMON@vps.example.net>", "Undelivered Mail Returned to Sender", "<p>This message was created automatically by mail delivery software.</p><p>7 messages to you could not be delivered. Log in to release them: <a href='https://vps.example.net/r'>https://mail.harbour.example/r</a></p>"),
];

/// From, subject, page: mail that is none.
#[rustfmt::skip]
const HONEST: &[(&str, &str, &str, &str)] = &[
    ("", "Куриер <k@kurier.example.bg>", "Пратката не е доставена", "<p>Пратката ви чака в офиса.</p><a href='https://kurier.example.bg/1'>Преглед</a>"),
    ("", "Dostava <d@dostava.example.hr>", "Pošiljka nije isporučena", "<p>Nismo vas zatekli. Odaberite novi termin.</p><a href='https://dostava.example.hr/1'>Prikaži</a>"),
    ("", "Kurjeris <k@kurjeris.example.lt>", "Siunta nepristatyta", "<p>Siunta laukia paštomate.</p><a href='https://kurjeris.example.lt/1'>Peržiūrėti</a>"),
    ("", "Giao hàng <g@giao.example.vn>", "Giao hàng không thành công", "<p>Đơn hàng của bạn chưa giao được.</p><a href='https://giao.example.vn/1'>Xem</a>"),
    ("", "Kurir <k@kurir.example.id>", "Paket gagal dikirim", "<p>Paket Anda ditahan di gudang.</p><a href='https://kurir.example.id/1'>Lihat</a>"),
    ("", "ขนส่ง <k@khonsong.example.th>", "จัดส่งพัสดุไม่สำเร็จ", "<p>พัสดุของคุณรอรับที่สาขา</p><a href='https://khonsong.example.th/1'>ดู</a>"),
    // A picture that leads somewhere, under a subject of another kind.
    ("", "Gallery <g@gallery.example.com>", "Summer exhibition", "<a href='https://tickets.example.net/'><img src='https://gallery.example.com/a.png'></a>"),
    // The codes of tickets, and the own organisation's for a second factor.
    ("", "Concert <c@concert.example.com>", "Your tickets", "<p>Show the QR code at the entrance.</p><img src='https://concert.example.com/q.png'>"),
    ("", "IT Harbour <it@harbour.example>", "Second factor for your mailbox", "<p>Your mailbox account must be confirmed with a second factor. Scan the QR code in the app.</p><img src='https://portal.harbour.example/q.png'>"),
    // Services that write of their own mail, or of space that they let to anybody.
    ("d=facebookmail.com", "Facebook <security@facebookmail.com>", "Our emails to you are being returned", "<p>Messages to your address were returned.</p><a href='https://www.facebook.com/confirm'>Confirm email</a>"),
    ("d=onedrive.com", "Microsoft OneDrive <email@onedrive.com>", "Your storage is almost full", "<p>4.8 of 5 GB are used.</p><a href='https://onedrive.live.com/?v=storage'>Get more storage</a>"),
    ("List-Unsubscribe: <https://status.example.net/u>", "Mail Host Status <noreply@statuspage.io>", "Resolved: delayed mail delivery", "<p>Messages that were queued have been delivered.</p><a href='https://status.sendgrid.com/1'>View incident</a>"),
    // Sites whose messages wait for an answer or were not passed on.
    ("d=mercato-nord.test", "Mercato <noreply@mercato-nord.test>", "Hai 2 messaggi in attesa", "<p>2 messaggi in attesa di risposta.</p><a href='https://click.counts.test/1'>Leggi i messaggi</a>"),
    ("", "Tori <noreply@tori-ranta.test>", "2 viestiä odottaa vastausta", "<p>2 viestiä odottaa.</p><a href='https://tori-ranta.test/v'>Näytä viestit</a>"),
    ("", "Annonces <noreply@annonces-port.test>", "Votre message n'a pas pu être envoyé", "<p>Votre message a été bloqué par notre modération.</p><a href='https://aide.annonces-port.invalid/'>En savoir plus</a>"),
    ("d=ads-kaj.test", "Annonser <noreply@ads-kaj.test>", "Ditt meddelande kunde inte levereras", "<p>Säljaren har tagit bort annonsen.</p><a href='https://click.counts.test/2'>Visa</a>"),
    ("", "Доска <noreply@doska.test>", "Сообщение не доставлено покупателю", "<p>Ваше сообщение не доставлено, покупатель заблокирован.</p><a href='https://doska.test/m'>Подробнее</a>"),
    ("", "Board <noreply@board.test>", "You have 5 pending messages", "<p>5 messages are waiting for your reply.</p><a href='https://board.test/m'>View messages</a>"),
    // Whose own house lets space to anybody, and whose links are counted on their way.
    ("d=wix.com", "Wix <team@notifications.wix.com>", "Your business email will be suspended", "<p>Payment for your mailbox failed. Your mailbox will be suspended on Friday.</p><a href='https://manage.wix.com/p'>Update payment</a>"),
    ("d=hobby-board.test", "Hobby Board <noreply@hobby-board.test>", "Your message could not be sent", "<p>Your message to the shop was blocked as it holds a link.</p><a href='https://u7.ct.sendgrid.net/ls/click?u=1'>Go to messages</a>"),
    // Counts of what a machine did, and a greeting without a name.
    ("", "Copier <copier@print.example.com>", "Counter report", "<p>Dear user, 312 pages were printed. 4 messages were sent.</p><a href='https://print.example.com/r'>View</a>"),
];

#[test]
fn fakes_in_more_languages_and_forms() {
    let mut failures = Vec::new();
    for (from, subject, body) in FAKES {
        let raw = mail("", from, subject, "text/html", body);
        let verdict = judged(&raw);
        if verdict.class != Class::FakeBounce || verdict.notice.is_some() {
            failures.push(format!("{from} / {subject} is {}; {}", verdict.class, weighed(&raw)));
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn their_neighbours_stay_silent() {
    let mut failures = Vec::new();
    for (extra, from, subject, body) in HONEST {
        let raw = mail(&honest::more(extra), from, subject, "text/html", body);
        let verdict = judged(&raw);
        if verdict.class != Class::Ordinary || verdict.notice.is_some() {
            failures.push(format!("{from} / {subject} is {}; {}", verdict.class, weighed(&raw)));
        }
    }
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn a_code_to_be_scanned_is_a_way_to_harm() {
    let scan = |text: &str| {
        let body = format!("<p>{text}</p><img src='cid:code'>");
        judged(&mail(
            "", "IT Security <its@stone.example.com>", "Your mailbox password expires", "text/html", &body,
        ))
    };
    let verdict = scan("Your mailbox password expires today. Scan the QR code with your phone to keep it.");
    assert_eq!(verdict.class, Class::FakeBounce, "{:?}", verdict.findings);
    assert!(verdict.findings.iter().any(|f| f.id == "fake.scan" && !f.evidence.is_empty()));
    assert_eq!(scan("Your mailbox password expires today. Come to room 12.").class, Class::Ordinary);
}

#[test]
fn a_service_that_lets_space_to_anybody_is_believed_where_it_signed() {
    let body = "<p>Your storage is full: 5 incoming messages to your mailbox are on hold.</p>\
                <a href='https://onedrive.live.com/?x'>Release messages</a>";
    let from = "Microsoft OneDrive <email@onedrive.com>";
    let verdict = judged(&mail("", from, "Mailbox full: messages on hold", "text/html", body));
    assert_eq!(verdict.class, Class::FakeBounce);
}

#[test]
fn in_plain_text_the_line_before_a_link_is_the_button() {
    let text = |line: &str| {
        let body = format!(
            "There was a problem delivering incoming messages to me@harbour.example.\n6 messages are undelivered.\n\n{line}\n"
        );
        judged(&mail("", "Postmaster <postmaster@docks.test>", "Delivery incomplete", "text/plain", &body))
            .class
    };
    assert_eq!(text("Show messages: https://docks-p.test/m"), Class::FakeBounce);
    assert_ne!(text("Our office is open from 9 to 5."), Class::FakeBounce);
}

#[test]
fn a_counted_link_is_a_senders_own_where_it_poses_as_nobody() {
    let from = |who: &str| {
        let body = "<p>Your message to the shop was blocked.</p><a href='https://u7.ct.sendgrid.net/ls/click?u=1'>Go to messages</a>";
        let signed = honest::more("d=hobby-board.test");
        judged(&mail(&signed, who, "Your message could not be sent", "text/html", body)).class
    };
    assert_eq!(from("Hobby Board <noreply@hobby-board.test>"), Class::Ordinary);
    assert_eq!(from("Mail Delivery System <noreply@hobby-board.test>"), Class::FakeBounce);
}
