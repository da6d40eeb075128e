//! Vietnamese, Indonesian and Malay, Thai, Hindi, Persian.

use super::Topic::{Closed, Failed, Full, Held, Password, Upgrade};
use super::{Language, row};

#[rustfmt::skip]
pub(super) const TABLE: &[Language] = &[
    // Vietnamese.
    Language {
        topics: &[
            row(Held, &["thư$", "tin nhắn", "email$", "thư đến"], &["bị giữ", "đang chờ", "chờ xử lý", "bị chặn", "cách ly", "tạm giữ", "treo$", "chưa nhận", "giải phóng"]),
            row(Failed, &["thư$", "tin nhắn", "email$"], &["chưa được gửi", "không gửi được", "không thể gửi", "không được gửi", "chưa gửi được", "gửi không thành công", "không thể chuyển", "bị trả lại", "bị từ chối"]),
            row(Full, &["hộp thư", "dung lượng", "bộ nhớ", "hạn mức"], &["đầy$", "gần đầy", "vượt quá", "vượt giới hạn", "giới hạn", "hết dung lượng", "sắp hết", "90%", "95%", "98%", "99%"]),
            row(Password, &["mật khẩu"], &["hết hạn", "sắp hết hạn", "giữ nguyên", "giữ lại", "gia hạn", "cập nhật"]),
            row(Closed, &["hộp thư", "tài khoản email", "tài khoản thư"], &["vô hiệu", "bị khóa", "bị khoá", "đóng$", "bị xóa", "bị xoá", "tạm ngưng", "đình chỉ", "hạn chế", "chấm dứt"]),
            row(Upgrade, &["hộp thư", "tài khoản email", "máy chủ thư", "máy chủ email"], &["nâng cấp", "cập nhật", "xác minh", "xác nhận", "xác thực", "bảo trì", "kích hoạt"]),
        ],
        wish: &["nhấp vào", "bấm vào", "nhấn vào", "click vào", "đăng nhập", "khôi phục", "xác minh", "xác nhận", "giữ mật khẩu", "tăng dung lượng", "nâng cấp", "xem thư", "xem tin nhắn", "tệp đính kèm", "nhận thư"],
        button: &["tại đây", "xem$", "nhận$", "nhận thư", "tiếp tục", "cập nhật", "giải phóng"],
        press: &["24 giờ", "48 giờ", "ngay lập tức", "khẩn cấp", "cảnh báo cuối", "sẽ bị xóa", "sẽ bị xoá", "sẽ bị khóa", "sẽ bị khoá", "để tránh", "vĩnh viễn", "nếu không"],
        roles: &["quản trị", "hỗ trợ", "hộp thư", "máy chủ", "bộ phận kỹ thuật"],
        secrets: &["tên đăng nhập:", "mật khẩu:"],
    },
    // Indonesian and Malay.
    Language {
        topics: &[
            row(Held, &["pesan$", "pesanan masuk", "email$", "surel", "surat$", "mesej", "e-mel"], &["tertunda", "tertahan", "ditahan", "menunggu", "diblokir", "karantina", "dalam antrean", "ditangguhkan", "disekat", "dilepaskan"]),
            row(Failed, &["pesan$", "email$", "surel", "surat$", "mesej", "e-mel"], &["tidak terkirim", "tidak terkirimkan", "gagal dikirim", "gagal terkirim", "tidak dapat dikirim", "gagal dihantar", "tidak dapat dihantar", "dikembalikan", "ditolak"]),
            row(Full, &["kotak surat", "kotak masuk", "kotak pesan", "peti mel", "peti surat", "peti masuk", "penyimpanan", "kuota", "storan"], &["penuh", "hampir penuh", "melebihi", "batas", "habis", "had$", "90%", "95%", "98%", "99%"]),
            row(Password, &["kata sandi", "sandi$", "kata laluan", "kata kunci"], &["kedaluwarsa", "kadaluarsa", "berakhir", "tamat tempoh", "pertahankan", "kekalkan", "simpan", "perbarui"]),
            row(Closed, &["kotak surat", "akun email", "akun e-mail", "akaun e-mel", "akaun emel", "peti mel", "peti surat"], &["dinonaktifkan", "ditutup", "dihapus", "diblokir", "ditangguhkan", "dibatasi", "digantung", "dipadam", "disekat", "dihentikan", "dinyahaktif"]),
            row(Upgrade, &["kotak surat", "akun email", "akun e-mail", "akaun e-mel", "akaun emel", "peti mel", "peti surat", "server email"], &["tingkatkan", "perbarui", "pembaruan", "verifikasi", "konfirmasi", "validasi", "pemeliharaan", "kemas kini", "sahkan", "naik taraf"]),
        ],
        wish: &["klik di sini", "klik tautan", "klik link", "klik pautan", "klik tombol", "klik butang", "silakan masuk", "log masuk", "sila log", "pulihkan", "verifikasi", "konfirmasi", "sahkan", "pertahankan kata sandi", "simpan kata sandi", "kekalkan kata laluan", "tambah penyimpanan", "tingkatkan", "perbarui", "kemas kini", "lihat pesan", "terlampir", "terima pesan"],
        button: &["di sini", "disini", "lihat", "buka$", "lanjut", "teruskan", "baca$", "terima", "lepaskan", "kirim$", "kemas kini"],
        press: &["24 jam", "48 jam", "segera", "mendesak", "peringatan terakhir", "amaran terakhir", "akan dihapus", "akan dipadam", "akan ditutup", "akan dinonaktifkan", "untuk menghindari", "untuk mengelakkan", "secara permanen", "jika tidak"],
        roles: &["administrator email", "pentadbir", "dukungan", "sokongan", "tim it", "kotak surat", "server email", "admin email"],
        secrets: &["nama pengguna:", "kata sandi:", "kata laluan:"],
    },
    // Thai: written without blanks.
    Language {
        topics: &[
            row(Held, &["~ข้อความ", "~อีเมล", "~จดหมาย"], &["~ถูกระงับ", "~รอดำเนินการ", "~ค้างอยู่", "~ที่ค้าง", "~ถูกกัก", "~กักกัน", "~ถูกบล็อก", "~รอการปล่อย", "~ถูกพัก"]),
            row(Failed, &["~ข้อความ", "~อีเมล", "~จดหมาย"], &["~ไม่สามารถส่ง", "~ส่งไม่สำเร็จ", "~ส่งไม่ได้", "~ไม่ได้ส่ง", "~ไม่ถูกส่ง", "~ถูกตีกลับ", "~ถูกปฏิเสธ"]),
            row(Full, &["~กล่องจดหมาย", "~กล่องข้อความ", "~กล่องเมล", "~พื้นที่จัดเก็บ", "~โควต้า"], &["~เต็ม", "~เกินขีดจำกัด", "~เกินกำหนด", "~ใกล้หมด", "~95%", "~98%", "~99%"]),
            row(Password, &["~รหัสผ่าน"], &["~หมดอายุ", "~ใช้รหัสเดิม", "~คงรหัส", "~เก็บรหัส"]),
            row(Closed, &["~กล่องจดหมาย", "~บัญชีอีเมล", "~บัญชีเมล"], &["~ปิดใช้งาน", "~ถูกระงับ", "~ถูกลบ", "~ถูกล็อก", "~ถูกบล็อก", "~จะถูกปิด"]),
            row(Upgrade, &["~กล่องจดหมาย", "~บัญชีอีเมล", "~เซิร์ฟเวอร์อีเมล"], &["~อัปเกรด", "~อัพเกรด", "~อัปเดต", "~อัพเดท", "~ยืนยัน", "~ตรวจสอบ", "~บำรุงรักษา"]),
        ],
        wish: &["~คลิก", "~เข้าสู่ระบบ", "~ลงชื่อเข้าใช้", "~กู้คืน", "~ยืนยันบัญชี", "~ยืนยันตัวตน", "~เก็บรหัสผ่าน", "~ใช้รหัสผ่านเดิม", "~เพิ่มพื้นที่", "~อัปเกรด", "~ดูข้อความ", "~ไฟล์แนบ"],
        button: &["~ที่นี่", "~รับข้อความ", "~ดู", "~เปิด", "~ดำเนินการต่อ", "~อ่าน", "~ปล่อย"],
        press: &["~24 ชั่วโมง", "~48 ชั่วโมง", "~ทันที", "~ด่วน", "~คำเตือนครั้งสุดท้าย", "~จะถูกลบ", "~จะถูกปิด", "~เพื่อหลีกเลี่ยง", "~ถาวร"],
        roles: &["~ผู้ดูแลระบบ", "~ฝ่ายสนับสนุน", "~เซิร์ฟเวอร์", "~ฝ่ายไอที"],
        secrets: &["~ชื่อผู้ใช้", "~รหัสผ่าน:"],
    },
    // Hindi.
    Language {
        topics: &[
            row(Held, &["संदेश", "ईमेल", "मेल$"], &["रोके गए", "रोक दिए", "रुके हुए", "लंबित", "प्रतीक्षा", "अवरुद्ध", "क्वारंटीन", "होल्ड"]),
            row(Failed, &["संदेश", "ईमेल", "मेल$"], &["वितरित नहीं", "डिलीवर नहीं", "नहीं भेजा", "भेजने में विफल", "विफल", "लौटा", "अस्वीकार"]),
            row(Full, &["मेलबॉक्स", "इनबॉक्स", "स्टोरेज", "संग्रहण", "कोटा"], &["भर गया", "भर चुका", "भरा हुआ", "सीमा", "पार कर", "समाप्त", "95%", "98%", "99%"]),
            row(Password, &["पासवर्ड"], &["समाप्त", "एक्सपायर", "बनाए रख", "वही", "अपडेट"]),
            row(Closed, &["मेलबॉक्स", "ईमेल खाता", "ईमेल खाते", "ईमेल अकाउंट"], &["निष्क्रिय", "बंद", "निलंबित", "हटा", "ब्लॉक", "सीमित"]),
            row(Upgrade, &["मेलबॉक्स", "ईमेल खाता", "ईमेल खाते", "ईमेल अकाउंट", "मेल सर्वर"], &["अपग्रेड", "अपडेट", "सत्यापित", "सत्यापन", "पुष्टि", "रखरखाव"]),
        ],
        wish: &["क्लिक", "लॉग इन", "लॉगिन", "साइन इन", "पुनर्प्राप्त", "सत्यापित करें", "पुष्टि करें", "पासवर्ड रखें", "पासवर्ड बनाए रखें", "स्टोरेज बढ़ा", "अपग्रेड करें", "अपडेट करें", "संदेश देखें", "संलग्न"],
        button: &["यहां", "यहाँ", "देखें", "प्राप्त करें", "खोलें", "जारी रखें", "पढ़ें", "डाउनलोड"],
        press: &["24 घंटे", "24 घंटों", "48 घंटे", "तुरंत", "तत्काल", "अंतिम चेतावनी", "हटा दिया जाएगा", "बंद कर दिया जाएगा", "बचने के लिए", "स्थायी रूप से"],
        roles: &["प्रशासक", "पोस्टमास्टर", "सहायता", "मेल सर्वर", "व्यवस्थापक"],
        secrets: &["उपयोगकर्ता नाम:", "पासवर्ड:"],
    },
    // Persian.
    Language {
        topics: &[
            row(Held, &["پیام", "ایمیل", "نامه"], &["در انتظار", "معلق", "مسدود", "قرنطینه", "نگه داشته", "متوقف", "آزاد"]),
            row(Failed, &["پیام", "ایمیل", "نامه"], &["تحویل داده نشد", "ارسال نشد", "تحویل نشد", "ناموفق", "برگشت", "رد شد"]),
            row(Full, &["صندوق پست", "صندوق ورودی", "صندوق ایمیل", "فضای ذخیره", "سهمیه"], &["پر است", "پر شده", "پر شد", "تجاوز", "رو به اتمام", "محدودیت", "95%", "98%", "99%"]),
            row(Password, &["رمز عبور", "گذرواژه", "کلمه عبور"], &["منقضی", "انقضا", "حفظ", "تمدید", "نگه دار", "به روز"]),
            row(Closed, &["صندوق پست", "حساب ایمیل", "حساب پست"], &["غیرفعال", "بسته", "تعلیق", "حذف", "مسدود", "محدود", "لغو"]),
            row(Upgrade, &["صندوق پست", "حساب ایمیل", "حساب پست", "سرور ایمیل"], &["ارتقا", "به روز رسانی", "به‌روزرسانی", "تایید", "تأیید", "فعال سازی", "تعمیر"]),
        ],
        wish: &["کلیک کنید", "کلیک", "وارد شوید", "ورود به", "بازیابی", "تایید کنید", "تأیید کنید", "حفظ رمز", "افزایش فضا", "ارتقا دهید", "مشاهده پیام", "پیوست"],
        button: &["اینجا", "دریافت", "مشاهده", "ادامه", "باز کردن", "خواندن", "آزادسازی"],
        press: &["24 ساعت", "۲۴ ساعت", "48 ساعت", "فورا", "فوری", "آخرین هشدار", "حذف خواهد شد", "بسته خواهد شد", "برای جلوگیری", "برای همیشه"],
        roles: &["مدیر ایمیل", "پشتیبانی", "سرور ایمیل", "مدیر سیستم"],
        secrets: &["نام کاربری:", "رمز عبور:"],
    },
];
