//! What is read and heard of a figure, in Japanese.

use crate::lang::Access;

pub const ACCESS: Access = Access {
    training: "訓練",
    test: "テスト",
    layer: "第{layer}層",
    reading: "{lane}、{series}：{value}",
    reading_before: "{lane}、{series}：この時点では未測定、ステップ{step}の後は{value}",
    spoken: "{reading}、{moment}",
    nothing_yet: "読み取れる値がありません。まだ測定されていないか、曲線が選ばれていません",
    undefined: "未定義（{why}）",
    unmeasured: "まだ測定されていません",
    unmeasured_here: "この時点では測定されていません",
    zero_direction: "二つの方向のどちらかが零のため",
    no_feedback: "この学習則では、この層に比べるべき固定フィードバックがないため",
    zero_signal: "信号か上の層の方向が零のため",
    not_finite: "有限の数でないため",
    table_all: "{title}：評価点{count}個。空欄はその時点で未測定、–は未定義です。",
    table_some: "{title}：ページが保持する評価点{all}個のうち、全体から選んだ{count}個。空欄はその時点で未測定、–は未定義です。",
    table_layers: "{all}層のうち{shown}層。",
    table_empty: "{title}：まだ測定されていないか、曲線が選ばれていないため、示す値がありません。",
    table_step: "ステップ",
    table_epoch: "エポック",
    table_column: "{lane}、{series}",
    heard: "新しい点ごと、また読み取る点で、レーンごとに短い音が一つ鳴ります。左からBP、FA、DFA、IFA、右端が出力のみ。音の高さは{pitch}。未定義は無音です。",
    pitch_training: "訓練誤り率（0.1 %以下が220 Hz、10倍ごとに1オクターブ上）",
    pitch_test: "テスト誤り率（0.1 %以下が220 Hz、10倍ごとに1オクターブ上）",
    pitch_angle: "第{layer}層の角度（0°が220 Hz、60°ごとに1オクターブ上）",
    pitch_cosine: "第{layer}層の規準（-1の220 Hzから1の1,760 Hzまで）",
    pitch_share: "第{layer}層の飽和の割合（0 %の220 Hzから100 %の1,760 Hzまで）",
    pitch_size: "第{layer}層の値（0.1以下が220 Hz、10倍ごとに1オクターブ上）",
};
