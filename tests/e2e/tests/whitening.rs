//! ZCA whitening and the view that looks inside, on images of the reader's own that are dropped onto the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Page, in_browser};
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(240);

type Files = Vec<(&'static str, Vec<u8>)>;

fn pixel(image: usize, at: usize) -> u8 {
    (at * 31 + image % 10 * 57 + (image * image + at * image) % 91) as u8
}

/// Batches of CIFAR-10's format.
fn cifar10(train: usize, test: usize) -> Files {
    let batch = |count: usize| {
        let record = |image: usize| {
            let pixels = (0..3072).map(move |at| pixel(image, at));
            std::iter::once((image % 10) as u8).chain(pixels)
        };
        (0..count).flat_map(record).collect()
    };
    vec![
        ("data_batch_1.bin", batch(train)),
        ("test_batch.bin", batch(test)),
    ]
}

/// Four IDX files of square images.
fn idx(side: usize, train: usize, test: usize) -> Files {
    let header = |sizes: &[usize]| {
        let sizes = sizes.iter().flat_map(|&n| (n as u32).to_be_bytes());
        let begin = [0, 0, 8, 0].into_iter().chain(sizes);
        begin.collect::<Vec<u8>>()
    };
    let images = |count: usize| {
        let mut bytes = header(&[count, side, side]);
        bytes[3] = 3;
        let inputs = side * side;
        bytes.extend((0..count * inputs).map(|at| pixel(at / inputs, at % inputs)));
        bytes
    };
    let labels = |count: usize| {
        let mut bytes = header(&[count]);
        bytes[3] = 1;
        bytes.extend((0..count).map(|image| (image % 10) as u8));
        bytes
    };
    vec![
        ("train-images-idx3-ubyte", images(train)),
        ("train-labels-idx1-ubyte", labels(train)),
        ("t10k-images-idx3-ubyte", images(test)),
        ("t10k-labels-idx1-ubyte", labels(test)),
    ]
}

/// Writes files into a folder of their own.
fn write(name: &str, files: &Files) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("white-{name}"));
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder)?;
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(folder)
}

/// Drops files onto the page: a drop event with a `DataTransfer` that holds them.
async fn drop_files(page: &Page, files: &Files) -> Result<()> {
    page.script("window.dropped = new DataTransfer()").await?;
    for (name, bytes) in files {
        // As text of one character a byte, in parts that a message of the driver holds.
        page.script("window.parts = []").await?;
        for part in bytes.chunks(1 << 18) {
            let hex: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
            let script = format!(
                "window.parts.push(Uint8Array.from('{hex}'.match(/../g), (x) => parseInt(x, 16)))"
            );
            page.script(&script).await?;
        }
        let script = format!("window.dropped.items.add(new File(window.parts, '{name}'))");
        page.script(&script).await?;
    }
    let script =
        "const options = { bubbles: true, cancelable: true, dataTransfer: window.dropped };
        const over = new DragEvent('dragover', options);
        document.querySelector('main').dispatchEvent(over);
        const drop = new DragEvent('drop', options);
        document.querySelector('main').dispatchEvent(drop);
        return over.defaultPrevented && drop.defaultPrevented";
    // Else the browser would show the files in the place of the page.
    ensure!(page.script(script).await? == true);
    Ok(())
}

