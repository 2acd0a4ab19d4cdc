//! axe-core finds nothing to object to in any view, in both languages, on light ground and on dark.
//!
//! `tests/e2e/axe` pins its version; `cargo xtask test` installs it, `npm ci` there does so too. The script goes into
//! the page by the driver alone.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(60);
const SMALL: &str = "v=1&n=640&rules=bp-dfa-ifa&hidden=2x16&epochs=2";

/// A view: its name, the script that opens it, what is true once it is there, and what axe looks at.
type View = (&'static str, &'static str, &'static str, &'static str);

/// Views of a page that has run to its end.
const VIEWS: [View; 22] = [
    ("finished", "", "true", "html"),
    (
        "tables and sound",
        "press('error-table-open'); press('angle-table-open'); press('angle-listen')",
        "document.querySelectorAll('.as-table tbody tr').length > 4 && byId('angle-heard').textContent",
        "main",
    ),
    (
        "time travel",
        "press('error-table-open'); press('angle-table-open'); press('angle-listen'); press('open-history')",
        "!byId('history').hidden",
        "#history",
    ),
    (
        "a reading",
        "press('open-history'); byId('error-canvas').focus();
         byId('error-canvas').dispatchEvent(new KeyboardEvent('keydown', { key: 'End' }))",
        "byId('error-spoken').textContent",
        "#error-figure",
    ),
    (
        "experiments",
        "press('open-experiments')",
        "true",
        "#experiments",
    ),
    (
        "keys",
        "press('open-keys')",
        "byId('keys-dialog').open",
        "#keys-dialog",
    ),
    (
        "share",
        "press('share')",
        "byId('share-dialog').open",
        "#share-dialog",
    ),
    (
        "share with receipts",
        "press('share'); press('share-receipts')",
        "byId('share-link').value.includes('receipt=')",
        "#share-dialog",
    ),
    (
        "class",
        "press('share'); press('open-class'); document.querySelector('#class-dialog details').open = true",
        "byId('class-dialog').open",
        "#class-dialog",
    ),
    (
        "promise",
        "press('about-promise')",
        "byId('promise').open",
        "#promise",
    ),
    (
        "own data",
        "press('open-own')",
        "byId('own-dialog').open",
        "#own-dialog",
    ),
    (
        "change",
        "document.querySelector('[data-lane=reset]').click(); document.querySelector('[data-lane=change]').click()",
        "byId('change').open",
        "#change",
    ),
    (
        "definitions",
        "byId('definitions').showPopover()",
        "true",
        "html",
    ),
    (
        "performance",
        "byId('performance').showPopover()",
        "document.querySelector('#performance tbody tr')",
        "html",
    ),
    (
        "offline",
        "byId('offline').showPopover()",
        "true",
        "#offline",
    ),
    (
        "paper",
        "press('open-paper')",
        "document.querySelector('#paper tbody tr')",
        "#paper",
    ),
    (
        "filters",
        "press('open-inside'); press('inside-tab-filters')",
        "document.querySelector('#inside-filters-lanes figure')",
        "html",
    ),
    (
        "alignment",
        "press('open-inside'); press('inside-tab-alignment')",
        "document.querySelector('#inside-alignment-lanes td')",
        "#inside",
    ),
    (
        "confusion",
        "press('open-inside'); press('inside-tab-confusion')",
        "document.querySelector('#inside-confusion-lanes td button')",
        "#inside",
    ),
    (
        "t-SNE",
        "press('open-inside'); press('inside-tab-embedding')",
        "document.querySelector('#inside-embedding-lanes input')",
        "#inside",
    ),
    (
        "digit",
        "press('open-digit'); press('digit-any')",
        "document.querySelector('#inside-digit-lanes .digit-answer:not([hidden])')",
        "#inside",
    ),
    (
        "lessons",
        "press('open-lessons')",
        "document.querySelector('.lesson-items button')",
        "main",
    ),
];

/// What the scripts of views are written with; closes what the view before has opened.
const TOOLS: &str = "window.byId = (id) => document.getElementById(id);
    window.press = (id) => byId(id).click();
    for (const dialog of document.querySelectorAll('dialog[open]:not(#inside)')) dialog.close();
    for (const menu of document.querySelectorAll(':popover-open')) menu.hidePopover();
    if (byId('inside').open) press('close-inside');
    byId('error-canvas').blur();";

/// What axe objects to within an element.
async fn objections(page: &Page, within: &str) -> Result<Vec<String>> {
    let script = "const [within, done] = arguments;
        axe.run(within, { resultTypes: ['violations'] }).then(
          ({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) =>
            `${id}: ${target.join(' ')}: ${[...any, ...all, ...none].map(({ message }) => message).join('; ')}`))),
          (error) => done([`axe failed: ${error}`]))";
    let found = page
        .client
        .execute_async(script, vec![json!(within)])
        .await?;
    serde_json::from_value(found).context("a list")
}

/// All that axe found, view by view.
struct Audit<'a> {
    page: &'a Page,
    axe: String,
    look: String,
    found: Vec<String>,
}

