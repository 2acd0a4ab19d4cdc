//! Images of the reader's own in the page: files of three formats are trained on, damaged ones are told what is wrong
//! with them, and a link that is opened without its files says which ones it needs and goes on when they come.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Page, in_browser};
use fantoccini::Locator;

const LIMIT: Duration = Duration::from_secs(60);

fn idx(dimensions: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
    for n in dimensions {
        bytes.extend(n.to_be_bytes());
    }
    bytes.extend(data);
    bytes
}

/// Labels in turn.
fn labels(count: usize, classes: usize) -> Vec<u8> {
    (0..count).map(|image| (image % classes) as u8).collect()
}

fn pixels(count: usize, inputs: usize) -> Vec<u8> {
    (0..count * inputs)
        .map(|at| (at / inputs * 17 + at % inputs * 31) as u8)
        .collect()
}

type Files = Vec<(&'static str, Vec<u8>)>;

fn four(test: usize) -> Files {
    let images = |n: usize| idx(&[n as u32, 6, 5], &pixels(n, 30));
    vec![
        ("train-images-idx3-ubyte", images(100)),
        ("train-labels-idx1-ubyte", idx(&[100], &labels(100, 4))),
        ("t10k-images-idx3-ubyte", images(test)),
        (
            "t10k-labels-idx1-ubyte",
            idx(&[test as u32], &labels(test, 4)),
        ),
    ]
}

fn batch(count: usize, hundred: bool) -> Vec<u8> {
    let classes = if hundred { 100 } else { 10 };
    let (labels, pixels) = (labels(count, classes), pixels(count, 3072));
    let records = labels.iter().zip(pixels.chunks(3072));
    let record = |(&label, pixels): (&u8, &[u8])| match hundred {
        true => [&[label / 5, label], pixels].concat(),
        false => [&[label], pixels].concat(),
    };
    records.flat_map(record).collect()
}

fn cifar10() -> Files {
    vec![
        ("data_batch_1.bin", batch(70, false)),
        ("test_batch.bin", batch(30, false)),
    ]
}

fn cifar100() -> Files {
    vec![
        ("train.bin", batch(100, true)),
        ("test.bin", batch(100, true)),
    ]
}

/// Writes files into a folder of their own.
fn write(name: &str, files: &Files) -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("own-{name}"));
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder)?;
    let mut paths = Vec::new();
    for (name, bytes) in files {
        paths.push(folder.join(name));
        fs::write(folder.join(name), bytes)?;
    }
    Ok(paths)
}

/// Gives files to the page, as a reader does who chooses them in the dialog.
async fn give(page: &Page, paths: &[PathBuf]) -> Result<()> {
    page.script("document.querySelector('#own-dialog').close()")
        .await?;
    let button = page.client.find(Locator::Css("#open-own")).await?;
    button.click().await?;
    let input = page.client.find(Locator::Css("#own-files")).await?;
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    input.send_keys(&paths.join("\n")).await?;
    Ok(())
}

