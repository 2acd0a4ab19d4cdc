//! `falab inside`: what the layers of trained nets have made of test images.

mod figure;
mod look;
mod table;
mod train;

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;

use super::Threads;
use super::folder;
use super::links;
use super::own::Source;
use super::run::of_rules;
use crate::core::Rule;
use crate::inside::features::test_images_of;

#[derive(clap::Args)]
pub struct Arguments {
    /// A link or its part behind `#`, as the page shares it.
    link: String,
    /// Test images that are looked at, 100 to 5000: up to 1,000 evenly spread over every tenth of the test set, more
    /// over all of it. They are numbered from 0 as they are kept, every tenth of the original file first.
    #[arg(long, default_value_t = 2_000, value_parser = images)]
    images: u32,
    /// Rules to train, a lane each, in place of the link's lanes: bp, fa, dfa, ifa, shallow.
    #[arg(long, value_delimiter = ',', value_parser = super::run::rule)]
    rules: Vec<Rule>,
    /// Folder for a t-SNE figure a lane, tsne-NAME.svg: a panel for the inputs and one a hidden layer.
    #[arg(long)]
    plot: Option<PathBuf>,
    /// Folder in which lanes are kept while they train, every ten seconds, as `falab run` keeps them; a lane that is
    /// kept there goes on from where it was.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Folder with the files of the link's data set, where that is one of the reader's own.
    #[arg(long)]
    data: Option<PathBuf>,
    #[command(flatten)]
    threads: Threads,
    /// The form of what is printed.
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// One JSON object.
    Json,
    /// Tables for eyes.
    Table,
}

fn images(text: &str) -> Result<u32, String> {
    let images = text.parse().ok();
    let fits = images.filter(|images| (100..=5_000).contains(images));
    fits.ok_or_else(|| "allowed are whole numbers from 100 to 5000".to_owned())
}

/// Trains the lanes of a link and prints what is inside.
///
/// # Errors
/// A bad link, a folder that takes no file, data that cannot be read, a file that cannot be written.
pub fn inside(arguments: &Arguments) -> Result<()> {
    let link = links::parse(&arguments.link)?;
    let schedules = match arguments.rules.as_slice() {
        [] => link.spec.lanes().to_vec(),
        rules => of_rules(rules),
    };
    // What is printed and drawn names the experiment that was run.
    let shown = link.spec.with_lanes(schedules.clone());
    let shown = shown.map_err(|error| links::bad(&[error]))?;
    if let Some(folder) = &arguments.plot {
        folder::ready(folder)?;
    }
    let at = test_images_of(link.spec.data(), arguments.images);
    let mut source = Source::new(arguments.data.as_deref());
    let folder = arguments.checkpoint.as_deref();
    let lanes = train::train(
        &link.spec,
        &schedules,
        folder,
        &mut source,
        arguments.threads,
    )?;
    let mut report = look::look(&shown, &lanes, &at);
    if let Some(folder) = &arguments.plot {
        figure::write(
            folder,
            &shown,
            &lanes,
            &at,
            &mut report,
            arguments.threads.count(),
        )?;
    }
    let text = match arguments.format {
        Form::Json => serde_json::to_string(&report)? + "\n",
        Form::Table => table::table(&report),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}
