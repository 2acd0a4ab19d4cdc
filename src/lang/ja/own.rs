//! Images of the reader's own, in Japanese.

use crate::lang::Own;

pub const OWN: Own = Own {
    allowed_n: "64以上{images}（データセットの訓練画像数）以下の整数",
    no_files: "画像のファイルがありません。必要なもの：IDXファイル4個、またはCIFAR-10かCIFAR-100のバイナリバッチ",
    gzip: "{file}：gzipが壊れているか途中で切れています（{bytes}バイト）：{why}",
    too_large: "{file}：展開すると{limit} MBを超えます。許されるもの：{limit} MBまで",
    unknown: "{file}：先頭のバイトは{first}、全{bytes}バイトです。必要なもの：00 00 08 03（画像）か\
        00 00 08 01（ラベル）で始まるIDXファイル、またはCIFAR-10（3073バイト）かCIFAR-100（3074バイト）\
        の完全なレコード",
    idx_header: "{file}：{bytes}バイトで、ヘッダーの途中で終わっています。必要なもの：{header}バイトのヘッダー",
    idx_length: "{file}：ヘッダーの後に{found}バイトあります。必要なもの：ヘッダーのとおり{expected}バイト",
    records: "{file}：{bytes}バイトでは最後の完全なレコードの後に{left}バイト余ります。必要なもの：\
        {record}バイトのレコード",
    label: "{file}：バイト{byte}のラベルは{value}です。必要なもの：0以上{most}以下",
    gap: "{file}：バイト{byte}のラベルは{value}ですが、ラベル{class}の画像がありません。必要なもの：\
        抜けのないラベル",
    counts: "{images}の画像は{of_images}枚、{labels}のラベルは{of_labels}個です。必要なもの：同じ数",
    sizes: "{train}の画像は{size}、{test}の画像は{test_size}画素です。必要なもの：同じ大きさ",
    no_pixels: "{file}：画像に画素がありません",
    missing: "ファイルの中に{what}がありません",
    mixed: "{first}と{second}は形式が違います。必要なもの：一度に一つのデータセット",
    too_many: "{files}：同じ種類のファイルが訓練用とテスト用の2個より多くあります。必要なもの：IDXファイル4個",
    which: "{files}：どちらがテスト用ですか。必要なもの：「train」と「test」か「t10k」を含む名前、または\
        大きさの違うファイル",
    which_batch: "{file}：訓練用ですか、テスト用ですか。必要なもの：「data_batch」「train」「test」のいずれかを\
        含む名前",
    limits: "訓練画像{train}枚、テスト画像{test}枚、大きさ{size}、{classes}クラスです。許されるもの：訓練画像\
        64から1000000枚、テスト画像1から1000000枚、一辺256まで、2から256クラス、全体で1 GBまで",
    train_images: "訓練画像（IDX、00 00 08 03）",
    train_labels: "訓練ラベル（IDX、00 00 08 01）",
    test_images: "テスト画像（IDX、00 00 08 03）",
    test_labels: "テストラベル（IDX、00 00 08 01）",
    train_batches: "訓練バッチ（data_batch_1.binからdata_batch_5.bin、またはtrain.bin）",
    test_batch: "テストバッチ（test_batch.bin、またはtest.bin）",
    about: "{name}：訓練画像{train}枚、テスト画像{test}枚、大きさ{size}、{classes}クラス、{megabytes} MB、\
        チェックサム{checksum}",
    needs_where: "この実験には次のデータセットが必要です。{about}。プログラムには含まれず、探す場所を示す\
        --data FOLDERもありません",
    other: "ファイルの中身は{found}です。この実験に必要なもの：{about}",
    is_mnist: "--data {name}：自分の画像を使うリンクがありません。許されるもの：falab data {name}が表示する\
        data=own:…を含むリンク",
    reading: "{file}を読み込み中",
    summing: "ファイルを確認中",
    loaded: "データセット {about}",
    loaded_kept: "データセット {about}、このブラウザに保存済み",
    not_kept: "データセットをこのブラウザに保存できませんでした：{why}",
    wanted: "この実験には次のデータセットが必要です。{about}。ファイルを渡すと続けられます。",
};
