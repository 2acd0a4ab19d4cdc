//! What is read and heard of a figure, in English.

use crate::lang::Access;

pub const ACCESS: Access = Access {
    training: "training",
    test: "test",
    layer: "layer {layer}",
    reading: "{lane}, {series}: {value}",
    reading_before: "{lane}, {series}: not measured here, {value} after step {step}",
    spoken: "{reading}, {moment}",
    nothing_yet: "Nothing to read: no lane has been measured, or no curve is chosen",
    undefined: "undefined, because {why}",
    unmeasured: "not measured yet",
    unmeasured_here: "not measured at this moment",
    zero_direction: "one of the two directions is zero",
    no_feedback: "under this rule the layer has no fixed feedback to compare with",
    zero_signal: "the signal or the direction above it is zero",
    not_finite: "it is not a finite number",
    table_all: "{title}: {count} evaluation points. An empty cell was not measured there, – is undefined.",
    table_some: "{title}: {count} of the {all} evaluation points that the page holds, spread over the run. An empty cell was not measured there, – is undefined.",
    table_layers: "{shown} of {all} layers.",
    table_empty: "{title}: nothing to show, because no lane has been measured, or no curve is chosen.",
    table_step: "step",
    table_epoch: "epoch",
    table_column: "{lane}, {series}",
    heard: "One short tone a lane, at each new point and where you read: BP at the left, then FA, DFA, IFA, shallow at the right. Pitch: {pitch}. Undefined is silent.",
    pitch_training: "training error rate, 220 Hz up to 0.1 %, an octave higher for each tenfold",
    pitch_test: "test error rate, 220 Hz up to 0.1 %, an octave higher for each tenfold",
    pitch_angle: "angle of layer {layer}, 220 Hz at 0°, an octave higher for each 60°",
    pitch_cosine: "criterion of layer {layer}, from 220 Hz at -1 to 1,760 Hz at 1",
    pitch_share: "saturated share of layer {layer}, from 220 Hz at 0 % to 1,760 Hz at 100 %",
    pitch_size: "value of layer {layer}, 220 Hz up to 0.1, an octave higher for each tenfold",
};
