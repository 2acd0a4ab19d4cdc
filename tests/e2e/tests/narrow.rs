//! Phones, tablets, enlarged pages: nothing scrolls sideways, lanes are tabs where there is room for one card, and what
//! is pressed by a finger is large enough for it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(120);

/// Every view of the page: its name, what opens it, and the element that it stands in.
const VIEWS: [(&str, &str, &str); 17] = [
    ("lab", "", "html"),
    (
        "experiments",
        "document.querySelector('#open-experiments').click()",
        "#experiments",
    ),
    (
        "preferences",
        "document.querySelector('#open-preferences').click()",
        "#preferences",
    ),
    (
        "definitions",
        "document.querySelector('#definitions').showPopover()",
        "#definitions",
    ),
    (
        "performance",
        "document.querySelector('#performance').showPopover()",
        "#performance",
    ),
    (
        "form",
        "document.querySelector('#open-form').click()",
        "#form",
    ),
    (
        "history",
        "document.querySelector('#open-history').click()",
        "#history",
    ),
    (
        "own data",
        "document.querySelector('#own-dialog').showModal()",
        "#own-dialog",
    ),
    (
        "share",
        "document.querySelector('#share').click()",
        "#share-dialog",
    ),
    (
        "class",
        "document.querySelector('#open-class').click()",
        "#class-dialog",
    ),
    (
        "change",
        "document.querySelector('#change').showModal()",
        "#change",
    ),
    (
        "promise",
        "document.querySelector('#promise').showModal()",
        "#promise",
    ),
    (
        "paper",
        "document.querySelector('#open-paper').click()",
        "#paper",
    ),
    (
        "filters",
        "document.querySelector('#open-inside').click()",
        "#inside",
    ),
    (
        "alignment",
        "document.querySelector('#open-inside').click();
         document.querySelector('#inside-tab-alignment').click()",
        "#inside",
    ),
    (
        "confusion",
        "document.querySelector('#open-inside').click();
         document.querySelector('#inside-tab-confusion').click()",
        "#inside",
    ),
    (
        "digit",
        "document.querySelector('#open-digit').click()",
        "#inside",
    ),
];

/// Closes whatever is open.
const CLOSE: &str = "if (document.querySelector('#inside[open]')) document.querySelector('#close-inside').click();
    for (const open of document.querySelectorAll('dialog[open]')) open.close();
    for (const open of document.querySelectorAll(':popover-open')) open.hidePopover();
    if (document.querySelector('#form.open')) document.querySelector('#close-form').click();
    if (document.querySelector('#open-history').ariaExpanded === 'true') document.querySelector('#open-history').click();";

async fn small_run(page: &Page, beside: &str) -> Result<()> {
    page.open(&format!(
        "#v=1&n=640&hidden=2x16&epochs=2&lang=en{beside}&run=1"
    ))
    .await?;
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    Ok(())
}

async fn settle() {
    tokio::time::sleep(Duration::from_millis(250)).await;
}

/// What reaches further to the right than the window, or further than the view itself scrolls.
async fn outside(page: &Page, view: &str) -> Result<Value> {
    let script = format!(
        "const view = document.querySelector('{view}');
         const wide = document.scrollingElement.scrollWidth - innerWidth;
         const own = view === document.documentElement ? 0 : view.scrollWidth - view.clientWidth;
         const right = Math.ceil(view.getBoundingClientRect().right) - innerWidth;
         return [view.checkVisibility(), wide <= 0 && own <= 0 && right <= 0, wide, own, right]"
    );
    page.script(&script).await
}

/// Words that are cut at the end of their own element, by their class or id; of a select the chosen words. Foreign texts,
/// links and the like may be as long as they want.
const CUT: &str = "
    const pen = document.createElement('canvas').getContext('2d');
    const cut = [];
    for (const one of document.querySelectorAll('body *')) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.spoken, .skip, .ghost-name, .ghost-hint, .cite')) continue;
      const style = getComputedStyle(one);
      const hides = /hidden|clip/.test(style.overflowX) && style.clipPath === 'none';
      const words = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (hides && words && one.scrollWidth > one.clientWidth + 1) cut.push([one.id || one.className, one.textContent.trim()]);
      if (one.localName === 'select') {
        pen.font = style.font;
        const words = one.selectedOptions[0]?.textContent ?? '';
        const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        // The browser's own arrow takes some of it.
        if (pen.measureText(words).width > room - 12) cut.push([one.id || one.dataset.lane, words]);
      }
    }
    return cut";

