//! Reading a run, which anybody may have written: its size first, then what kind of file it is, then its values, each
//! held to what it can be beside those before it. No list grows longer than it may be.

use super::{Allowed, KIND, Run, RunError, RunLane, VERSION};
use crate::core::Rule;
use crate::lane::Reason;
use crate::report::json::{Json, Read};
use crate::spec::{LANES, LONGEST_LINK, PHASES, SEED_LIMIT, Schedule, Spec};
use crate::store::{CAPACITY, PhaseStart, Point, Quantity, Series};

/// Bytes of a file that is read.
pub const LARGEST: usize = 64 << 20;
/// Bytes of a version, a name or a word.
const LONGEST_WORD: usize = 100;
/// How far rounding can carry a value out of its range.
const ROUNDING: f64 = 1e-6;

type Checked = Read<()>;

fn wrong<T>(place: &str, value: &dyn ToString, allowed: Allowed) -> Read<T> {
    let place = place.to_owned();
    Err(RunError::value(place, &value.to_string(), allowed))
}

/// A value within bounds, both among them.
fn within(place: &str, value: u64, low: u64, high: u64) -> Checked {
    match (low..=high).contains(&value) {
        true => Ok(()),
        false => wrong(place, &value, Allowed::Between(low as f64, high as f64)),
    }
}

impl Run {
    /// The run that a file holds. Fields that are not known are left out.
    ///
    /// # Errors
    /// The file is too large, no JSON, no run, of another version, or has a value that no run has.
    pub fn read(bytes: &[u8]) -> Result<Run, RunError> {
        if bytes.len() > LARGEST {
            let (bytes, limit) = (bytes.len(), LARGEST);
            return Err(RunError::TooLarge { bytes, limit });
        }
        let (mut kind, mut version, mut link) = (None, None, None);
        whole(bytes, &mut |key, json| {
            match key {
                "falab" => kind = Some(json.text(LONGEST_WORD)?),
                "version" => version = Some(json.whole()?),
                // Of another version it may be anything.
                "link" => link = json.text(LONGEST_LINK).ok(),
                _ => json.skip()?,
            }
            Ok(())
        })?;
        let kind = kind.ok_or_else(|| RunError::missing("falab"))?;
        if kind != KIND {
            return wrong("falab", &kind, Allowed::Words(KIND.to_owned()));
        }
        let version = version.ok_or_else(|| RunError::missing("version"))?;
        within("version", version, VERSION, VERSION)?;
        let link = link.ok_or_else(|| RunError::missing("link"))?;
        let spec = Spec::parse(&link).map_err(RunError::Link)?;
        let (mut program, mut numerics, mut lanes) = (None, None, None);
        whole(bytes, &mut |key, json| {
            match key {
                "program" => program = Some(json.text(LONGEST_WORD)?),
                "numerics" => {
                    let number = json.whole()?;
                    within("", number, 0, u32::MAX.into())?;
                    numerics = Some(number as u32);
                }
                "lanes" => lanes = Some(json.list(LANES, &mut |json| lane(json, &spec))?),
                _ => json.skip()?,
            }
            Ok(())
        })?;
        let lanes = lanes.ok_or_else(|| RunError::missing("lanes"))?;
        in_order(&lanes, &spec)?;
        Ok(Run {
            program: program.ok_or_else(|| RunError::missing("program"))?,
            numerics: numerics.ok_or_else(|| RunError::missing("numerics"))?,
            spec,
            lanes,
        })
    }
}

/// The object that is a whole file.
pub(super) fn whole<'a>(
    bytes: &'a [u8],
    each: &mut dyn FnMut(&str, &mut Json<'a>) -> Checked,
) -> Checked {
    let mut json = Json::new(bytes)?;
    json.expect_object()?;
    json.object(each)?;
    json.end()
}

/// That each lane is there at most once, in the experiment's order.
fn in_order(lanes: &[RunLane], spec: &Spec) -> Checked {
    let mut left = spec.lanes();
    for (i, lane) in lanes.iter().enumerate() {
        let mut names = left.iter().map(Schedule::name);
        match names.position(|name| name == lane.name) {
            Some(at) => left = &left[at + 1..],
            None => {
                let left: Vec<&str> = left.iter().map(Schedule::name).collect();
                let allowed = Allowed::Words(left.join(", "));
                return wrong(&format!("lanes[{i}].name"), &lane.name, allowed);
            }
        }
    }
    Ok(())
}

fn rule(json: &mut Json) -> Read<Rule> {
    let word = json.text(LONGEST_WORD)?;
    Rule::from_key(&word).map_or_else(
        || {
            let rules = Rule::ALL.map(Rule::key).join(", ");
            wrong("", &word, Allowed::Words(rules))
        },
        Ok,
    )
}

