//! Files that are taken along, in English.

use crate::lang::Export;

pub const EXPORT: Export = Export {
    too_large: "the file has {bytes} bytes; allowed: up to {limit} MB",
    bad_syntax: "the file is no JSON: at byte {byte} stands {found}; allowed: {expected}",
    file_end: "the end of the file",
    no_value: "{place} is missing",
    bad_value: "{place} is {value}; allowed: {allowed}",
    bad_link: "link: {what}",
    form_object: "an object {…}",
    form_list: "a list […]",
    form_text: "a text \"…\"",
    form_whole: "a whole number",
    form_number: "a number or null",
    allowed_items: "at most {most}",
    allowed_between: "{low} to {high}",
    allowed_bytes: "at most {most} bytes",
    allowed_ascending: "more than {before}, which stands before it",
    allowed_count: "{count}, as there are points",
    allowed_once: "each quantity once",
};
