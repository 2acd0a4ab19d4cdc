//! What the receipts of the link say to the lanes of the page.

use super::lanes::Lane;
use crate::core::NUMERICS;
use crate::lang::Texts;
use crate::spec::{Receipt, Verdict};

/// What a lane's card says about its receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The link has no receipt of this lane.
    None,
    /// The lane has not come to its end, so there is nothing to compare yet.
    AtTheEnd,
    Done(Verdict),
}

impl Check {
    pub fn of(receipt: Option<&Receipt>, lane: &Lane) -> Check {
        let Some(receipt) = receipt else {
            return Check::None;
        };
        let verdict = match (receipt.expected(lane.schedule.name()), lane.fingerprint) {
            (None, _) => return Check::None,
            // A receipt of another numerics version waits for nothing.
            (Some(_), None) if !receipt.can_be_checked() => {
                receipt.verdict(lane.schedule.name(), 0)
            }
            (Some(_), None) => return Check::AtTheEnd,
            (Some(_), Some(found)) => receipt.verdict(lane.schedule.name(), found),
        };
        verdict.map_or(Check::None, Check::Done)
    }

    /// Its word in `data-receipt`.
    pub fn key(self) -> &'static str {
        match self {
            Check::None => "none",
            Check::AtTheEnd => "unchecked",
            Check::Done(verdict) => verdict.key(),
        }
    }

    /// What stands in the lane's row.
    pub fn word(self, texts: &Texts) -> &'static str {
        match self {
            Check::None => "",
            Check::AtTheEnd => texts.lab.receipt_waits,
            Check::Done(Verdict::Reproduced) => texts.lab.reproduced,
            Check::Done(Verdict::Differs { .. }) => texts.lab.differs,
            Check::Done(Verdict::Unchecked { .. }) => texts.lab.unchecked,
        }
    }
}

/// One sentence about all receipts; empty without any.
pub fn sentence(receipt: Option<&Receipt>, lanes: &[Lane], texts: &Texts) -> String {
    let Some(receipt) = receipt else {
        return String::new();
    };
    if !receipt.can_be_checked() {
        return texts.receipts_unchecked(receipt.numerics(), NUMERICS);
    }
    let checks = lanes.iter().map(|lane| Check::of(Some(receipt), lane));
    let (mut same, mut other, mut open) = (0, 0, 0);
    for check in checks {
        match check {
            Check::None => {}
            Check::Done(Verdict::Reproduced) => same += 1,
            Check::Done(Verdict::Differs { .. }) => other += 1,
            Check::AtTheEnd | Check::Done(Verdict::Unchecked { .. }) => open += 1,
        }
    }
    texts.receipts(same, other, open)
}
