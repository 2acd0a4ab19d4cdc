//! How to cite: the paper, and this run.

use super::{Export, PROGRAM, stem};
use crate::core::NUMERICS;

const PAPER: &str = "\
@inproceedings{nokland2016direct,
  author        = {N{\\o}kland, Arild},
  title         = {Direct Feedback Alignment Provides Learning in Deep Neural Networks},
  booktitle     = {Advances in Neural Information Processing Systems},
  volume        = {29},
  year          = {2016},
  eprint        = {1609.01596},
  archivePrefix = {arXiv},
  url           = {https://arxiv.org/abs/1609.01596}
}
";

/// A text as LaTeX sets it.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '_' | '&' | '#' | '%' | '$' | '{' | '}' => {
                plain.push('\\');
                plain.push(c);
            }
            '~' | '^' | '\\' => plain += "{}",
            _ => plain.push(c),
        }
    }
    plain
}

/// The entries of both.
pub(super) fn bibtex(export: &Export) -> String {
    let spec = export.spec;
    let field = |key: &str| crate::spec::field(key).map_or_else(String::new, |f| f.get(spec));
    let lanes = export.lanes().map(|lane| {
        let print = lane.print().map_or_else(
            || "not ended".to_owned(),
            |print| format!("fingerprint {print}"),
        );
        let (name, step) = (lane.schedule.name(), lane.stand.step);
        plain(&format!("{name}: step {step}, {print}"))
    });
    let lanes = lanes.collect::<Vec<_>>().join("; ");
    let data = spec.data().own().map_or("MNIST", |own| own.name.as_str());
    let title = format!(
        "{{falab}}: feedback alignment lab, experiment {} on {}, seed {}",
        field("hidden"),
        plain(data),
        field("seed")
    );
    let key = stem(spec);
    format!(
        "{PAPER}
@misc{{{key},
  title        = {{{title}}},
  howpublished = {{\\url{{#{}}}}},
  version      = {{{PROGRAM}}},
  note         = {{numerics version {NUMERICS}; {lanes}}}
}}
",
        spec.link()
    )
}
