//! The address of the page and the experiment in it.

use super::dom::{Result, window};
use crate::spec::Link;

/// What the address says now.
pub fn read() -> Result<Link> {
    Ok(Link::read(&window()?.location().hash()?))
}

/// Writes a canonical link into the address; `new` makes an entry that "back" returns from.
pub fn write(link: &str, new: bool) -> Result<()> {
    let window = window()?;
    let fragment = format!("#{link}");
    if window.location().hash()? == fragment {
        return Ok(());
    }
    let history = window.history()?;
    let nothing = wasm_bindgen::JsValue::NULL;
    if new {
        history.push_state_with_url(&nothing, "", Some(&fragment))
    } else {
        history.replace_state_with_url(&nothing, "", Some(&fragment))
    }
}

/// The whole address of the page with this link.
pub fn whole(link: &str) -> Result<String> {
    let address = window()?.location().href()?;
    let page = address.split('#').next().unwrap_or_default();
    Ok(format!("{page}#{link}"))
}
