//! Messages between the page and its inspector, the worker that looks inside lanes while they train.

use serde::{Deserialize, Serialize};

/// What of a lane is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// Alignment, and what the net takes test images for: 1,000 or all 10,000.
    Numbers { images: u32 },
    /// First-layer filters of these units; those that the layer does not have are left out.
    Filters { units: Vec<u32> },
    /// The t-SNE of each hidden layer's features of so many test images, before them of the inputs if wanted.
    Embedding { images: u32, inputs: bool },
    /// What the net says of one image.
    Answer { question: Question },
}

/// One image that nets are asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// The bytes of a drawing, in the shape of the data set's images.
    Drawn(Vec<u8>),
    /// The number of a test image.
    Test(u32),
}

/// Where the inspector has the lane from that it should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stand {
    /// Its start.
    Start,
    /// The checkpoint that was sent before this message.
    Checkpoint,
    /// The same as in the answer before this one about the lane.
    Before,
}

/// Page to inspector. The images came in messages before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToInspector {
    Look {
        ticket: u32,
        /// Which lane of the experiment, counted from 0.
        lane: u32,
        link: String,
        stand: Stand,
        what: What,
    },
    /// No t-SNE is wanted any more.
    Stop,
}

/// One hidden layer of a lane, from the input side; the fields are those of
/// [`Alignment`](crate::inside::alignment::Alignment) and [`LayerMetrics`](crate::core::metrics::LayerMetrics).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    pub criterion: Option<f64>,
    pub criterion_cos: Option<f64>,
    pub positive_percent: Option<f64>,
    pub feedback_deg: Option<f64>,
    pub pseudo_inverse_deg: Option<f64>,
}

/// One unit of the first hidden layer; the fields are those of [`Filter`](crate::inside::filters::Filter).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filter {
    pub unit: u32,
    pub weights: Vec<f32>,
    pub change: Vec<f32>,
    pub feedback: Option<Vec<f32>>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Found {
    Numbers {
        layers: Vec<Layer>,
        /// Training images on which alignment is measured.
        probe: u32,
        /// Class of each test image, and the class that the net takes it for.
        labels: Vec<u8>,
        predictions: Vec<u8>,
    },
    Filters {
        /// Euclidean norm of the filter of every unit of the layer.
        norms: Vec<f64>,
        filters: Vec<Filter>,
    },
    /// Before the panels of a t-SNE: the images, their classes and what the net takes them for.
    Images {
        images: Vec<u32>,
        labels: Vec<u8>,
        predictions: Vec<u8>,
    },
    /// A t-SNE on its way, at most every 100 ms, and at its end.
    Panel {
        /// 0 the inputs, i hidden layer i.
        layer: u32,
        /// Iterations done, of so many; both 0 while neighbours are looked for.
        done: u32,
        of: u32,
        /// How many percent of the images have a nearest other one of another class.
        neighbour_error: Option<f64>,
        /// Empty before points move.
        points: Vec<[f32; 2]>,
    },
    /// The fields are those of [`Answer`](crate::inside::answer::Answer).
    Answer {
        outputs: Vec<f32>,
        hidden: Vec<Vec<f32>>,
    },
    /// No t-SNE of this layer is possible, for this reason.
    NoPanel { layer: u32, reason: String },
    /// All panels that were asked for are done.
    Done,
}

/// Inspector to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromInspector {
    /// It listens; what was sent before is lost.
    Ready,
    Found {
        ticket: u32,
        lane: u32,
        /// After which step of the lane.
        step: u64,
        found: Found,
    },
    Failed {
        ticket: u32,
        lane: u32,
        message: String,
    },
}