/// What can be pressed and is less than so many pixels high or wide. A box or a button in its label is as large as that.
/// Left out: words within a sentence, links, and the selectors that `but` adds.
fn smaller_than(least: u32, but: &str) -> String {
    format!(
        "return [...document.querySelectorAll('button, select, input, textarea, summary')]
          .filter((one) => one.checkVisibility({{ visibilityProperty: true }}) && one.type !== 'hidden'
            && !one.matches(':is(p, li, dd, figure) .plain, .skip, a{but}'))
          .map((one) => [one, (/checkbox|radio/.test(one.type) ? one.closest('label') : one).getBoundingClientRect()])
          .filter(([one, {{ width, height }}]) => height < {least} - 0.1 || width < {least} - 0.1)
          .map(([one, {{ width, height }}]) => `${{one.id || one.className || one.name || one.outerHTML.slice(0, 60)}} ${{width}} x ${{height}}`)"
    )
}

#[test]
fn no_view_scrolls_sideways_at_any_width() {
    in_browser(async |page| {
        let (tiny, mut wrong) = (smaller_than(24, ""), Vec::new());
        for language in ["en", "ja"] {
            page.look(1024, 768, false).await?;
            small_run(
                &page,
                &format!("&lang={language}&title=A%20class&note=Watch%20the%20angles&lock=seed")
                    .replace("&lang=en", ""),
            )
            .await?;
            for width in [360, 390, 720, 768, 1024, 1440] {
                page.look(width, 740, false).await?;
                settle().await;
                for (name, open, place) in VIEWS {
                    let is_drawer = width < 1240 || name != "form";
                    if !is_drawer {
                        continue;
                    }
                    page.script(open).await?;
                    settle().await;
                    let found = outside(&page, place).await?;
                    ensure!(
                        found[0] == true && found[1] == true,
                        "{language} {name} at {width}: {found}"
                    );
                    for look in [CUT, &tiny] {
                        let found = page.script(look).await?;
                        if found != json!([]) {
                            wrong.push(format!("{language} {name} at {width}: {found}"));
                        }
                    }
                    page.script(CLOSE).await?;
                }
            }
            // The lesson is a sheet, or in the place of the form.
            page.open(&format!("#lesson=3&lang={language}")).await?;
            page.until(
                "the lesson",
                "return document.querySelector('#lesson').checkVisibility()",
                LIMIT,
            )
            .await?;
            for width in [360, 390, 768, 1024] {
                page.look(width, 740, false).await?;
                let mut found = json!([]);
                // WebKit's window takes its time to another size.
                for _ in 0..20 {
                    settle().await;
                    found = outside(&page, "#lesson").await?;
                    if found[1] == true {
                        break;
                    }
                }
                ensure!(found[1] == true, "{language} lesson at {width}: {found}");
            }
        }
        ensure!(wrong.is_empty(), "{wrong:#?}");
        Ok(())
    });
}

/// Of each tab: text, whether selected, in the tab order, has the focus, its panel's lane, the panel's role, whether it
/// is seen.
const TABS: &str = "return [...document.querySelectorAll('#lane-tabs [role=tab]')].map((tab) => {
    const card = document.getElementById(tab.getAttribute('aria-controls'));
    return [tab.innerText.replace(/\\s+/g, ' ').trim(), tab.ariaSelected === 'true', tab.tabIndex === 0,
      document.activeElement === tab, card.dataset.name, card.getAttribute('role'), card.checkVisibility()] })";

/// One tab is chosen, it alone is in the tab order, and its card alone is seen; tells the texts and the chosen lane.
async fn one_chosen(page: &Page) -> Result<(Vec<String>, String)> {
    let tabs = page.script(TABS).await?;
    let tabs = tabs.as_array().context("tabs")?;
    let chosen: Vec<&Value> = tabs.iter().filter(|tab| tab[1] == true).collect();
    ensure!(chosen.len() == 1, "{tabs:?}");
    for tab in tabs {
        ensure!(tab[1] == tab[2] && tab[1] == tab[6], "{tab}");
        ensure!(tab[5] == "tabpanel", "{tab}");
    }
    let text = |tab: &Value| tab[0].as_str().unwrap_or_default().to_owned();
    let lane = chosen[0][4].as_str().unwrap_or_default().to_owned();
    Ok((tabs.iter().map(text).collect(), lane))
}

async fn press_key(page: &Page, key: Key) -> Result<()> {
    page.client.active_element().await?.send_keys(&key).await?;
    settle().await;
    Ok(())
}

