//! Runs a target on its corpus, then on mutations, and holds every execution to the limits.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::mutate::{LONGEST, Random, child};

/// Executions where nothing else is asked for.
const EXECUTIONS: u64 = 100_000;
/// Inputs that are kept at the most.
const POOL: usize = 1_000;
/// An execution that takes longer hangs.
const HANGS: Duration = Duration::from_secs(30);

/// Reads an input and checks what it read; the number tells outcomes apart.
pub type Execute = dyn Fn(&[u8]) -> u64;

/// What is to be held.
pub struct Target {
    /// Inputs to begin with, beside the corpus.
    pub seeds: Vec<Vec<u8>>,
    /// Pieces that are put into inputs.
    pub words: Vec<Vec<u8>>,
    /// Bytes that an execution may hold at its peak: so many for each byte of its input, and so many in all.
    pub memory: (u64, u64),
    pub execute: Box<Execute>,
}

/// A number that tells outcomes apart.
pub fn outcome(of: impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// A text as the words of a dictionary.
pub fn words(text: &str) -> Vec<Vec<u8>> {
    text.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| {
        let number = text.replace('_', "").parse();
        number.unwrap_or_else(|_| panic!("{name}={text} is not possible; allowed: a whole number"))
    })
}

/// Runs the corpus and as many mutations as the environment says.
pub fn hold(name: &str, target: fn() -> Target) {
    let executions = from_environment("FALAB_FUZZ_EXECUTIONS", EXECUTIONS);
    let seed = from_environment("FALAB_FUZZ_SEED", 1);
    let target = target();
    let mut pool = corpus(name);
    pool.extend(target.seeds.iter().cloned());
    let mut random = Random(seed ^ outcome(name));
    let mut outcomes = BTreeSet::new();
    let (mut longest, mut peak) = (Duration::ZERO, 0);
    let done = watch(name);
    let begin = Instant::now();
    let given = pool.len();
    for execution in 0..executions.max(given as u64) {
        let input = match pool.get(execution as usize) {
            Some(input) if (execution as usize) < given => input.clone(),
            _ => {
                let parent = random.one_of(&pool);
                let other = random.one_of(&pool);
                child(&mut random, parent, other, &target.words)
            }
        };
        done.store(execution + 1, Ordering::Relaxed);
        let before = Instant::now();
        let (held, found) = match run(&target, &input) {
            Ok(found) => found,
            Err(why) => {
                let small = shrink(&target, input);
                panic!(
                    "{name}: execution {execution} of seed {seed} {why}; a line for \
                     tests/fuzz/corpus/{name}.txt shows it:\n{}",
                    small.escape_ascii()
                );
            }
        };
        longest = longest.max(before.elapsed());
        peak = peak.max(held);
        if outcomes.insert(found) && pool.len() < POOL {
            pool.push(input);
        }
    }
    done.store(u64::MAX, Ordering::Relaxed);
    println!(
        "{name}: {} executions in {:.0} s, 0 findings; {} outcomes, longest execution {:.1} ms, most memory {} kB",
        executions.max(given as u64),
        begin.elapsed().as_secs_f64(),
        outcomes.len(),
        longest.as_secs_f64() * 1e3,
        peak / 1000,
    );
}

/// Peak of memory and outcome of one execution, or what is wrong with it.
fn run(target: &Target, input: &[u8]) -> Result<(u64, u64), String> {
    let mut found = Ok(0);
    let memory = allocation_counter::measure(|| {
        let execute = AssertUnwindSafe(|| (target.execute)(input));
        found = catch_unwind(execute).map_err(|_| "panics".to_owned());
    });
    let (each, all) = target.memory;
    let allowed = each * input.len() as u64 + all;
    match found {
        Ok(_) if memory.bytes_max > allowed => Err(format!(
            "holds {} bytes for an input of {}, allowed are {allowed}",
            memory.bytes_max,
            input.len()
        )),
        found => found.map(|outcome| (memory.bytes_max, outcome)),
    }
}

/// A shorter input that fails too.
fn shrink(target: &Target, mut input: Vec<u8>) -> Vec<u8> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut piece = input.len() / 2;
    while piece > 0 {
        let mut at = 0;
        while at < input.len() {
            let mut shorter = input.clone();
            shorter.drain(at..input.len().min(at + piece));
            if run(target, &shorter).is_err() {
                input = shorter;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    std::panic::set_hook(hook);
    input
}

/// Ends the program when an execution hangs. The count is u64::MAX once all is done.
fn watch(name: &str) -> Arc<AtomicU64> {
    let done = Arc::new(AtomicU64::new(0));
    let (seen, name) = (Arc::clone(&done), name.to_owned());
    thread::spawn(move || {
        let mut before = 0;
        loop {
            thread::sleep(HANGS);
            match seen.load(Ordering::Relaxed) {
                u64::MAX => return,
                now if now == before => {
                    eprintln!("{name}: execution {} hangs", now - 1);
                    std::process::exit(101);
                }
                now => before = now,
            }
        }
    });
    done
}

/// The kept inputs of a target.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fuzz/corpus/{name}.txt"));
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    let inputs: Vec<Vec<u8>> = text.lines().map(unescape).collect();
    assert!(
        inputs.iter().all(|input| input.len() <= LONGEST),
        "{} has an input of more than {LONGEST} bytes",
        file.display()
    );
    inputs
}

/// Undoes [`slice::escape_ascii`].
fn unescape(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = line.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next() {
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b't') => b'\t',
                Some(b'x') => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                other => other.unwrap(),
            },
            byte => byte,
        });
    }
    bytes
}

#[test]
fn a_line_of_the_corpus_is_its_input() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(unescape(&all.escape_ascii().to_string()), all);
}

#[test]
fn a_target_that_panics_or_takes_too_much_is_found() {
    let target = |execute: fn(&[u8]) -> u64| Target {
        seeds: Vec::new(),
        words: Vec::new(),
        memory: (1, 100),
        execute: Box::new(execute),
    };
    let panics = target(|input| {
        input
            .iter()
            .position(|&byte| byte == b'!')
            .map_or(0, |_| panic!("!"))
    });
    assert!(run(&panics, b"quiet").is_ok());
    assert_eq!(run(&panics, b"loud!").unwrap_err(), "panics");
    assert_eq!(shrink(&panics, b"very loud!".to_vec()), b"!");
    let takes = target(|input| std::hint::black_box(vec![0u8; 200 * input.len()]).len() as u64);
    assert!(run(&takes, b"").is_ok());
    assert!(run(&takes, b"a").unwrap_err().contains("allowed are 101"));
}
