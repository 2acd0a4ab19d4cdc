//! What the page may never do, read from its sources: turn text into HTML or code, fetch what a link names, or run
//! under a weaker policy.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Sources of the page: their names and their code without comments.
fn code() -> Vec<(String, String)> {
    let all = files(&root().join("src/web"))
        .into_iter()
        .chain(files(&root().join("www")));
    let all = all.filter(|path| {
        path.extension()
            .is_some_and(|ending| ending == "rs" || ending == "js")
    });
    let found: Vec<_> = all
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            (
                path.display().to_string(),
                lines.collect::<Vec<_>>().join("\n"),
            )
        })
        .collect();
    assert!(found.len() > 20, "is this test still reading?");
    found
}

#[test]
fn no_text_becomes_html_or_code() {
    let banned = [
        "set_inner_html",
        "set_outer_html",
        "insert_adjacent_html",
        "innerHTML",
        "outerHTML",
        "document.write",
        "write_ln",
        "create_element",
        "create_contextual_fragment",
        "DomParser",
        "set_html_unsafe",
        "eval(",
        "js_sys::eval",
        "Function::new",
        "new Function",
        "set_timeout_with_str",
        "srcdoc",
        "javascript:",
    ];
    for (file, code) in code() {
        for word in banned {
            assert!(!code.contains(word), "{file} uses {word}");
        }
    }
}

/// Every place that makes a request, with what it asks for: texts of the program, and the names in `chunks.txt`.
#[test]
fn addresses_that_are_fetched_are_the_programs_own() {
    let requests = [
        ("data.rs", "fetch_with_str(&address)"),
        // The name is the value of an option of index.html.
        ("paper.rs", "fetch_with_str(&file(name))"),
        ("lesson/load.rs", "fetch_with_str(&address)"),
        ("linked.rs", "Worker::new_with_options(\"./www/worker.js\""),
    ];
    let verbs = [
        "fetch_with",
        "Worker::new",
        "Request::new",
        "XmlHttpRequest",
        "WebSocket",
        "EventSource",
        "send_beacon",
        "import(",
        "importScripts",
        "location().set_",
        "location().assign",
        "location().replace",
        "open_with_url",
    ];
    let mut seen = 0;
    for (file, code) in code() {
        for verb in verbs {
            for (at, _) in code.match_indices(verb) {
                let known = requests
                    .iter()
                    .any(|(of, call)| file.ends_with(of) && code[at..].starts_with(call));
                let boot =
                    file.ends_with("boot.js") && code[at..].starts_with("import(\"../page.js\")");
                assert!(
                    known || boot,
                    "{file}: a request that this test does not know: {}",
                    &code[at..code.len().min(at + 60)]
                );
                seen += 1;
            }
        }
        for attribute in [
            "\"href\"",
            "\"src\"",
            "\"action\"",
            "\"style\"",
            "set_href",
            "set_src",
            "\"onclick\"",
            "\"onload\"",
            "\"onerror\"",
        ] {
            assert!(!code.contains(attribute), "{file} sets {attribute}");
        }
    }
    assert_eq!(seen, 5);
    for (name, address) in [
        (
            "data.rs",
            "let address = format!(\"./assets/mnist/{}\", chunk.file);",
        ),
        // The code is that of a language of the program.
        ("lesson/load.rs", "format!(\"./www/lessons/{code}.txt\")"),
    ] {
        let code = code().into_iter().find(|(file, _)| file.ends_with(name));
        assert!(code.unwrap().1.contains(address), "{name}");
    }
}

#[test]
fn the_page_sets_a_strict_policy_before_anything_is_loaded() {
    let html = fs::read_to_string(root().join("index.html")).unwrap();
    let name = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    let at = html.find(name).unwrap();
    assert!(at < html.find("<link").unwrap() && at < html.find("<script").unwrap());
    let policy = html[at + name.len()..].split('"').next().unwrap();
    let directives: Vec<&str> = policy.split("; ").collect();
    assert_eq!(
        directives,
        [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    );
    // Nothing that the policy would have to be loosened for, and no other origin but links to read on.
    let modules = html.matches("<script type=\"module\" src=\"./").count();
    // One that is done before the first paint, where a module would come too late.
    let theme = html
        .matches("<script src=\"./www/theme.js\"></script>")
        .count();
    assert_eq!((html.matches("<script").count(), theme), (modules + 1, 1));
    for banned in [
        "<style",
        " style=",
        " onclick=",
        " onload=",
        " onerror=",
        "javascript:",
        "src=\"http",
        "data:image",
    ] {
        assert!(!html.contains(banned), "index.html holds {banned}");
    }
}
