//! `falab run LINK --export FOLDER`: the files that the page gives, of an experiment at its end.

use std::path::Path;

use anyhow::{Result, anyhow};

use super::keep::write_whole;
use super::lanes::Given;
use super::speech::{say, texts, words};
use crate::export::picture::{Figure, Picture};
use crate::export::tensors;
use crate::export::{Export, File, WEIGHTS, file_name};
use crate::inside::weights::Weights;
use crate::report::Record;
use crate::report::run::Stand;
use crate::spec::{LaneId, Schedule, Spec};
use crate::store::Store;

/// What the records of an experiment come to.
pub struct Ended {
    pub store: Store,
    /// One a lane.
    stands: Vec<Stand>,
}

impl Ended {
    /// Of these lanes.
    pub fn of(lanes: &[Schedule], records: Vec<Record>) -> Ended {
        let mut store = Store::default();
        let begun = |lane: &Schedule| Stand {
            rule: lane.first_rule(),
            step: 0,
            fingerprint: None,
        };
        let mut stands: Vec<Stand> = lanes.iter().map(begun).collect();
        let id = |name: &str| LaneId(lanes.iter().position(|l| l.name() == name).unwrap_or(0));
        for record in records {
            match record {
                Record::Metrics { lane, metrics } => store.push(id(&lane), *metrics),
                Record::Finished {
                    lane,
                    rule,
                    step,
                    reason,
                    fingerprint,
                    ..
                } => {
                    let id = id(&lane);
                    if let Some(stand) = stands.get_mut(id.0) {
                        *stand = Stand {
                            rule,
                            step,
                            fingerprint: Some(fingerprint),
                        };
                    }
                    store.finish(id, step, reason);
                }
            }
        }
        Ended { store, stands }
    }
}

/// Writes every file into `folder`, which is there; of several seeds those of the first one's run.
///
/// # Errors
/// One cannot be written; the error names it.
pub fn write(folder: &Path, spec: &Spec, ended: &Ended, given: &[Given]) -> Result<()> {
    let (seeds, spec) = (spec.seeds(), &spec.first_seed());
    let export = Export {
        spec,
        seeds,
        stands: &ended.stands,
        store: &ended.store,
        texts: texts(),
    };
    let put =
        |ending: &str, parts: &[&[u8]]| write_whole(&folder.join(file_name(spec, ending)), parts);
    for file in File::ALL {
        let text = match file {
            File::ErrorSvg => picture(&export, Figure::Error, file)?,
            File::AngleSvg => picture(&export, Figure::Angle, file)?,
            _ => export.text(file).unwrap_or_default(),
        };
        put(file.ending(), &[text.as_bytes()])?;
    }
    // Without a lane that ended in finite numbers there is nothing to put into it.
    if !given.is_empty() {
        let weights: Vec<Weights> = given.iter().map(|(weights, _)| weights.clone()).collect();
        let header = tensors::header(spec, &weights);
        let mut parts = vec![header.as_slice()];
        parts.extend(given.iter().map(|(_, data)| data.as_slice()));
        put(WEIGHTS, &parts)?;
    }
    Ok(())
}

fn picture(export: &Export, figure: Figure, file: File) -> Result<String> {
    Picture::of(export, figure).svg().map_err(|reason| {
        let values = [("name", file.ending()), ("reason", reason.as_str())];
        anyhow!(say(words().figure_failed, &values))
    })
}
