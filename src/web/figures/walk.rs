//! Reading the plots: by pointer, and by keyboard one series and one evaluation point after the other.

use super::{Figures, Panel, Sources};
use crate::lang::Texts;
use crate::plot::track::{self, Track};
use crate::web::events::Plot;
use crate::web::readout::spread_out;

/// Columns of a table at the most.
const COLUMNS: usize = 24;

impl Figures {
    /// The step under the pointer, as the nearest evaluation point.
    pub fn point(&mut self, plot: Plot, x: Option<f64>, steps: &[u64]) {
        let panel = self.panel_mut(plot);
        let step = x.and_then(|x| panel.drawn.as_ref()?.1.step_at(x));
        panel.track = None;
        panel.cursor = step.and_then(|step| {
            let away = |candidate: &u64| (*candidate as f64 - step).abs();
            let steps = steps.iter().copied();
            steps.min_by(|a, b| away(a).total_cmp(&away(b)))
        });
    }

    /// Moves the reading by so many evaluation points.
    pub fn walk(&mut self, plot: Plot, by: Option<i32>, steps: &[u64]) {
        let panel = self.panel_mut(plot);
        let Some(by) = by.filter(|_| !steps.is_empty()) else {
            (panel.cursor, panel.track) = (None, None);
            return;
        };
        let last = steps.len() as i64 - 1;
        let at = panel
            .cursor
            .map_or(if by > 0 { -1 } else { last + 1 }, |cursor| {
                steps.partition_point(|step| *step < cursor) as i64
            });
        let to = (at + i64::from(by)).clamp(0, last);
        panel.cursor = steps.get(to as usize).copied();
        panel.track = panel.track.or(panel.before).or(Some(0));
    }

    /// Reads the series that is so many after the present one, at the same point or, where none is read, at the last.
    pub fn change_series(&mut self, plot: Plot, by: i32, sources: Sources, steps: &[u64]) {
        let count = self.tracks(plot, sources).len();
        let panel = self.panel_mut(plot);
        let present = panel.track.filter(|track| *track < count);
        let next = match present {
            // Back where it was left.
            None => panel.before.unwrap_or(0),
            Some(present) => (present as i64 + i64::from(by)).rem_euclid(count as i64) as usize,
        };
        panel.cursor = panel.cursor.or_else(|| steps.last().copied());
        panel.track = panel.cursor.map(|_| next);
        panel.before = panel.track;
    }

    /// The series of a plot, in the order in which they are read: those of the lanes, then those of the runs under them.
    pub(super) fn tracks(&self, plot: Plot, sources: Sources) -> Vec<Track> {
        self.tracks_of(plot, &self.options.layers(sources.spec), sources)
    }

    /// The same with these layers alone.
    fn tracks_of(&self, plot: Plot, layers: &[usize], sources: Sources) -> Vec<Track> {
        let options = self.options;
        let (kinds, under) = match plot {
            Plot::Error => (
                track::error_kinds(options.train, options.test),
                track::ghost_error_kinds(options.train, options.test),
            ),
            Plot::Angle => {
                let kinds = track::layer_kinds(layers, options.measure);
                (kinds.clone(), kinds)
            }
        };
        let time = self.time(plot, sources.spec);
        let mut tracks = track::of_lanes(sources.lanes, &kinds);
        tracks.extend(track::of_ghosts(sources.store, &under, time));
        tracks
    }

    /// The step that is read by keyboard, and the series, if there is one.
    pub fn reading(&self, plot: Plot, sources: Sources) -> Option<(u64, Option<Track>)> {
        let panel = self.panel(plot);
        let tracks = self.tracks(plot, sources);
        let track = panel.track.and_then(|at| tracks.get(at).or(tracks.first()));
        panel.cursor.map(|step| (step, track.copied()))
    }

    /// The series of the table of a plot; with them how many layers there are, and how many of them have room.
    pub fn table_tracks(
        &self,
        plot: Plot,
        sources: Sources,
    ) -> (Vec<Track>, Option<(usize, usize)>) {
        if plot == Plot::Error {
            return (self.tracks(plot, sources), None);
        }
        let all = self.options.layers(sources.spec);
        let lanes = self.tracks_of(plot, &all[..1], sources).len();
        let room = (COLUMNS / lanes.max(1)).max(2);
        let shown = spread_out(&all, room);
        let some = (shown.len() < all.len()).then_some((shown.len(), all.len()));
        (self.tracks_of(plot, &shown, sources), some)
    }

    /// One series a lane, to be heard: training error where it is shown, of several layers the first.
    pub fn heard_tracks(&self, plot: Plot, sources: Sources) -> Vec<Track> {
        let options = self.options;
        match plot {
            Plot::Error => {
                let test = options.test && !options.train;
                track::of_lanes(sources.lanes, &track::error_kinds(options.train, test))
            }
            Plot::Angle => {
                let layers = self.options.layers(sources.spec);
                let first = &layers[..layers.len().min(1)];
                track::of_lanes(sources.lanes, &track::layer_kinds(first, options.measure))
            }
        }
    }

    /// What stands above a plot.
    pub fn heading(&self, plot: Plot, texts: &Texts) -> &'static str {
        match plot {
            Plot::Error => texts.page.error_rate,
            Plot::Angle => self.options.measure.title(texts),
        }
    }

    fn panel(&self, plot: Plot) -> &Panel {
        match plot {
            Plot::Error => &self.error,
            Plot::Angle => &self.angle,
        }
    }

    fn panel_mut(&mut self, plot: Plot) -> &mut Panel {
        match plot {
            Plot::Error => &mut self.error,
            Plot::Angle => &mut self.angle,
        }
    }
}
