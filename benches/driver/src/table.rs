//! Tables of text: aligned for a terminal, or Markdown.

/// A table whose first row is its head; columns from `right` on are numbers and stand to the right.
pub struct Table {
    rows: Vec<Vec<String>>,
    right: usize,
}

impl Table {
    pub fn new(head: &[&str], right: usize) -> Table {
        let head = head.iter().map(|word| (*word).to_owned()).collect();
        Table {
            rows: vec![head],
            right,
        }
    }

    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// Columns as wide as their widest cell, two spaces between them.
    pub fn aligned(&self) -> String {
        let widths: Vec<usize> = (0..self.rows[0].len())
            .map(|column| {
                let lengths = self.rows.iter().map(|row| row[column].chars().count());
                lengths.fold(0, Ord::max)
            })
            .collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).enumerate();
            let cells = cells.map(|(column, (cell, &width))| {
                if column < self.right {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
        };
        self.rows.iter().map(line).collect()
    }

    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            text += &format!("| {} |\n", row.join(" | "));
            if number == 0 {
                let rule = |column| if column < self.right { "---" } else { "---:" };
                let rules: Vec<&str> = (0..row.len()).map(rule).collect();
                text += &format!("| {} |\n", rules.join(" | "));
            }
        }
        text
    }
}

/// Whole numbers with a comma between thousands.
pub fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0
            && (digits.len() - i).is_multiple_of(3)
            && digits.as_bytes()[i - 1].is_ascii_digit()
        {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(999.4), "999");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(-1_000.0), "-1,000");
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let mut table = Table::new(&["name", "rate"], 1);
        table.push(vec!["a".to_owned(), "12345".to_owned()]);
        assert_eq!(table.aligned(), "name   rate\na     12345\n");
        assert_eq!(
            table.markdown(),
            "| name | rate |\n| --- | ---: |\n| a | 12345 |\n"
        );
    }
}
