//! Exchange and Outlook in the languages of their users: with and without the part for administrators.

use super::{found, judged};
use lazaret::engine::NoLedger;

/// Language, what stands before the subject, the sentence, why, the heading of the administrators' part.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const LANGUAGES: &[Row] = &[
    ("de", "Unzustellbar: ", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:", "Die eingegebene E-Mail-Adresse konnte nicht gefunden werden. Überprüfen Sie die E-Mail-Adresse des Empfängers.", "Diagnoseinformationen für Administratoren:"),
    ("fr", "Non remis : ", "Échec de la remise à ces destinataires ou groupes :", "L’adresse de messagerie que vous avez entrée est introuvable.", "Informations de diagnostic pour les administrateurs :"),
    ("es", "No se puede entregar: ", "No se pudo entregar el mensaje a estos destinatarios o grupos:", "No se encuentra la dirección de correo electrónico que especificó.", "Información de diagnóstico para administradores:"),
    ("it", "Recapito impossibile: ", "Impossibile recapitare il messaggio ai destinatari o gruppi seguenti:", "Impossibile trovare l'indirizzo di posta elettronica immesso.", "Informazioni di diagnostica per gli amministratori:"),
    ("pt", "Não é possível entregar: ", "Falha na entrega para estes destinatários ou grupos:", "O endereço de email inserido não pôde ser encontrado.", "Informações de diagnóstico para administradores:"),
    ("nl", "Onbestelbaar: ", "Bezorging bij deze geadresseerden of groepen is mislukt:", "Het ingevoerde e-mailadres kan niet worden gevonden.", "Diagnostische gegevens voor beheerders:"),
    ("sv", "Det går inte att leverera: ", "Det gick inte att leverera till följande mottagare eller grupper:", "Det gick inte att hitta den angivna e-postadressen.", "Diagnostikinformation för administratörer:"),
    ("da", "Kan ikke leveres: ", "Levering til disse modtagere eller grupper mislykkedes:", "Den angivne mailadresse blev ikke fundet.", "Diagnosticeringsoplysninger til administratorer:"),
    ("nb", "Kan ikke leveres: ", "Levering til disse mottakerne eller gruppene mislyktes:", "Finner ikke e-postadressen du skrev inn.", "Diagnoseinformasjon for administratorer:"),
    ("fi", "Ei toimitettavissa: ", "Toimitus seuraaville vastaanottajille tai ryhmille epäonnistui:", "Antamaasi sähköpostiosoitetta ei löydy.", "Diagnostiikkatiedot järjestelmänvalvojille:"),
    ("pl", "Nie można dostarczyć: ", "Nie można dostarczyć wiadomości do tych adresatów lub grup:", "Nie można odnaleźć wprowadzonego adresu e-mail.", "Informacje diagnostyczne dla administratorów:"),
    ("cs", "Nedoručitelné: ", "Doručení následujícím příjemcům nebo skupinám se nezdařilo:", "Zadaná e-mailová adresa nebyla nalezena.", "Diagnostické informace pro správce:"),
    ("hu", "Kézbesíthetetlen: ", "A kézbesítés a következő címzetteknek vagy csoportoknak nem sikerült:", "A megadott e-mail-cím nem található.", "Diagnosztikai információk rendszergazdáknak:"),
    ("tr", "Teslim edilemedi: ", "Şu alıcılara veya gruplara teslim edilemedi:", "Girdiğiniz e-posta adresi bulunamadı.", "Yöneticiler için tanılama bilgileri:"),
    ("ru", "Не удается доставить: ", "Сбой доставки следующим получателям или группам:", "Не удалось найти указанный адрес электронной почты.", "Диагностические сведения для администраторов:"),
    ("el", "Δεν ήταν δυνατή η παράδοση: ", "Η παράδοση απέτυχε σε αυτούς τους παραλήπτες ή ομάδες:", "Δεν ήταν δυνατή η εύρεση της διεύθυνσης που πληκτρολογήσατε.", "Διαγνωστικές πληροφορίες για διαχειριστές:"),
    ("ja", "配信不能: ", "次の受信者またはグループへの配信に失敗しました:", "入力したメール アドレスが見つかりませんでした。", "管理者向けの診断情報:"),
    ("zh-cn", "未送达: ", "未能将邮件传递给以下收件人或组:", "找不到您输入的电子邮件地址。", "管理员诊断信息:"),
    ("zh-tw", "未傳遞: ", "無法傳遞給下列收件者或群組:", "找不到您輸入的電子郵件地址。", "系統管理員的診斷資訊:"),
    ("ko", "배달되지 않음: ", "다음 받는 사람 또는 그룹에 배달하지 못했습니다.", "입력한 전자 메일 주소를 찾을 수 없습니다.", "관리자를 위한 진단 정보:"),
    ("ro", "Nu se poate livra: ", "Livrarea nu a reușit pentru acești destinatari sau grupuri:", "Adresa de e-mail introdusă nu a putut fi găsită.", "Informații de diagnostic pentru administratori:"),
    ("uk", "Не вдалося доставити: ", "Не вдалося доставити повідомлення таким одержувачам або групам:", "Не вдалося знайти введену адресу електронної пошти.", "Діагностичні відомості для адміністраторів:"),
    ("sk", "Nedoručiteľné: ", "Doručenie týmto príjemcom alebo skupinám zlyhalo:", "Zadaná e-mailová adresa sa nenašla.", "Diagnostické informácie pre správcov:"),
    ("sl", "Nedostavljivo: ", "Dostava tem prejemnikom ali skupinam ni uspela:", "Vnesenega e-poštnega naslova ni mogoče najti.", "Diagnostični podatki za skrbnike:"),
    ("hr", "Nije isporučeno: ", "Isporuka ovim primateljima ili grupama nije uspjela:", "Adresu e-pošte koju ste unijeli nije moguće pronaći.", "Dijagnostičke informacije za administratore:"),
    ("bg", "Недоставено: ", "Доставянето до тези получатели или групи е неуспешно:", "Въведеният имейл адрес не беше намерен.", "Диагностична информация за администратори:"),
    ("he", "\u{5dc}\u{5d0} \u{5e0}\u{5d9}\u{5ea}\u{5df} \u{5dc}\u{5de}\u{5e1}\u{5d9}\u{5e8}\u{5d4}: ", "\u{5d4}\u{5de}\u{5e1}\u{5d9}\u{5e8}\u{5d4} \u{5e0}\u{5db}\u{5e9}\u{5dc}\u{5d4} \u{5dc}\u{5e0}\u{5de}\u{5e2}\u{5e0}\u{5d9}\u{5dd} \u{5d0}\u{5d5} \u{5dc}\u{5e7}\u{5d1}\u{5d5}\u{5e6}\u{5d5}\u{5ea} \u{5d0}\u{5dc}\u{5d4}:", "\u{5db}\u{5ea}\u{5d5}\u{5d1}\u{5ea} \u{5d4}\u{5d3}\u{5d5}\u{5d0}\u{5e8} \u{5d4}\u{5d0}\u{5dc}\u{5e7}\u{5d8}\u{5e8}\u{5d5}\u{5e0}\u{5d9} \u{5e9}\u{5d4}\u{5d6}\u{5e0}\u{5ea} \u{5dc}\u{5d0} \u{5e0}\u{5de}\u{5e6}\u{5d0}\u{5d4}.", "\u{5de}\u{5d9}\u{5d3}\u{5e2} \u{5d0}\u{5d1}\u{5d7}\u{5d5}\u{5df} \u{5e2}\u{5d1}\u{5d5}\u{5e8} \u{5de}\u{5e0}\u{5d4}\u{5dc}\u{5d9} \u{5de}\u{5e2}\u{5e8}\u{5db}\u{5ea}:"),
    ("ar", "\u{62a}\u{639}\u{630}\u{631} \u{627}\u{644}\u{62a}\u{633}\u{644}\u{64a}\u{645}: ", "\u{641}\u{634}\u{644} \u{627}\u{644}\u{62a}\u{633}\u{644}\u{64a}\u{645} \u{625}\u{644}\u{649} \u{647}\u{624}\u{644}\u{627}\u{621} \u{627}\u{644}\u{645}\u{633}\u{62a}\u{644}\u{645}\u{64a}\u{646} \u{623}\u{648} \u{647}\u{630}\u{647} \u{627}\u{644}\u{645}\u{62c}\u{645}\u{648}\u{639}\u{627}\u{62a}:", "\u{62a}\u{639}\u{630}\u{631} \u{627}\u{644}\u{639}\u{62b}\u{648}\u{631} \u{639}\u{644}\u{649} \u{639}\u{646}\u{648}\u{627}\u{646} \u{627}\u{644}\u{628}\u{631}\u{64a}\u{62f} \u{627}\u{644}\u{625}\u{644}\u{643}\u{62a}\u{631}\u{648}\u{646}\u{64a} \u{627}\u{644}\u{630}\u{64a} \u{623}\u{62f}\u{62e}\u{644}\u{62a}\u{647}.", "\u{645}\u{639}\u{644}\u{648}\u{645}\u{627}\u{62a} \u{627}\u{644}\u{62a}\u{634}\u{62e}\u{64a}\u{635} \u{644}\u{644}\u{645}\u{633}\u{624}\u{648}\u{644}\u{64a}\u{646}:"),
    ("th", "ไม่สามารถจัดส่งได้: ", "การส่งถึงผู้รับหรือกลุ่มเหล่านี้ล้มเหลว:", "ไม่พบที่อยู่อีเมลที่คุณใส่", "ข้อมูลการวินิจฉัยสำหรับผู้ดูแลระบบ:"),
    ("vi", "Không thể gửi: ", "Không thể gửi tới những người nhận hoặc nhóm này:", "Không tìm thấy địa chỉ email bạn đã nhập.", "Thông tin chẩn đoán dành cho quản trị viên:"),
    ("et", "Ei saa kohale toimetada: ", "Kohaletoimetamine neile adressaatidele või rühmadele nurjus:", "Sisestatud meiliaadressi ei leitud.", "Diagnostikateave administraatoritele:"),
    ("lt", "Nepristatyta: ", "Nepavyko pristatyti šiems gavėjams arba grupėms:", "Nepavyko rasti įvesto el. pašto adreso.", "Diagnostikos informacija administratoriams:"),
    ("lv", "Nevar piegādāt: ", "Piegāde šiem adresātiem vai grupām neizdevās:", "Ievadīto e-pasta adresi nevarēja atrast.", "Diagnostikas informācija administratoriem:"),
    ("id", "Tidak terkirim: ", "Pengiriman ke penerima atau grup ini gagal:", "Alamat email yang Anda masukkan tidak ditemukan.", "Informasi diagnostik untuk administrator:"),
];

