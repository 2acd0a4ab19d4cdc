//! Writing a run: one line of JSON, the same bytes in the page and on the command line.

use super::{KIND, Run, RunLane, VERSION};
use crate::core::fingerprint;
use crate::lane::Reason;
use crate::report::json::Writer;
use crate::spec::FIELDS;

impl Run {
    /// Its JSON text, one line.
    #[must_use]
    pub fn text(&self) -> String {
        self.text_of(1)
    }

    /// [`Run::text`] of the first run of an experiment of so many seeds.
    #[must_use]
    pub fn text_of(&self, seeds: u32) -> String {
        let mut writer = Writer::default();
        writer.object(|run| {
            run.key("falab").text(KIND);
            run.key("version").whole(VERSION);
            run.key("program").text(&self.program);
            run.key("numerics").whole(self.numerics.into());
            run.key("link").text(&self.spec.link());
            if seeds > 1 {
                run.key("seeds").whole(seeds.into());
            }
            // For people; the link says the same.
            run.key("settings").object(|settings| {
                for field in FIELDS {
                    settings.key(field.key).text(&field.get(&self.spec));
                }
            });
            run.key("lanes").list(&self.lanes, write_lane);
        });
        writer.done() + "\n"
    }
}

fn write_lane(lanes: &mut Writer, lane: &RunLane) {
    lanes.object(|fields| {
        fields.key("name").text(&lane.name);
        fields.key("rule").text(lane.rule.key());
        fields.key("step").whole(lane.step);
        let reason = lane.end.as_ref().map(Reason::key);
        fields.key("reason").text_or_null(reason);
        if let Some(Reason::Diverged { step, quantity }) = &lane.end {
            fields.key("diverged").object(|diverged| {
                diverged.key("step").whole(*step);
                diverged.key("quantity").text(quantity);
            });
        }
        let print = lane.fingerprint.map(fingerprint::hex);
        fields.key("fingerprint").text_or_null(print.as_deref());
        fields.key("phases").list(&lane.phases, |phases, start| {
            phases.object(|phase| {
                phase.key("phase").whole(start.phase.into());
                phase.key("step").whole(start.step);
                phase.key("rule").text(start.rule.key());
            });
        });
        fields
            .key("series")
            .list(&lane.series, |all, (quantity, series)| {
                all.object(|one| {
                    one.key("quantity").text(quantity.key());
                    if let Some(layer) = quantity.layer() {
                        one.key("layer").whole(layer.into());
                    }
                    let density = series.density();
                    one.key("kept").whole(density.kept);
                    one.key("measured").whole(density.measured);
                    let points = series.points();
                    one.key("steps")
                        .list(points, |to, point| to.whole(point.step));
                    one.key("values")
                        .list(points, |to, point| to.number(point.value));
                });
            });
    });
}
