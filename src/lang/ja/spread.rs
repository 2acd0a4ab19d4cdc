//! Several seeds of an experiment, in Japanese.

use crate::lang::Spread;

pub const SPREAD: Spread = Spread {
    allowed_seeds: "{most}以下（シードは9007199254740991までのため）",
    button: "シード：{done}/{seeds}",
    line_is: "線：シード間の中央値。帯：最小から最大まで。",
    first_is: "カード、「内部を見る」、「時間をさかのぼる」はシード{seed}のものです。",
    results_are: "結果はシード{seed}のものです。",
    progress: "シード{seeds}個のうち{done}個が完了。",
    computing: "計算中：{what}。",
    seed_lanes: "シード{seed}（{lanes}）",
    native: "ほかのシードは選ばれる画像が異なり、それぞれに白色化が必要です。このページでは計算しませんが、falab runでは\
        実行できます。",
    failed_one: "シード{seed}、{lane}：{reason}。「実行」でやり直します。",
    no_point: "–",
    median: "中央値",
    lowest: "最小",
    highest: "最大",
    range: "{median} ({low}～{high})",
    first_lane: "{lane}（最初のシード）",
    readout: "{title}：中央値（最小–最大）",
    counted: "{value}、n = {seeds}",
    seeds_head: "シード数",
    above: "{above}の中央値は{below}より{difference}ポイント高い",
    equal: "{above}と{below}の中央値は等しい",
    within: "{medians}。範囲は重なっています：シード{seeds}個のばらつきの範囲内です。",
    apart: "{medians}。範囲は重なっていません：シード{seeds}個のすべてで差があります。",
    apart_so_far: "{medians}。ここまで進んだシード{all}個中{seeds}個では、範囲は重なっていません。",
    not_there: "まだ届いていないシード：{seeds}。",
    early: "シード{seed}の{lane}（ステップ{step}）",
    did_diverge: "発散：{lanes}。最初の発散より後のステップは比べません。",
    ended_first: "最初に終了：{lanes}。それより後のステップは比べません。",
    at_step: "ステップ{step}（エポック{epoch}）の後の、テスト画像{images}枚での誤り率（%）。すべての学習則で2個以上のシー\
        ドに値があり、その前に終了したシードのない最後のステップです。比べたシード：{all}個中{seeds}個。",
    none_yet: "まだ比べられません：同じステップで、すべての学習則に2個以上のシードのテスト誤り率が必要です。",
    one_lane: "学習則が1つだけなので、比べる相手がありません。",
    summary: "シード{seeds}個（{first}～{last}）のテスト画像{images}枚での誤り率、ステップ{step}の後：",
    summary_lane: "{lane}：中央値 {median} %、最小 {low} %、最大 {high} %",
    figure: "{title}。線：シード{seeds}個の中央値、帯：最小から最大まで",
};