#[test]
fn lanes_are_tabs_where_there_is_room_for_one() {
    in_browser(async |page| {
        page.look(390, 844, false).await?;
        small_run(&page, "&rules=bp-dfa-shallow").await?;
        let is_narrow = page
            .script("return matchMedia('(max-width: 719px)').matches")
            .await?;
        ensure!(is_narrow == true, "the window stays wide");
        settle().await;
        let (texts, lane) = one_chosen(&page).await?;
        let errors = page.lanes("data-test-error").await?;
        for (text, (_, error)) in texts.iter().zip(&errors) {
            let error: f64 = error.parse()?;
            ensure!(text.ends_with(&format!(" {error:.2} %")), "{texts:?}");
        }
        ensure!(texts[0].starts_with("B BP") && texts[2].starts_with("S shallow"));
        ensure!(lane == "bp", "{lane}");
        let colours = page
            .script("return [...document.querySelectorAll('#lane-tabs b')].map((letter) => getComputedStyle(letter).color)")
            .await?;
        ensure!(
            colours == json!(["rgb(0, 33, 205)", "rgb(200, 36, 154)", "rgb(24, 27, 30)"]),
            "{colours}"
        );
        // Out from behind the run controls, where it stood, with the focus.
        let free = page
            .script(
                "const tab = document.querySelector('#lane-tab-0');
                 scrollBy(0, tab.getBoundingClientRect().bottom - innerHeight + 10);
                 tab.focus();
                 const { left, right, top, bottom } = tab.getBoundingClientRect();
                 return tab.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))",
            )
            .await?;
        // WebKit leaves what has any place in the window where it is.
        let heeds = e2e::name() != "webkit";
        ensure!(!heeds || free == true, "the run controls cover the focus");
        page.script("document.querySelector('#lane-tabs').scrollIntoView({ block: 'center' })")
            .await?;
        // By a press, then by keys, which take the focus with them.
        let first = page.client.find(Locator::Css("#lane-tab-0")).await?;
        first.click().await?;
        for (key, lane) in [
            (Key::Right, "dfa"),
            (Key::Right, "shallow"),
            (Key::Right, "bp"),
            (Key::Left, "shallow"),
            (Key::Home, "bp"),
            (Key::End, "shallow"),
        ] {
            press_key(&page, key).await?;
            let (_, now) = one_chosen(&page).await?;
            ensure!(now == lane, "{key:?}: {now}");
            let focus = page
                .script("return document.activeElement.ariaSelected")
                .await?;
            ensure!(focus == "true", "{key:?}: the focus is elsewhere");
        }
        // The net of the card that came up is drawn.
        let drawn = "const wires = document.querySelector('.lane.chosen .wires');
            const { data } = wires.getContext('2d').getImageData(0, 0, wires.width, wires.height);
            return data.some((value) => value > 0)";
        ensure!(page.script(drawn).await? == true);

        // Another language renames them; the chosen one stays.
        page.script("document.querySelector('#language').click()")
            .await?;
        let renamed = "return !document.querySelectorAll('#lane-tabs [role=tab]')[2].innerText.includes('shallow')";
        page.until("other names", renamed, LIMIT).await?;
        let (texts, lane) = one_chosen(&page).await?;
        ensure!(lane == "shallow", "{texts:?}");
        page.script("document.querySelector('#language').click()")
            .await?;
        // Lanes come and go; one of more rules has all its letters.
        for (field, value, wanted) in [
            ("phases", "bp@1e;dfa,fa", vec!["BD BP → DFA –", "F FA –"]),
            (
                "phases",
                "none",
                vec!["B BP –", "F FA –", "D DFA –", "I IFA –"],
            ),
        ] {
            let set = format!(
                "const field = document.querySelector('[name={field}]');
                 field.value = '{value}'; field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
            );
            page.script(&set).await?;
            settle().await;
            let (texts, _) = one_chosen(&page).await?;
            ensure!(texts == wanted, "{value}: {texts:?}");
        }
        // Where there is room they stand beside each other, and nothing is a tab.
        page.look(1024, 768, false).await?;
        settle().await;
        let beside = page
            .script(
                "return [document.querySelector('#lane-tabs').checkVisibility(),
                document.querySelectorAll('[role=tabpanel].lane').length,
                [...document.querySelectorAll('.lane')].every((card) => card.checkVisibility())]",
            )
            .await?;
        ensure!(beside == json!([false, 0, true]), "{beside}");
        Ok(())
    });
}

#[test]
fn a_finger_finds_44_pixels() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there the driver makes the pointer coarse.
        }
        let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
        page.chromium("Emulation.setTouchEmulationEnabled", touch)
            .await?;
        for width in [360, 390, 768, 1024, 1366] {
            page.look(width, 900, false).await?;
            small_run(&page, "").await?;
            let coarse = "return matchMedia('(pointer: coarse)').matches";
            ensure!(page.script(coarse).await? == true);
            for (name, open, place) in VIEWS {
                if width >= 1240 && name == "form" {
                    continue; // It stands there anyway.
                }
                page.script(open).await?;
                settle().await;
                // Ten counts stand beside each other in a row of the confusion: 44 high, as wide as there is room.
                let small = smaller_than(44, ", .inside-confusion button");
                let small = page.script(&small).await?;
                ensure!(small == json!([]), "{name} at {width}: {small:#}");
                let found = outside(&page, place).await?;
                ensure!(found[1] == true, "{name} at {width}: {found}");
                page.script(CLOSE).await?;
            }
        }
        Ok(())
    });
}

