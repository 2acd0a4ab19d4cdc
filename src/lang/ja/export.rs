//! Files that are taken along, in Japanese.

use crate::lang::Export;

pub const EXPORT: Export = Export {
    too_large: "ファイルは{bytes}バイトあります。上限は{limit} MBです",
    bad_syntax: "ファイルがJSONではありません。{byte}バイト目に{found}があります。使える値：{expected}",
    file_end: "ファイルの終わり",
    no_value: "{place}がありません",
    bad_value: "{place}が{value}です。使える値：{allowed}",
    bad_link: "link：{what}",
    form_object: "オブジェクト {…}",
    form_list: "リスト […]",
    form_text: "文字列 \"…\"",
    form_whole: "0以上の整数",
    form_number: "数またはnull",
    allowed_items: "{most}個以下",
    allowed_between: "{low}から{high}まで",
    allowed_bytes: "{most}バイト以下",
    allowed_ascending: "直前の{before}より大きい値",
    allowed_count: "点の数と同じ{count}",
    allowed_once: "同じ量は一度だけ",
};
