//! The tables: their rows are experiments, their cells stand on what was run and on nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use falab::core::{NUMERICS, Rule};
use falab::paper::{Figure, PLANS, Plan, Row, Run, Table, markdown};
use falab::spec::Spec;

fn plan(key: &str) -> Plan {
    Plan::of_key(key).expect(key)
}

fn rows() -> Vec<Row> {
    let rows = plan("table1").rows();
    rows.expect("every link of the table is one")
}

fn table(rows: &[Row], runs: &[Run]) -> Table {
    Table::new(&plan("table1"), rows, runs).unwrap()
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
    for row in rows() {
        let (key, spec) = (&row.key, &row.spec);
        assert_eq!(
            (spec.images(), spec.batch(), spec.epochs(), spec.evals()),
            (60_000, 64, 300, Some(1)),
            "{key}"
        );
        assert_eq!(
            (spec.stop_percent(), spec.settings().optimizer.lr),
            (0.01, 1e-4),
            "{key}"
        );
    }
}

#[test]
fn every_row_of_every_table_is_an_experiment_of_its_own() {
    for plan in PLANS {
        let rows = plan.rows().expect(plan.key);
        let mut links = BTreeSet::new();
        for row in &rows {
            // With the rules of the table and the first seed nothing is left to say: the row is the experiment.
            let whole = row.experiment(plan.rules, None).unwrap();
            assert_eq!(whole, row.spec, "{} {}", plan.key, row.key);
            assert_eq!(Spec::parse(&whole.link()).unwrap(), whole);
            assert!(links.insert(whole.link()), "{} {}", plan.key, row.key);
            assert_eq!(whole.evals(), Some(1), "{} {}", plan.key, row.key);
        }
        let keys: BTreeSet<&str> = plan.keys().collect();
        assert_eq!(keys.len(), rows.len(), "{}", plan.key);
    }
    let names: BTreeSet<&str> = PLANS.iter().map(|plan| plan.key).collect();
    assert_eq!(names.len(), PLANS.len());
}

#[test]
fn the_page_offers_every_table_and_says_what_it_is() {
    let page = include_str!("../index.html");
    for plan in PLANS {
        let key = plan.key;
        let option = format!("<option value=\"{key}\" data-text=\"table_{key}\">");
        assert_eq!(page.matches(&option).count(), 1, "{option}");
        let about = format!("<p data-about=\"{key}\" data-text=\"paper_{key}\"");
        assert_eq!(page.matches(&about).count(), 1, "{about}");
    }
    assert_eq!(page.matches("data-about=").count(), PLANS.len());
}

#[test]
fn depth_and_start_are_all_that_differs_between_nets_of_64_units() {
    let rows = plan("depth").rows().unwrap();
    for row in &rows[..15] {
        let (net, start) = row.key.split_once('-').unwrap();
        let start = match start {
            "paper" => String::new(), // The default has no key.
            other => format!("&init={other}"),
        };
        let link = format!("v=1&hidden={net}{start}&epochs=10&evals=1");
        assert_eq!(row.spec.link(), link);
    }
}

/// What is committed is what the present code makes of the committed runs.
#[test]
fn the_committed_tables_are_made_of_the_committed_runs() {
    for plan in PLANS {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |file: String| std::fs::read_to_string(root.join(&file)).expect(&file);
        let lines = read(format!("assets/paper/{}.jsonl", plan.key));
        let runs: Vec<Run> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let rows = plan.rows().unwrap();
        for run in &runs {
            let in_a_cell = |row: &Row| plan.rules.iter().any(|&rule| run.is_of(row, rule));
            assert!(rows.iter().any(in_a_cell), "{}", run.link);
        }
        let table = Table::new(&plan, &rows, &runs).unwrap();
        let json = serde_json::to_string_pretty(&table).unwrap() + "\n";
        let again = format!("run `falab table {} --render`", plan.key);
        assert!(
            json == read(format!("assets/paper/{}.json", plan.key)),
            "{again}"
        );
        let text = markdown(&plan, &table);
        assert!(text == read(format!("docs/{}.md", plan.key)), "{again}");
    }
}

#[test]
fn the_papers_words_are_no_numbers_and_ifa_has_no_figure() {
    let rows = rows();
    let deep = rows.iter().find(|row| row.key == "100x240").unwrap();
    assert_eq!(deep.paper(Rule::Bp), Some(Figure::Untrained));
    assert_eq!(deep.paper(Rule::Dfa), Some(Figure::Error(3.92)));
    assert_eq!(deep.paper(Rule::Ifa), None);
    let made = table(&rows, &[]);
    assert!(made.has_paper);
    assert_eq!(
        made.rows[1].cells[1].paper.as_deref(),
        Some("does not train")
    );
    assert!(
        made.rows
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
    let ours = ours(&table(&rows(), &runs), Rule::Dfa).unwrap();
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
    let ours = ours(&table(&rows(), &runs), Rule::Bp).unwrap();
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
    let cell = ours(&table(&rows(), &runs), Rule::Bp).unwrap();
    assert_eq!(
        cell.stands_on,
        "2 seeds, 50 epochs, 1 ended at the threshold"
    );
    assert_eq!(cell.mean, Some(3.0));
    // Alone it stands on the epochs that it took, not on those that it might have taken.
    let cell = ours(&table(&rows(), &[early]), Rule::Bp).unwrap();
    assert_eq!(
        cell.stands_on,
        "1 seed, 120 epochs, 1 ended at the threshold"
    );
    let mut diverged = run(row, Rule::Fa, 1, 300, 2.0);
    diverged.reason = "diverged".to_owned();
    diverged.test_error = None;
    let cell = ours(&table(&rows(), &[diverged]), Rule::Fa).unwrap();
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
        let made = table(&rows(), &[wrong]);
        let mut cells = made.rows.iter().flat_map(|row| &row.cells);
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
    let text = markdown(&plan("table1"), &table(rows, &runs));
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

#[test]
fn a_table_has_columns_of_its_rules_and_the_papers_only_where_it_has_figures() {
    let head = |key: &str| {
        let plan = plan(key);
        let table = Table::new(&plan, &plan.rows().unwrap(), &[]).unwrap();
        assert!(!table.has_paper, "{key}");
        assert_eq!(table.made_by, format!("falab table {key}"));
        let text = markdown(&plan, &table);
        text.lines()
            .find(|line| line.starts_with('|'))
            .map(str::to_owned)
    };
    for key in ["depth", "relu"] {
        let columns = "| net | BP ours | FA ours | DFA ours | IFA ours |";
        assert_eq!(head(key).as_deref(), Some(columns));
    }
    assert_eq!(head("ifa").as_deref(), Some("| net | IFA ours |"));
}
