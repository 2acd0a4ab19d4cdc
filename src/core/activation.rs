//! Hidden activations f and their slopes f'.

use super::kernel;
use super::scalar::{Logistic, Tanh};
use super::settings::Activation;

impl Activation {
    /// h = f(a), in place.
    pub fn apply(self, values: &mut [f32]) {
        match self {
            Activation::Tanh => kernel::map_by_exp::<Tanh>(values),
            Activation::Logistic => kernel::map_by_exp::<Logistic>(values),
            Activation::Relu => kernel::relu(values),
        }
    }

    /// f'(a) from h = f(a): 1 - h², h (1 - h), or 1 where h > 0.
    #[inline(always)]
    #[must_use]
    pub fn slope(self, h: f32) -> f32 {
        match self {
            Activation::Tanh => 1.0 - h * h,
            Activation::Logistic => h * (1.0 - h),
            Activation::Relu => {
                if h > 0.0 {
                    1.0
                } else {
                    0.0
                }
            }
        }
    }

    /// f'(a) of every h = f(a).
    pub fn slopes(self, h: &[f32], slopes: &mut [f32]) {
        for (slope, &h) in slopes.iter_mut().zip(h) {
            *slope = self.slope(h);
        }
    }

    /// Whether a unit at h passes next to no signal: |h| > 0.99 (tanh), outside 0.01..=0.99 (logistic), 0 (ReLU).
    #[must_use]
    pub fn is_saturated(self, h: f32) -> bool {
        match self {
            Activation::Tanh => h.abs() > 0.99,
            Activation::Logistic => !(0.01..=0.99).contains(&h),
            Activation::Relu => h <= 0.0,
        }
    }
}
