//! Experiments: their rules, knobs and errors, in Japanese.

use crate::lang::{Errors, Experiment, Experiments, Knob, Knobs, Rule, Rules};

pub const RULES: Rules = Rules {
    bp: Rule {
        name: "誤差逆伝播法",
        short: "BP",
        about: "誤差が順方向の重みを層ごとに逆にたどります",
        brief: "誤差が重みを逆にたどります",
    },
    fa: Rule {
        name: "フィードバックアライメント",
        short: "FA",
        about: "誤差が固定した乱数の重みを通って、層ごとに逆にたどります",
        brief: "誤差が固定乱数の重みで戻ります",
    },
    dfa: Rule {
        name: "直接フィードバックアライメント",
        short: "DFA",
        about: "出力の誤差が固定した乱数の重みを通って、各隠れ層に直接届きます",
        brief: "誤差が各隠れ層に直接届きます",
    },
    ifa: Rule {
        name: "間接フィードバックアライメント",
        short: "IFA",
        about: "出力の誤差が固定した乱数の重みを通って最初の隠れ層に届き、そこから順方向に伝わりま\
            す",
        brief: "誤差が第1層に届き、順方向に伝わります",
    },
    shallow: Rule {
        name: "出力層のみの学習（対照）",
        short: "出力のみ",
        about: "誤差は隠れ層に届かず、出力層だけが学習します",
        brief: "出力層だけが学習します",
    },
};

pub const EXPERIMENTS: Experiments = Experiments {
    first: Experiment {
        title: "はじめの一歩",
        watch: "4つの学習則が同じ10,000枚の数字を学習し、誤り率はほぼそろって下がります。FA、DFA、\
            IFAの角度が90°を下回るのに注目してください。固定した乱数のフィードバックが役立つように\
            なったのです。",
    },
    deep: Experiment {
        title: "深いネットワーク：20層",
        watch: "20層を通して学習できるのはDFAだけです。誤差が各層に直接届くからです。BPとFAが75 %\
            以上にとどまる一方で、DFAが10 %を下回るのに注目してください。",
    },
    small_steps: Experiment {
        title: "小さな学習率：角度は上がってから下がる",
        watch: "学習率が小さいと、DFAの角度はまずステップ300付近で90°を超えます。その後、重みがフィー\
            ドバックに合うようになり、ステップ5,000までに最下層で40°近くになります。",
    },
    zero: Experiment {
        title: "論文の初期値は万能ではない",
        watch: "どのレーンも零の重みから始めると、FAとDFAは学習しますが、BPとIFAは動きません。後者\
            の信号は、零のまま変わらない重みを通らなければならないからです。",
    },
    shallow: Experiment {
        title: "出力層だけが学習する",
        watch: "対照の「出力のみ」では、隠れ層は乱数のままで出力層だけが学習します。DFAとの差が、\
            乱数のフィードバックが隠れ層に教えたことの大きさです。",
    },
    unfrozen: Experiment {
        title: "論文の図2左：第1層の固定を解く",
        watch: "40エポックの間、第1層を乱数のまま固定して上の層だけをBPで学習し、その後は全層をBPまたはDFAで\
            学習します。DFAの訓練誤り率が100ステップ以内に90 %まで跳ね上がり、また下がるのに注目してください。DFA\
            で第1層だけを学習する場合は回復しません。",
    },
    curves: Experiment {
        title: "論文の図2右：学習曲線",
        watch: "論文と同じく、800ユニットの2層とMNIST全体でのBP、FA、DFAです。1エポックに約1分かかります。対数\
            目盛りで訓練誤り率が並んで下がるのに注目してください。",
    },
    features: Experiment {
        title: "論文の図3：各層は数字をどう分けるか",
        watch: "BPとDFAが400ユニットの3層を学習します。終わったら「内部を見る」、t-SNE、「計算する」を押してくださ\
            い。BPでもDFAでも、入力から各層へ進むにつれて数字が分かれ、最近傍の誤り率が入力より下がるのに注目してくだ\
            さい。",
    },
    redrawn: Experiment {
        title: "途中でフィードバックを変える",
        watch: "6エポックの後、固定した乱数のフィードバックを引き直すと、角度は約90°に跳ね上がります。それが再\
            び下がるのに注目してください。どんなフィードバックにも重みが合わせていきます。",
    },
    against: Experiment {
        title: "重みと逆向きのフィードバック",
        watch: "フィードバックを重みの符号を反転したものから始めるので、FAとDFAの最初のステップは180°近く、上り\
            坂に進みます。それでも角度が90°を下回るかどうかに注目してください。",
    },
    convolution: Experiment {
        title: "小さな畳み込みネットワーク",
        watch: "「はじめの一歩」では2倍のエポックのあとも4 %を上回るところで、BP、FA、DFAは3 %を下回り、IFAは遅れます。DFAの角度は、\
            全結合層では約20°まで下がり、最初の畳み込み層では90°前後をさまよいます。",
    },
};