const HEADER: &str = "Received: from desk.harbour.example by mx.harbour.example; Tue, 3 Mar 2026 09:59:00 +0000\n\
    Message-ID: <offer.1@harbour.example>\nFrom: ines@harbour.example\nTo: gone@example.org\n\
    Subject: The offer\nDate: Tue, 3 Mar 2026 09:59:00 +0000\nMIME-Version: 1.0\n";

fn notice(from: &str, subject: &str, text: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: {from}\nTo: ines@harbour.example\nSubject: {subject}The offer\n\
         Date: Tue, 03 Mar 2026 10:05:00 +0000\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"
    )
}

#[test]
fn exchange_in_every_language() {
    let mut wrong = Vec::new();
    for (language, before, sentence, why, heading) in LANGUAGES {
        let full = notice(
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>",
            before,
            &format!(
                "{sentence}\n\ngone@example.org\n{why}\n\n{heading}\n\nmail.example.com\n\ngone@example.org\n\
                 #550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\n{HEADER}"
            ),
        );
        let got = found(&judged(&full, &NoLedger)).join(" ");
        if got != "bounce gone@example.org failed 5.1.1 mailbox_unknown offer.1@harbour.example" {
            wrong.push(format!("{language}: {got}"));
        }
        let short =
            notice("postmaster@example.com", before, &format!("{sentence}\n\ngone@example.org\n{why}\n"));
        let got = found(&judged(&short, &NoLedger)).join(" ");
        if !got.starts_with("bounce gone@example.org failed - mailbox_unknown") {
            wrong.push(format!("{language}, without the administrators' part: {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(LANGUAGES.len() > 30);
}
