//! A run by keyboard alone, with real keys: the form, the controls, charts and their tables, dialogs.
#![expect(
    clippy::disallowed_methods,
    reason = "the logarithm is of a tone: nothing here goes into the mathematics"
)]

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Page, in_browser};
use falab::plot::axis::number;
use fantoccini::key::Key;
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(60);
const SMALL: &str = "v=1&n=1280&rules=bp-dfa&hidden=2x16&epochs=400";
/// Stops that a page has at the most.
const STOPS: usize = 150;
/// Points that the charts of `SMALL` have at the most: four an epoch, and the first, closer ones.
const POINTS: usize = 2_000;

/// What has the focus: whether it shows, with a ring, and which part of the page it is in.
const FOCUS: &str = "const focus = document.activeElement;
    const box = focus.getBoundingClientRect(), style = getComputedStyle(focus);
    const parts = ['.skip', '#bar', '#form', '#notices', '.legend-row', '#callout', '#error-figure', '#angle-figure',
      '#big-run', '#lanes', 'footer'];
    return {
      name: focus.id || focus.outerHTML.slice(0, 90),
      at: [...document.querySelectorAll('*')].indexOf(focus),
      is: arguments[0] !== '' && focus.matches(arguments[0]),
      body: focus === document.body || focus === document.documentElement,
      seen: focus.checkVisibility() && box.width > 0 && box.height > 0,
      ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
      part: parts.findIndex((part) => focus.closest(part)),
    }";

async fn focus(page: &Page, selector: &str) -> Result<Value> {
    Ok(page.client.execute(FOCUS, vec![json!(selector)]).await?)
}

/// Presses Tab until an element has the focus.
async fn tab_to(page: &Page, selector: &str) -> Result<()> {
    for _ in 0..STOPS {
        // Past the last stop come those of the browser itself, from which Firefox's driver leads back by focus alone.
        page.script("if (!document.hasFocus()) window.focus()")
            .await?;
        page.key(Key::Tab).await?;
        if focus(page, selector).await?["is"] == true {
            return Ok(());
        }
    }
    bail!("Tab does not come to {selector}")
}

async fn has_focus(page: &Page, selector: &str) -> Result<()> {
    let focus = focus(page, selector).await?;
    ensure!(focus["is"] == true, "{selector} has no focus, but {focus}");
    Ok(())
}

async fn text(page: &Page, selector: &str) -> Result<String> {
    let script = format!("return document.querySelector('{selector}').textContent");
    let text = page.script(&script).await?;
    Ok(text.as_str().context("a text")?.to_owned())
}

async fn step(page: &Page) -> Result<u64> {
    let step = page.attribute("[data-rule=bp]", "data-step").await?;
    Ok(step.context("a step")?.parse()?)
}

async fn state(page: &Page, wanted: &str) -> Result<()> {
    page.wait_for("main", "data-state", &[wanted], LIMIT)
        .await
        .map(|_| ())
}

/// What a chart says of the point that is read; waits until it is said.
async fn said(page: &Page, plot: &str, part: &str) -> Result<String> {
    let script =
        format!("return document.querySelector('#{plot}-spoken').textContent.includes('{part}')");
    page.until(&format!("{plot} says {part}"), &script, LIMIT)
        .await?;
    text(page, &format!("#{plot}-spoken")).await
}

#[test]
fn every_stop_is_seen_and_they_come_in_the_order_of_the_screen() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open(&format!("#{SMALL}")).await?;
        page.ready().await?;
        let (mut stops, mut places, mut part) = (Vec::new(), Vec::new(), 0);
        for _ in 0..STOPS {
            page.key(Key::Tab).await?;
            let focus = focus(&page, "").await?;
            if focus["body"] == true || places.contains(&focus["at"]) {
                break;
            }
            ensure!(focus["seen"] == true && focus["ring"] == true, "{focus}");
            let at = focus["part"].as_i64().context("a part")?;
            ensure!(at >= part, "after part {part} comes {focus}");
            part = at;
            stops.push(focus["name"].clone());
            places.push(focus["at"].clone());
        }
        for name in [
            "run",
            "f-hidden",
            "error-canvas",
            "angle-table-open",
            "open-keys",
        ] {
            ensure!(stops.contains(&json!(name)), "no {name} in {stops:?}");
        }
        for canvas in ["error-canvas", "angle-canvas"] {
            let times = stops.iter().filter(|name| **name == canvas).count();
            ensure!(times == 1, "{canvas} is {times} stops");
        }
        Ok(())
    });
}