/// Waits until a script gives true.
async fn until(page: &Page, condition: &str) -> Result<()> {
    for _ in 0..4_800 {
        if page.script(&format!("return {condition}")).await? == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    page.screenshot("white-failure").await?;
    bail!("never: {condition}; alerts {:?}", page.alerts().await?)
}

async fn press(page: &Page, selector: &str) -> Result<()> {
    let script = format!("document.querySelector(`{selector}`).click()");
    page.script(&script).await.map(|_| ())
}

/// The fragment of the page's address.
async fn link(page: &Page) -> Result<String> {
    let link = page.script("return location.hash").await?;
    Ok(link.as_str().context("a fragment")?.to_owned())
}

/// Changes a knob of the form.
async fn set(page: &Page, id: &str, value: &str) -> Result<()> {
    let script = format!(
        "const input = document.querySelector('#{id}'); input.value = '{value}';
         input.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    );
    page.script(&script).await.map(|_| ())
}

fn falab(arguments: &[&str]) -> Result<String> {
    let falab = xtask::process::root().join("target/release/falab");
    let output = Command::new(&falab).args(arguments).output();
    let output = output.with_context(|| format!("{}", falab.display()))?;
    let said = String::from_utf8(output.stderr)?;
    ensure!(output.status.success(), "{said}");
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn dropped_images_are_whitened_once_for_all_lanes_in_the_bits_of_the_command_line() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        let knobs = "hidden=conv3x4-pool2-16&epochs=2&rules=bp-fa-dfa-ifa&zca=0.01";
        page.open(&format!("#v=1&{knobs}")).await?;
        page.ready().await?;
        let files = idx(24, 300, 60);
        drop_files(&page, &files).await?;
        until(
            &page,
            "location.hash.includes('data=own:idx:24x24x1:10:300:60:')",
        )
        .await?;
        page.ready().await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let in_page = page.lanes("data-fingerprint").await?;
        let folder = write("lanes", &files)?;
        let folder = folder.to_str().context("a path")?;
        let link = link(&page).await?;
        let said = falab(&["run", &link, "--data", folder, "--format", "jsonl"])?;
        ensure!(in_page.len() == 4);
        for (lane, print) in in_page {
            let ended = said
                .lines()
                .any(|line| line.contains(&lane) && line.contains(&print));
            ensure!(ended, "{lane} {print}: {said}");
        }
        // The same lanes again need no other whitening, and without it they end elsewhere.
        page.press("Reset").await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        set(&page, "f-zca", "none").await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let plain = page.lanes("data-fingerprint").await?;
        ensure!(
            plain.iter().all(|(_, print)| !said.contains(print)),
            "{plain:?}"
        );
        ensure!(
            page.console().await?.is_empty(),
            "{:?}",
            page.console().await?
        );
        Ok(())
    });
}

#[test]
fn whitening_tells_how_far_it_is_and_can_be_stopped() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("#v=1&hidden=8&epochs=1&rules=bp-dfa&zca=0.1")
            .await?;
        page.ready().await?;
        // 2,500 inputs take the better part of a minute.
        drop_files(&page, &idx(50, 100, 10)).await?;
        until(&page, "location.hash.includes('data=own:idx:50x50x1:')").await?;
        page.ready().await?;
        page.press("Run").await?;
        let says = "document.querySelector('#white-text').innerText";
        until(
            &page,
            &format!("/^ZCA whitening, [1-9].* %: /.test({says})"),
        )
        .await?;
        for (width, height, dark) in [
            (1440, 900, false),
            (1440, 900, true),
            (1024, 768, false),
            (390, 844, false),
        ] {
            page.look(width, height, dark).await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            page.screenshot(&format!("white-{width}-{dark}")).await?;
        }
        page.look(1440, 900, false).await?;
        press(&page, "#white-stop").await?;
        page.wait_for("main", "data-state", &["ready"], LIMIT)
            .await?;
        until(&page, "document.querySelector('#white').hidden").await?;
        // The page goes on without it.
        set(&page, "f-zca", "none").await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        set(&page, "f-zca", "2").await?;
        let alerts = page.alerts().await?;
        ensure!(
            alerts[0].contains("none, or a number from 1e-6 to 1"),
            "{alerts:?}"
        );
        Ok(())
    });
}