async fn text(page: &Page, selector: &str) -> Result<String> {
    let script = format!("return document.querySelector('{selector}').innerText");
    let text = page.script(&script).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Waits for a condition in the page.
async fn until(page: &Page, script: &str) -> Result<()> {
    for _ in 0..600 {
        if page.script(&format!("return {script}")).await? == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    page.screenshot("own-failure").await?;
    let alerts = page.alerts().await?;
    Err(anyhow::anyhow!("never came: {script}; alerts {alerts:?}"))
}

async fn prints(page: &Page) -> Result<Vec<(String, String)>> {
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    page.lanes("data-fingerprint").await
}

#[test]
fn files_of_three_formats_are_trained_on_and_end_in_the_bits_of_the_command_line() {
    in_browser(async |page| {
        // As wide as the form stands beside the plots.
        page.look(1440, 900, false).await?;
        page.open("#v=1&hidden=16&epochs=2&rules=bp-dfa").await?;
        page.ready().await?;
        for (name, files, data) in [
            ("idx", four(40), "own:idx:6x5x1:4:100:40:"),
            ("cifar10", cifar10(), "own:cifar10:32x32x3:10:70:30:"),
            ("cifar100", cifar100(), "own:cifar100:32x32x3:100:100:100:"),
        ] {
            let paths = write(name, &files)?;
            give(&page, &paths).await?;
            let held = format!(
                "location.hash.includes('{data}') && document.querySelector('main').dataset.state == 'ready'"
            );
            until(&page, &held).await?;
            ensure!(text(&page, "#data-name").await? == name);
            let note = text(&page, "#note").await?;
            ensure!(note.starts_with(&format!("Data set {name}: ")), "{note}");
            ensure!(page.alerts().await?.is_empty());
            page.press("Run").await?;
            let in_page = prints(&page).await?;
            let link = page.script("return location.hash").await?;
            let link = link.as_str().context("a fragment")?.to_owned();
            let folder = paths[0].parent().context("a folder")?;
            let spec =
                falab::spec::Spec::parse(&link).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
            let here = natively(&spec, folder)?;
            ensure!(
                in_page == here,
                "{name}: {in_page:?} in the page, {here:?} natively"
            );
        }
        page.screenshot("own-trained").await?;
        // And back to the images that come with the page.
        page.client
            .find(Locator::Css("#open-own"))
            .await?
            .click()
            .await?;
        page.client
            .find(Locator::Css("#own-mnist"))
            .await?
            .click()
            .await?;
        page.ready().await?;
        ensure!(text(&page, "#data-name").await? == "MNIST");
        ensure!(
            page.console().await?.is_empty(),
            "{:?}",
            page.console().await?
        );
        Ok(())
    });
}

/// Fingerprints of all lanes, trained here on the files of a folder.
fn natively(spec: &falab::spec::Spec, folder: &Path) -> Result<Vec<(String, String)>> {
    use falab::data::Images;
    use falab::data::own::{File, gather};
    use falab::lane::{Advance, Lane};
    use std::sync::Arc;

    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let bytes = fs::read(path)?;
        files.push(File { name, bytes });
    }
    let own = gather(files)?.summed("a");
    let inputs = own.about.inputs();
    let train = Arc::new(Images::new(&own.train.pixels, &own.train.labels, inputs)?);
    let test = Arc::new(Images::new(&own.test.pixels, &own.test.labels, inputs)?);
    let mut prints = Vec::new();
    for schedule in spec.lanes() {
        let mut lane = Lane::new(spec, schedule, train.clone(), test.clone())?;
        let print = loop {
            if let Advance::Finished { fingerprint, .. } = lane.advance() {
                break falab::core::fingerprint::hex(fingerprint);
            }
        };
        prints.push((schedule.name().to_owned(), print));
    }
    Ok(prints)
}

#[test]
fn damaged_files_are_named_and_the_page_goes_on() {
    in_browser(async |page| {
        // As wide as the form stands beside the plots.
        page.look(1440, 900, false).await?;
        page.open("#v=1&n=640&hidden=16&epochs=1&rules=bp").await?;
        page.ready().await?;
        let with = |at: usize, change: &dyn Fn(&mut Vec<u8>)| {
            let mut files = four(40);
            change(&mut files[at].1);
            files
        };
        let packed = |at: usize, cut: usize| {
            let mut files = four(40);
            let whole = gzip(&files[at].1);
            files[at].1 = whole[..whole.len() - cut].to_vec();
            files
        };
        let label = {
            let mut files = cifar10();
            files[0].1[3073] = 10;
            files
        };
        let mut stray = four(40);
        stray.push(("holiday.txt", b"Dear all".to_vec()));
        let cases: [(&str, Files, &str); 5] = [
            (
                "magic",
                with(0, &|bytes| bytes[2] = 9),
                "train-images-idx3-ubyte: begins with the bytes 00 00 09 03",
            ),
            (
                "size",
                with(0, &|bytes| bytes.truncate(3000)),
                "train-images-idx3-ubyte: has 2984 bytes behind its header; expected: 3000",
            ),
            (
                "label",
                label,
                "data_batch_1.bin: byte 3073 is the label 10; expected: 0 to 9",
            ),
            (
                "gzip",
                packed(0, 9),
                "train-images-idx3-ubyte: its gzip stream is damaged or cut off",
            ),
            (
                "stray",
                stray,
                "holiday.txt: begins with the bytes 44 65 61 72",
            ),
        ];
        for (name, files, expected) in cases {
            give(&page, &write(name, &files)?).await?;
            until(&page, "document.querySelector('#alerts li') != null").await?;
            let alerts = page.alerts().await?;
            ensure!(
                alerts.len() == 1 && alerts[0].contains(expected),
                "{name}: {alerts:?}"
            );
            ensure!(text(&page, "#data-name").await? == "MNIST");
            page.screenshot("own-damaged").await?;
            page.client
                .find(Locator::Css("#close-alerts"))
                .await?
                .click()
                .await?;
        }
        // A whole gzip stream is as good as the file in it.
        give(&page, &write("packed", &packed(0, 0))?).await?;
        until(
            &page,
            "location.hash.includes('data=own:idx:6x5x1:4:100:40:')",
        )
        .await?;
        page.ready().await?;
        page.press("Run").await?;
        page.wait_for("main", "data-state", &["finished"], LIMIT)
            .await?;
        Ok(())
    });
}

/// gzip of bytes, by stored blocks: no compression, a right checksum.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = bytes.chunks(60_000).peekable();
    while let Some(block) = blocks.next() {
        gzip.push(u8::from(blocks.peek().is_none()));
        gzip.extend((block.len() as u16).to_le_bytes());
        gzip.extend((!(block.len() as u16)).to_le_bytes());
        gzip.extend(block);
    }
    let mut crc = !0u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    gzip.extend((!crc).to_le_bytes());
    gzip.extend((bytes.len() as u32).to_le_bytes());
    gzip
}

