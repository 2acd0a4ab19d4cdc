//! The paper's table: its rows are experiments, its cells stand on what was run and on nothing else.

use falab::core::{NUMERICS, Rule};
use falab::paper::{Figure, ROWS, RULES, Row, Run, Table, markdown};
use falab::spec::Spec;

fn rows() -> Vec<Row> {
    Row::all().expect("every link of the table is one")
}

/// A made-up run of a cell.
fn run(row: &Row, rule: Rule, seed: u64, epochs: u32, error: f64) -> Run {
    let spec = row.experiment(&[rule], Some((seed, epochs))).unwrap();
    Run {
        row: row.key.clone(),
        rule: rule.key().to_owned(),
        seed,
        epochs_asked: epochs,
        epochs,
        reason: "epochs".to_owned(),
        test_error: Some(error),
        best_test_error: Some(error),
        best_epoch: Some(epochs),
        train_error: Some(1.0),
        running_error: Some(1.0),
        test_errors: vec![error; epochs as usize],
        link: spec.link(),
        fingerprint: format!("{seed:016x}"),
        numerics: NUMERICS,
        seconds: 1.0,
        date: format!("2026-11-{:02}", 20 + seed),
    }
}

fn ours(table: &Table, rule: Rule) -> Option<falab::paper::Ours> {
    let mut cells = table.rows[0].cells.iter();
    cells.find(|cell| cell.rule == rule.key())?.ours.clone()
}

#[test]
fn every_row_is_a_canonical_link_of_the_papers_settings() {
    for ((key, _, link, _), row) in ROWS.into_iter().zip(rows()) {
        assert_eq!(row.spec.link(), link, "{key}");
        assert_eq!(row.spec, Spec::parse(link).unwrap());
        let spec = &row.spec;
        assert_eq!(
            (spec.images(), spec.batch(), spec.epochs(), spec.evals()),
            (60_000, 64, 300, 1),
            "{key}"
        );
        assert_eq!(
            (spec.stop_percent(), spec.settings().optimizer.lr),
            (0.01, 1e-4),
            "{key}"
        );
        // With all rules and the first seed nothing is left to say: the link of the row is the experiment's.
        assert_eq!(row.experiment(&RULES, None).unwrap().link(), link, "{key}");
    }
    let keys: std::collections::BTreeSet<&str> = ROWS.iter().map(|(key, ..)| *key).collect();
    assert_eq!(keys.len(), ROWS.len());
}

#[test]
fn the_papers_words_are_no_numbers_and_ifa_has_no_figure() {
    let rows = rows();
    let deep = rows.iter().find(|row| row.key == "100x240").unwrap();
    assert_eq!(deep.paper(Rule::Bp), Some(Figure::Untrained));
    assert_eq!(deep.paper(Rule::Dfa), Some(Figure::Error(3.92)));
    assert_eq!(deep.paper(Rule::Ifa), None);
    let table = Table::new(&rows, &[]).unwrap();
    assert_eq!(
        table.rows[1].cells[1].paper.as_deref(),
        Some("does not train")
    );
    assert!(
        table
            .rows
            .iter()
            .all(|row| row.cells.iter().all(|cell| cell.ours.is_none()))
    );
}

#[test]
fn runs_of_another_length_are_in_no_mean() {
    let row = &rows()[0];
    let runs = [
        run(row, Rule::Dfa, 1, 10, 9.0),
        run(row, Rule::Dfa, 1, 50, 2.5),
        run(row, Rule::Dfa, 2, 50, 2.7),
        run(row, Rule::Dfa, 3, 20, 4.0),
    ];
    let ours = ours(&Table::new(&rows(), &runs).unwrap(), Rule::Dfa).unwrap();
    assert_eq!(ours.text, "2.60 (2.50 to 2.70)");
    assert_eq!(ours.stands_on, "2 seeds, 50 epochs");
    assert_eq!(
        (ours.lowest, ours.highest, ours.deviation),
        (Some(2.5), Some(2.7), None)
    );
    assert_eq!(ours.date, "2026-11-22");
    let others: Vec<(u64, u32)> = ours
        .others
        .iter()
        .map(|run| (run.seed, run.epochs))
        .collect();
    assert_eq!(others, [(1, 10), (3, 20)]);
}

