//! A table for readers of files.

use super::{Plan, Table};

/// What stands above every table.
const HEAD: &str = "\
Error rate on the 10,000 MNIST test images, in percent, after the last epoch of the run: the mean over seeds; of two
seeds with both in brackets, from three on ± sample standard deviation. Below it stands what it was run for: **seeds,
epochs** and the day of the latest run. A cell without ours was not run. A cell stands on its longest runs; shorter ones
are listed in the JSON and in no mean.
";

/// The table in Markdown, with how to run it again.
#[must_use]
pub fn markdown(plan: &Plan, table: &Table) -> String {
    let mut text = format!("# {}\n\n{HEAD}\n{}\n\n", plan.title, plan.about);
    // A rule has a column of the paper's figures if the paper has any.
    let in_paper = |rule: &str| {
        let mut cells = table.rows.iter().flat_map(|row| &row.cells);
        cells.any(|cell| cell.rule == rule && cell.paper.is_some())
    };
    let (mut head, mut rule_off) = ("| net |".to_owned(), "| --- |".to_owned());
    for &key in &table.rules {
        let name = key.to_uppercase();
        if in_paper(key) {
            head += &format!(" {name} paper |");
            rule_off += " ---: |";
        }
        head += &format!(" {name} ours |");
        rule_off += " ---: |";
    }
    text += &format!("{head}\n{rule_off}\n");
    for row in &table.rows {
        text += &format!("| {} |", row.net);
        for cell in &row.cells {
            if in_paper(cell.rule) {
                text += &format!(" {} |", cell.paper.as_deref().unwrap_or("–"));
            }
            match &cell.ours {
                Some(ours) => {
                    text += &format!(" {}<br>{}<br>{} |", ours.text, ours.stands_on, ours.date);
                }
                None => text += " |",
            }
        }
        text += "\n";
    }
    text += "\nThe experiments, for the page or `falab run`:\n\n";
    for row in &table.rows {
        text += &format!("- {}: `{}`\n", row.net, row.link);
    }
    text += &format!(
        "\nMade by `{}` (numerics {}); what finished is not run again.\n",
        table.made_by, table.numerics
    );
    text
}
