//! Texts that people and other programs hand over.

use falab::cli::links;
use falab::spec::{Draft, FIELDS, Link, LinkError, MOST_ERRORS, Spec};

use super::engine::{Target, outcome, words};

/// Keys, values and what breaks texts.
const WORDS: &str = "v=1 & = # - x : % %00 %ff %3C http://a/# num=1 num=2 run=1 receipt= bp:0123456789abcdef \
    dfa:ffffffffffffffff n=64 n=60000 rules=bp-fa-dfa-ifa-shallow hidden=1 hidden=100x2000 hidden=2x64-10 act=relu \
    init=small:0.1 fb=gauss fbscale=auto fbscale=1e-3 opt=adam lr=1e6 lr=1e-38 lr=inf lr=nan rho=0.999999 eps=1 \
    momentum=0 batch=1024 dropout=0.1-0.5 dropout=1e-2-0.5 adv=1 epochs=10000 steps=1000000000 steps=none stop=100 \
    evals=100 seed=9007199254740991 seed=-0 at=5e title=a%20b note=%0A hide=share.cards lock=lr embed=1 origin=https://a.b:1 18446744073709551616 1e999 \u{202e} \u{200f} \u{0} \u{feff} é 😀";

/// What a message about a text may not hold: it would be shown in another order than it has, or not at all.
fn is_unseemly(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn check_messages(errors: &[LinkError]) {
    assert!(errors.len() <= MOST_ERRORS + 1, "{} errors", errors.len());
    for error in errors {
        // The form looks for the control of a key.
        let known = |key| {
            falab::spec::field(key).is_some()
                || [
                    "v", "num", "run", "receipt", "lang", "lesson", "at", "title", "note", "hide",
                    "lock", "embed", "origin",
                ]
                .contains(&key)
        };
        assert!(error.key().is_none_or(known), "{error:?}");
        let text = error.to_string();
        assert!(!text.contains(is_unseemly), "{text:?}");
        assert!(text.chars().count() < 900, "{text}");
    }
}

fn check_link(link: &Link) -> u64 {
    check_messages(&link.errors);
    let again = Link::read(&link.text());
    assert_eq!(again.spec, link.spec);
    assert_eq!(again.receipt, link.receipt);
    let only_version = |error: &LinkError| matches!(error, LinkError::ReceiptNumerics { .. });
    assert!(again.errors.iter().all(only_version), "{:?}", again.errors);
    let kinds: Vec<_> = link
        .errors
        .iter()
        .map(|error| (std::mem::discriminant(error), error.key()))
        .collect();
    let keys: Vec<_> = FIELDS
        .iter()
        .filter(|field| field.get(&link.spec) != field.default_text())
        .map(|field| field.key)
        .collect();
    outcome((kinds, keys, link.receipt.is_some(), link.run))
}

/// A link as an address or a person gives it.
pub fn link() -> Target {
    Target {
        seeds: vec![
            b"#v=1&hidden=3x50&lr=1e-4&seed=7".to_vec(),
            b"https://example.org/lab/#v=1&rules=bp-dfa&num=1&receipt=bp:0123456789abcdef-dfa:0123456789abcdef".to_vec(),
            b"v=1&n=640&hidden=2x64-10&act=relu&init=small:0.01&fb=sign&fbscale=0.5&opt=adam&dropout=0.1-0.5&steps=9".to_vec(),
        ],
        words: words(WORDS),
        // A hundred layers of a net are a handful of bytes of a link.
        memory: (60, 60_000),
        execute: Box::new(|input| check_link(&Link::read(&String::from_utf8_lossy(input)))),
    }
}

/// The text of a field, as the form gives it; the first byte chooses the field.
pub fn field() -> Target {
    Target {
        seeds: FIELDS
            .iter()
            .enumerate()
            .map(|(i, field)| [&[i as u8], field.default_text().as_bytes()].concat())
            .collect(),
        words: words(WORDS),
        // A hundred layers of a net are a handful of bytes of a link.
        memory: (60, 60_000),
        execute: Box::new(|input| {
            let (&first, text) = input.split_first().unwrap_or((&0, &[]));
            let field = &FIELDS[usize::from(first) % FIELDS.len()];
            let mut draft = Draft::default();
            if let Err(error) = field.set(&mut draft, &String::from_utf8_lossy(text)) {
                check_messages(&[error]);
                assert_eq!(draft, Draft::default());
                return outcome((field.key, text.len().min(8)));
            }
            let Ok(spec) = draft.finish() else {
                return outcome((field.key, "together"));
            };
            assert_eq!(Spec::parse(&spec.link()).unwrap(), spec);
            let text = field.get(&spec);
            let mut again = Draft::default();
            // Phases without a change are rules, in whose field they stand.
            if field.key == "phases" && !spec.has_phases() {
                assert_eq!(text, field.default_text());
                return outcome((field.key, "rules"));
            }
            field.set(&mut again, &text).unwrap();
            assert_eq!(again.finish().unwrap(), spec);
            outcome((field.key, text.len()))
        }),
    }
}

/// A list of links, as `falab verify` and `falab run -` read it.
pub fn list() -> Target {
    Target {
        seeds: vec![b"\xef\xbb\xbf# links\n\n#v=1&seed=7&num=1&receipt=bp:0123456789abcdef\r\nv=1&hidden=3x50\n".to_vec()],
        words: words(WORDS),
        memory: (80, 60_000),
        execute: Box::new(|input| {
            let Ok(lines) = links::read(input, "a list") else { return 1 };
            let last = input.split(|&byte| byte == b'\n').count();
            let mut seen = 0;
            for (number, line) in &lines {
                assert!(*number > seen && *number <= last && !line.contains('\n'));
                seen = *number;
            }
            let read = lines.first().map(|(_, line)| check_link(&Link::read(line)));
            outcome((lines.len().min(20), read))
        }),
    }
}
