//! Messages of a page that holds the lab in a frame, as `docs/embedding.md` documents them. They come from outside, so
//! nothing in them is trusted: the page hands over what each field is, and here it becomes an order or a refusal.

/// The version of the messages, in their field `falab`.
pub const VERSION: f64 = 1.0;

/// Longest name of a message, in UTF-16 units.
const LONGEST_TYPE: usize = 40;

/// Longest link of a message, in UTF-16 units: the one that is read from an address.
const LONGEST_LINK: usize = crate::spec::LONGEST_LINK;

/// A field of a message as JavaScript has it; a text longer than the page would take is told by its length alone.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Missing,
    Number(f64),
    Text(String),
    TooLong(usize),
    Other,
}

impl Value {
    /// UTF-16 units that are worth copying out of a message.
    pub const MOST: usize = LONGEST_LINK;
}

/// What the outer page orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    Run,
    Pause,
    Step,
    Reset,
    State,
    Open(String),
}

/// Why a message is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has no field `falab`: it is for somebody else, and nothing is answered.
    NotOurs,
    Version,
    Type,
    Link,
}

impl Refusal {
    /// What is wrong, for whoever wrote the outer page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Refusal::NotOurs => "no message of falab",
            Refusal::Version => "falab: another version of messages; allowed: 1",
            Refusal::Type => {
                "type: no such message; allowed: run, pause, step, reset, get-state, open"
            }
            Refusal::Link => {
                "link: not possible; allowed with open: a text of up to 10000 characters"
            }
        }
    }
}

/// Reads the fields `falab`, `type` and `link` of a message.
///
/// # Errors
/// It is no order.
pub fn read(falab: &Value, kind: &Value, link: &Value) -> Result<Order, Refusal> {
    match falab {
        Value::Missing => return Err(Refusal::NotOurs),
        Value::Number(version) if *version == VERSION => {}
        _ => return Err(Refusal::Version),
    }
    let Value::Text(kind) = kind else {
        return Err(Refusal::Type);
    };
    if kind.len() > LONGEST_TYPE {
        return Err(Refusal::Type);
    }
    match (kind.as_str(), link) {
        ("open", Value::Text(link)) if link.len() <= LONGEST_LINK => Ok(Order::Open(link.clone())),
        ("open", _) => Err(Refusal::Link),
        ("run", _) => Ok(Order::Run),
        ("pause", _) => Ok(Order::Pause),
        ("step", _) => Ok(Order::Step),
        ("reset", _) => Ok(Order::Reset),
        ("get-state", _) => Ok(Order::State),
        _ => Err(Refusal::Type),
    }
}

/// Whether the sender may order: a window's own parent alone, from the origin that the link names, else from the one
/// that framed the page, else from the one that spoke first.
#[must_use]
pub fn may_order(is_parent: bool, sender: &str, named: Option<&str>, first: Option<&str>) -> bool {
    // "null" is shared by all pages without an origin of their own, so it proves nothing.
    let known = named.or(first).is_none_or(|known| known == sender);
    is_parent && sender != "null" && !sender.is_empty() && known
}
