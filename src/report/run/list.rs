//! Files of several runs: a list of them, each with the name that its reader gave it and when it was kept. A file of one
//! run is read as a list of one.

use super::read::whole;
use super::{LARGEST, Run, RunError};
use crate::report::json::{Json, Read, Writer};

/// Runs of one file at the most.
pub const RUNS: usize = 100;
/// Bytes of a name.
pub const LONGEST_NAME: usize = 300;
/// The last day that browsers know, milliseconds since 1970.
const LAST_DAY: u64 = 8_640_000_000_000_000;

/// A run of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// What its reader called it, a foreign text; `None` without one.
    pub name: Option<String>,
    /// When it was kept, milliseconds since 1970.
    pub saved: Option<u64>,
    /// Of an experiment of several seeds this many, the first of which is `run`.
    pub seeds: Option<u32>,
    pub run: Run,
}

/// The runs of a file, which anybody may have written.
///
/// # Errors
/// What [`Run::read`] says of each, or more than [`RUNS`] of them.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Listed>, RunError> {
    if bytes.len() > LARGEST {
        let (bytes, limit) = (bytes.len(), LARGEST);
        return Err(RunError::TooLarge { bytes, limit });
    }
    let mut json = Json::new(bytes)?;
    if !json.is_list() {
        return Ok(vec![listed(bytes)?]);
    }
    let texts = json.list(RUNS, &mut Json::raw)?;
    json.end()?;
    let runs = texts.into_iter().enumerate();
    let read = |(i, text): (usize, &str)| listed(text.as_bytes()).map_err(|error| error.at(i));
    runs.map(read).collect()
}

fn listed(bytes: &[u8]) -> Read<Listed> {
    let run = Run::read(bytes)?;
    let (mut name, mut saved, mut seeds) = (None, None, None);
    whole(bytes, &mut |key, json| {
        match key {
            "name" if json.null() => {}
            "name" => name = Some(json.text(LONGEST_NAME)?),
            "saved" if json.null() => {}
            "saved" => saved = Some(json.whole()?.min(LAST_DAY)),
            "seeds" if json.null() => {}
            "seeds" => seeds = u32::try_from(json.whole()?).ok(),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    Ok(Listed {
        name,
        saved,
        seeds,
        run,
    })
}

/// What stands in a list in the place of the first byte of a run's text, to give it a name and a time, and the number of
/// seeds of its experiment where it is the first of several.
#[must_use]
pub fn head(name: &str, saved: u64, seeds: u32) -> String {
    let mut writer = Writer::default();
    writer.object(|fields| {
        fields.key("name").text(name);
        fields.key("saved").whole(saved);
        if seeds > 1 {
            fields.key("seeds").whole(seeds.into());
        }
    });
    let mut head = writer.done();
    head.pop();
    head.push(',');
    head
}
