//! One's own digit, drawn in a real browser.

#[path = "../../digit/strokes.rs"]
mod strokes;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};
use serde_json::json;

const LIMIT: Duration = Duration::from_secs(120);

/// Draws strokes by the pointer events that a pen makes, points in shares of the field.
const DRAW: &str = "const [strokes] = arguments;
    document.querySelector('#digit-clear').click();
    const field = document.querySelector('#digit-field');
    const box = field.getBoundingClientRect();
    const send = (type, [x, y]) => field.dispatchEvent(new PointerEvent(type, {
      bubbles: true, pointerId: 7, button: 0, buttons: 1,
      clientX: box.left + field.clientLeft + x * field.clientWidth,
      clientY: box.top + field.clientTop + y * field.clientHeight,
    }));
    for (const stroke of strokes) {
      send('pointerdown', stroke[0]);
      for (const point of stroke) send('pointermove', point);
      send('pointerup', stroke.at(-1));
    }";

async fn until(page: &Page, condition: &str) -> Result<()> {
    for _ in 0..600 {
        if page.script(&format!("return {condition}")).await? == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("never: {condition}")
}

async fn press(page: &Page, button: &str) -> Result<()> {
    page.script(&format!("document.querySelector('{button}').click()"))
        .await?;
    Ok(())
}

/// What the only lane, or the first one, says of what stands in the field now.
async fn answer(page: &Page) -> Result<String> {
    until(
        page,
        "document.querySelector('#digit-verdict').dataset.settled === 'true'",
    )
    .await?;
    let class = page
        .script("return document.querySelector('#inside-digit-lanes > section').dataset.class")
        .await?;
    Ok(class.as_str().context("a class")?.to_owned())
}

/// Pixels and class of a test image, as the tab shows them.
async fn test_image(page: &Page, at: u32) -> Result<(Vec<u8>, String)> {
    let ask = format!(
        "const field = document.querySelector('#digit-number');
         field.value = {at}; field.dispatchEvent(new Event('change', {{ bubbles: true }}));"
    );
    page.script(&ask).await?;
    let shown = "document.querySelector('#digit-seen-text').innerText";
    until(page, &format!("{shown} === 'test image {at}'")).await?;
    answer(page).await?;
    let read = "const canvas = document.querySelector('#digit-seen');
        const pixels = canvas.getContext('2d').getImageData(0, 0, 28, 28).data;
        const verdict = document.querySelector('#digit-verdict').innerText;
        return [[...pixels].filter((_, i) => i % 4 === 0).map((x) => 255 - x), verdict.match(/is (\\d)\\./)[1]]";
    let read = page.client.execute(read, Vec::new()).await?;
    Ok(serde_json::from_value(read)?)
}

#[test]
fn fifty_redrawn_test_images_are_read() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("#v=1&rules=bp&epochs=10&evals=1&run=1").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        press(&page, "#open-digit").await?;
        until(
            &page,
            "document.querySelector('#inside-status').innerText === ''",
        )
        .await?;
        let (mut right, mut said) = (0, Vec::new());
        for i in (0..10_000).step_by(200) {
            let (pixels, label) = test_image(&page, i).await?;
            let drawn = json!(strokes::of_image(&pixels));
            page.client.execute(DRAW, vec![drawn]).await?;
            let class = answer(&page).await?;
            right += u32::from(class == label);
            said.push(class);
        }
        println!("{right} of 50: {said:?}");
        ensure!(right >= 42, "{right} of 50: {said:?}");
        // After the end of the run, and its layers are there.
        let step = "document.querySelector('#inside-digit-lanes > section').dataset.step";
        ensure!(page.script(&format!("return {step}")).await? == "1570");
        let layers = "document.querySelectorAll('.digit-layers canvas').length";
        ensure!(page.script(&format!("return {layers}")).await? == 2);
        Ok(())
    });
}

