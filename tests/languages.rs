//! Nothing is missing in any language, and index.html says in English what the table says.

use std::collections::BTreeSet;

use falab::lang::{ENGLISH, LANGUAGES, Page, columns, fill, of_code, of_tag};
use falab::spec::{EXPERIMENTS, FIELDS, Link};
use html5gum::{Token, Tokenizer};

/// The `{keys}` of a text.
fn keys(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
}

#[test]
fn every_text_is_there_in_every_language_and_is_about_the_same() {
    for texts in LANGUAGES {
        for ((key, english), (same, text)) in ENGLISH.each().into_iter().zip(texts.each()) {
            assert_eq!(key, same);
            assert!(!text.trim().is_empty(), "{}: {key} is empty", texts.code);
            assert_eq!(
                keys(text),
                keys(english),
                "{}: {key} is {text:?}",
                texts.code
            );
        }
    }
}

/// A text that was copied and forgotten would be the same in both.
#[test]
fn what_is_the_same_in_two_languages_is_a_name_or_words_of_a_link() {
    let same = [
        "rules.bp.short",
        "rules.fa.short",
        "rules.dfa.short",
        "rules.ifa.short",
    ];
    for texts in &LANGUAGES[1..] {
        for ((key, english), (_, text)) in ENGLISH.each().into_iter().zip(texts.each()) {
            let is_same = english == text && text.contains(char::is_alphabetic);
            assert_eq!(
                is_same,
                same.contains(&key.as_str()),
                "{}: {key} is {text:?}",
                texts.code
            );
        }
    }
}

#[test]
fn languages_are_found_by_code_and_by_tag() {
    for texts in LANGUAGES {
        assert_eq!(of_code(texts.code), Some(texts));
        assert_ne!(texts.next(), texts, "the button changes something");
    }
    for (tag, code) in [
        ("ja", Some("ja")),
        ("ja-JP", Some("ja")),
        ("JA_jp.UTF-8", Some("ja")),
        ("en-GB", Some("en")),
        ("jam", None),
        ("C", None),
        ("", None),
    ] {
        assert_eq!(of_tag(tag).map(|texts| texts.code), code, "{tag}");
    }
}

#[test]
fn values_are_filled_in_once_in_any_order() {
    assert_eq!(
        fill("{b} before {a}", &[("a", "{b}"), ("b", "2")]),
        "2 before {b}"
    );
    assert_eq!(fill("{unknown} {a", &[("a", "1")]), "{unknown} {a");
}

#[test]
fn japanese_takes_two_columns_a_character() {
    assert_eq!(columns("90°"), 3);
    assert_eq!(columns("誤り率（%）"), 11);
}

/// An element of index.html that is open.
struct Open {
    name: String,
    key: Option<String>,
    /// It and all within it is said as it stands: names, words of links.
    as_it_stands: bool,
    texts: usize,
}

const VOID: [&str; 4] = ["meta", "link", "input", "br"];

