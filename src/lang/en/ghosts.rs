//! Runs that are laid under the present one, in English.

use crate::lang::Ghosts;

pub const GHOSTS: Ghosts = Ghosts {
    against: "{value} ({difference})",
    against_run: "against {run}",
    lane_of: "{lane} of {run}",
    brackets: "in brackets: this run minus the other; – where one has no point",
    points: "{difference} points",
    not_run: "not run yet",
    lane_not_run: "{lane} not run yet",
    lane_at: "{lane} at step {step}",
    lane_to: "{lane} to step {step}",
    sentence: ". ",
    other_epochs: "{own} steps an epoch, this run has {present}",
    other_numerics: "Made with numerics version {own}; this page has {present}",
    ends_earlier: "Ends earlier than this run (step {step})",
    shared: "{shared} of its {all} evaluation points are at steps where this run has one",
    failed: "Stopped: {reason}. {about}",
    full: "Three runs are compared already, which is all there is room for; remove one first",
    no_link: "No link was given; allowed: the link of an experiment, such as v=1&hidden=3x50",
    nothing_yet: "Nothing of this run was measured yet; press Run first",
    not_white: "zca={value} is not possible here; allowed: a run on the whitened images of the present experiment, or on \
        images as they are",
    too_large: "the file is too large; allowed: up to {limit} MB",
    remove: "Remove",
    remove_run: "Remove {run}",
    in_figures: "{run} in the figures",
    not_read: "{file}: {reason}",
};
