//! Messages of an outer page: each becomes an order that is documented, or is refused.

use falab::protocol::host::{Order, Refusal, Value, may_order, read};
use falab::spec::{LONGEST_LINK, Link};
use proptest::prelude::*;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn any_value() -> impl Strategy<Value = Value> {
    let kinds = [
        "run",
        "pause",
        "step",
        "reset",
        "get-state",
        "open",
        "RUN",
        "constructor",
        "",
    ];
    prop_oneof![
        Just(Value::Missing),
        Just(Value::Other),
        Just(Value::Number(1.0)),
        any::<f64>().prop_map(Value::Number),
        any::<usize>().prop_map(Value::TooLong),
        proptest::sample::select(kinds.to_vec()).prop_map(text),
        "\\PC{0,60}".prop_map(|words| text(&words)),
        Just(text(&"x".repeat(LONGEST_LINK + 1))),
    ]
}

#[test]
fn each_order_has_one_name() {
    let one = Value::Number(1.0);
    for (kind, order) in [
        ("run", Order::Run),
        ("pause", Order::Pause),
        ("step", Order::Step),
        ("reset", Order::Reset),
        ("get-state", Order::State),
    ] {
        assert_eq!(read(&one, &text(kind), &Value::Missing), Ok(order));
    }
    assert_eq!(
        read(&one, &text("open"), &text("v=1&seed=7")),
        Ok(Order::Open("v=1&seed=7".into()))
    );
}

#[test]
fn junk_is_refused_with_its_reason() {
    let one = Value::Number(1.0);
    let none = Value::Missing;
    assert_eq!(read(&none, &text("run"), &none), Err(Refusal::NotOurs));
    assert_eq!(
        read(&Value::Number(2.0), &text("run"), &none),
        Err(Refusal::Version)
    );
    assert_eq!(
        read(&Value::Number(f64::NAN), &text("run"), &none),
        Err(Refusal::Version)
    );
    assert_eq!(read(&text("1"), &text("run"), &none), Err(Refusal::Version));
    assert_eq!(read(&one, &none, &none), Err(Refusal::Type));
    assert_eq!(read(&one, &text("explode"), &none), Err(Refusal::Type));
    for bad in [
        Value::Missing,
        Value::Other,
        Value::Number(1.0),
        Value::TooLong(1 << 30),
        text(&"x".repeat(LONGEST_LINK + 1)),
    ] {
        assert_eq!(read(&one, &text("open"), &bad), Err(Refusal::Link));
    }
}

#[test]
fn only_the_parent_from_its_one_origin_orders() {
    let (here, there) = ("https://a.example", "https://b.example");
    assert!(may_order(true, here, None, None));
    assert!(may_order(true, here, None, Some(here)));
    assert!(may_order(true, here, Some(here), None));
    assert!(!may_order(false, here, Some(here), Some(here)));
    assert!(
        !may_order(true, there, Some(here), Some(there)),
        "what the link names counts"
    );
    assert!(!may_order(true, there, None, Some(here)));
    assert!(!may_order(true, "null", None, None));
    assert!(!may_order(true, "", None, None));
}

proptest! {
    #[test]
    fn any_message_is_an_order_or_a_refusal(falab in any_value(), kind in any_value(), link in any_value()) {
        match read(&falab, &kind, &link) {
            Ok(order) => {
                prop_assert_eq!(&falab, &Value::Number(1.0));
                if let Order::Open(link) = order {
                    prop_assert!(link.len() <= LONGEST_LINK);
                    // The same reader with the same limits as for an address.
                    let read = Link::read(&link);
                    prop_assert!(Link::read(&read.text()).spec == read.spec);
                }
            }
            Err(refusal) => prop_assert!(!refusal.words().is_empty()),
        }
    }
}
