//! JSON as far as a run needs it: read as the shape that is expected, without a tree, and written.
//!
//! serde_json costs the page 62 kB of code, the browser's JSON.parse with serde-wasm-bindgen 26 kB (gzip'ed, in a quick
//! build); this is a tenth of it, says where in the file a value stands, and holds no list longer than it may be.
//! `tests/run_file.rs` holds it to serde_json.

use super::run::{Allowed, Form, RunError};

/// Levels of lists and objects in what is left out.
const DEEPEST: u32 = 100;

pub(crate) type Read<T> = Result<T, RunError>;

/// A text of JSON, read from its start.
pub(crate) struct Json<'a> {
    text: &'a str,
    at: usize,
}

/// What is found at a place, as far as it tells what it is.
fn found(rest: &str) -> &str {
    let end = rest.find([',', ']', '}', '\n']).unwrap_or(rest.len());
    rest[..end.max(1).min(rest.len())].trim_end()
}

impl<'a> Json<'a> {
    /// # Errors
    /// The bytes are no UTF-8.
    pub(crate) fn new(bytes: &'a [u8]) -> Read<Json<'a>> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            let byte = bytes.get(at).copied().unwrap_or_default();
            RunError::syntax(at, &format!("\\x{byte:02x}"), "UTF-8")
        })?;
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Ok(Json { text, at })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next byte that is no space, 0 at the end.
    fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Goes over a byte where it comes next.
    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte;
        self.at += usize::from(is_next);
        is_next
    }

    fn unexpected<T>(&mut self, expected: &'static str) -> Read<T> {
        self.peek();
        Err(RunError::syntax(self.at, found(self.rest()), expected))
    }

    fn no<T>(&mut self, form: Form) -> Read<T> {
        self.peek();
        let allowed = Allowed::Form(form);
        Err(RunError::value(String::new(), found(self.rest()), allowed))
    }

    /// That an object comes next, where nothing but one can stand.
    pub(crate) fn expect_object(&mut self) -> Read<()> {
        match self.peek() {
            b'{' => Ok(()),
            _ => self.unexpected("{"),
        }
    }

    /// An object; `each` reads or skips the value of each key.
    pub(crate) fn object(
        &mut self,
        each: &mut dyn FnMut(&str, &mut Json<'a>) -> Read<()>,
    ) -> Read<()> {
        if !self.eat(b'{') {
            return self.no(Form::Object);
        }
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != b'"' {
                return self.unexpected("\"");
            }
            let key = self.string()?;
            if !self.eat(b':') {
                return self.unexpected(":");
            }
            each(&key, self).map_err(|error| error.under(&key))?;
            if self.eat(b'}') {
                return Ok(());
            }
            if !self.eat(b',') {
                return self.unexpected(", }");
            }
        }
    }

    /// A list; it is given up where it is longer than `most`.
    pub(crate) fn list<T>(
        &mut self,
        most: usize,
        each: &mut dyn FnMut(&mut Json<'a>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let mut list = Vec::new();
        if !self.eat(b'[') {
            return self.no(Form::List);
        }
        if self.eat(b']') {
            return Ok(list);
        }
        loop {
            if list.len() == most {
                let more = format!("> {most}");
                return Err(RunError::value(String::new(), &more, Allowed::Items(most)));
            }
            let at = list.len();
            list.push(each(self).map_err(|error| error.at(at))?);
            if self.eat(b']') {
                return Ok(list);
            }
            if !self.eat(b',') {
                return self.unexpected(", ]");
            }
        }
    }

    /// A text of at most so many bytes.
    pub(crate) fn text(&mut self, most: usize) -> Read<String> {
        if self.peek() != b'"' {
            return self.no(Form::Text);
        }
        let text = self.string()?;
        if text.len() > most {
            return Err(RunError::value(String::new(), &text, Allowed::Bytes(most)));
        }
        Ok(text)
    }

    /// Goes over `null` where it comes next.
    pub(crate) fn null(&mut self) -> bool {
        self.peek();
        let is_null = self.rest().starts_with("null");
        self.at += if is_null { 4 } else { 0 };
        is_null
    }

    /// A whole number that is not negative.
    pub(crate) fn whole(&mut self) -> Read<u64> {
        let start = self.at;
        let number = self.digits().and_then(|digits| digits.parse().ok());
        number.map_or_else(
            || {
                self.at = start;
                self.no(Form::Whole)
            },
            Ok,
        )
    }

    /// A number, or `None` for null.
    pub(crate) fn number(&mut self) -> Read<Option<f64>> {
        if self.null() {
            return Ok(None);
        }
        let start = self.at;
        let number = self.digits().and_then(|digits| digits.parse().ok());
        match number.filter(|number: &f64| number.is_finite()) {
            Some(number) => Ok(Some(number)),
            None => {
                self.at = start;
                self.no(Form::Number)
            }
        }
    }

    /// The text of a number as JSON has it: no sign but "-", no leading zero, digits about a point.
    fn digits(&mut self) -> Option<&'a str> {
        self.peek();
        let (start, bytes) = (self.at, self.text.as_bytes());
        let mut at = start;
        let run = |at: &mut usize| {
            let from = *at;
            while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
                *at += 1;
            }
            *at - from
        };
        at += usize::from(bytes.get(at) == Some(&b'-'));
        let leading = bytes.get(at) == Some(&b'0');
        let whole = run(&mut at);
        if whole == 0 || (leading && whole > 1) {
            return None;
        }
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            if run(&mut at) == 0 {
                return None;
            }
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            if run(&mut at) == 0 {
                return None;
            }
        }
        self.at = at;
        Some(&self.text[start..at])
    }

    /// A string, at its first quote.
    fn string(&mut self) -> Read<String> {
        let mut string = String::new();
        self.at += 1;
        loop {
            let rest = self.rest();
            let end = rest.find(|c: char| c == '"' || c == '\\' || c < ' ');
            let plain = end.unwrap_or(rest.len());
            string.push_str(&rest[..plain]);
            self.at += plain;
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => string.push(self.escape()?),
                _ => return Err(RunError::syntax(self.at, found(self.rest()), "\"")),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let rest = self.rest();
        let next = rest.as_bytes().get(1).copied().unwrap_or(0);
        let (char, length) = match next {
            b'"' | b'\\' | b'/' => (Some(next.into()), 2),
            b'b' => (Some('\u{8}'), 2),
            b'f' => (Some('\u{c}'), 2),
            b'n' => (Some('\n'), 2),
            b'r' => (Some('\r'), 2),
            b't' => (Some('\t'), 2),
            _ => match (unit(rest), unit(rest.get(6..).unwrap_or_default())) {
                (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                    let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    (char::from_u32(code), 12)
                }
                (Some(code), _) => (char::from_u32(code), 6),
                (None, _) => (None, 0),
            },
        };
        match char {
            Some(char) => {
                self.at += length;
                Ok(char)
            }
            None => Err(RunError::syntax(self.at, found(rest), "\\n, \\u0041")),
        }
    }

    /// Goes over a value of any shape.
    pub(crate) fn skip(&mut self) -> Read<()> {
        self.skip_at(0)
    }

    fn skip_at(&mut self, depth: u32) -> Read<()> {
        if depth == DEEPEST {
            return Err(RunError::value(
                String::new(),
                found(self.rest()),
                Allowed::Items(DEEPEST as usize),
            ));
        }
        match self.peek() {
            b'{' => self.object(&mut |_, json| json.skip_at(depth + 1)),
            b'[' => {
                let most = self.text.len();
                let skipped = self.list(most, &mut |json| json.skip_at(depth + 1));
                skipped.map(drop)
            }
            b'"' => self.string().map(drop),
            _ => {
                let word = ["true", "false", "null"];
                let word = word.iter().find(|word| self.rest().starts_with(*word));
                match word {
                    Some(word) => self.at += word.len(),
                    None if self.digits().is_some() => {}
                    None => return self.unexpected("{ [ \" 0 true false null"),
                }
                Ok(())
            }
        }
    }

    /// Whether a list comes next.
    pub(super) fn is_list(&mut self) -> bool {
        self.peek() == b'['
    }

    /// The text of a value of any shape.
    pub(super) fn raw(&mut self) -> Read<&'a str> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }

    /// That nothing is left.
    pub(crate) fn end(&mut self) -> Read<()> {
        match self.peek() {
            0 if self.at == self.text.len() => Ok(()),
            _ => self.unexpected(""),
        }
    }
}

