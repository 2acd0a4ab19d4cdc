//! What stands in index.html, in English.

use crate::lang::Page;

pub const PAGE: Page = Page {
    document_title: "falab: feedback alignment lab",
    description: "Small networks learn MNIST live in this tab under backpropagation and feedback \
        alignment, with error rates and the angle to the true gradient.",
    skip: "To the error rates",
    experiments: "Experiments",
    run_controls: "Run controls",
    run: "Run",
    pause: "Pause",
    step: "Step",
    step_title: "One batch in every lane",
    epoch: "Epoch",
    epoch_title: "One pass through the training images in every lane",
    reset: "Reset",
    reset_title: "Back to step 0",
    speed: "Speed",
    full: "full",
    in_step_title: "Lanes wait for each other, so that curves grow together",
    in_step: "in step",
    share: "Share",
    preferences: "Preferences",
    theme: "Light or dark",
    theme_system: "as the system",
    theme_light: "light",
    theme_dark: "dark",
    idle: "Pause without input",
    idle_never: "never",
    idle_5: "after 5 minutes",
    idle_15: "after 15 minutes",
    idle_60: "after 60 minutes",
    idle_about: "Pauses lanes that train once no key, pointer or wheel was used on this page for so \
        long: saves the battery. Run goes on, to the same bits.",
    print: "Print…",
    print_about: "One page: both figures, the results, all settings and the link.",
    settings: "Settings",
    paper_button: "The paper in numbers",
    paper_button_about: "Table 1 beside our runs, nets of 5 to 100 layers, ReLU, and IFA from a \
        random start; every cell is an experiment.",
    experiment: "Experiment",
    close: "Close",
    network: "Network",
    hidden_layers: "Hidden layers",
    activation: "Activation",
    start: "Start",
    rules: "Rules",
    shallow: "shallow",
    data: "Data",
    training_images: "Training images",
    zca: "ZCA whitening (ε)",
    batch: "Batch (images)",
    feedback: "Feedback",
    law: "Law",
    scale: "Scale",
    optimiser: "Optimiser",
    method: "Method",
    learning_rate: "Learning rate",
    regularisation: "Regularisation",
    dropout: "Dropout",
    adversarial: "Adversarial ε",
    stop_and_seed: "Stop and seed",
    epochs: "Epochs",
    steps: "Steps",
    stop_error: "Training error (%)",
    points: "Points an epoch",
    seed: "Seed",
    seeds: "Number of seeds",
    seeds_heading: "Seeds and spread",
    seeds_about: "The same experiment with seeds that follow each other: other weights, another feedback, other images \
        and another order each time. The first one trains in the cards; each of the others trains whole lanes in \
        workers of their own, at full speed. A figure's line is the median of the seeds that have come so far (of an \
        even number the mean of the two in the middle), its band goes from the lowest to the highest. A point stands \
        only at steps where all of those were measured; nothing is interpolated.",
    seeds_criterion: "Two rules count as apart if the lowest error of one is above the highest of the other, and as \
        within the spread if not, all at the same step: the last one that no seed ended before under any rule. So a \
        seed that came to the training-error threshold early, or diverged, is never left out; seeds that are still on \
        their way are, and are named. That describes these seeds; it is no significance test, and few seeds say little. \
        Within the first epoch the test error is that of the first 1,000 test images, at its end and later that of all.",
    dismiss_label: "Dismiss messages",
    dismiss: "Dismiss",
    loading: "Loading the lab",
    retry: "Retry",
    lanes_in_figures: "Lanes in the figures",
    error_rate: "Error rate (%)",
    train_title: "On the probe: the first 1,000 training images, or all of them where there are fewer",
    train_option: "training (thin)",
    test_title: "On test images, which no lane learns from",
    test_option: "test (thick)",
    log_rate_title: "Logarithmic scale of the error rate",
    log_rate: "log rate",
    log_steps_title: "Logarithmic scale of time: the first steps have more room",
    log_steps: "log steps",
    in_epochs_title: "Time in epochs, else in steps",
    in_epochs: "epochs",
    error_definition: "Images of which the largest output is not their class, in percent, after \
        the step. Training (thin): the probe, the first 1,000 training images (all, where there \
        are fewer). Test (thick): 1,000 fixed test images (all, where there are fewer) within \
        the first epoch, all of them at the end of each epoch.",
    error_canvas: "Error rate of each lane over time. Arrow keys left and right read points, up and down choose the series.",
    angle: "Angle to the gradient (°)",
    layer: "layer",
    layer_label: "Hidden layer",
    direction_title: "Update: of the weight change. δ: of the error signal",
    direction_of: "of",
    direction_label: "Which direction",
    direction_update: "update",
    angle_definition: "How far a rule's direction in a hidden layer turns away from the one that \
        backpropagation gives for the same weights, in degrees, on the probe (the first 1,000 \
        training images, or all), after the step. Of update: the weight change asked for. Of δ: the layer's error \
        signal, mean over images; the band is one standard deviation. 0° is the same direction, \
        below 90° still goes downhill. No line where one of the two is zero: the angle is \
        undefined.",
    angle_canvas: "Angle to the true gradient of each lane and hidden layer over time. Arrow keys left and right read points, up and down choose the series.",
    choose_lane: "Choose a lane",
    share_heading: "Share this experiment",
    share_about: "The link holds every setting. It gives the same curves, bit for bit, in every \
        browser and on the command line.",
    link: "Link",
    with_receipts: "With receipts",
    with_language: "With language: the page opens in English",
    done: "Done",
    promise: "What the promise covers",
    promise_one: "One link gives one result, bit for bit.",
    promised: "Promised",
    promised_1: "Every lane of a link ends at the same step in the same weights and biases, to \
        the last bit.",
    promised_2: "In every browser that has WebAssembly with simd128, and in the command line on \
        x86-64 and on 64-bit ARM.",
    promised_3: "At any speed; paused or not; step by step or in one go; one lane alone or all \
        together, in step or not; however the images arrive.",
    checked: "How it is checked",
    checked_1: "A lane's fingerprint is taken at its end: the first 64 bits of SHA-256 over the \
        numerics version, the step and every bit of the weights and biases.",
    checked_2: "A receipt in a link is the fingerprint that a lane ended in for whoever made the \
        link. Reproduced: this lane ended in the same one. Differs: it did not. Until a lane has \
        ended, a receipt is only a claim.",
    checked_3: "The project's tests train forty links under all five rules and compare every \
        fingerprint, with each change: in Chromium, Firefox and WebKit, and on the command line \
        with and without the compiler's optimisations, on x86-64. The kernels and thirty shorter \
        runs are also held to the same bits as WebAssembly without simd128 and on 64-bit ARM, \
        which is emulated there.",
    not_covered: "Not covered",
    not_covered_1: "The curves themselves are not in the fingerprint. They are computed from the \
        weights on the way there, by the same arithmetic; a pause adds a point to them and \
        changes no weight.",
    not_covered_2: "Images a second, time, and where a lane stood when it was stopped by hand: \
        without its end it has no verdict.",
    not_covered_3: "Another numerics version: this page has version",
    not_covered_3_end: ". A receipt of another version cannot be checked.",
    not_covered_4: "Changed code, and a browser or processor that computes wrongly. A lane that \
        differs is how that would show.",
    not_covered_5: "Which of the many patterns for not-a-number a lane that diverged ends in: all \
        count as one.",
    paper_heading: "The paper in numbers",
    paper_table: "Table",
    table_table1: "Table 1: the paper's test errors and ours",
    table_depth: "Depth: 5 to 100 layers, by rule and start",
    table_relu: "ReLU: 1 to 20 layers, by rule",
    table_ifa: "IFA: from a random start to the end",
    paper_table1: "Paper: what Nøkland (2016) gives, after 300 epochs or once the training error \
        reached 0.01 %; the paper has no IFA in this table (its figures were noted by hand: \
        compare them with the paper before you cite them). Every net learns all 60,000 training \
        images; fewer than 300 epochs are not yet the paper's experiment.",
    paper_depth: "What to see: a larger start (init=scaled) gives BP back what it loses at 10 \
        layers, at 20 by seed, at 40 and 100 not; DFA learns from every start at every depth. \
        init=uniform is ±1/√fan_in, init=scaled ±√(3/fan_in), init=paper zero for FA and DFA \
        and uniform for BP and IFA, whose first two rows are therefore one experiment. Layers of \
        64 tanh units, 10,000 training images, learning rate 1e-3; the last row is the paper's \
        net of 100 layers on 60,000 images at 1e-4. 90 % is the error of guessing.",
    paper_relu: "What to see: BP, FA and DFA learn up to 5 layers, IFA up to 2; at 10 layers all \
        lose, FA and DFA more than BP; at 20 no rule is of use, and BP depends on the seed. The \
        paper says that ReLU does not work very well in very deep nets; these are its numbers \
        here. Layers of 64 ReLU units from a start in ±1/√fan_in, 10,000 training images, \
        learning rate 1e-3. 90 % is the error of guessing.",
    paper_ifa: "What to see: from a random start IFA brings the training error of 10,000 images \
        to 0.01 %, as the paper's run does on its own; the paper's test error, 3.9 %, was noted \
        without its net and stands in no row. Start in ±1/√fan_in; 60,000 training images at \
        learning rate 1e-4, or, where the row says so, 10,000 at 1e-3. Runs end at 0.01 % \
        training error or after 300 epochs.",
    paper_about: "Error rate in percent on all 10,000 MNIST test images after the last epoch that \
        was run, the mean over seeds; of two seeds with both in brackets, from three on ± sample \
        standard deviation. Seeds, epochs and day stand below it. Made by",
    paper_made_end: ".",
    net: "Net",
    definitions: "What the numbers mean",
    performance: "Performance",
    footer: "Real images, trained on in this tab; nothing is sent. Method: A. Nøkland,",
    def_rules: "BP, FA, DFA, IFA, shallow",
    def_rules_about: "Ways in which the output's error reaches the hidden layers. Backpropagation \
        (BP): back through the forward weights. Feedback alignment (FA): back through fixed \
        random weights, layer by layer. Direct (DFA): straight from the output to each hidden \
        layer, through fixed random weights. Indirect (IFA): to the first hidden layer through \
        fixed random weights, and forward from there. Shallow: not at all, only the output learns.",
    def_lane: "Lane",
    def_lane_about: "One net in training, with its curves and its card. The lanes of an experiment have the same \
        shape and settings and see the same images in the same order; what differs is the rule by which they learn.",
    def_step: "Step, epoch",
    def_step_about: "A step is one update of the weights from one batch of images. An epoch is \
        one pass through all training images of the experiment, in an order drawn anew for each.",
    def_probe: "Training images, probe",
    def_probe_about: "Drawn from the data set by the seed. The first 1,000 of them (all, where there are fewer) are the probe: \
        training error and angles are measured on it, after the step that is shown.",
    def_error_about: "Images of which the largest of the outputs is not their class, in \
        percent. Training: on the probe. Test: on 1,000 fixed test images (all, where there are fewer) within the first epoch, on all of them at the end of each epoch; in between it is not measured. In the \
        experiment that the page opens with, runs with other seeds end up to about 0.7 points apart: a smaller \
        difference between two curves is noise there.",
    def_angle_about: "Between what a rule wants to change in a hidden layer and what \
        backpropagation would, for the same weights and the probe's images. 0° is the same \
        direction; below 90° the change still goes downhill; at 90° it is no better than a chance \
        direction. Where one of the two is zero the angle is undefined: a dash, or a gap in the \
        curve. Update: of the layer's weight change. δ: of its error signal, the mean over \
        images, with one standard deviation as a band. The update's angle depends on the images: in small \
        nets 1,000 are typically 2° off 10,000, in one case of ten more than 5°; δ's less than 1°.",
    images_per_second: "Images/s",
    def_speed_about: "Training images a second of the time that a lane spent training and \
        measuring, over about its last second.",
    def_pace: "In step, pace",
    def_pace_about: "In step, no lane gets further ahead of the slowest than about 0.3 s of that one's \
        training, so that curves grow together. Pace limits the steps a second. Neither changes a bit of the result.",
    def_fingerprint: "Fingerprint",
    def_fingerprint_about: "The first 64 bits of SHA-256 over the numerics version, the step and \
        every bit of the weights and biases. The same link ends in the same fingerprint in every \
        browser and on the command line.",
    def_receipt: "Receipt",
    def_receipt_about: "A fingerprint in the link: what a lane ended in for whoever made the \
        link. When the lane ends here, both are compared.",
    measure_anew: "Measure anew",
    lane: "Lane",
    messages_per_second: "Messages/s",
    memory_mb: "Memory (MB)",
    work_a_frame: "Work a frame",
    long_tasks: "Long tasks",
    messages: "Messages",
    page_memory: "Page memory",
    series: "Series",
    these_numbers: "What these numbers mean",
    perf_speed_about: "Training images a second of the time that the lane spent training and \
        measuring, over about its last second.",
    perf_messages_about: "From a lane, or all lanes, to the page, over the last half second; kB \
        are the bytes of the messages themselves.",
    perf_memory_about: "WebAssembly memory that the lane, or the page, has taken, in millions of \
        bytes. None is given back before it ends. Of the page, images and what the browser needs \
        are not in it.",
    work_a_frame_ms: "Work a frame (ms)",
    perf_frame_about: "Time on the main thread from one drawn frame to the next: answers to \
        messages and input, drawing, the browser's layout and painting, and waiting for the \
        processor while other threads hold it. Of the last 600 drawn frames at the most.",
    perf_tasks_about: "Tasks of more than 50 ms on the main thread since the page was ready, or \
        since “Measure anew”, as the browser tells them.",
    perf_series_about: "Points that the page keeps of those measured, and the bytes set aside for \
        them. A series of more than 1,000 points is merged: of four neighbours the lowest and the \
        highest stay.",
    open_all_four: "Open all four",
    cell_paper: "paper",
    cell_ours: "ours",
    open: "Open",
    test_error_title: "Error rate in percent: on 1,000 fixed test images within the first \
        epoch, on all of them at the end of each epoch",
    test_error: "test error",
    step_epoch_title: "Minibatch updates made, and passes through the training images",
    step_epoch: "step (epoch)",
    speed_title: "Training images a second of the time that the lane spent training and measuring",
    lane_speed: "images/s",
    pace_title: "How fast this lane may go; in step, the others wait for it",
    pace: "pace",
    pace_as_all: "as all",
    pace_1: "1 step/s",
    pace_10: "10 steps/s",
    pace_100: "100 steps/s",
    pace_1000: "1,000 steps/s",
    fingerprint_title: "First 64 bits of SHA-256 over numerics version, step and all parameter \
        bits: the same number on every machine. Press for what that promise covers",
    fingerprint: "fingerprint",
    receipt_title: "The fingerprint that the link says this lane ends in",
    receipt: "receipt",
    phases: "Phases",
    go_on: "Go on",
    forget_it: "Forget it",
    change_about: "From the step at which you press Change. It becomes a phase of the link, so whoever opens the \
        link sees the same, to the bit. What was planned for later phases of this lane is gone.",
    rule: "Rule",
    what_learns: "What learns",
    feedback_stays: "stays as it is",
    feedback_redrawn: "drawn anew",
    feedback_opposed: "set against the weights",
    optimiser_fresh: "Optimiser starts afresh",
    change: "Change",
    cancel: "Cancel",
    time_travel: "Time travel",
    time_travel_title: "Time travel: look at moments that were kept, and go back to one",
    moment: "Moment",
    now: "Now",
    go_back: "Go back to it",
    go_back_title: "All lanes go to this step, trained on to it from where each was kept last; one that had ended by \
        then stays at its end. What came after is forgotten",
    measure_feedback: "weights to feedback",
    measure_cosine: "criterion (cosine)",
    measure_norm: "weight norm",
    measure_change: "distance from start",
    measure_saturated: "saturated units",
    def_measures: "Other measures of a layer",
    def_measures_about: "After the step that is shown. Weights to feedback: angle in degrees between the forward \
        weights above the layer and its feedback (FA: W of the layer above, transposed, and F; DFA: the product of all \
        W above, transposed, and B); undefined under the other rules. Criterion (cosine): Theorem 1 of the paper, mean \
        over the probe's images of the cosine between the signal that the layer gets and the direction in which the \
        layers above want it to move; above 0 the loss falls. Weight norm: square root of the sum of the squares of \
        the layer's weights. Distance from start: the same of the weights minus those at step 0. Saturated units: share \
        of activations on the probe beyond ±0.99 (tanh), outside 0.01 to 0.99 (logistic), or 0 (ReLU).",
    lessons: "Lessons",
    lessons_about: "Ten short ones beside the running lab: how the rules work, what the angle says, how deep a net \
        may be.",
    all_lessons: "All lessons",
    lesson_other: "The lab shows another experiment than the one that this step is about.",
    lesson_again: "Open its experiment",
    lesson_back: "Back",
    lesson_symbols: "Symbols",
    callout_done: "Got it",
    callout_never: "No more hints",
    digit_button: "Your digit",
    digit_about: "Draw a digit: it is scaled and centred as MNIST's were (longer side 20 pixels, centre of mass in the middle of 28×28), and every lane answers where it stands. Each output is a yes or no of its own, in percent: the ten need not sum to 100. Activations: blue negative, white zero, orange positive.",
    digit_field: "Drawing field",
    digit_undo: "Undo",
    digit_clear: "Clear",
    digit_keys: "By keyboard: arrow keys move the pen (with Shift further), Space sets or lifts it, Backspace takes a line back, Delete clears.",
    digit_no_drawing: "Drawing is for images of 28×28 in one channel; these are others. Choose a test image.",
    digit_number: "Test image",
    digit_any: "Any",
    digit_disagreed: "One they disagree on",
    digit_seen: "What the nets get",
    inside_button: "Look inside",
    inside: "Looking inside",
    inside_tabs: "What is looked at",
    tab_filters: "Filters",
    tab_alignment: "Alignment",
    tab_confusion: "Confusion",
    filters_about: "What a unit of the first hidden layer weighs at each pixel. The same units in all lanes, on one scale. The strip under a unit: how the error of each class, 0 to 9 from the left, is fed back to it; none where the error passes other layers on its way.",
    units_order: "Units",
    order_norm: "largest norm in the first lane first",
    order_number: "by number",
    quantity: "Show",
    quantity_weights: "weights",
    quantity_change: "change since the start",
    units_before: "Units before",
    units_after: "Units after",
    inside_scale: "Scale: blue negative, white zero, orange positive",
    alignment_criterion: "criterion L",
    alignment_layer: "hidden layer",
    alignment_cosine: "cosine",
    alignment_sign: "sign of L",
    alignment_positive: "positive samples (%)",
    alignment_feedback: "weights to feedback (°)",
    alignment_inverse: "weights to pseudo-inverse (°)",
    alignment_heading: "What the columns mean",
    criterion_about: "Theorem 1 of the paper: where the mean over the probe is positive, the rule's signal for the layer points the way in which the layers above, moved by their own updates, would have it go. It says nothing about the true gradient, whose angle is in the plot.",
    cosine_about: "The same for directions alone: 1 is the same direction, 0 none, -1 the opposite one. Mean over samples.",
    positive_about: "Of the samples of the probe where the criterion is defined, the percent in which it is positive.",
    feedback_angle_about: "FA: between the weights above and their fixed feedback, seen as vectors. DFA: between the product of all weights above and the fixed feedback. 90° is chance; undefined under other rules and for zero weights.",
    inverse_angle_about: "The same with the feedback's pseudo-inverse in the place of its transpose: the paper expects the weights to come to resemble it. Undefined also where both sides of the feedback are longer than 128.",
    confusion_about: "Test images by their class (row) and the class that the lane takes them for (column): counts. The redder a wrong one, the larger its share of the class (steps at 1, 3 and 10 %). Press a count to see its images.",
    inside_images: "Test images",
    images_probe: "the test probe (at most 1,000)",
    images_all: "all",
    confusion_caption: "class in rows, taken for in columns",
    cell_heading: "Images of a count",
    disagreed_heading: "Where lanes disagree",
    embedding_about: "Each point is a test image, placed so that images with like features are near each other; axes have no unit. Its digit and colour are its class, which t‑SNE never sees. Perplexity 30, 1,000 iterations, drawn by the seed of the link. Point at an image, or use the arrow keys on a panel, to see it.",
    embedding_lanes: "Lanes",
    compute: "Compute",
    stop_computing: "Stop",
    classes_legend: "Classes:",
    data_set: "Data set",
    own_data: "Own data…",
    own_heading: "Own data",
    own_about: "Four IDX files (MNIST, Fashion-MNIST and their kin), or the binary batches of CIFAR‑10 or CIFAR‑100, gzip'ed or not, all at once. They may also be dropped anywhere on the page. They stay on this machine; a link names the data set and its checksum.",
    own_files: "Files",
    choose_files: "Choose files…",
    own_name: "Name",
    own_keep: "Keep in this browser",
    own_mnist: "Back to MNIST",
    give_files: "Give files…",
    open_full: "Open in falab",
    embed_about: "Real networks, which learn in this frame while you watch.",
    teacher: "From whoever made this link",
    locked_reason: "Locked by whoever made this link",
    locked_line: "Some controls are locked by whoever made this link.",
    for_class: "For a class…",
    class_heading: "A link for a class",
    class_about: "The present experiment with words of yours, with what readers can use, and from the step at which they begin. The link holds all of it; nothing is sent anywhere.",
    class_title: "Title (up to 80 characters)",
    class_note: "Note (up to 500 characters)",
    class_at: "Trained before they begin (steps, or epochs: 5e)",
    class_at_hint: "200, or 5e",
    class_lesson: "Lesson",
    class_none: "none",
    class_language: "Language",
    class_readers: "the reader's own",
    class_run: "Runs at once",
    class_embed: "For a frame in another page: plots and run controls alone",
    class_frame: "Frame",
    class_controls: "What readers can use",
    class_shown: "usable",
    class_locked: "locked",
    class_hidden: "hidden",
    copy: "Copy",
    class_code: "QR code of the link",
    save_svg: "Save as SVG",
    save_png: "Save as PNG",
    update_text: "A new version of this page is here. Lanes run on until you reload.",
    update_reload: "Reload",
    update_later: "Later",
    offline: "Offline",
    kept_offline: "Works without a network; kept in this browser:",
    keep_offline: "Keep for use without a network",
    remove_offline: "Remove",
    other_tabs: "Close the other tabs of this page first.",
    finished_error: "Error rates of four rules over ten epochs on 10,000 MNIST images: all four curves fall together, from 90 % to about 5 % on test images.",
    finished_angle: "Angle of each rule's update to the true gradient over the same steps: those of FA, DFA and IFA start near 90° and sink well below it.",
    finished_caption: "A finished run, as falab draws it: ten epochs on 10,000 MNIST images. B backpropagation, F feedback alignment, D direct, I indirect; thick on test images, thin on training images; figures are layers.",
    sheet_results: "Results",
    sheet_state: "state",
    sheet_train: "training error (%)",
    sheet_test: "test error (%)",
    compare_button: "Compare…",
    compare_heading: "Compare with other runs",
    compare_about: "Up to three other runs lie under this one in both figures: the rule's colour and dash, thinner, with hollow marks, and ′, ″ or ‴ behind its letter. Of their error rates the test error is drawn, or the training error where the test error is switched off. Read a figure by pointer or arrow keys to see differences: this run minus the other, only where both were measured after the same step, or at the same epoch where the figure counts epochs. Nothing is interpolated.",
    compare_link: "Link of an experiment, to be run here",
    compare_run: "Run it",
    compare_file: "Exported run (JSON), chosen or dropped on the page",
    compare_present: "Keep this run",
    compare_present_title: "Lays what is measured now under whatever runs next",
    compare_list: "Runs that are compared",
    compare_none: "None yet.",
    ghost_legend: "Runs that are compared, in the figures",
    runs_button: "History",
    runs_heading: "History of runs",
    runs_about: "Runs that ended here, or were reset or left after an epoch at least. They are kept in this browser alone; nothing leaves this machine. Up to 100 runs and 64 MB: beyond that the oldest go, first those without a name of their own.",
    runs_export: "Export all (JSON)",
    runs_import: "Import (JSON)",
    runs_remove: "Delete all",
    runs_undo: "Undo delete",
    run_open: "Open settings",
    run_compare: "Compare",
    run_delete: "Delete",
    keys_button: "Keyboard and sound",
    keys_page: "On the page",
    key_run: "Run all lanes, or pause them",
    key_help: "This list",
    key_close: "Close a dialog, a menu or Looking inside",
    keys_where: "Single keys work while no dialog or menu is open and no field has the focus. Space on a button presses that button. What a link hides or locks has no key.",
    keys_chart: "On a chart",
    key_points: "Evaluation point before, after",
    key_tens: "Ten points back, on",
    key_ends: "First, last point",
    key_series: "Series before, after: lanes, training and test, layers",
    key_leave: "Stop reading",
    keys_inside: "Looking inside",
    key_tabs: "On its tabs: another view",
    key_images: "On a t‑SNE panel: another image",
    key_field: "On the drawing field: move the pen, set or lift it, take a line back, clear",
    keys_single: "Use single keys: Space, S, E, R and ?",
    sound: "Sound",
    sound_about: "“Listen” under a chart plays it while lanes train, at each new point, and while you read it by keyboard. What is heard is said below the chart. Nothing sounds before you have pressed something.",
    sound_keep: "Keep it on when the page is opened again",
    no_sound: "This browser cannot make sounds.",
    as_table: "As a table",
    listen: "Listen",
    take_along: "Take it with you",
    take_along_title: "Take it with you: figures, series, weights, a report, how to cite",
    take_about: "Files of this experiment as its lanes stand now, made in this page; nothing is sent anywhere. At their end they are, byte for byte, those of the command line:",
    take_cite: "Cite the paper and this run (BibTeX)",
    take_bib: "Save as .bib",
    take_error: "The figure of all lanes, training and test, with title, legend, settings and link inside the picture.",
    take_angle: "The same for the angles of every hidden layer.",
    take_series: "Series",
    take_series_about: "Every quantity that was measured, with settings, seed, versions and fingerprints. CSV has the columns of the command line; JSON can be read back.",
    take_weights: "Weights and feedback",
    take_weights_about: "Every lane's weights, biases and fixed feedback matrices, each lane as it stands now; a file in safetensors says after which step.",
    take_report: "Report",
    take_report_about: "The experiment as Markdown: results, settings, and how to run it again.",
};
