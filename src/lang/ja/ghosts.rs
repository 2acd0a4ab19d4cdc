//! 重ねて比べる実行についての言葉。

use crate::lang::Ghosts;

pub const GHOSTS: Ghosts = Ghosts {
    against: "{value}（{difference}）",
    against_run: "{run}との差",
    lane_of: "{run}の{lane}",
    brackets: "括弧内：この実行 − 相手の実行。どちらかに測定点がなければ「–」",
    points: "{difference}ポイント",
    not_run: "まだ実行していません",
    lane_not_run: "{lane}は未実行",
    lane_at: "{lane}はステップ{step}を実行中",
    lane_to: "{lane}はステップ{step}まで",
    sentence: "。",
    other_epochs: "1エポックは{own}ステップ（この実行は{present}ステップ）",
    other_numerics: "数値計算の版は{own}です（このページは{present}）",
    ends_earlier: "この実行（ステップ{step}）より先に終わります",
    shared: "測定点{all}個のうち{shared}個が、この実行にも測定点のあるステップです",
    failed: "停止：{reason}。{about}",
    full: "比べられる実行は3つまでです。先にどれかを外してください",
    no_link: "リンクがありません。使えるのはv=1&hidden=3x50のような実験のリンクです",
    nothing_yet: "この実行ではまだ何も測定していません。先に「実行」を押してください",
    not_white: "zca={value}はここでは使えません。使えるのは、現在の実験と同じ白色化画像か、そのままの画像の実行です",
    too_large: "ファイルが大きすぎます。使えるのは{limit} MBまでです",
    remove: "外す",
    remove_run: "{run}を外す",
    in_figures: "図の中の{run}",
    not_read: "{file}：{reason}",
};