fn lane(json: &mut Json, spec: &Spec) -> Read<RunLane> {
    let layers = spec.settings().hidden.len();
    let (mut name, mut of, mut step, mut reason) = (None, None, None, None);
    let (mut diverged, mut print, mut phases, mut series) = (None, None, None, None);
    json.object(&mut |key, json| {
        match key {
            "name" => name = Some(json.text(LONGEST_WORD)?),
            "rule" => of = Some(rule(json)?),
            "step" => step = Some(json.whole()?),
            "reason" if json.null() => {}
            "reason" => reason = Some(json.text(LONGEST_WORD)?),
            "diverged" => diverged = Some(divergence(json)?),
            "fingerprint" if json.null() => {}
            "fingerprint" => print = Some(fingerprint(json)?),
            "phases" => phases = Some(json.list(PHASES, &mut phase)?),
            "series" => {
                let most = Quantity::all(layers).len();
                series = Some(json.list(most, &mut |json| one_series(json, layers))?);
            }
            _ => json.skip()?,
        }
        Ok(())
    })?;
    let name = name.ok_or_else(|| RunError::missing("name"))?;
    let Some(id) = spec.lane(&name) else {
        let names: Vec<&str> = spec.lanes().iter().map(Schedule::name).collect();
        return wrong("name", &name, Allowed::Words(names.join(", ")));
    };
    let lane = RunLane {
        name,
        rule: of.ok_or_else(|| RunError::missing("rule"))?,
        step: step.ok_or_else(|| RunError::missing("step"))?,
        end: end(reason, diverged)?,
        fingerprint: print,
        phases: phases.ok_or_else(|| RunError::missing("phases"))?,
        series: series.ok_or_else(|| RunError::missing("series"))?,
    };
    lane.check(spec, &spec.lanes()[id.0])?;
    Ok(lane)
}