#[test]
fn a_run_from_the_form_to_the_link_needs_no_mouse() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open(&format!("#{SMALL}")).await?;
        page.ready().await?;
        // A letter in a field is text and no command.
        tab_to(&page, "#f-seed").await?;
        for key in ['7', '?', 's', 'e', ' '] {
            page.key(key).await?;
        }
        ensure!(step(&page).await? == 0, "a key of a field made a step");
        let typed = page
            .script("return document.querySelector('#f-seed').value")
            .await?;
        ensure!(
            typed.as_str().is_some_and(|typed| typed.ends_with("7?se ")),
            "{typed}"
        );
        for _ in 0..typed.as_str().map_or(0, str::len) {
            page.key(Key::Backspace).await?;
        }
        page.key('9').await?;
        page.key(Key::Tab).await?;
        let hash = page.script("return location.hash").await?;
        ensure!(
            hash.as_str().is_some_and(|hash| hash.ends_with("seed=9")),
            "{hash}"
        );
        page.ready().await?;

        // Space on a button presses that button, once.
        tab_to(&page, "#run").await?;
        page.key(Key::Space).await?;
        state(&page, "running").await?;
        page.key(Key::Space).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        state(&page, "running").await?;

        // On a chart it pauses; the other keys step.
        tab_to(&page, "#error-canvas").await?;
        page.until(
            "a point",
            "return Boolean(document.querySelector('[data-test-error]'))",
            LIMIT,
        )
        .await?;
        page.key(' ').await?;
        state(&page, "paused").await?;
        let before = step(&page).await?;
        page.key('s').await?;
        page.wait_for(
            "[data-rule=bp]",
            "data-step",
            &[&(before + 1).to_string()],
            LIMIT,
        )
        .await?;
        state(&page, "paused").await?;
        page.key('e').await?;
        let end = ((before + 1) / 20 + 1) * 20;
        page.wait_for("[data-rule=bp]", "data-step", &[&end.to_string()], LIMIT)
            .await?;
        state(&page, "paused").await?;

        // The chart is read.
        page.key(Key::End).await?;
        said(&page, "error", "BP, training: ").await?;
        // The other lane may stand further, by as many points as it came ahead; the readout follows each key at once.
        let told = format!("after step {}, epoch ", number(end as f64));
        let read = "document.querySelector('#error-readout p').textContent";
        for _ in 0..POINTS {
            let shown = page.script(&format!("return {read}")).await?;
            let shown = shown.as_str().context("a text")?;
            if shown.starts_with(&told) {
                break;
            }
            page.key(Key::Left).await?;
            let moved = format!("return {read} !== '{shown}'");
            page.until("the point before", &moved, LIMIT).await?;
        }
        let last = said(&page, "error", &format!(" %, {told}")).await?;
        page.key(Key::Down).await?;
        let test = said(&page, "error", "BP, test: ").await?;
        ensure!(test.contains(" %, after step"), "{test}");
        page.key(Key::Down).await?;
        said(&page, "error", "DFA, training: ").await?;
        page.key(Key::Up).await?;
        page.key(Key::Home).await?;
        said(&page, "error", "after step 0, epoch 0.00").await?;
        let shown = text(&page, "#error-readout .reading").await?;
        ensure!(shown.starts_with("BP, test: "), "{shown}");
        page.key(Key::Right).await?;
        said(&page, "error", "after step 1, ").await?;
        page.key(Key::Escape).await?;
        page.until(
            "silence",
            "return document.querySelector('#error-spoken').textContent === ''
            && document.querySelector('#error-readout').hidden",
            LIMIT,
        )
        .await?;
        has_focus(&page, "#error-canvas").await?;

        // Its table.
        tab_to(&page, "#error-table-open").await?;
        page.key(Key::Enter).await?;
        let rows = "return document.querySelectorAll('#error-table tbody tr').length > 4";
        page.until("the table", rows, LIMIT).await?;
        let head = page.script("return [...document.querySelectorAll('#error-table thead th')].map((th) => th.textContent)").await?;
        ensure!(
            head == json!([
                "step",
                "epoch",
                "BP, training",
                "BP, test",
                "DFA, training",
                "DFA, test"
            ]),
            "{head}"
        );
        let row = format!(
            "return [...document.querySelectorAll('#error-table tbody tr')]
            .find((row) => row.querySelector('th').textContent === '{}').children[2].textContent",
            number(end as f64)
        );
        let row = page.script(&row).await?;
        let value = row.as_str().context("a value")?;
        ensure!(
            last.contains(&format!("BP, training: {value},")),
            "{value} and {last}"
        );

        // The list of keys, and back to where the focus was.
        page.key('?').await?;
        has_focus(&page, "#keys-dialog button").await?;
        page.key('s').await?;
        page.key(Key::Escape).await?;
        has_focus(&page, "#error-table-open").await?;
        ensure!(step(&page).await? == end, "a key went through the dialog");

        // Looking inside, another tab of it, and back.
        for opener in ["#open-digit", "#open-inside"] {
            tab_to(&page, opener).await?;
            page.key(Key::Enter).await?;
            has_focus(&page, "#inside [role=tab]").await?;
            page.key(Key::Home).await?;
            has_focus(&page, "#inside-tab-filters").await?;
            page.key(Key::Right).await?;
            has_focus(&page, "#inside-tab-alignment[aria-selected=true]").await?;
            page.key(Key::Escape).await?;
            has_focus(&page, opener).await?;
        }

        // The link.
        tab_to(&page, "#share").await?;
        page.key(Key::Enter).await?;
        has_focus(&page, "#share-dialog *").await?;
        page.key(Key::Escape).await?;
        has_focus(&page, "#share").await?;
        for (opener, dialog) in [
            ("#about-promise", "#promise"),
            ("#open-own", "#own-dialog"),
            ("#open-keys", "#keys-dialog"),
        ] {
            tab_to(&page, opener).await?;
            page.key(Key::Enter).await?;
            has_focus(&page, &format!("{dialog}, {dialog} *")).await?;
            page.key(Key::Escape).await?;
            has_focus(&page, opener).await?;
        }
        page.key('r').await?;
        page.wait_for("[data-rule=bp]", "data-step", &["0"], LIMIT)
            .await?;
        ensure!(page.console().await?.is_empty());
        Ok(())
    });
}