pub const KNOBS: Knobs = Knobs {
    data: Knob {
        help: "データセット",
        allowed: "mnist、またはfalab dataやページが示すown:NAME:HEIGHTxWIDTHxCHANNELS:CLASSES:TRAIN:TEST:CHECKSUM",
    },
    n: Knob {
        help: "シードに従って選ぶ訓練画像の数",
        allowed: "64以上60000以下の整数",
    },
    zca: Knob {
        help: "ZCA白色化のε。訓練画像の共分散（画素値0〜1）の各固有値に加える",
        allowed: "none、または1e-6以上1以下の数",
    },
    rules: Knob {
        help: "表示するレーン",
        allowed: "bp、fa、dfa、ifa、shallowから1つ以上。重複なしで - でつなぐ",
    },
    phases: Knob {
        help: "途中で学習則、フィードバック、学習する層を変えるレーン（rulesの代わり）",
        allowed: "none、または「,」で区切ったレーン。各レーンは「;」で区切ったフェーズ（例：\
            bp@50e-freeze1;dfa）：学習則、長さ（@50eエポック、@300sステップ、@5err訓練誤り率%。最後のフェー\
            ズは省略可）、続けて-freeze1または-only1.2（層）、-redrawまたは-anti（フィードバック）、-fresh\
            （最適化の状態）。最大8レーン、各32フェーズ",
    },
    hidden: Knob {
        help: "隠れ層の数と幅（ユニット数）。その前に畳み込み層を置けます（例：conv5x8-pool3s2-64）",
        allowed: "KxN（NユニットをK層）、96-48のような幅の並び、または2x64-10のような併用。その前に\
            conv5x8-pool3s2（5x5カーネル、8マップ、3x3の最大値をストライド2で）のような畳み込み。1〜100層、各層\
            1〜2048ユニット、カーネル1〜11、マップ1〜512、プーリング2〜4、ストライドはカーネルまたはプーリング\
            以下、パディング（conv5x8p0）はカーネル未満",
    },
    act: Knob {
        help: "隠れ層の活性化関数",
        allowed: "tanh、logistic、relu",
    },
    init: Knob {
        help: "重みとバイアスの初期値。paperはFAとDFAでは零、ほかでは一様分布",
        allowed: "paper、uniform、zero、scaled、またはsmall:H（Hは0より大きく1以下）",
    },
    fb: Knob {
        help: "固定した乱数フィードバックの分布",
        allowed: "uniform、gauss、sign",
    },
    fbscale: Knob {
        help: "フィードバックの半値幅、標準偏差、または絶対値。autoは、届く先のユニット数nに対して\
            1/√n",
        allowed: "auto、または0より大きく1000以下の数",
    },
    opt: Knob {
        help: "最適化手法",
        allowed: "rmsprop、sgd、momentum、adam",
    },
    lr: Knob {
        help: "学習率",
        allowed: "0より大きく1e6以下の数",
    },
    rho: Knob {
        help: "RMSpropのρ、Adamのβ₂",
        allowed: "0以上0.999999以下の数",
    },
    eps: Knob {
        help: "RMSpropとAdamのε（根号の外）",
        allowed: "0より大きく1以下の数",
    },
    momentum: Knob {
        help: "モーメンタムのμ、Adamのβ₁",
        allowed: "0以上0.999999以下の数",
    },
    batch: Knob {
        help: "1ステップの画像数",
        allowed: "1以上1024以下で、nを超えない整数",
    },
    dropout: Knob {
        help: "1ステップで入力と隠れユニットを除外する確率",
        allowed: "none、または入力と隠れユニットに対する0以上0.9以下の2つの数（例：0.1-0.5）",
    },
    adv: Knob {
        help: "符号勾配法による敵対的訓練のε（画素値0〜1に対する大きさ）。0で無効",
        allowed: "0以上1以下の数",
    },
    epochs: Knob {
        help: "レーンが終了するまでに訓練画像を巡る回数",
        allowed: "1以上10000以下の整数",
    },
    steps: Knob {
        help: "レーンが終了するステップ数",
        allowed: "none、または1以上1000000000以下の整数",
    },
    stop: Knob {
        help: "エポックごとに平滑化した訓練誤り率がこの値（%）以下になると、レーンが終了する",
        allowed: "0以上100以下の数",
    },
    evals: Knob {
        help: "2エポック目以降の、1エポックあたりの測定回数。autoではステップ1、2、5、10、20、50…と各エポックの\
            終わり",
        allowed: "auto、または1以上100以下の整数",
    },
    seed: Knob {
        help: "画像の選択、順序、初期値、フィードバック、ドロップアウトの乱数シード",
        allowed: "0以上9007199254740991以下の整数",
    },
    seeds: Knob {
        help: "実行するシードの数（seedから順に）。図は中央値と範囲を示す",
        allowed: "1以上20以下の整数",
    },
};