fn divergence(json: &mut Json) -> Read<Reason> {
    let (mut step, mut quantity) = (None, None);
    json.object(&mut |key, json| {
        match key {
            "step" => step = Some(json.whole()?),
            "quantity" => quantity = Some(json.text(LONGEST_WORD)?),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    Ok(Reason::Diverged {
        step: step.ok_or_else(|| RunError::missing("step"))?,
        quantity: quantity.ok_or_else(|| RunError::missing("quantity"))?,
    })
}

/// How a lane ended, of its word and what diverged, which go together.
fn end(word: Option<String>, diverged: Option<Reason>) -> Read<Option<Reason>> {
    let ends = [Reason::Epochs, Reason::Steps, Reason::Error];
    let Some(word) = word else {
        return match diverged {
            None => Ok(None),
            Some(_) => wrong("reason", &"null", Allowed::Words("diverged".to_owned())),
        };
    };
    if word == "diverged" {
        return match diverged {
            Some(reason) => Ok(Some(reason)),
            None => Err(RunError::missing("diverged")),
        };
    }
    let found = ends.into_iter().find(|end| end.key() == word);
    match found {
        Some(end) if diverged.is_none() => Ok(Some(end)),
        _ => {
            let words = "null, epochs, steps, error, diverged".to_owned();
            wrong("reason", &word, Allowed::Words(words))
        }
    }
}

fn fingerprint(json: &mut Json) -> Read<u64> {
    let hex = json.text(LONGEST_WORD)?;
    let digits = hex.len() == 16 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let print = digits.then(|| u64::from_str_radix(&hex, 16).ok()).flatten();
    print.map_or_else(
        || wrong("", &hex, Allowed::Words("[0-9a-f]{16}".to_owned())),
        Ok,
    )
}

fn phase(json: &mut Json) -> Read<PhaseStart> {
    let (mut number, mut step, mut of) = (None, None, None);
    json.object(&mut |key, json| {
        match key {
            "phase" => number = Some(json.whole()?),
            "step" => step = Some(json.whole()?),
            "rule" => of = Some(rule(json)?),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    let number = number.ok_or_else(|| RunError::missing("phase"))?;
    within("phase", number, 1, PHASES as u64)?;
    Ok(PhaseStart {
        phase: number as u32,
        step: step.ok_or_else(|| RunError::missing("step"))?,
        rule: of.ok_or_else(|| RunError::missing("rule"))?,
    })
}

impl RunLane {
    /// That everything agrees with the experiment and with the step.
    fn check(&self, spec: &Spec, schedule: &Schedule) -> Checked {
        within("step", self.step, 0, spec.last_step(schedule))?;
        if !schedule.rules().contains(&self.rule) {
            let rules = schedule.rules();
            let rules: Vec<&str> = rules.iter().map(|rule| rule.key()).collect();
            return wrong("rule", &self.rule.key(), Allowed::Words(rules.join(", ")));
        }
        if let Some(Reason::Diverged { step, .. }) = &self.end {
            within("diverged.step", *step, 0, self.step + 1)?;
        }
        self.check_phases(schedule)?;
        for (i, (quantity, series)) in self.series.iter().enumerate() {
            let last = series.points().last().map_or(0, |point| point.step);
            within(&format!("series[{i}].steps"), last, 0, self.step)?;
            let before = &self.series[..i];
            if before.iter().any(|(other, _)| other == quantity) {
                let place = format!("series[{i}].quantity");
                return wrong(&place, &quantity.key(), Allowed::Once);
            }
        }
        Ok(())
    }

    fn check_phases(&self, schedule: &Schedule) -> Checked {
        let (mut before, mut from) = (0, 0);
        let stages = schedule.stages();
        for (i, start) in self.phases.iter().enumerate() {
            let place = |field: &str| format!("phases[{i}].{field}");
            let number = u64::from(start.phase);
            within(&place("phase"), number, before + 1, stages.len() as u64)?;
            within(&place("step"), start.step, from, self.step)?;
            let of = stages[start.phase as usize - 1].phase.rule;
            if start.rule != of {
                let allowed = Allowed::Words(of.key().to_owned());
                return wrong(&place("rule"), &start.rule.key(), allowed);
            }
            (before, from) = (number, start.step);
        }
        Ok(())
    }
}

fn one_series(json: &mut Json, layers: usize) -> Read<(Quantity, Series)> {
    let (mut key_of, mut layer, mut kept) = (None, None, None);
    let (mut measured, mut steps, mut values) = (None, None, None);
    json.object(&mut |key, json| {
        match key {
            "quantity" => key_of = Some(json.text(LONGEST_WORD)?),
            "layer" if json.null() => {}
            "layer" => layer = Some(json.whole()?),
            "kept" => kept = Some(json.whole()?),
            "measured" => measured = Some(json.whole()?),
            "steps" => steps = Some(json.list(CAPACITY, &mut Json::whole)?),
            "values" => values = Some(json.list(CAPACITY, &mut Json::number)?),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    let key = key_of.ok_or_else(|| RunError::missing("quantity"))?;
    let quantity = quantity(&key, layer, layers)?;
    let steps = steps.ok_or_else(|| RunError::missing("steps"))?;
    let values = values.ok_or_else(|| RunError::missing("values"))?;
    let kept = kept.ok_or_else(|| RunError::missing("kept"))?;
    let measured = measured.ok_or_else(|| RunError::missing("measured"))?;
    within("kept", kept, 1, CAPACITY as u64)?;
    within("measured", measured, kept, SEED_LIMIT)?;
    for (place, found) in [("steps", steps.len()), ("values", values.len())] {
        if found as u64 != kept {
            return wrong(place, &found, Allowed::Count(kept));
        }
    }
    for (i, pair) in steps.windows(2).enumerate() {
        if pair[1] <= pair[0] {
            let place = format!("steps[{}]", i + 1);
            return wrong(&place, &pair[1], Allowed::Ascending(pair[0]));
        }
    }
    let (low, high) = quantity.range();
    for (i, value) in values.iter().enumerate() {
        if let Some(value) = value
            && !(low - ROUNDING..=high + ROUNDING).contains(value)
        {
            return wrong(&format!("values[{i}]"), value, Allowed::Between(low, high));
        }
    }
    let points = steps.into_iter().zip(values);
    let points = points.map(|(step, value)| Point { step, value }).collect();
    Ok((quantity, Series::of_points(points, measured)))
}

/// The quantity of a name and of a hidden layer, in a net with so many.
fn quantity(key: &str, layer: Option<u64>, layers: usize) -> Read<Quantity> {
    let mut of_key = Quantity::all(layers);
    of_key.retain(|quantity| quantity.key() == key);
    let Some(first) = of_key.first().copied() else {
        let mut keys: Vec<&str> = Quantity::all(1).into_iter().map(Quantity::key).collect();
        keys.dedup();
        return wrong("quantity", &key, Allowed::Words(keys.join(", ")));
    };
    let found = of_key
        .into_iter()
        .find(|quantity| quantity.layer().map(u64::from) == layer);
    found.map_or_else(
        || {
            let found = layer.map_or_else(|| "null".to_owned(), |layer| layer.to_string());
            let allowed = match first.layer() {
                Some(_) => Allowed::Between(1.0, layers as f64),
                None => Allowed::Words("null".to_owned()),
            };
            wrong("layer", &found, allowed)
        },
        Ok,
    )
}