#[test]
fn what_goes_away_leaves_the_focus_in_the_page() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("#v=1&n=640&rules=bp-dfa&hidden=16&epochs=2&hiden=3&run=1")
            .await?;
        state(&page, "finished").await?;
        let comes_to = async |selector: &str| {
            let there = format!("return document.activeElement.matches('{selector}')");
            page.until(&format!("the focus on {selector}"), &there, LIMIT)
                .await
        };
        tab_to(&page, "#close-alerts").await?;
        page.key(Key::Enter).await?;
        comes_to("#run").await?;

        tab_to(&page, "#open-compare").await?;
        page.key(Key::Enter).await?;
        tab_to(&page, "#compare-present").await?;
        page.key(Key::Enter).await?;
        let listed = "return Boolean(document.querySelector('#compare-list button'))";
        page.until("a run to compare", listed, LIMIT).await?;
        tab_to(&page, "#compare-list button").await?;
        page.key(Key::Enter).await?;
        comes_to("#compare-link").await?;
        page.key(Key::Escape).await?;

        tab_to(&page, "#open-runs").await?;
        page.key(Key::Enter).await?;
        let listed = "return Boolean(document.querySelector('#runs-list [data-act=remove]'))";
        page.until("a run that is kept", listed, LIMIT).await?;
        tab_to(&page, "[data-act=remove]").await?;
        page.key(Key::Enter).await?;
        comes_to("#runs-undo").await?;
        page.key(Key::Enter).await?;
        comes_to("#runs-import").await?;
        page.key(Key::Escape).await?;

        // Time travel takes the focus, goes back by key, and gives it back.
        tab_to(&page, "#open-history").await?;
        page.key(Key::Enter).await?;
        comes_to("#history-slider").await?;
        let read = "return document.querySelector('#history-text').innerText";
        let now = page.script(read).await?;
        page.key(Key::Home).await?;
        let moved = format!("return document.querySelector('#history-text').innerText !== {now}");
        page.until("another moment", &moved, LIMIT).await?;
        page.key(Key::Escape).await?;
        comes_to("#open-history").await?;
        ensure!(
            page.script("return document.querySelector('#history').hidden")
                .await?
                == true
        );

        // A menu does not stay over what has the focus.
        tab_to(&page, "#open-preferences").await?;
        page.key(Key::Enter).await?;
        let open = "return Boolean(document.querySelector('#preferences:popover-open'))";
        page.until("the menu", open, LIMIT).await?;
        tab_to(&page, "#open-digit").await?;
        ensure!(page.script(open).await? == false, "the menu is still open");

        let opener = "[popovertarget=performance]:not([popovertargetaction])";
        tab_to(&page, opener).await?;
        page.key(Key::Enter).await?;
        tab_to(&page, "#performance button").await?;
        page.key(Key::Escape).await?;
        has_focus(&page, opener).await
    });
}

