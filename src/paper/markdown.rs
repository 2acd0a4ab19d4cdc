//! The table for readers of files.

use super::Table;

/// What stands above the table.
const HEAD: &str = "\
# Table 1 of the paper, and ours

Error rate on the 10,000 MNIST test images, in percent. *Paper*: the mean that Nøkland (2016) gives in Table 1, after
300 epochs or at 0.01 % training error. *Ours*: after the last epoch of the run, the mean over seeds; of two seeds with
both in brackets, from three on ± sample standard deviation. Below it stands what it was run for: **seeds, epochs** and
the day of the latest run. A cell without ours was not run; the paper has no IFA in this table. The paper's figures were
noted by hand: compare them with the paper before you cite them.

A cell stands on its longest runs; shorter ones are listed in the JSON and in no mean. All settings are in the links:
60,000 images, RMSprop at 1e-4, batches of 64, 300 epochs or 0.01 % training error. Figures of fewer epochs than 300
are not the paper's experiment to its end, and no sign of whether it would be met.
";

/// The table in Markdown, with how to run it again.
#[must_use]
pub fn markdown(table: &Table) -> String {
    let mut text = HEAD.to_owned();
    text +=
        "\n| net | BP paper | BP ours | FA paper | FA ours | DFA paper | DFA ours | IFA ours |\n";
    text += "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for row in &table.rows {
        text += &format!("| {} |", row.net);
        for cell in &row.cells {
            // IFA has no figure of the paper and no column for one.
            if cell.rule != "ifa" {
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
