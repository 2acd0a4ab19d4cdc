//! Whitening of images, in English.

use crate::lang::White;

pub const WHITE: White = White {
    allowed_inputs: "none, since the images have {inputs} numbers each; images of up to {most} can be whitened",
    covariance: "covariance of the training images",
    root: "whitening matrix",
    progress: "ZCA whitening, {share} %: {what}",
    no_memory: "ZCA whitening needs {megabytes} MB of memory, which the browser did not give; allowed: zca=none, or \
        smaller images",
    bar: "{percent} %, {eta} left: {msg}",
};
