//! Whitening of images, in Japanese.

use crate::lang::White;

pub const WHITE: White = White {
    allowed_inputs: "none（画像一枚の数値は{inputs}個。白色化できるのは{most}個まで）",
    covariance: "訓練画像の共分散",
    root: "白色化行列",
    progress: "ZCA白色化 {share} %：{what}",
    no_memory: "ZCA白色化に必要なメモリ{megabytes} MBをブラウザが割り当てませんでした。許されるもの：zca=none、\
        またはより小さい画像",
    bar: "{percent} %、残り{eta}：{msg}",
};
