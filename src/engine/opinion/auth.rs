//! The Authentication-Results field. RFC 8601 §2.2; DMARC: RFC 7489 §11.2.

/// Results that are read of one field.
const MOST: usize = 50;

/// One field, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Results {
    /// The authserv-id: who checked. Lower case.
    pub(super) server: String,
    methods: Vec<Method>,
}

/// One method with its result.
#[derive(Debug, PartialEq, Eq)]
struct Method {
    name: String,
    result: String,
    /// `header.d`, `smtp.mailfrom` and their like, in lower case.
    properties: Vec<(String, String)>,
}

/// What the methods come to, taken together.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Conclusion {
    /// The domain of the From address vouches for the message.
    Vouched,
    /// It does not, by these methods.
    Failed(String),
    /// The results do not say.
    Open,
}

impl Results {
    /// Reads the value of a field; `None` where it has no server's name.
    pub(super) fn read(value: &str) -> Option<Results> {
        let plain = without_comments(value);
        let mut parts = plain.split(';');
        // A version may follow the name: "mx.example.org 1".
        let server = parts.next()?.split_whitespace().next()?.trim_matches('"').trim_end_matches('.');
        if server.is_empty() || server.contains('=') {
            return None;
        }
        let methods = parts.take(MOST).filter_map(Method::read).collect();
        Some(Results { server: server.to_lowercase(), methods })
    }

    /// Whether it holds any result (`none` is a field that holds none).
    pub(super) fn says_something(&self) -> bool {
        !self.methods.is_empty()
    }

    /// What the results say of a From address at `domain`.
    ///
    /// DMARC decides where it was asked, for it compares with the From address. Without it a signature of
    /// the very domain vouches; failures of SPF or DKIM alone prove nothing, but both together do count.
    pub(super) fn conclusion(&self, domain: &str) -> Conclusion {
        let result = |name: &'static str| self.methods.iter().filter(move |m| m.name == name);
        if result("dmarc").any(|m| m.result == "pass") {
            return Conclusion::Vouched;
        }
        if result("dmarc").any(|m| m.result == "fail") {
            return Conclusion::Failed("DMARC".to_owned());
        }
        let signed = |m: &Method| {
            m.result == "pass"
                && m.properties.iter().any(|(key, value)| {
                    (key == "header.d" || key == "header.i")
                        && value.rsplit('@').next().is_some_and(|d| !d.is_empty() && d == domain)
                })
        };
        if result("dkim").any(signed) {
            return Conclusion::Vouched;
        }
        let spf = result("spf").any(|m| m.result == "fail" || m.result == "hardfail");
        let dkim = result("dkim").any(|m| m.result == "fail") && !result("dkim").any(|m| m.result == "pass");
        match spf && dkim {
            true => Conclusion::Failed("SPF and DKIM".to_owned()),
            false => Conclusion::Open,
        }
    }
}

impl Method {
    fn read(text: &str) -> Option<Method> {
        let mut words = text.split_whitespace();
        let (name, result) = words.next()?.split_once('=')?;
        // A version may follow the method's name: "dkim/1=pass".
        let name = name.split('/').next()?.to_lowercase();
        let properties = words
            .filter_map(|word| word.split_once('='))
            .map(|(key, value)| (key.to_lowercase(), value.trim_matches('"').to_lowercase()))
            .collect();
        Some(Method { name, result: result.to_lowercase(), properties })
    }
}

/// The text without comments (RFC 5322 §3.2.2), which may nest and hold anything; a quoted string stays.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted || depth > 0 => {
                let escaped = chars.next();
                if depth == 0 {
                    out.extend(escaped);
                }
            }
            '"' if depth == 0 => quoted = !quoted,
            // A semicolon in a quoted string ends no result.
            ';' if quoted => out.push(','),
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                out.push(' ');
            }
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}