#[test]
fn keys_draw_lanes_disagree_and_any_test_image_can_be_asked_about() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("#v=1&n=1280&rules=bp-dfa&epochs=2&hidden=2x32&run=1")
            .await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        press(&page, "#open-digit").await?;
        until(
            &page,
            "document.querySelector('#digit-verdict').innerText.startsWith('Draw in the field')",
        )
        .await?;
        // A line downwards, by keys alone.
        let keys = "const field = document.querySelector('#digit-field');
            field.focus();
            const press = (key, shiftKey) => field.dispatchEvent(
              new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }));
            press('ArrowUp', true); press('ArrowUp', true); press(' ');
            for (let i = 0; i < 4; i++) press('ArrowDown', true);
            press(' ');";
        page.script(keys).await?;
        answer(&page).await?;
        let pen = "document.querySelector('#digit-pen').innerText";
        let pen = page.script(&format!("return {pen}")).await?;
        ensure!(pen == "pen up at column 15, row 23", "{pen}");
        let seen = "const canvas = document.querySelector('#digit-seen');
            const pixels = canvas.getContext('2d').getImageData(0, 0, 28, 28).data;
            return [...Array(28).keys()].filter((y) => pixels[4 * (y * 28 + 14)] < 128).length";
        let rows = page.script(seen).await?;
        ensure!(rows == 20, "{rows} rows of ink");
        // Backspace takes the line back.
        page.script(
            "document.querySelector('#digit-field').dispatchEvent(
               new KeyboardEvent('keydown', { key: 'Backspace', bubbles: true, cancelable: true }))",
        )
        .await?;
        until(
            &page,
            "document.querySelector('#digit-verdict').innerText.startsWith('Draw in the field')",
        )
        .await?;
        // An image on which the lanes differ, with its class.
        press(&page, "#digit-disagreed").await?;
        let verdict = "document.querySelector('#digit-verdict').innerText";
        until(
            &page,
            &format!("/^The lanes disagree: BP says \\d, DFA says \\d\\. Its class is \\d\\.$/.test({verdict})"),
        )
        .await?;
        let first = page.script(&format!("return {verdict}")).await?;
        let image = "document.querySelector('#digit-seen-text').innerText";
        let first_image = page.script(&format!("return {image}")).await?;
        press(&page, "#digit-disagreed").await?;
        until(
            &page,
            &format!("{image} !== '{}'", first_image.as_str().context("text")?),
        )
        .await?;
        ensure!(first.as_str().is_some_and(|text| text.len() > 30));
        // One of the confusion's images, by a click on it.
        press(&page, "#inside-tab-confusion").await?;
        until(
            &page,
            "!!document.querySelector('#inside-disagreed [data-image]')",
        )
        .await?;
        let clicked = page
            .script(
                "const image = document.querySelector('#inside-disagreed [data-image]');
                 image.click();
                 return image.dataset.image",
            )
            .await?;
        let clicked = clicked.as_str().context("a number")?.to_owned();
        until(
            &page,
            &format!("{image} === 'test image {clicked}' && !document.querySelector('#inside-digit').hidden"),
        )
        .await?;
        answer(&page).await?;
        // The number field asks about another; one that is not there changes nothing.
        page.script(
            "const field = document.querySelector('#digit-number');
             field.value = 42; field.dispatchEvent(new Event('change', { bubbles: true }));",
        )
        .await?;
        until(&page, &format!("{image} === 'test image 42'")).await?;
        page.script(
            "const field = document.querySelector('#digit-number');
             field.value = 10000; field.dispatchEvent(new Event('change', { bubbles: true }));",
        )
        .await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        ensure!(page.script(&format!("return {image}")).await? == "test image 42");
        Ok(())
    });
}

#[test]
fn lanes_answer_while_they_train() {
    in_browser(async |page| {
        page.open("#v=1&n=2560&rules=bp-dfa&epochs=10000&stop=0&hidden=2x64&run=1")
            .await?;
        page.wait_for("main", "data-state", &["running"], LIMIT)
            .await?;
        press(&page, "#open-digit").await?;
        let one = json!([[[0.5, 0.1], [0.5, 0.5], [0.5, 0.9]]]);
        page.client.execute(DRAW, vec![one]).await?;
        let step = "Number(document.querySelector('#inside-digit-lanes > section').dataset.step)";
        until(&page, &format!("{step} > 0")).await?;
        let first = page.script(&format!("return {step}")).await?;
        until(&page, &format!("{step} > {first}")).await?;
        until(
            &page,
            "[...document.querySelectorAll('#inside-digit-lanes > section')]
               .every((lane) => lane.dataset.class === '1')",
        )
        .await?;
        let verdict = "document.querySelector('#digit-verdict').innerText";
        until(&page, &format!("{verdict} === 'All lanes say 1'")).await
    });
}

#[test]
fn lanes_disagree_on_what_the_button_shows_while_they_train() {
    in_browser(async |page| {
        page.open("#v=1&n=2560&rules=bp-dfa&epochs=10000&stop=0&hidden=2x32&run=1")
            .await?;
        page.wait_for("main", "data-state", &["running"], LIMIT)
            .await?;
        // What the confusion knows is of an earlier moment than what is asked later.
        press(&page, "#open-inside").await?;
        press(&page, "#inside-tab-confusion").await?;
        until(
            &page,
            "!!document.querySelector('#inside-disagreed [data-image]')",
        )
        .await?;
        press(&page, "#inside-tab-digit").await?;
        tokio::time::sleep(Duration::from_secs(4)).await;
        // The first verdict after each press; later ones change with the lanes.
        page.script(
            "const verdict = document.querySelector('#digit-verdict');
             window.verdicts = [];
             window.wanted = false;
             new MutationObserver(() => {
               if (!window.wanted || verdict.dataset.settled !== 'true') return;
               window.wanted = false;
               window.verdicts.push(verdict.innerText);
             }).observe(verdict, { subtree: true, childList: true, characterData: true });",
        )
        .await?;
        for pressed in 1..=10 {
            page.script("window.wanted = true; document.querySelector('#digit-disagreed').click()")
                .await?;
            until(&page, &format!("window.verdicts.length === {pressed}")).await?;
        }
        let verdicts = page.script("return window.verdicts").await?;
        let verdicts: Vec<String> = serde_json::from_value(verdicts)?;
        let disagree = |text: &String| text.starts_with("The lanes disagree");
        ensure!(verdicts.iter().all(disagree), "{verdicts:#?}");
        Ok(())
    });
}
