//! What the command line says, in Japanese.

use crate::lang::Command;

pub const COMMAND: Command = Command {
    about: "フィードバックアライメント実験室：リンクの実験を学習させ、ページが描く値を出力します。",
    run: "リンクの実験を学習させ、測定値を出力します。",
    inside: "リンクの実験を学習させ、ネットワークの内部を調べます：各層のクラス分離、t-SNE、混同行列、整列。",
    verify: "リンクの一覧を学習させ、各レーンをレシートと照合します。",
    table: "表（論文の表1、深さ、ReLU、IFA）の各欄を実行し、書き出します。",
    pack_mnist: "MNISTの元の4ファイルからassets/mnistの分割ファイルを作ります。",
    help_command: "このヘルプ、またはコマンドのヘルプを表示します。",
    lang: "ヘルプとメッセージの言語：en、ja。省略時はLC_ALL、LC_MESSAGES、LANGに従います。記録の形\
        式は変わりません。",
    help: "ヘルプを表示します。",
    version: "バージョンを表示します。",
    run_links: "リンク、またはその `#` 以降の部分（ページの「共有」で得られます）。`-` なら、`\
        falab verify` と同様に標準入力から1行に1つずつ読み込みます。",
    run_data: "data=own:…が示すデータセットのファイルがあるフォルダー（その文字列はfalab data FOLDERが表示）",
    data: "フォルダーのファイルがどのデータセットかと、リンクのためのdata=…を表示する",
    data_folder: "IDXファイル4個、またはCIFAR-10かCIFAR-100のバイナリバッチがあるフォルダー（gzipでもよい）",
    data_name: "データセットの名前：英数字と . _ -（32字まで）。なければフォルダーの名前",
    verify_data: "data=own:…が示すデータセットのファイルがあるフォルダー",
    run_format: "出力の形式。全レーンの全測定点を、間引かずに出力します。jsonl：1行に1つのJSONオブ\
        ジェクト。csv：見出し付きのカンマ区切り（リンクは1つ）。table：桁をそろえた表。",
    run_rules: "リンクの指定に代えて学習させる学習則：bp、fa、dfa、ifa、shallow。",
    run_lanes: "学習させるリンク中のレーンの名前。省略するとすべて。",
    run_plot: "2つの図error.svgとangle.svgを書き出すフォルダー。1,000点を超える系列では、隣り合う4\
        点のうち最小と最大を残します。リンクは1つ。",
    run_export: "実験の持ち帰り用ファイル一式を書き出すフォルダー（ページと同じ内容）：設定とリンク入りの2つの図、系列のCSVとJSON、重みのsafetensors、レポート、BibTeX。リンクは1つ、レーンはすべて（docs/export.md）。",
    one_link: "{flag}：リンクが{count}個あります。使えるのは1つです",
    one_link_or_jsonl: "{flag}：リンクが{count}個あります。使えるのは1つです。複数なら、どのリンクの行かを示す\
        --format jsonlを使えます",
    not_compared: "{lanes}は実行しないため、{link}のレシートのその部分は照合しません",
    run_checkpoint: "学習中の各レーンを保存するフォルダー。同じコマンドを再び実行すると続きから再\
        開し、中断しなかった場合と同じ内容を出力して同じビットで終わります。すべて終わるとファイル\
        は削除されます。",
    run_checkpoint_every: "レーンを保存する最短の間隔（秒）。0〜3600。",
    run_keys: "リンクのキー（キー=値を & でつなぐ）：",
    run_key_receipt: "レーンが終了時に示すはずの値。終了時に照合します",
    run_key_receipt_allowed: "レーン:16桁の16進数を - でつなぐ。numは作成時の数値計算の版",
    run_key_lang: "ページを開くときの言語。実験の一部ではありません",
    run_status: "終了ステータス：0 すべて学習済み、1 失敗、2 リンクまたはフラグの誤り、3 レシート\
        と一致しないレーンあり。",
    run_threads: "学習に使うスレッドの数（全レーン合計、1〜1024）。省略時はコンピューターのコア数で、少なくとも1レーンに\
        1つ。結果は1ビットも変わりません。",
    inside_link: "ページで共有されるリンク、またはその`#`以降。",
    inside_images: "調べるテスト画像の枚数、100〜5000。1,000枚まではテスト集合の10枚ごとから、それ以上は全体から均等\
        に選びます。番号は0からの保存順で、元のファイルの10枚ごとの画像が先に来ます（docs/measured.md）。",
    inside_rules: "リンクのレーンに代えて、1レーンずつ学習させる学習則：bp、fa、dfa、ifa、shallow。",
    inside_plot: "レーンごとのt-SNEの図tsne-NAME.svgを書き出すフォルダー。入力と各隠れ層に1面ずつ。",
    inside_data: "リンクのデータセットが自分のものである場合に、そのファイルがあるフォルダー",
    inside_checkpoint: "学習中のレーンを10秒ごとに保存するフォルダー（`falab run`と同じ形式）。保存されたレーンは\
        続きから再開します。",
    inside_threads: "学習と図の作成に使うスレッドの数（1〜1024）。省略時はコンピューターのコア数で、少なくとも1レーンに\
        1つ。結果は1ビットも変わりません。",
    inside_format: "出力の形式。json：1つのJSONオブジェクト。table：読みやすい表。",
    verify_file: "1行に1つ、レシート付きのリンクを並べたファイル（ページの「共有」で得られます）。\
        `-` は標準入力。",
    verify_threads: "学習に使うスレッドの数（リンクの全レーン合計、1〜1024）。省略時はコンピューターのコア数。",
    verify_after: "空行とコメントは無視されます。# で始まる行はコメントです。ただし、リンク \
        #v=1&seed=7 のように最初の語に = を含む行は除きます。\n\nレシートのあるレーンだけを学習さ\
        せます。その前に全行を検査し、読み取れないリンク、レシートのないリンク、レシートの数値計算\
        の版が異なるリンクは、判定できないため誤りの行とします。\n\n終了ステータス：0 全レーンを再\
        現、1 失敗、2 誤りの行がある、またはリンクがない、3 一致しないレーンあり。",
    table_name: "表の名前：table1、depth、relu、ifa。",
    table_after: "同じ実験、同じ数値計算の版で、エポック数が同じかそれ以上の実行がファイルにあれ\
        ば、再び実行しません。訓練誤り率のしきい値への到達や発散で終了した実行も同様です。中断され\
        た実行は最初からやり直します。\n\n終了ステータス：0 完了、1 失敗、2 フラグの誤り。",
    table_rows: "実行する行。省略時はすべて。",
    table_rules: "実行する学習則。省略時は表にあるすべて。",
    table_seeds: "実行するシード：1からこの値まで。",
    table_epochs: "最大エポック数（1〜10000）。省略時は各行のエポック数。",
    table_out: "実行結果のファイル（1行に1つのJSONオブジェクト）。最初に読み込み、追記します。省\
        略時はassets/paper/名前.jsonl。それ以外のファイルを指定すると、その隣に表を .json と .md \
        で書き出します。",
    table_jobs: "同時に行う実行の数。合わせて同数のスレッドを使います。省略時はコンピューターのコア数。",
    table_render: "何も実行せず、表だけを書き出します。",
    pack_mnist_from: "train-images-idx3-ubyte、train-labels-idx1-ubyteと2つのt10kファイルのあるフォ\
        ルダー。gzip圧縮（.gz）も可。",
    pack_mnist_to: "分割ファイルとその一覧chunks.txtを書き出すフォルダー。",
    usage: "使い方：",
    heading_commands: "コマンド",
    heading_arguments: "引数",
    heading_options: "オプション",
    default: "［既定値：{value}］",
    error: "エラー：{what}",
    more_help: "詳しくは '{help}' を実行してください。",
    bad_value: "'{argument}' に '{value}' は使えません",
    bad_value_why: "'{argument}' に '{value}' は使えません。{why}",
    missing_value: "'{argument}' には値が必要です",
    unknown_argument: "'{argument}' という引数はありません",
    unknown_command: "'{argument}' というコマンドはありません",
    missing_arguments: "必要な引数がありません：{arguments}",
    given_twice: "'{argument}' は1回しか指定できません",
    meant: "'{meant}' のことですか？",
    allowed_are: "使える値：{words}",
    allowed_seconds: "使える値：0以上3600以下の数",
    allowed_whole: "使える値：{low}以上{high}以下の整数",
    standard_input: "標準入力",
    opening: "{name}を開けません",
    reading: "{name}を読み込めません",
    reading_line: "{name}の{line}行目を読み込めません",
    making: "{name}を作れません",
    writing: "{name}に書き込めません",
    removing: "{name}を削除できません",
    locking: "{name}をロックできません",
    cutting: "{name}を切り詰められません",
    remove_to_begin: "{name}（削除すると、このレーンを最初からやり直せます）",
    figure_failed: "{name}の図：{reason}",
    bar: "ステップ {pos}/{len}、残り {eta}",
    lane_cut: "実験が終わる前にレーンが終了しました",
    differs: "{lane}がレシートと一致しません：期待値は{expected}、結果は{found}、リンクは{link}",
    at_line: "{line}行目",
    at_line_of: "{name}の{line}行目",
    at: "{place}：{what}",
    no_link: "{name}にリンクがありません",
    no_receipt: "{link}にレシートがありません。使えるのは、実行後の「共有」で得られるreceipt=付き\
        のリンクです",
    verified: "{line}行目：{words}：{link}",
    sum_one: "{count}リンク：再現{reproduced}（全ビット一致）、不一致{differ}",
    sum: "{count}リンク：再現{reproduced}（全ビット一致）、不一致{differ}",
    some_differ_one: "{name}の{count}リンク中{differ}件がレシートと一致しません",
    some_differ: "{name}の{count}リンク中{differ}件がレシートと一致しません",
    expected_found: "{lane}の期待値は{expected}、結果は{found}",
    also_reproduced: "{lanes}は再現",
    receipt_missing: "{lanes}のレシートなし",
    outcome: "{word}（{parts}）",
    reproduced: "再現",
    differ: "不一致",
    unchecked: "確認不可",
    column_lane: "レーン",
    column_step: "ステップ",
    column_epoch: "エポック",
    column_train: "訓練 %",
    column_test: "テスト %",
    column_images: "画像数",
    column_angle: "角度 {layer}",
    diverged: "ステップ{step}で発散：{quantity}",
    end_epochs: "エポック数で終了",
    end_steps: "ステップ数で終了",
    end_error: "目標誤り率で終了",
    end_diverged: "発散で終了",
    lane_end: "{reason}、指紋 {fingerprint}",
    lane_end_verdict: "{end}、{verdict}",
    lane_differs: "不一致：期待値は{expected}",
    runs_stand: "{all}件中{done}件は{name}にあり、{left}件を実行します",
    runs_left_out: "{name}の{count}件は、リンクまたは数値計算の版が異なるため、どの欄にも含まれま\
        せん",
    run_done: "{row} {rule} シード{seed}：{epochs}エポック後のテスト誤り率 {error}（{reason}）、\
        {seconds}秒",
    undefined: "定義されません",
    in_use: "{name}は別のfalab tableが使用中です",
    cut_off: "{name}の最後の行が書きかけのため切り捨てます（{bytes}バイト）",
    no_run: "{name}の{line}行目は実行結果ではありません",
    no_lane: "--lanes：{lane}は{link}のレーンではありません。使えるレーン：{lanes}",
};
