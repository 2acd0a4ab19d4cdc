//! One link, one result, bit for bit: the page in this browser and the native command line, built with and without
//! optimisation.
//!
//! The links together use every rule, activation, optimiser, start, feedback, dropout, adversarial training and odd
//! shapes. Eighteen of them are drawn from a seed that is printed; `FALAB_SEED` draws the same ones again.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::native::{Build, End, ends};
use e2e::{Page, in_browser};
use falab::core::fingerprint::part_name;

const LIMIT: Duration = Duration::from_secs(120);

const FIXED: [&str; 26] = [
    "hidden=2x32",
    "hidden=16&act=logistic",
    "hidden=3x20&act=relu",
    "hidden=2x24&opt=sgd&lr=0.1",
    "hidden=2x24&opt=momentum&lr=0.02&momentum=0.95",
    "hidden=2x24&opt=adam&rho=0.999",
    "hidden=2x24&init=uniform",
    "hidden=2x24&init=zero",
    "hidden=2x24&init=scaled",
    "hidden=2x24&init=small:1e-3",
    "hidden=2x24&fb=gauss",
    "hidden=2x24&fb=sign&fbscale=0.2",
    "hidden=2x24&dropout=0.1-0.5",
    "hidden=2x24&adv=0.08",
    "hidden=2x24&dropout=0.2-0.3&adv=0.05&act=relu&opt=adam",
    "hidden=1-2x3-1&batch=7",
    "hidden=33-17-5&batch=63&n=127",
    "hidden=12x16",
    "hidden=37&batch=1&n=64&steps=50",
    "hidden=2x40&batch=256&n=1000",
    "hidden=2x24&init=uniform&phases=bp@7s-freeze1;fa@9s-anti;dfa-redraw,dfa@5s-only1;ifa-fresh,bp@1e;fa",
    "hidden=3x12&opt=adam&phases=shallow@6s;dfa@4s;dfa@9s-anti-fresh,ifa@3s-freeze2.4;ifa-redraw",
    "hidden=conv5x3-pool3s2-conv5x5-pool3s2-9&steps=10",
    "hidden=conv4x3s2p0-conv3x4-pool2&act=relu&opt=adam&dropout=0.1-0.2&steps=10",
    "hidden=2x24&zca=0.1",
    "hidden=conv4x3-pool2-9&zca=1e-3&adv=0.05&steps=10",
];

/// A small generator for picking settings; its quality does not matter.
struct Pick(u64);

impl Pick {
    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        choices[(self.0 >> 33) as usize % choices.len()]
    }
}

fn drawn(seed: u64) -> Vec<String> {
    let mut pick = Pick(seed);
    let link = |k: u64| {
        let parts = [
            (
                "hidden",
                pick.of(&[
                    "9", "31", "2x17", "3x8", "40-3-12", "64-1", "5x6", "2x50-25",
                ]),
            ),
            ("act", pick.of(&["tanh", "logistic", "relu"])),
            (
                "init",
                pick.of(&["paper", "uniform", "zero", "scaled", "small:0.01"]),
            ),
            ("fb", pick.of(&["uniform", "gauss", "sign"])),
            ("fbscale", pick.of(&["auto", "0.01", "0.5", "1"])),
            ("opt", pick.of(&["rmsprop", "sgd", "momentum", "adam"])),
            ("lr", pick.of(&["1e-4", "1e-3", "3e-3", "0.01"])),
            ("batch", pick.of(&["3", "16", "50", "64", "100"])),
            ("dropout", pick.of(&["none", "none", "0.1-0.5", "0-0.2"])),
            ("adv", pick.of(&["0", "0", "0.08"])),
        ];
        let parts = parts.map(|(key, value)| format!("{key}={value}"));
        format!(
            "{}&seed={}",
            parts.join("&"),
            seed.wrapping_add(k) % 1_000_000
        )
    };
    (0..18).map(link).collect()
}

