//! How a link wants to be shown: read, written again, and no part of the experiment.

use falab::spec::{At, LONGEST_NOTE, LONGEST_TITLE, Link, LinkError, Spec, controls};
use proptest::prelude::*;

#[test]
fn it_is_no_part_of_the_experiment_and_stands_in_one_order() {
    let link = Link::parse(
        "embed=1&lock=lr-seed&note=Two%0Alines&hide=share.cards&title=Week%203&at=5e&seed=7&run=1&origin=https://Course.example",
    )
    .unwrap();
    assert_eq!(link.spec, Spec::parse("seed=7").unwrap());
    let shown = &link.presentation;
    assert_eq!(shown.at, Some(At::Epochs(5)));
    assert_eq!(shown.at.unwrap().step(157), 785);
    assert_eq!(shown.title.as_deref(), Some("Week 3"));
    assert_eq!(shown.note.as_deref(), Some("Two\nlines"));
    assert_eq!(
        (shown.hide.as_slice(), shown.lock.as_slice()),
        (&["share", "cards"][..], &["lr", "seed"][..])
    );
    assert!(shown.embed);
    assert!(
        shown.keeps("lr") && shown.keeps("seed") && !shown.keeps("epochs") && !shown.keeps("share")
    );
    let text = "v=1&seed=7&at=5e&title=Week%203&note=Two%0Alines&hide=share.cards&lock=lr.seed&embed=1&origin=https://course.example";
    assert_eq!(link.text(), text);
    assert_eq!(Link::parse(text).unwrap().presentation, *shown);
}

#[test]
fn settings_are_all_fields() {
    let shown = Link::parse("lock=settings").unwrap().presentation;
    assert!(shown.keeps("lr") && shown.keeps("hidden"));
}

#[test]
fn what_is_wrong_names_key_value_and_what_is_allowed() {
    let long = format!("title={}", "x".repeat(LONGEST_TITLE + 1));
    for (bad, named) in [
        ("at=0", vec!["at=0", "5e"]),
        ("at=e", vec!["at=e", "5e"]),
        (
            "hide=share.everything",
            vec!["hide=everything", "cards", "lr"],
        ),
        ("lock=", vec!["lock=", "settings"]),
        ("embed=yes", vec!["embed=yes", "0, 1"]),
        ("title=a%07b", vec!["title=", "80"]),
        ("title=a%E2%80%AEb", vec!["title=", "80"]),
        ("title=two%0Alines", vec!["title=", "80"]),
        (long.as_str(), vec!["title=xx", "80"]),
        (
            "origin=javascript:1",
            vec!["origin=javascript:1", "https://"],
        ),
        ("origin=https://a.example/path", vec!["origin=", "https://"]),
    ] {
        let link = Link::read(&format!("{bad}&seed=7"));
        assert_eq!(link.errors.len(), 1, "{bad}: {:?}", link.errors);
        let text = link.errors[0].to_string();
        for part in named {
            assert!(text.contains(part), "{bad}: {text}");
        }
        // All else applies.
        assert_eq!(link.text(), "v=1&seed=7", "{bad}");
    }
}

proptest! {
    #[test]
    fn any_text_comes_back_or_is_refused(title in "\\PC{0,90}", note in "(\\PC|\n){0,520}") {
        let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let link = Link::read(&format!("title={}&note={}", encoded(&title), encoded(&note)));
        let of = |key: &str| link.errors.iter().any(|error| matches!(error, LinkError::Value { key: of, .. } if of == key));
        for (key, given, kept, most) in [
            ("title", &title, &link.presentation.title, LONGEST_TITLE),
            ("note", &note, &link.presentation.note, LONGEST_NOTE),
        ] {
            match kept {
                Some(kept) => prop_assert_eq!(kept.as_str(), given.trim()),
                None => prop_assert!(of(key) || given.trim().is_empty()),
            }
            prop_assert!(kept.as_ref().is_none_or(|kept| kept.chars().count() <= most));
        }
        let again = Link::read(&link.text());
        prop_assert!(again.errors.is_empty());
        prop_assert_eq!(again.presentation, link.presentation);
    }

    #[test]
    fn any_choice_of_controls_comes_back(
        hide in proptest::sample::subsequence(controls().collect::<Vec<_>>(), 1..8),
        lock in proptest::sample::subsequence(controls().collect::<Vec<_>>(), 1..8),
    ) {
        let text = format!("v=1&hide={}&lock={}", hide.join("."), lock.join("."));
        let link = Link::parse(&text).unwrap();
        prop_assert_eq!(&link.text(), &text);
        prop_assert_eq!(link.presentation.hide, hide);
        prop_assert_eq!(link.presentation.lock, lock);
    }
}
