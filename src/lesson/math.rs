//! Formulas: the few elements of MathML that lessons need, as a tree.

/// The elements that a formula may have.
pub const TAGS: [&str; 10] = [
    "mrow", "mi", "mo", "mn", "msub", "msup", "msubsup", "mfrac", "mover", "mtext",
];

/// How deep elements may lie in each other.
const DEPTH: usize = 16;

/// A formula, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Math {
    Element {
        /// One of [`TAGS`].
        tag: &'static str,
        /// The symbol that the element is.
        def: Option<String>,
        inside: Vec<Math>,
    },
    Text(String),
}

impl Math {
    /// Reads one formula: elements of [`TAGS`], with no attribute but `def="name"`.
    ///
    /// # Errors
    /// What was found, and what is allowed in its place.
    pub(super) fn parse(text: &str) -> Result<Math, (String, String)> {
        let mut reader = Reader { rest: text.trim() };
        let inside = reader.inside(None, 0)?;
        Ok(Math::Element {
            tag: "mrow",
            def: None,
            inside,
        })
    }

    /// The names that its elements refer to.
    #[must_use]
    pub fn defs(&self) -> Vec<&str> {
        match self {
            Math::Text(_) => Vec::new(),
            Math::Element { def, inside, .. } => {
                let below = inside.iter().flat_map(Math::defs);
                def.as_deref().into_iter().chain(below).collect()
            }
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn inside(
        &mut self,
        closing: Option<&'static str>,
        depth: usize,
    ) -> Result<Vec<Math>, (String, String)> {
        let mut found = Vec::new();
        loop {
            let Some(at) = self.rest.find('<') else {
                return match closing {
                    None if self.rest.trim().is_empty() => Ok(found),
                    None => Err((self.rest.to_owned(), "an element".to_owned())),
                    Some(tag) => Err((self.rest.to_owned(), format!("</{tag}>"))),
                };
            };
            let (text, rest) = self.rest.split_at(at);
            if !text.trim().is_empty() {
                found.push(Math::Text(text.trim().to_owned()));
            }
            let Some(end) = rest.find('>') else {
                return Err((rest.to_owned(), ">".to_owned()));
            };
            let (mark, behind) = (&rest[1..end], &rest[end + 1..]);
            self.rest = behind;
            if let Some(name) = mark.strip_prefix('/') {
                return match closing {
                    Some(tag) if tag == name => Ok(found),
                    Some(tag) => Err((format!("<{mark}>"), format!("</{tag}>"))),
                    None => Err((format!("<{mark}>"), "an element".to_owned())),
                };
            }
            found.push(self.element(mark, depth)?);
        }
    }

    fn element(&mut self, mark: &str, depth: usize) -> Result<Math, (String, String)> {
        let (name, attribute) = mark.split_once(' ').unwrap_or((mark, ""));
        let wrong = |allowed: String| (format!("<{mark}>"), allowed);
        let Some(tag) = TAGS.into_iter().find(|tag| *tag == name) else {
            return Err(wrong(TAGS.join(", ")));
        };
        let def = match attribute.trim() {
            "" => None,
            given => {
                let value = given
                    .strip_prefix("def=\"")
                    .and_then(|value| value.strip_suffix('"'));
                let value = value.filter(|value| value.chars().all(|c| c.is_ascii_alphanumeric()));
                Some(
                    value
                        .ok_or_else(|| wrong("def=\"letters\"".to_owned()))?
                        .to_owned(),
                )
            }
        };
        if depth == DEPTH {
            return Err(wrong(format!("{DEPTH} elements in each other")));
        }
        let inside = self.inside(Some(tag), depth + 1)?;
        let parts = match tag {
            "msub" | "msup" | "mfrac" | "mover" => Some(2),
            "msubsup" => Some(3),
            _ => None,
        };
        if let Some(parts) = parts.filter(|parts| *parts != inside.len()) {
            return Err(wrong(format!("{parts} elements in <{tag}>")));
        }
        Ok(Math::Element { tag, def, inside })
    }
}