#[test]
fn from_three_seeds_on_the_spread_is_the_sample_standard_deviation() {
    let row = &rows()[0];
    let runs: Vec<Run> = [2.0, 3.0, 4.0]
        .into_iter()
        .zip(1..)
        .map(|(error, seed)| run(row, Rule::Bp, seed, 5, error))
        .collect();
    let ours = ours(&Table::new(&rows(), &runs).unwrap(), Rule::Bp).unwrap();
    assert_eq!((ours.mean, ours.deviation), (Some(3.0), Some(1.0)));
    assert_eq!(ours.text, "3.00 ± 1.00");
}

#[test]
fn a_run_that_ended_by_itself_counts_beside_any_length() {
    let row = &rows()[0];
    let mut early = run(row, Rule::Bp, 1, 300, 2.0);
    early.epochs = 120;
    early.reason = "error".to_owned();
    assert!(early.covers(10_000));
    let cut_off = run(row, Rule::Bp, 2, 50, 4.0);
    assert!(cut_off.covers(50) && !cut_off.covers(51));
    let runs = [cut_off, early.clone()];
    let cell = ours(&Table::new(&rows(), &runs).unwrap(), Rule::Bp).unwrap();
    assert_eq!(
        cell.stands_on,
        "2 seeds, 50 epochs, 1 ended at the threshold"
    );
    assert_eq!(cell.mean, Some(3.0));
    let mut diverged = run(row, Rule::Fa, 1, 300, 2.0);
    diverged.reason = "diverged".to_owned();
    diverged.test_error = None;
    let cell = ours(&Table::new(&rows(), &[diverged]).unwrap(), Rule::Fa).unwrap();
    assert_eq!((cell.mean, cell.text.as_str()), (None, "diverged"));
}

#[test]
fn runs_of_other_numerics_links_or_rows_are_in_no_cell() {
    let row = &rows()[0];
    let good = run(row, Rule::Bp, 1, 5, 2.0);
    let mut old = good.clone();
    old.numerics = NUMERICS + 1;
    let mut other_link = good.clone();
    other_link.link = other_link.link.replace("lr=1e-4", "lr=2e-4");
    let mut other_seed = good.clone();
    other_seed.seed = 2;
    let mut other_row = good.clone();
    other_row.row = "1x800".to_owned();
    let mut no_link = good.clone();
    no_link.link = "lr=fast".to_owned();
    assert!(good.is_of(row, Rule::Bp));
    for wrong in [old, other_link, other_seed, other_row, no_link] {
        assert!(!wrong.is_of(row, Rule::Bp), "{wrong:?}");
        let table = Table::new(&rows(), &[wrong]).unwrap();
        let mut cells = table.rows.iter().flat_map(|row| &row.cells);
        assert!(cells.all(|cell| cell.ours.is_none()));
    }
}

#[test]
fn the_markdown_says_what_each_cell_stands_on() {
    let rows = &rows()[..2];
    let runs = [
        run(&rows[0], Rule::Bp, 1, 50, 2.304),
        run(&rows[0], Rule::Ifa, 1, 50, 3.1),
        run(&rows[1], Rule::Dfa, 1, 3, 47.5),
        run(&rows[1], Rule::Dfa, 2, 3, 48.5),
    ];
    let text = markdown(&Table::new(rows, &runs).unwrap());
    let table: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(
        table,
        [
            "| net | BP paper | BP ours | FA paper | FA ours | DFA paper | DFA ours | IFA ours |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            "| 7×240 tanh | 2.16 | 2.30<br>1 seed, 50 epochs<br>2026-11-21 | 2.20 | | 2.32 | | \
             3.10<br>1 seed, 50 epochs<br>2026-11-21 |",
            "| 100×240 tanh | does not train | | does not train | | 3.92 | \
             48.00 (47.50 to 48.50)<br>2 seeds, 3 epochs<br>2026-11-22 | |",
        ]
    );
    for row in rows {
        assert!(text.contains(&row.spec.link()), "{}", row.key);
    }
}