#[test]
fn a_control_that_is_locked_or_hidden_and_a_reader_who_wants_none_have_no_keys() {
    in_browser(async |page| {
        for how in ["lock=controls", "hide=controls"] {
            page.open(&format!("#{SMALL}&{how}")).await?;
            page.ready().await?;
            for key in [' ', 's', 'e', 'r'] {
                page.key(key).await?;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            state(&page, "ready").await?;
            ensure!(step(&page).await? == 0, "{how}");
        }
        page.open(&format!("#{SMALL}&embed=1")).await?;
        page.ready().await?;
        page.key(' ').await?;
        state(&page, "running").await?;
        page.key(' ').await?;
        state(&page, "paused").await?;
        // The bar's button is hidden there; the list is at hand by its key and by a button of the frame's own.
        let open = "return document.querySelector('#keys-dialog').open";
        page.key('?').await?;
        page.until("the list", open, LIMIT).await?;
        page.key(Key::Escape).await?;
        ensure!(page.script(open).await? == false);
        page.click("#embed-keys").await?;
        ensure!(page.script(open).await? == true);
        // Switched off, they stay off for the next time.
        page.open(&format!("#{SMALL}")).await?;
        page.ready().await?;
        page.key('?').await?;
        tab_to(&page, "#keys-single").await?;
        page.key(Key::Space).await?;
        page.key(Key::Escape).await?;
        for _ in 0..2 {
            page.key('s').await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            ensure!(step(&page).await? == 0, "keys are not off");
            page.open(&format!("#{SMALL}")).await?;
            page.ready().await?;
        }
        Ok(())
    });
}

#[test]
fn what_is_undefined_is_said_to_be_so_and_why() {
    in_browser(async |page| {
        page.open("#v=1&n=640&rules=bp&hidden=2x16&init=zero&epochs=1&lang=ja&run=1")
            .await?;
        state(&page, "finished").await?;
        tab_to(&page, "#angle-canvas").await?;
        page.key(Key::End).await?;
        let said = said(&page, "angle", "未定義").await?;
        ensure!(
            said.starts_with("BP、第1層：未定義（二つの方向のどちらかが零のため）、"),
            "{said}"
        );
        tab_to(&page, "#angle-table-open").await?;
        page.key(Key::Enter).await?;
        let cell = "return document.querySelector('#angle-table tbody tr:last-child')?.children[2].textContent === '–'";
        page.until("the dash", cell, LIMIT).await
    });
}

#[test]
fn a_chart_sounds_only_when_asked_and_as_high_as_its_value() {
    in_browser(async |page| {
        // Notes what the page gives to the browser's synthesiser; the sound itself is the browser's.
        let watch = "window.tones = []; window.places = [];
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...at) { tones.push(this.frequency.value); return start.apply(this, at); };
            const panner = AudioContext.prototype.createStereoPanner;
            AudioContext.prototype.createStereoPanner = function () { const place = panner.call(this); places.push(place.pan); return place; };";
        if !page.before_its_scripts(watch).await? {
            return Ok(());
        }
        page.open("#v=1&n=640&rules=bp-dfa&hidden=2x16&epochs=2&run=1")
            .await?;
        state(&page, "finished").await?;
        tab_to(&page, "#error-canvas").await?;
        page.key(Key::End).await?;
        said(&page, "error", "BP, training").await?;
        ensure!(
            page.script("return tones.length").await? == 0,
            "nobody asked for sound"
        );
        tab_to(&page, "#error-listen").await?;
        page.key(Key::Space).await?;
        let about = "return document.querySelector('#error-heard').textContent.includes('220 Hz up to 0.1 %')";
        page.until("what is heard", about, LIMIT).await?;
        ensure!(
            page.attribute("#error-listen", "aria-pressed")
                .await?
                .as_deref()
                == Some("true")
        );
        // The first key may only open the browser's output.
        tab_to(&page, "#error-canvas").await?;
        for _ in 0..100 {
            page.key(Key::End).await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
            if page.script("return tones.length > 0").await? == true {
                break;
            }
        }
        let values = said(&page, "error", "BP, training: ").await?;
        let percent = values
            .split(": ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let percent: f64 = percent.context("a value")?.parse()?;
        let heard = page
            .script("return [tones.at(-1), places.at(-1).value]")
            .await?;
        let hertz = 220.0 * (percent / 0.1).log10().exp2();
        let was = heard[0].as_f64().context("a tone")?;
        ensure!(
            (was - hertz).abs() < 0.01 * hertz,
            "{percent} % sounds as {was} Hz, not {hertz}"
        );
        ensure!(heard[1] == -1, "BP is heard at {}", heard[1]);
        page.key(Key::Down).await?;
        page.key(Key::Down).await?;
        page.until(
            "DFA in the middle",
            "return places.at(-1).value === 0",
            LIMIT,
        )
        .await?;
        // A run is heard, BP at the left and DFA in the middle.
        page.script("tones.length = places.length = 0").await?;
        page.key('r').await?;
        page.key(' ').await?;
        state(&page, "finished").await?;
        page.until(
            "tones of the run",
            "return [-1, 0].every((place) => places.some(({ value }) => value === place))",
            LIMIT,
        )
        .await?;
        // Not kept, unless that is chosen.
        page.open("#v=1&n=640&rules=bp-dfa&hidden=2x16&epochs=2")
            .await?;
        page.ready().await?;
        ensure!(
            page.attribute("#error-listen", "aria-pressed")
                .await?
                .as_deref()
                == Some("false")
        );
        page.key('?').await?;
        tab_to(&page, "#sound-keep").await?;
        page.key(Key::Space).await?;
        page.key(Key::Escape).await?;
        tab_to(&page, "#angle-listen").await?;
        page.key(Key::Enter).await?;
        page.open("#v=1&n=640&rules=bp-dfa&hidden=2x16&epochs=2&run=1")
            .await?;
        state(&page, "finished").await?;
        ensure!(
            page.attribute("#angle-listen", "aria-pressed")
                .await?
                .as_deref()
                == Some("true")
        );
        ensure!(
            page.script("return tones.length").await? == 0,
            "sound before anything was pressed"
        );
        Ok(())
    });
}
