//! QR codes of links.

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of the quiet zone around a code, which the standard asks for.
pub const QUIET: u32 = 4;

/// A QR code as a figure: a square of `side` units, with its quiet zone, and the dark modules as the data of an SVG path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub side: u32,
    pub path: String,
}

/// The code of a text with error correction M, which a camera reads with up to 15 % of it hidden; `None` where the text
/// is longer than any code holds (2,331 bytes).
#[must_use]
pub fn code(text: &str) -> Option<Code> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let dark = (x..size).take_while(|x| code.get_module(*x, y)).count() as i32;
            if dark > 0 {
                let (left, top) = (x + QUIET as i32, y + QUIET as i32);
                path += &format!("M{left} {top}h{dark}v1h-{dark}z");
            }
            x += dark.max(1);
        }
    }
    Some(Code {
        side: size as u32 + 2 * QUIET,
        path,
    })
}

impl Code {
    /// The figure as a file: dark on white, whatever is around it.
    #[must_use]
    pub fn svg(&self) -> String {
        let Code { side, path } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_quiet_zone_and_its_corners() {
        let code = code("https://example.org/#v=1").unwrap();
        // Version 2: 25 modules; the first corner is a line of seven.
        assert_eq!(code.side, 25 + 8);
        assert!(code.path.starts_with("M4 4h7v1h-7z"), "{}", code.path);
        assert!(code.svg().contains("viewBox=\"0 0 33 33\""));
    }

    #[test]
    fn what_no_code_holds_has_none() {
        assert!(code(&"a".repeat(2_331)).is_some());
        assert_eq!(code(&"a".repeat(2_332)), None);
    }
}
