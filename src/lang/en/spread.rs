//! Several seeds of an experiment, in English.

use crate::lang::Spread;

pub const SPREAD: Spread = Spread {
    allowed_seeds: "at most {most}, since no seed is larger than 9007199254740991",
    button: "Seeds: {done} of {seeds}",
    line_is: "Line: median of the seeds. Band: lowest to highest.",
    first_is: "Cards, Look inside and time travel show seed {seed}.",
    results_are: "The results are those of seed {seed}.",
    progress: "{done} of {seeds} seeds done.",
    computing: "Computing {what}.",
    seed_lanes: "seed {seed} ({lanes})",
    native: "The other seeds draw other images and need a whitening each, which this page does not work out: falab run \
        does.",
    failed_one: "Seed {seed}, {lane}: {reason}. Run tries it again.",
    no_point: "–",
    median: "Median",
    lowest: "Lowest",
    highest: "Highest",
    range: "{median} ({low}–{high})",
    first_lane: "{lane}, first seed",
    readout: "{title}: median (lowest–highest)",
    counted: "{value}, n = {seeds}",
    seeds_head: "seeds",
    above: "{above}'s median is {difference} points above {below}'s",
    equal: "{above} and {below} have the same median",
    within: "{medians}; the ranges overlap: within the spread of {seeds} seeds.",
    apart: "{medians}; the ranges do not overlap: apart in all {seeds} seeds.",
    apart_so_far: "{medians}; the ranges do not overlap in the {seeds} of {all} seeds that have come so far.",
    not_there: "Not there yet: seeds {seeds}.",
    early: "seed {seed} {lane} at step {step}",
    did_diverge: "Diverged: {lanes}. Nothing behind the first of these steps is compared.",
    ended_first: "Ended first: {lanes}. What others did behind that step is not compared.",
    at_step: "Test error (%) on {images} test images after step {step} (epoch {epoch}), the last step that two seeds at \
        least have under every rule and that none ended before. Compared: {seeds} of {all} seeds.",
    none_yet: "Nothing to compare yet: two seeds need a test error at the same step under every rule.",
    one_lane: "One rule alone: there is nothing to set it apart from.",
    summary: "Test error on {images} test images over {seeds} seeds, {first} to {last}, after step {step}:",
    summary_lane: "{lane}: median {median} %, lowest {low} %, highest {high} %",
    figure: "{title}; line: median of {seeds} seeds, band: lowest to highest",
};