pub const ERRORS: Errors = Errors {
    value: "{key}={value}は使えません。使える値：{allowed}",
    of_field: "{label}：「{value}」は使えません。使える値：{allowed}",
    unknown_key: "{key}={value}：{key}というキーはありません。{hint}",
    hint_meant: "{known}のことですか？",
    hint_keys: "使えるキー：{keys}",
    twice: "{key}が2回指定されたため、{key}={value}を無視しました。各キーは1回だけ使えます",
    no_value: "「{part}」に「=」がありません。書式：キー=値を & でつなぐ",
    version: "v={value}は別の版のリンクです。使える値：v=1",
    numerics: "num={value}：このリンクは数値計算の版{value}で作成されましたが、ここは版{present}で\
        す。実験は同じですが、ビットは異なる可能性があります",
    receipt_numerics: "num={value}：このリンクとレシートは数値計算の版{value}で作成されましたが、\
        ここは版{present}です。実験は同じですが、レシートは確認できません",
    receipt: "receipt：「{part}」は使えません。使える値：{allowed}",
    allowed_receipt: "レーン:16桁の16進数（例：bp:0123456789abcdef）。レーンの重複なしで - でつなぐ",
    not_run: "receipt：{lane}:{print}は、このリンクで実行しないレーンのものです。使えるレーン：{lanes}",
    too_large: "hidden={hidden}には1レーンあたり{megabytes} MB必要です。上限は{limit} MBです。層を\
        減らすか、幅を狭くしてください",
    allowed_batch: "n（訓練画像の数、現在{images}）以下",
    allowed_numerics: "版を表す整数",
    allowed_layers: "1から{output}までの層（最後は出力層）",
    allowed_opposed: "dfaとifaの-antiは、プーリングが第1層だけにあるネットワークに限ります",
    allowed_fitting: "収まる大きさのカーネルとプーリング。第{layer}層の{size}x{size}の{what}（パディング\
        {padding}）は、入力の{height}x{width}ユニットに収まりません",
    kernel: "カーネル",
    pool: "プーリング",
    too_long: "{bytes}バイトのリンクは長すぎて読めません。上限は{limit}バイトです",
    more: "このリンクには、ほかに{count}個の誤りがあります",
    beside: "rulesとphasesの両方がレーンを指定しています。後のものが有効です。どちらか一方だけを指定してくだ\
        さい",
    allowed_text: "{limit}文字以内のテキスト（制御文字を除く）",
    allowed_controls: "「.」でつないだ名前：{names}",
    allowed_moment: "1から1000000000までのステップ、または5eのようなエポック数",
    allowed_origin: "https://example.orgのようなオリジン",
};