#[test]
fn every_text_of_the_page_has_a_key_and_stands_there_in_english() {
    let page = include_str!("../index.html");
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut open: Vec<Open> = Vec::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut check = |key: &str, text: &str| {
        assert_eq!(ENGLISH.page.get(key), Some(text), "key {key}");
        used.insert(key.to_owned());
    };
    for token in Tokenizer::new(page) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let get = |name: &str| tag.attributes.get(name.as_bytes()).map(|value| utf8(value));
                let outer = open.last();
                assert!(
                    outer.is_none_or(|outer| outer.key.is_none()),
                    "{} lies in an element whose text is replaced",
                    utf8(&tag.name)
                );
                let as_it_stands = outer.is_some_and(|outer| outer.as_it_stands)
                    || get("translate").as_deref() == Some("no");
                for name in ["title", "aria-label", "placeholder", "alt", "content"] {
                    let key = get(&format!("data-text-{name}"));
                    match (get(name), key) {
                        (Some(text), Some(key)) => check(&key, &text),
                        (None, Some(key)) => panic!("{key} has no {name}"),
                        // Of meta elements only the description is for readers.
                        (Some(_), None) if name == "content" => {}
                        (Some(text), None) => assert!(as_it_stands, "{name}={text:?} has no key"),
                        (None, None) => {}
                    }
                }
                let name = utf8(&tag.name);
                if !tag.self_closing && !VOID.contains(&name.as_str()) {
                    let key = get("data-text");
                    open.push(Open {
                        name,
                        key,
                        as_it_stands,
                        texts: 0,
                    });
                }
            }
            Token::String(text) => {
                let text = utf8(&text.value);
                let Some(owner) = open.last_mut() else {
                    continue;
                };
                match &owner.key {
                    Some(key) => {
                        owner.texts += 1;
                        check(key, &text);
                    }
                    None => assert!(
                        owner.as_it_stands || !text.contains(char::is_alphabetic),
                        "{:?} in {} has no key",
                        text.trim(),
                        owner.name
                    ),
                }
            }
            Token::EndTag(tag) => {
                let name = utf8(&tag.name);
                // <option> in a <datalist> is not closed.
                while let Some(closed) = open.pop() {
                    assert!(
                        closed.key.is_none() || closed.texts == 1,
                        "{:?}",
                        closed.key
                    );
                    if closed.name == name {
                        break;
                    }
                }
            }
            Token::Error(error) => panic!("index.html: {:?}", error.value),
            Token::Comment(_) | Token::Doctype(_) => {}
        }
    }
    for key in Page::KEYS {
        assert!(
            used.contains(*key),
            "index.html does not use the text {key}"
        );
    }
    assert!(
        used.len() > 150,
        "{} texts: is this test still reading?",
        used.len()
    );
}

#[test]
fn a_bad_link_is_told_in_every_language_with_key_and_value() {
    for (link, named) in [
        ("hiden=3x50", vec!["hiden", "3x50", "hidden"]),
        ("bogus=1", vec!["bogus", "1", "hidden", "receipt", "lang"]),
        ("lr=fast", vec!["lr", "fast", "1e6"]),
        ("n=64&batch=65", vec!["batch", "65", "64"]),
        ("hidden=100x2000", vec!["hidden", "100x2000", "512"]),
        ("seed=7&seed=8", vec!["seed", "8"]),
        ("hid", vec!["hid", "="]),
        ("v=2", vec!["v=2", "v=1"]),
        ("num=77", vec!["num=77"]),
        ("lang=xx", vec!["lang=xx", "en, ja"]),
        ("receipt=bp:1", vec!["bp:1", "0123456789abcdef"]),
        (
            "rules=fa&receipt=bp:0123456789abcdef",
            vec!["bp:0123456789abcdef", "fa"],
        ),
    ] {
        let errors = Link::read(link).errors;
        assert_eq!(errors.len(), 1, "{link}: {errors:?}");
        assert_eq!(errors[0].to_string(), errors[0].words(ENGLISH));
        for texts in LANGUAGES {
            let words = errors[0].words(texts);
            for part in &named {
                assert!(
                    words.contains(part),
                    "{}: {words:?} names no {part}",
                    texts.code
                );
            }
            assert!(!words.contains('{'), "{words}");
        }
    }
}

#[test]
fn every_field_and_experiment_has_words_of_its_own() {
    for texts in LANGUAGES {
        let helps: BTreeSet<&str> = FIELDS.iter().map(|field| field.words(texts).help).collect();
        assert_eq!(helps.len(), FIELDS.len());
        let titles: BTreeSet<&str> = EXPERIMENTS
            .iter()
            .map(|one| one.words(texts).title)
            .collect();
        assert_eq!(titles.len(), EXPERIMENTS.len());
    }
}

#[test]
fn the_language_is_no_part_of_the_experiment() {
    let link = Link::parse("v=1&lang=ja&seed=7&run=1").unwrap();
    assert_eq!(link.lang.map(|texts| texts.code), Some("ja"));
    assert_eq!(link.text(), "v=1&seed=7");
    assert_eq!(Link::parse("v=1").unwrap().lang, None);
    for texts in LANGUAGES {
        let with = falab::spec::with_language(&link.text(), texts);
        let again = Link::parse(&with).unwrap();
        assert_eq!((again.lang, again.spec), (Some(texts), link.spec.clone()));
    }
}
