//! `falab run --checkpoint`, ended by force at random moments: the run that is let to its end prints what an
//! uninterrupted one prints.
#![cfg(feature = "cli")]
#![expect(
    clippy::disallowed_methods,
    reason = "moments to kill at; the rules on determinism are for the mathematics"
)]

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LINK: &str = "n=1280&hidden=2x40&epochs=25&rules=bp-dfa";
/// Ended by force so many times in all; `FALAB_KILLS` sets another number.
const KILLS: u32 = 10;

fn falab(folder: Option<&PathBuf>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_falab"));
    command.args(["run", LINK, "--format", "jsonl"]);
    if let Some(folder) = folder {
        command.arg("--checkpoint").arg(folder);
        command.args(["--checkpoint-every", "0.02"]);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("falab-{name}-{}", std::process::id()))
}

/// Starts, kills after a time that `draw` gives, and starts again, until one comes to its end; what that one printed.
fn interrupted(folder: &PathBuf, mut draw: impl FnMut() -> Duration, kills: &mut u32) -> Vec<u8> {
    // Into a file: a full pipe that nobody reads would hold the program up.
    let printed = folder.with_extension("jsonl");
    loop {
        let mut command = falab(Some(folder));
        command.stdout(File::create(&printed).unwrap());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(draw());
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            let bytes = std::fs::read(&printed).unwrap();
            std::fs::remove_file(&printed).unwrap();
            return bytes;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        *kills += 1;
    }
}

#[test]
fn a_run_that_is_killed_again_and_again_prints_what_a_whole_one_does() {
    let wanted = std::env::var("FALAB_KILLS").ok();
    let wanted = wanted.map_or(KILLS, |text| text.parse().unwrap());
    let begin = Instant::now();
    let whole = falab(None).output().unwrap();
    let length = begin.elapsed();
    assert!(whole.status.success());
    // Moments from within the start to beyond the end, from a fixed sequence; what is hit differs with the machine.
    let mut state = 1_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        length.mul_f64(0.2 + (state >> 33) as f64 / f64::from(1_u32 << 31) * 1.1)
    };
    let (mut kills, mut round) = (0, 0);
    while kills < wanted {
        let folder = folder(&format!("killed-{round}"));
        let printed = interrupted(&folder, &mut draw, &mut kills);
        assert!(printed == whole.stdout, "after {kills} kills");
        // Everything is removed but, perhaps, a file that was being written beside.
        let left = std::fs::read_dir(&folder).unwrap().flatten();
        let left: Vec<String> = left
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".checkpoint"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        std::fs::remove_dir_all(&folder).unwrap();
        round += 1;
    }
}

#[test]
fn a_damaged_checkpoint_is_named_and_nothing_is_trained() {
    let folder = folder("damaged");
    // The file beside it that is being written is none yet.
    let checkpoint = || {
        let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut paths = files.map(|file| file.path());
        paths.find(|path| path.extension().is_some_and(|end| end == "checkpoint"))
    };
    let mut kills = 0;
    // One kill late enough for a checkpoint to be there.
    while kills == 0 {
        let mut child = falab(Some(&folder)).stdout(Stdio::null()).spawn().unwrap();
        while checkpoint().is_none() {
            if child.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(20));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills = 1;
        }
        child.wait().unwrap();
    }
    let file = checkpoint().unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let output = falab(Some(&folder)).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(
        message.contains(&file.display().to_string()) && message.contains("it is damaged"),
        "{message}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