/// The number of `\u0041`, where a text begins with one.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// A JSON text that is being written.
#[derive(Default)]
pub(crate) struct Writer(String);

impl Writer {
    /// Its text.
    pub(crate) fn done(self) -> String {
        self.0
    }

    /// A comma where a value was before.
    fn part(&mut self) {
        if !self.0.ends_with(['{', '[', ':']) && !self.0.is_empty() {
            self.0.push(',');
        }
    }

    /// The key of what is written next.
    pub(crate) fn key(&mut self, key: &str) -> &mut Writer {
        self.text(key);
        self.0.push(':');
        self
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.part();
        self.0.push('"');
        for char in text.chars() {
            match char {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(char);
                }
                ..' ' => self.0 += &format!("\\u{:04x}", char as u32),
                _ => self.0.push(char),
            }
        }
        self.0.push('"');
    }

    pub(crate) fn whole(&mut self, number: u64) {
        self.part();
        self.0 += &number.to_string();
    }

    /// A finite number to its bits, or null.
    pub(crate) fn number(&mut self, number: Option<f64>) {
        self.part();
        match number {
            Some(number) => self.0 += &number.to_string(),
            None => self.0 += "null",
        }
    }

    pub(crate) fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.number(None),
        }
    }

    pub(crate) fn object(&mut self, fields: impl FnOnce(&mut Writer)) {
        self.part();
        self.0.push('{');
        fields(self);
        self.0.push('}');
    }

    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Writer, T),
    ) {
        self.part();
        self.0.push('[');
        for item in items {
            each(self, item);
        }
        self.0.push(']');
    }
}
