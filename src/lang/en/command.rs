//! What the command line says, in English.

use crate::lang::Command;

pub const COMMAND: Command = Command {
    about: "Feedback alignment lab: train the experiment of a link, print what the page would \
        draw.",
    run: "Train the experiment of a link and print its measurements.",
    inside: "Train the experiment of a link and look inside its nets: how well layers separate the \
        classes, t-SNE, confusion, alignment.",
    verify: "Train the links of a list and compare every lane with its receipt.",
    table: "Run the cells of a table (the paper's Table 1, depth, ReLU, IFA) and write it.",
    pack_mnist: "Make the chunks of assets/mnist from the four original MNIST files.",
    help_command: "Print this help or that of a command.",
    lang: "Language of help and messages: en, ja; else that of LC_ALL, LC_MESSAGES or LANG. \
        Records do not change with it.",
    help: "Print help.",
    version: "Print version.",
    run_links: "A link or its part behind `#`, as the page shares it; `-` reads one a line from \
        standard input, as `falab verify` does.",
    run_data: "Folder with the files of the data set that data=own:… names (falab data FOLDER prints that text)",
    data: "Say what data set the files in a folder hold, and the data=… text for a link",
    data_folder: "Folder with four IDX files, or binary batches of CIFAR-10 or CIFAR-100, gzip'ed or not",
    data_name: "Name of the data set: letters, digits, . _ - (up to 32); else that of the folder",
    verify_data: "Folder with the files of the data set that data=own:… names",
    run_format: "The form of what is printed: every evaluation point of every lane, none merged \
        or left out. jsonl: one JSON object a line; csv: comma-separated values with a header, of one \
        link; table: aligned columns.",
    run_rules: "Rules to train, a lane each, in place of the link's lanes: bp, fa, dfa, ifa, shallow.",
    run_lanes: "Lanes of the link to train, by name; all of them if none is named.",
    run_plot: "Folder for the two figures, error.svg and angle.svg; of a series of more than \
        1,000 points they keep, of four neighbours, the lowest and the highest; of one link.",
    run_export: "Folder for everything that can be taken along of an experiment, as the page gives it: both figures with settings and link, series as CSV and JSON, weights as safetensors, a report, BibTeX; of one link, with all its lanes (docs/export.md).",
    one_link: "{flag}: {count} links are given; allowed: one",
    one_link_or_jsonl: "{flag}: {count} links are given; allowed: one, or more with --format jsonl, which says whose \
        lines they are",
    not_compared: "{lanes} not run: what the receipt of {link} says of it is not compared",
    run_checkpoint: "Folder in which every lane is kept while it trains; the same command begun \
        again goes on from there, prints what it would have printed and ends in the same bits. \
        Its files are removed when all is done.",
    run_checkpoint_every: "Seconds between two writes of a lane at the least, 0 to 3600.",
    run_keys: "Keys of a link (key=value, joined by &):",
    run_key_receipt: "what lanes should end in, checked when they do",
    run_key_receipt_allowed: "lane:16 hex digits, joined by -; num is the numerics version it was \
        made with",
    run_key_lang: "language that the page opens in; no part of the experiment",
    run_status: "Exit status: 0 all trained, 1 failure, 2 bad link or flag, 3 a lane differs from \
        its receipt.",
    run_threads: "Threads that train, all lanes together, 1 to 1024; as many as the machine has cores, \
        and at least one for each lane, if it is not given. They change no bit.",
    inside_link: "A link or its part behind `#`, as the page shares it.",
    inside_images: "Test images that are looked at, 100 to 5000: up to 1,000 evenly spread over every \
        tenth of the test set, more over all of it. They are numbered from 0 as they are kept, every tenth of the \
        original file first (docs/measured.md).",
    inside_rules: "Rules to train, a lane each, in place of the link's lanes: bp, fa, dfa, ifa, shallow.",
    inside_plot: "Folder for a t-SNE figure a lane, tsne-NAME.svg: a panel for the inputs and one a \
        hidden layer.",
    inside_data: "Folder with the files of the link's data set, where that is one of your own",
    inside_checkpoint: "Folder in which lanes are kept while they train, every ten seconds, as `falab \
        run` keeps them; a lane that is kept there goes on from where it was.",
    inside_threads: "Threads that train lanes and make figures, 1 to 1024; as many as the machine has \
        cores, and at least one for each lane, if it is not given. They change no bit.",
    inside_format: "The form of what is printed. json: one JSON object; table: tables for eyes.",
    verify_file: "A file with one link a line, each with a receipt, as the page shares it; `-` is \
        standard input.",
    verify_threads: "Threads that train, all lanes of a link together, 1 to 1024; as many as the \
        machine has cores if it is not given.",
    verify_after: "Blank lines and comments are left out. A line that begins with # is a comment, \
        unless its first word holds a =, as the link #v=1&seed=7 does.\n\nOnly lanes with a \
        receipt are trained. Every line is checked before that: a link that cannot be read, that \
        has no receipt, or whose receipt is of another numerics version is a bad line, because \
        nothing could be said about it.\n\nExit status: 0 all lanes are reproduced, 1 failure, 2 \
        a bad line or no link at all, 3 a lane differs.",
    table_name: "The table: table1, depth, relu or ifa.",
    table_after: "A run that stands in the file with the same experiment, numerics and at least \
        as many epochs is not run again, nor one that ended by itself, at the training-error \
        threshold or diverged. A run that is interrupted begins again from its start.\n\nExit \
        status: 0 done, 1 failure, 2 a bad flag.",
    table_rows: "Rows to run; all of them if none is named.",
    table_rules: "Rules to run; all that the table has if none is named.",
    table_seeds: "Seeds to run: 1 to this one.",
    table_epochs: "Epochs at the most, 1 to 10000; those of each row if it is not given.",
    table_out: "The file of runs, one JSON object a line, read first and added to; \
        assets/paper/NAME.jsonl if it is not given. With another file the table is written beside \
        it as .json and .md.",
    table_jobs: "Runs at the same time, on as many threads together; as many as the machine has \
        cores if it is not given.",
    table_render: "Run nothing, write the table alone.",
    pack_mnist_from: "Folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and the two \
        t10k files, gzip'ed (.gz) or not.",
    pack_mnist_to: "Folder for the chunks and their table chunks.txt.",
    usage: "Usage:",
    heading_commands: "Commands",
    heading_arguments: "Arguments",
    heading_options: "Options",
    default: "[default: {value}]",
    error: "error: {what}",
    more_help: "For more information, try '{help}'.",
    bad_value: "invalid value '{value}' for '{argument}'",
    bad_value_why: "invalid value '{value}' for '{argument}': {why}",
    missing_value: "a value is required for '{argument}' but none was supplied",
    unknown_argument: "unexpected argument '{argument}' found",
    unknown_command: "unrecognized subcommand '{argument}'",
    missing_arguments: "the following required arguments were not provided: {arguments}",
    given_twice: "the argument '{argument}' cannot be used multiple times",
    meant: "a similar one exists: '{meant}'",
    allowed_are: "allowed are {words}",
    allowed_seconds: "allowed are numbers from 0 to 3600",
    allowed_whole: "allowed are whole numbers from {low} to {high}",
    standard_input: "standard input",
    opening: "opening {name}",
    reading: "reading {name}",
    reading_line: "reading line {line} of {name}",
    making: "making {name}",
    writing: "writing {name}",
    removing: "removing {name}",
    locking: "locking {name}",
    cutting: "cutting {name}",
    remove_to_begin: "{name} (remove it to begin this lane anew)",
    figure_failed: "{name} figure: {reason}",
    bar: "step {pos}/{len}, {eta} left",
    lane_cut: "a lane ended before its experiment did",
    differs: "{lane} differs from its receipt: expected {expected}, found {found}, in {link}",
    at_line: "line {line}",
    at_line_of: "line {line} of {name}",
    at: "{place}: {what}",
    no_link: "{name} holds no link",
    no_receipt: "no receipt in {link}; allowed: links with receipt=, as Share gives them after a \
        run",
    verified: "line {line}: {words}: {link}",
    sum_one: "{count} link: {reproduced} reproduced, bit for bit; {differ} differ",
    sum: "{count} links: {reproduced} reproduced, bit for bit; {differ} differ",
    some_differ_one: "{differ} of {count} link in {name} differ from their receipts",
    some_differ: "{differ} of {count} links in {name} differ from their receipts",
    expected_found: "{lane} expected {expected}, found {found}",
    also_reproduced: "{lanes} reproduced",
    receipt_missing: "no receipt of {lanes}",
    outcome: "{word} ({parts})",
    reproduced: "reproduced",
    differ: "differs",
    unchecked: "unchecked",
    column_lane: "lane",
    column_step: "step",
    column_epoch: "epoch",
    column_train: "train %",
    column_test: "test %",
    column_images: "images",
    column_angle: "angle {layer}",
    diverged: "diverged in step {step}: {quantity}",
    end_epochs: "end by epochs",
    end_steps: "end by steps",
    end_error: "end by error",
    end_diverged: "end by diverged",
    lane_end: "{reason}, fingerprint {fingerprint}",
    lane_end_verdict: "{end}, {verdict}",
    lane_differs: "differs: expected {expected}",
    runs_stand: "{done} of {all} runs stand in {name}, {left} to run",
    runs_left_out: "{count} runs in {name} are of other links or numerics and in no cell",
    run_done: "{row} {rule} seed {seed}: test error {error} after {epochs} epochs ({reason}), \
        {seconds} s",
    undefined: "undefined",
    in_use: "{name} is in use by another falab table",
    cut_off: "the last line of {name} was not written to its end and is cut off ({bytes} bytes)",
    no_run: "line {line} of {name} is no run",
    no_lane: "--lanes: {lane} is no lane of {link}; allowed: {lanes}",
};
