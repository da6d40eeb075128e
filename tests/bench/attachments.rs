//! How fast attachments are looked at: one core, warm. Run with `cargo bench --bench attachments`.

use std::time::Instant;

use lazaret::engine::attachment::{inspect_file, inspect_message};
use lazaret::engine::{Limits, message};

/// Incompressible bytes.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
    .take(len)
    .collect()
}

/// The best of a few runs, in seconds.
fn best(mut run: impl FnMut()) -> f64 {
    (0..5)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::MAX, f64::min)
}

fn main() {
    let limits = Limits::default();
    let data = noise(32 << 20);
    let megabytes = data.len() as f64 / 1e6;
    let mut picture = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec();
    picture.extend(&data);
    for (name, bytes) in [("data.bin", &data), ("photo.jpg", &picture)] {
        let seconds = best(|| drop(inspect_file(name, bytes, &limits)));
        println!("sniff and hash {name}: {:.0} MB/s", megabytes / seconds);
    }

    let line = "This is a line of an ordinary mail, as long as most lines are.\r\n";
    let text = format!("From: a@example.org\r\nSubject: s\r\n\r\n{}", line.repeat(60));
    let parsing = best(|| {
        (0..1_000).for_each(|_| drop(message::parse(text.as_bytes(), &limits).view()));
    });
    let both = best(|| {
        (0..1_000).for_each(|_| {
            let parsed = message::parse(text.as_bytes(), &limits);
            drop(inspect_message(&parsed.view(), None, &limits));
        });
    });
    println!("a mail of 4 kB: {:.1} µs to parse, {:.1} µs with attachments", parsing * 1e3, both * 1e3);

    let mut encoded = String::new();
    for chunk in data.get(..8 << 20).unwrap_or_default().chunks(57) {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for group in chunk.chunks_exact(3) {
            let bits = group.iter().fold(0_u32, |n, &b| n << 8 | u32::from(b));
            encoded.extend((0..4).map(|i| char::from(ALPHABET[(bits >> (18 - 6 * i) & 63) as usize])));
        }
        encoded.push_str("\r\n");
    }
    let mail = format!(
        "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n\
         Content-Type: application/octet-stream; name=data.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n--b--\r\n"
    );
    let parsing = best(|| drop(message::parse(mail.as_bytes(), &limits)));
    let both = best(|| {
        let parsed = message::parse(mail.as_bytes(), &limits);
        drop(inspect_message(&parsed.view(), None, &limits));
    });
    println!(
        "a mail of {:.0} MB: {:.1} ms to parse, {:.1} ms with attachments",
        mail.len() as f64 / 1e6,
        parsing * 1e3,
        both * 1e3
    );
}
