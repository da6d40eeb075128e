//! BODYSTRUCTURE, read tolerantly: what has an odd shape has no outline, and the message is fetched whole.

use super::answers::{Answer, Literal, Token, Tokens};
use crate::mail::structure::{Leaf, Structure};

/// Parts within parts that are followed.
const DEEPEST: usize = 10;
/// Parts of one message that are listed.
const MOST: usize = 100;

/// A value of the answer: a string, NIL, or a list.
#[derive(Debug)]
enum Value {
    Text(String),
    Nil,
    List(Vec<Value>),
}

impl Value {
    fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn list(&self) -> Option<&[Value]> {
        match self {
            Value::List(values) => Some(values),
            _ => None,
        }
    }
}

/// Reads one value; `room` bounds how many there may be in all, `depth` how deep they may stand.
fn value(tokens: &mut Tokens<'_>, literals: &[Literal], depth: usize, room: &mut usize) -> Option<Value> {
    *room = room.checked_sub(1)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(match tokens.next()? {
        Token::Open => {
            let mut values = Vec::new();
            let depth = depth.checked_sub(1)?;
            loop {
                if tokens.closes() {
                    return Some(Value::List(values));
                }
                values.push(value(tokens, literals, depth, room)?);
            }
        }
        Token::Close => return None,
        Token::Word(word) if word.eq_ignore_ascii_case(b"NIL") => Value::Nil,
        Token::Word(word) => Value::Text(text(word)),
        Token::Quoted(quoted) => Value::Text(text(&quoted)),
        Token::Literal(index) => Value::Text(text(&literals.get(index)?.clone().whole()?)),
    })
}

/// The value of a parameter in `("name" "value" ...)`, all of that name.
fn parameters<'a>(list: Option<&'a Value>, name: &str) -> Vec<&'a str> {
    let pairs = list.and_then(Value::list).unwrap_or_default();
    let of_name = |pair: &'a [Value]| {
        let [key, value] = pair else { return None };
        // `filename*0*` and its like (RFC 2231) count as the name, too: they make it no plain one.
        let key = key.text()?.to_lowercase();
        (key == name || key.starts_with(&format!("{name}*"))).then(|| value.text()).flatten()
    };
    pairs.chunks(2).filter_map(of_name).collect()
}

/// The structure in a FETCH answer, where there is one that can be read.
pub(super) fn of(answer: &Answer) -> Option<Structure> {
    let mut tokens = Tokens::new(&answer.text);
    while let Some(token) = tokens.next() {
        if matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(b"BODYSTRUCTURE")) {
            let mut room = MOST * 60;
            let tree = value(&mut tokens, &answer.literals, DEEPEST * 2 + 6, &mut room)?;
            return part(&tree, "", DEEPEST);
        }
    }
    None
}

/// One part by its number.
fn part(tree: &Value, number: &str, depth: usize) -> Option<Structure> {
    let depth = depth.checked_sub(1)?;
    let values = tree.list()?;
    let bodies = values.iter().take_while(|v| v.list().is_some()).count();
    if bodies == 0 {
        return leaf(values, if number.is_empty() { "1" } else { number }).map(Structure::Leaf);
    }
    let child = |(i, tree): (usize, &Value)| {
        let number = if number.is_empty() { format!("{}", i + 1) } else { format!("{number}.{}", i + 1) };
        part(tree, &number, depth)
    };
    let children: Option<Vec<Structure>> = values.iter().take(bodies).enumerate().map(child).collect();
    // After the parts: the subtype, then the parameters.
    let boundary = parameters(values.get(bodies + 1), "boundary").first().copied()?;
    let sound = !boundary.is_empty() && boundary.len() <= 200 && !boundary.contains(['\r', '\n', '\0']);
    sound.then_some(())?;
    Some(Structure::Bundle { number: number.to_owned(), boundary: boundary.to_owned(), children: children? })
}

/// `type subtype (parameters) id description encoding octets ...`
fn leaf(values: &[Value], number: &str) -> Option<Leaf> {
    let text = |at: usize| values.get(at).and_then(Value::text);
    let kind = format!("{}/{}", text(0)?, text(1)?).to_lowercase();
    let mut names: Vec<String> = parameters(values.get(2), "name").into_iter().map(str::to_owned).collect();
    // The disposition stands among the extensions, whose place depends on the type: `("attachment" (...))`.
    for extension in values.iter().skip(7).filter_map(Value::list) {
        names.extend(parameters(extension.get(1), "filename").into_iter().map(str::to_owned));
    }
    Some(Leaf {
        number: number.to_owned(),
        kind,
        encoding: text(5).unwrap_or("7bit").to_lowercase(),
        octets: text(6)?.parse().ok()?,
        names,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Structure> {
        of(&Answer { text: format!("* 1 FETCH (UID 7 BODYSTRUCTURE {text})").into_bytes(), literals: vec![] })
    }

    #[test]
    fn the_shapes_of_the_standard() {
        let plain = r#"("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "7BIT" 1152 23)"#;
        let Some(Structure::Leaf(leaf)) = read(plain) else { panic!() };
        assert_eq!((leaf.number.as_str(), leaf.kind.as_str(), leaf.octets), ("1", "text/plain", 1152));
        let picture = r#"("image" "jpeg" ("name" "a.jpg") "<x>" NIL "base64" 4554 NIL ("attachment" ("filename" "b.jpg")) NIL)"#;
        let both = format!(
            r#"(({plain}{plain} "alternative" ("boundary" "in")){picture} "mixed" ("boundary" "out") NIL NIL)"#
        );
        let Some(Structure::Bundle { boundary, children, .. }) = read(&both) else { panic!() };
        assert_eq!(boundary, "out");
        let [Structure::Bundle { number, children: inner, .. }, Structure::Leaf(picture)] = &children[..]
        else {
            panic!("{children:?}")
        };
        assert_eq!((number.as_str(), inner.len(), picture.number.as_str()), ("1", 2, "2"));
        assert_eq!(picture.names, ["a.jpg", "b.jpg"]);
        let Structure::Leaf(second) = &inner[1] else { panic!() };
        assert_eq!(second.number, "1.2");
    }

    #[test]
    fn odd_shapes_have_no_outline() {
        for odd in [
            "NIL",
            "()",
            "(())",
            "(NIL NIL)",
            r#"("text")"#,
            r#"("text" "plain" NIL NIL NIL "7bit" "many")"#,
            r#"(("text" "plain" NIL NIL NIL "7bit" 5 1) "mixed" NIL)"#,
            r#"(("text" "plain" NIL NIL NIL "7bit" 5 1) "mixed" ("boundary" ""))"#,
            r#"("text" "plain" (("#,
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(read(&"(".repeat(100_000)), None);
        let many = r#"("text" "plain" NIL NIL NIL "7bit" 5 1)"#.repeat(5_000);
        assert_eq!(read(&format!(r#"({many} "mixed" ("boundary" "b"))"#)), None);
    }
}
