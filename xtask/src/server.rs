//! A static file server on 127.0.0.1, for `serve` and for tests: a hundred lines of std do what plain hosts do.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process::command;
use crate::size::packed;

/// Pairs of paths: a request for the first gets the second.
type Instead = &'static [(&'static str, &'static str)];

/// A server that runs until the process ends.
pub struct Server {
    /// Where it listens.
    pub port: u16,
}

/// Serves `folder` under the path `prefix` (such as "/" or "/some/sub/") on `port`, or the next free one.
///
/// # Errors
/// No port is free.
pub fn start(folder: &Path, prefix: &str, port: u16) -> Result<Server> {
    start_with(folder, prefix, port, "")
}

/// [`start`] with more headers on every answer, each ended by `\r\n`: a benchmark's peer needs some, the page none.
///
/// # Errors
/// No port is free.
pub fn start_with(folder: &Path, prefix: &str, port: u16, headers: &'static str) -> Result<Server> {
    start_watched(folder, prefix, port, headers, |_| true)
}

/// [`start_with`], and `watch` is told the path of each request before it is answered, in a thread of its own: it may
/// note it, take its time, or end the connection without an answer by giving false.
///
/// # Errors
/// No port is free.
pub fn start_watched(
    folder: &Path,
    prefix: &str,
    port: u16,
    headers: &'static str,
    watch: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> Result<Server> {
    listen(folder, prefix, port, headers, watch, &[])
}

/// [`start_watched`]; the second file of a pair is what a request for the first one gets.
fn listen(
    folder: &Path,
    prefix: &str,
    port: u16,
    headers: &'static str,
    watch: impl Fn(&str) -> bool + Send + Sync + 'static,
    instead: Instead,
) -> Result<Server> {
    let mut ports = port..=port.saturating_add(if port == 0 { 0 } else { 50 });
    let listener = ports
        .find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok())
        .with_context(|| format!("no port from {port} on is free"))?;
    let port = listener.local_addr()?.port();
    let (folder, prefix) = (folder.to_path_buf(), prefix.to_owned());
    let watch = Arc::new(watch);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (folder, prefix, watch) = (folder.clone(), prefix.clone(), Arc::clone(&watch));
            thread::spawn(move || {
                answer(&stream, (&folder, instead), &prefix, headers, &*watch).ok()
            });
        }
    });
    Ok(Server { port })
}

/// `cargo xtask serve`: says where the page is, opens it if asked to, and serves until it is ended. The page keeps itself
/// for use without a network if `keep` says so; else nobody who works on it sees a stale build.
///
/// # Errors
/// No port is free.
pub fn serve_until_ended(folder: &Path, port: u16, open: bool, keep: bool) -> Result<()> {
    // A page that is worked on keeps nothing, and forgets what an earlier version kept.
    let instead: Instead = &[("sw.js", "www/retire.js")];
    let server = listen(
        folder,
        "/",
        port,
        "",
        |_| true,
        if keep { &[] } else { instead },
    )?;
    let address = format!("http://127.0.0.1:{}/", server.port);
    println!("\nThe lab is open at {address}\nCtrl+C ends it.");
    if open {
        let openers = [("xdg-open", ""), ("open", ""), ("cmd", "/c start")];
        let opened = openers.iter().any(|(program, arguments)| {
            let arguments = arguments.split_whitespace();
            command(program)
                .args(arguments)
                .arg(&address)
                .spawn()
                .is_ok()
        });
        if !opened {
            println!("No program to open it was found; open the address in a browser.");
        }
    }
    loop {
        thread::park();
    }
}

fn answer(
    mut stream: &TcpStream,
    (folder, instead): (&Path, Instead),
    prefix: &str,
    headers: &str,
    watch: &dyn Fn(&str) -> bool,
) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let (mut header, mut known, mut takes_gzip) = (String::new(), String::new(), false);
    while reader.read_line(&mut header)? > 2 {
        let (name, value) = header.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("if-none-match") {
            known = value.trim().to_owned();
        } else if name.eq_ignore_ascii_case("accept-encoding") {
            takes_gzip = value.split(',').any(|way| way.trim() == "gzip");
        }
        header.clear();
    }
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if !watch(target) {
        return Ok(());
    }
    let file = target
        .split(['?', '#'])
        .next()
        .and_then(|path| path.strip_prefix(prefix))
        .map(|path| {
            let other = instead.iter().find(|(asked, _)| *asked == path);
            other.map_or(path, |(_, other)| other)
        })
        .and_then(|path| resolve(folder, path));
    let mut extra = String::new();
    let (status, kind, body) = match (
        method,
        file.and_then(|file| Some((fs::read(&file).ok()?, file))),
    ) {
        ("GET" | "HEAD", Some((body, file))) => {
            let kind = mime(&file);
            let tag = tag(&body);
            extra = format!("ETag: {tag}\r\n");
            if tag == known {
                ("304 Not Modified", kind, Vec::new())
            } else {
                (
                    "200 OK",
                    kind,
                    packed_if_text(&file, kind, body, takes_gzip, &mut extra),
                )
            }
        }
        ("GET" | "HEAD", None) => ("404 Not Found", "text/plain", b"not found\n".to_vec()),
        _ => (
            "405 Method Not Allowed",
            "text/plain",
            b"GET and HEAD only\n".to_vec(),
        ),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         {extra}Cache-Control: no-cache\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()?;
    Ok(())
}

/// Text goes over the wire as plain hosts send it: packed, where the browser takes that. The page's code and images are
/// packed as they are.
fn packed_if_text(
    file: &Path,
    kind: &str,
    body: Vec<u8>,
    takes_gzip: bool,
    headers: &mut String,
) -> Vec<u8> {
    let is_text =
        kind.starts_with("text/") || ["application/json", "image/svg+xml"].contains(&kind);
    if !is_text || !takes_gzip {
        return body;
    }
    match packed(file) {
        Ok(packed) => {
            headers.push_str("Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n");
            packed
        }
        Err(_) => body,
    }
}

/// A tag that is another one for other bytes, so that a browser need not fetch again what it has.
fn tag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// The file of a path within `folder`, never outside it.
fn resolve(folder: &Path, path: &str) -> Option<PathBuf> {
    let decoded = percent_decode(path)?;
    let relative = Path::new(&decoded);
    let inside = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let file = folder.join(relative);
    let file = if file.is_dir() {
        file.join("index.html")
    } else {
        file
    };
    inside.then_some(file)
}

fn percent_decode(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "webmanifest") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