fn whole(link: &str) -> String {
    let length = if link.contains("n=") { "" } else { "&n=300" };
    let steps = if link.contains("steps=") {
        ""
    } else {
        "&steps=25"
    };
    let lanes = if link.contains("phases=") {
        ""
    } else {
        "rules=bp-fa-dfa-ifa-shallow&"
    };
    format!("v=1&{lanes}{link}{length}{steps}&evals=1")
}

async fn in_page(page: &Page, link: &str) -> Result<Vec<End>> {
    page.open(&format!("#{link}&run=1")).await?;
    page.wait_for("main", "data-state", &["finished"], LIMIT)
        .await?;
    let parts = page.lanes("data-parts").await?.into_iter();
    let prints = page.lanes("data-fingerprint").await?.into_iter();
    let end = |((lane, fingerprint), (_, parts)): ((String, String), (String, String))| End {
        lane,
        fingerprint,
        parts: parts.split(' ').map(String::from).collect(),
    };
    Ok(prints.zip(parts).map(end).collect())
}

/// The rule and the first quantity in which two ends of a link differ.
fn quantity(found: &[End], expected: &[End]) -> String {
    for (found, expected) in found.iter().zip(expected) {
        let parts = found.parts.iter().zip(&expected.parts);
        if let Some(part) = parts.enumerate().find(|(_, (a, b))| a != b) {
            return format!("{}, {}", found.lane, part_name(part.0));
        }
        if found != expected {
            return format!("{}, the number of steps or parts", found.lane);
        }
    }
    "the number of lanes".to_owned()
}

/// The link with another number of steps.
fn with_steps(link: &str, steps: u64) -> String {
    let parts = link.split('&').map(|part| match part.split_once('=') {
        Some(("steps", _)) => format!("steps={steps}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<String>>().join("&")
}

/// The first step after which page and command line differ, by halving, and the first quantity that does there.
async fn first_difference(page: &Page, link: &str, at_the_end: String) -> Result<String> {
    let steps = link.split('&').find_map(|part| part.strip_prefix("steps="));
    let (mut same, mut differ) = (0, steps.context("steps")?.parse::<u64>()?);
    let mut what = at_the_end;
    while differ - same > 1 {
        let middle = (same + differ) / 2;
        let shorter = with_steps(link, middle);
        let native = ends(Build::Release, std::slice::from_ref(&shorter))?.remove(0);
        let found = in_page(page, &shorter).await?;
        if found == native {
            same = middle;
        } else {
            differ = middle;
            what = quantity(&found, &native);
        }
    }
    Ok(format!("first after step {differ}: {what}"))
}

fn links() -> Vec<String> {
    let seed = std::env::var("FALAB_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(e2e::fresh_seed);
    println!("FALAB_SEED={seed}");
    let drawn = drawn(seed);
    let links = FIXED
        .iter()
        .copied()
        .chain(drawn.iter().map(String::as_str));
    links.map(whole).collect()
}

#[test]
fn forty_links_end_in_the_same_bits_in_this_browser_and_natively() {
    let links = links();
    in_browser(async |page| {
        let native = ends(Build::Release, &links)?;
        for (link, native) in links.iter().zip(native) {
            let in_page = in_page(&page, link).await?;
            if in_page != native {
                let at_the_end = quantity(&in_page, &native);
                let first = first_difference(&page, link, at_the_end).await?;
                ensure!(false, "{link} differs, {first}");
            }
        }
        Ok(())
    });
}

#[test]
fn forty_links_end_in_the_same_bits_with_and_without_optimisation() {
    let links = links();
    let debug = ends(Build::Debug, &links).expect("the debug binary runs");
    let release = ends(Build::Release, &links).expect("the release binary runs");
    for ((link, debug), release) in links.iter().zip(debug).zip(release) {
        assert!(
            debug == release,
            "{link} differs in {}",
            quantity(&debug, &release)
        );
    }
}