#[test]
fn a_link_without_its_files_says_which_and_goes_on_when_they_come() {
    in_browser(async |page| {
        // As wide as the form stands beside the plots.
        page.look(1440, 900, false).await?;
        page.open("#v=1&hidden=16&epochs=1&rules=bp").await?;
        page.ready().await?;
        give(&page, &write("first", &four(40))?).await?;
        until(&page, "location.hash.includes('data=own:idx:')").await?;
        let link = page.script("return location.hash").await?;
        let link = link.as_str().context("a fragment")?.to_owned();
        let checksum = link
            .split(['&', ':'])
            .nth(6)
            .context("a checksum")?
            .to_owned();
        // Not kept: the same link in a new page misses them.
        page.open(&(link.clone() + "&run=1")).await?;
        page.wait_for("main", "data-state", &["waiting"], LIMIT)
            .await?;
        until(&page, "!document.querySelector('#wanted').hidden").await?;
        let wanted = text(&page, "#wanted-text").await?;
        for part in ["idx", "100 training and 40 test images", "6x5x1", &checksum] {
            ensure!(wanted.contains(part), "{wanted}: {part}");
        }
        for (width, height, dark) in [
            (1440, 900, false),
            (1440, 900, true),
            (1024, 768, false),
            (390, 844, false),
        ] {
            page.look(width, height, dark).await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            page.screenshot(&format!("own-wanted-{width}-{dark}"))
                .await?;
        }
        page.look(1440, 900, false).await?;
        // Others are not taken for them.
        give(&page, &write("others", &four(41))?).await?;
        until(&page, "document.querySelector('#alerts li') != null").await?;
        ensure!(
            page.alerts().await?[0].contains("the files hold idx: 100 training and 41 test images")
        );
        // Kept this time: it runs at once, and in a new page too.
        page.client
            .find(Locator::Css("#open-own"))
            .await?
            .click()
            .await?;
        page.screenshot("own-dialog").await?;
        page.client
            .find(Locator::Css("#own-keep"))
            .await?
            .click()
            .await?;
        give(&page, &write("right", &four(40))?).await?;
        let first = prints(&page).await?;
        until(
            &page,
            "document.querySelector('#note').innerText.includes('kept in this browser')",
        )
        .await?;
        page.open(&(link + "&run=1")).await?;
        ensure!(prints(&page).await? == first);
        ensure!(
            page.script("return document.querySelector('#wanted').hidden")
                .await?
                == true
        );
        Ok(())
    });
}