impl Audit<'_> {
    async fn open(&self, link: &str, state: &str) -> Result<()> {
        self.page.open(link).await?;
        self.page
            .wait_for("main", "data-state", &[state], LIMIT)
            .await?;
        self.page.script(&self.axe).await.map(|_| ())
    }

    async fn look_at(&mut self, name: &str, within: &str) -> Result<()> {
        // What fades in is there.
        let settled =
            "return document.getAnimations().every(({ playState }) => playState !== 'running')";
        self.page.until("a still page", settled, LIMIT).await?;
        for objection in objections(self.page, within).await? {
            self.found
                .push(format!("{}, {name}: {objection}", self.look));
        }
        Ok(())
    }

    async fn view(&mut self, (name, open, there, within): View) -> Result<()> {
        self.page.script(&format!("{TOOLS} {open}")).await?;
        let there = format!("return Boolean({there})");
        self.page.until(name, &there, LIMIT).await?;
        self.look_at(name, within).await
    }
}

#[test]
fn axe_finds_nothing_in_any_view() {
    in_browser(async |page| {
        let file = xtask::process::root().join("tests/e2e/axe/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&file)
            .with_context(|| format!("{}; run npm ci in tests/e2e/axe", file.display()))?;
        let mut audit = Audit {
            page: &page,
            axe,
            look: String::new(),
            found: Vec::new(),
        };
        for (lang, dark) in [("en", false), ("en", true), ("ja", false), ("ja", true)] {
            audit.look = format!("{lang}, {}", if dark { "dark" } else { "light" });
            page.look(1440, 900, dark).await?;
            audit
                .open(&format!("#{SMALL}&lang={lang}&run=1"), "finished")
                .await?;
            for view in VIEWS {
                audit.view(view).await?;
            }
            audit
                .open(
                    &format!(
                        "#{SMALL}&lang={lang}&lesson=1&title=A&note=B&lock=lr&hide=pace&bad=1"
                    ),
                    "ready",
                )
                .await?;
            page.until(
                "the lesson",
                "return Boolean(document.querySelector('#lesson-body p'))",
                LIMIT,
            )
            .await?;
            audit.look_at("lesson, errors, locked", "html").await?;
            audit
                .open(&format!("#{SMALL}&lang={lang}&embed=1&run=1"), "finished")
                .await?;
            audit.look_at("embedded", "html").await?;
            // The first visit: a large Run, then callouts. The language by its button, so that the address is bare.
            page.script("localStorage.clear()").await?;
            audit.open("", "ready").await?;
            if page.attribute("html", "lang").await?.as_deref() != Some(lang) {
                page.script("document.getElementById('language').click()")
                    .await?;
            }
            audit.look_at("first visit", "html").await?;
            page.look(390, 844, dark).await?;
            page.script("document.getElementById('open-form').click()")
                .await?;
            audit.look_at("drawer on a phone", "html").await?;
            page.script("document.getElementById('close-form').click(); document.getElementById('run').click()").await?;
            page.until(
                "a callout",
                "return !document.getElementById('callout').hidden",
                LIMIT,
            )
            .await?;
            audit.look_at("callout, running", "html").await?;
            page.press(if lang == "en" {
                "Pause"
            } else {
                "一時停止"
            })
            .await?;
            page.wait_for("main", "data-state", &["paused"], LIMIT)
                .await?;
            page.until("kept", KEPT, LIMIT).await?;
            page.look(1440, 900, dark).await?;
            audit.open("", "ready").await?;
            page.until(
                "the question",
                "return !document.getElementById('resume').hidden",
                LIMIT,
            )
            .await?;
            audit.look_at("to be gone on with", "html").await?;
            page.script("document.getElementById('resume-no').click()")
                .await?;
        }
        let found = audit.found;
        ensure!(
            found.is_empty(),
            "{} objections:\n{}",
            found.len(),
            found.join("\n")
        );
        Ok(())
    });
}

/// Whether the browser holds the lanes that were paused.
const KEPT: &str = "return new Promise((done) => {
    const open = indexedDB.open('falab', 1);
    open.onsuccess = () => {
      const all = open.result.transaction('lanes').objectStore('lanes').count();
      all.onsuccess = () => { open.result.close(); done(all.result >= 4); };
    };
  })";

#[test]
fn axe_sees_what_is_wrong() {
    in_browser(async |page| {
        let file = xtask::process::root().join("tests/e2e/axe/node_modules/axe-core/axe.min.js");
        page.open(&format!("#{SMALL}")).await?;
        page.ready().await?;
        page.script(&std::fs::read_to_string(file)?).await?;
        page.script(
            "document.querySelector('#share').removeAttribute('aria-label');
            document.querySelector('#share span').remove()",
        )
        .await?;
        let found: Vec<Value> = objections(&page, "#bar")
            .await?
            .into_iter()
            .map(Value::from)
            .collect();
        ensure!(
            found
                .iter()
                .any(|text| text.to_string().contains("button-name")),
            "{found:?}"
        );
        Ok(())
    });
}
