//! Mistakes in the text of a lesson.

/// What is wrong in the file of a lesson.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {found:?} is not possible; allowed: {allowed}")]
pub struct LessonError {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What stands there, cut after a few words.
    pub found: String,
    pub allowed: String,
}

impl LessonError {
    pub(super) fn new(file: &str, line: usize, found: &str, allowed: &str) -> LessonError {
        LessonError {
            file: file.to_owned(),
            line,
            found: found.chars().take(80).collect(),
            allowed: allowed.to_owned(),
        }
    }
}