#[test]
fn a_finger_reads_sideways_and_scrolls_up_and_down() {
    in_browser(async |page| {
        if e2e::name() != "chromium" {
            return Ok(()); // Only there the driver has fingers.
        }
        let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
        page.chromium("Emulation.setTouchEmulationEnabled", touch)
            .await?;
        page.look(390, 844, false).await?;
        small_run(&page, "").await?;
        let place = page
            .script("const box = document.querySelector('#error-canvas').getBoundingClientRect(); return [box.left, box.top, box.width, box.height]")
            .await?;
        let place: [f64; 4] = serde_json::from_value(place)?;
        let at = |x: f64, y: f64| json!([{ "x": place[0] + x * place[2], "y": place[1] + y * place[3] }]);
        let finger = async |kind: &str, points: Value| {
            let event = json!({ "type": kind, "touchPoints": points });
            page.chromium("Input.dispatchTouchEvent", event).await
        };
        let reading = "const readout = document.querySelector('#error-readout');
            return [readout.checkVisibility(), readout.querySelector('p').textContent, scrollY]";
        finger("touchStart", at(0.3, 0.5)).await?;
        settle().await;
        let first = page.script(reading).await?;
        for x in [0.4, 0.5, 0.6, 0.7, 0.8] {
            finger("touchMove", at(x, 0.5)).await?;
        }
        settle().await;
        let second = page.script(reading).await?;
        finger("touchEnd", json!([])).await?;
        settle().await;
        let after = page.script(reading).await?;
        ensure!(first[0] == true && second[0] == true, "{first} {second}");
        ensure!(
            first[1] != second[1],
            "the reading follows: {first} {second}"
        );
        ensure!(after == second, "it stays: {after}");
        // Up and down the page scrolls, and nothing is read.
        finger("touchStart", at(0.5, 0.8)).await?;
        for y in [0.7, 0.5, 0.3, 0.1, -0.1] {
            finger("touchMove", at(0.5, y)).await?;
        }
        finger("touchEnd", json!([])).await?;
        page.until("a scroll", "return scrollY > 40", LIMIT).await?;
        settle().await;
        let scrolled = page.script(reading).await?;
        ensure!(scrolled[0] == false, "{scrolled}");
        Ok(())
    });
}

#[test]
fn at_200_percent_nothing_is_lost() {
    in_browser(async |page| {
        // 1440x900 at 200 % is a window of 720x450.
        page.look(720, 450, false).await?;
        small_run(&page, "").await?;
        settle().await;
        let seen = page
            .script("const ids = ['run', 'pause', 'step', 'epoch', 'reset', 'speed', 'in-step', 'share', 'language',
                'open-preferences', 'open-form', 'open-inside', 'open-digit', 'error-canvas', 'angle-canvas', 'layer'];
              const cards = [...document.querySelectorAll('.lane')];
              return [...ids.map((id) => document.getElementById(id)), ...cards].filter((one) => {
                const { width, height, left, right } = one.getBoundingClientRect();
                return !one.checkVisibility() || width < 10 || height < 10 || left < 0 || right > innerWidth;
              }).map((one) => one.id)")
            .await?;
        ensure!(seen == json!([]), "{seen}");
        let height = page
            .script("return document.querySelector('#error-canvas').clientHeight")
            .await?;
        ensure!(height.as_i64() > Some(140), "{height}");
        Ok(())
    });
}

#[test]
fn a_phone_reads_below_its_plot() {
    in_browser(async |page| {
        page.look(390, 844, false).await?;
        small_run(&page, "").await?;
        for plot in ["error", "angle"] {
            let canvas = page
                .client
                .find(Locator::Id(&format!("{plot}-canvas")))
                .await?;
            page.script(&format!("document.getElementById('{plot}-canvas').focus()"))
                .await?;
            canvas.send_keys(&char::from(Key::End).to_string()).await?;
            let below = format!(
                "const [plot, reading] = ['#{plot}-canvas', '#{plot}-figure .readout']
                   .map((one) => document.querySelector(one).getBoundingClientRect());
                 return reading.height > 0 && reading.top >= plot.bottom - 1
                   && reading.left >= 0 && reading.right <= innerWidth"
            );
            page.until("a reading below", &below, LIMIT).await?;
        }
        Ok(())
    });
}