#[test]
fn looking_inside_knows_images_of_three_channels_and_kernels() {
    in_browser(async |page| {
        page.look(1440, 900, false).await?;
        page.open("#v=1&hidden=conv5x6-pool3s2-12&epochs=2&rules=bp-dfa&batch=16")
            .await?;
        page.ready().await?;
        let files = cifar10(100, 120);
        drop_files(&page, &files).await?;
        until(
            &page,
            "location.hash.includes('data=own:cifar10:32x32x3:10:100:120:')",
        )
        .await?;
        page.ready().await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        let folder = write("inside", &files)?;
        let folder = folder.to_str().context("a path")?;
        let arguments = [
            "inside",
            &link(&page).await?,
            "--data",
            folder,
            "--format",
            "json",
            "--images",
            "1000",
        ];
        let report: Value = serde_json::from_str(&falab(&arguments)?)?;
        let lanes = report["lanes"].as_array().context("lanes")?;
        ensure!(report["images"] == 120 && lanes.len() == 2, "{report}");
        let step = lanes[0]["step"].to_string();
        press(&page, "#open-inside").await?;

        let ready = format!(
            "[...document.querySelectorAll('#inside-filters-lanes > [data-step=\"{step}\"]')]
               .filter((lane) => lane.querySelectorAll('figure').length === 6).length === 2"
        );
        until(&page, &ready).await?;
        // Three channels of a kernel of 5x5, below each other.
        let script = "const canvas = document.querySelector('#inside-filters-lanes canvas');
            return [canvas.width, canvas.height]";
        ensure!(page.script(script).await? == serde_json::json!([5, 15]));
        page.screenshot("inside-own-filters").await?;

        press(&page, "#inside-tab-confusion").await?;
        let ready = format!(
            "document.querySelectorAll('#inside-confusion-lanes > [data-step=\"{step}\"]').length === 2"
        );
        until(&page, &ready).await?;
        for (i, lane) in lanes.iter().enumerate() {
            let script = format!(
                "return [...document.querySelectorAll('#inside-confusion-lanes > *')[{i}]
                   .querySelectorAll('[data-cell]')].map((cell) => Number(cell.textContent))"
            );
            let counts: Vec<u64> = serde_json::from_value(page.script(&script).await?)?;
            let rows: Vec<Vec<u64>> = serde_json::from_value(lane["confusion"].clone())?;
            ensure!(counts == rows.concat(), "{counts:?}");
        }
        let most = "[...document.querySelectorAll('[data-cell]')]
            .reduce((a, b) => Number(a.textContent) >= Number(b.textContent) ? a : b)";
        page.script(&format!("{most}.click()")).await?;
        until(
            &page,
            "document.querySelectorAll('#inside-cell-images figure').length > 0",
        )
        .await?;
        let script = "const canvas = document.querySelector('#inside-cell-images canvas');
            const [r, g, b] = canvas.getContext('2d').getImageData(3, 0, 1, 1).data;
            return [canvas.width, canvas.height, r, g, b]";
        let drawn: Vec<u64> = serde_json::from_value(page.script(script).await?)?;
        ensure!(drawn[..2] == [32, 32], "{drawn:?}");
        // The image's own red, green and blue: whichever image it is, its number says.
        let script = "return document.querySelector('#inside-cell-images figcaption').innerText";
        let image = page.script(script).await?;
        let image: usize = image
            .as_str()
            .context("a number")?
            .trim_start_matches('#')
            .parse()?;
        let expected = [0, 1024, 2048].map(|channel| u64::from(pixel(image, channel + 3)));
        ensure!(
            drawn[2..] == expected,
            "image {image}: {drawn:?}, {expected:?}"
        );
        page.screenshot("inside-own-confusion").await?;

        press(&page, "#inside-tab-alignment").await?;
        let ready = "document.querySelectorAll('#inside-alignment-lanes tbody tr').length === 4";
        until(&page, ready).await?;
        let script = "return [...document.querySelectorAll('#inside-alignment-lanes tbody tr')]
            .map((row) => row.children[4].textContent)";
        let rows: Vec<String> = serde_json::from_value(page.script(script).await?)?;
        let layers = lanes.iter().flat_map(|lane| lane["layers"].as_array());
        for (positive, layer) in rows.iter().zip(layers.flatten()) {
            let expected = layer["positive_criterion"]
                .as_f64()
                .context("a percentage")?;
            ensure!(*positive == format!("{expected:.1}"), "{rows:?}");
        }

        press(&page, "#inside-tab-embedding").await?;
        press(&page, "#inside-compute").await?;
        page.wait_for(
            "#inside-embedding",
            "data-state",
            &["done", "failed"],
            LIMIT,
        )
        .await?;
        let script = "return [...document.querySelectorAll('#inside-panels > *')]
            .map((panel) => panel.dataset.neighbourError)";
        let errors: Vec<String> = serde_json::from_value(page.script(script).await?)?;
        ensure!(
            errors.len() == 5,
            "inputs and two layers of two lanes: {errors:?}"
        );
        let error = report["inputs_neighbour_error"]
            .as_f64()
            .context("an error")?;
        ensure!(errors[0] == format!("{error:.2}"), "{errors:?}");
        page.screenshot("inside-own-tsne").await?;
        ensure!(
            page.console().await?.is_empty(),
            "{:?}",
            page.console().await?
        );

        // Other images while the view is open: it begins anew with them.
        drop_files(&page, &idx(12, 100, 40)).await?;
        until(&page, "location.hash.includes('data=own:idx:12x12x1:')").await?;
        page.ready().await?;
        press(&page, "#inside-tab-filters").await?;
        let ready = "document.querySelectorAll('#inside-filters-lanes > [data-step=\"0\"] figure').length === 12";
        until(&page, ready).await?;
        ensure!(
            page.console().await?.is_empty(),
            "{:?}",
            page.console().await?
        );
        Ok(())
    });
}
