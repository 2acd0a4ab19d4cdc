//! Experiments: their rules, knobs and errors, in English.

use crate::lang::{Errors, Experiment, Experiments, Knob, Knobs, Rule, Rules};

pub const RULES: Rules = Rules {
    bp: Rule {
        name: "Backpropagation",
        short: "BP",
        about: "the error goes back through the forward weights, layer by layer",
        brief: "errors go back through the weights",
    },
    fa: Rule {
        name: "Feedback alignment",
        short: "FA",
        about: "the error goes back through fixed random weights, layer by layer",
        brief: "errors go back by fixed random weights",
    },
    dfa: Rule {
        name: "Direct feedback alignment",
        short: "DFA",
        about: "the output's error reaches each hidden layer directly, through fixed random \
            weights",
        brief: "errors go straight to each hidden layer",
    },
    ifa: Rule {
        name: "Indirect feedback alignment",
        short: "IFA",
        about: "the output's error reaches the first hidden layer through fixed random weights, \
            and goes forward from there",
        brief: "errors go to the first layer, then forward",
    },
    shallow: Rule {
        name: "Shallow control",
        short: "shallow",
        about: "no error reaches the hidden layers, only the output learns",
        brief: "only the output learns",
    },
};

pub const EXPERIMENTS: Experiments = Experiments {
    first: Experiment {
        title: "First look",
        watch: "Four rules learn the same 10,000 digits, and their error rates fall nearly \
            together. Watch the angles of FA, DFA and IFA sink below 90°: fixed random feedback \
            became useful.",
    },
    deep: Experiment {
        title: "Deep: 20 layers",
        watch: "Through twenty layers only DFA learns, because its error reaches every layer \
            directly. Watch BP and FA stay above 75 % while DFA falls below 10 %.",
    },
    small_steps: Experiment {
        title: "Small steps: the angle rises, then falls",
        watch: "With a small learning rate the angle of DFA first climbs past 90°, near step 300. \
            Then the weights come to fit the feedback, and by step 5,000 it is near 40° in the \
            lowest layer.",
    },
    zero: Experiment {
        title: "The paper's start is not for everyone",
        watch: "Every lane starts from zero weights: FA and DFA learn, BP and IFA are dead. Their \
            signal must pass through weights that are zero and stay so.",
    },
    shallow: Experiment {
        title: "Only the top learns",
        watch: "In the shallow control the hidden layers stay random and only the output learns. \
            The gap to DFA is what random feedback teaches the hidden layers.",
    },
    unfrozen: Experiment {
        title: "The paper's Fig. 2, left: a first layer unfrozen",
        watch: "For 40 epochs BP trains the layers above a frozen random first layer; then all learn, \
            under BP or DFA. Watch DFA's training error leap to 90 % within 100 steps and come back, \
            but not where DFA trains the first layer alone.",
    },
    curves: Experiment {
        title: "The paper's Fig. 2, right: training curves",
        watch: "BP, FA and DFA on all of MNIST with two layers of 800 units, as in the paper: about a \
            minute an epoch. Watch the training errors on the logarithmic axis fall side by side.",
    },
    features: Experiment {
        title: "The paper's Fig. 3: what the layers make of the digits",
        watch: "BP and DFA train three layers of 400 units; then press “Look inside”, t-SNE, Compute. \
            Watch the digits come apart from the inputs to the layers, under DFA as under BP, and the error of the \
            nearest neighbour fall below that of the inputs.",
    },
    redrawn: Experiment {
        title: "Other feedback on the way",
        watch: "After six epochs the fixed random feedback is drawn anew, and the angles jump to about \
            90°. Watch them fall again: the weights learn to fit whatever feedback there is.",
    },
    against: Experiment {
        title: "Feedback set against the weights",
        watch: "The feedback starts as the negative of the weights, so the first steps of FA and DFA go \
            uphill, near 180°. Watch whether the angles come down below 90° all the same.",
    },
    convolution: Experiment {
        title: "A small convolutional net",
        watch: "BP, FA and DFA fall below 3 %, where the first look is still above 4 % after twice as many epochs; IFA lags behind. \
            The angle of DFA falls to about 20° in the dense layer and wanders around 90° in the first \
            convolution.",
    },
};

pub const KNOBS: Knobs = Knobs {
    data: Knob {
        help: "Data set",
        allowed: "mnist, or own:NAME:HEIGHTxWIDTHxCHANNELS:CLASSES:TRAIN:TEST:CHECKSUM as falab data or the \
            page gives it",
    },
    n: Knob {
        help: "Training images, drawn by the seed",
        allowed: "a whole number from 64 to 60000",
    },
    zca: Knob {
        help: "ε of ZCA whitening, added to every eigenvalue of the training images' covariance, pixels from 0 to 1",
        allowed: "none, or a number from 1e-6 to 1",
    },
    rules: Knob {
        help: "Lanes that are shown",
        allowed: "one or more of bp, fa, dfa, ifa, shallow, each at most once, joined by -",
    },
    phases: Knob {
        help: "Lanes that change their rule, their feedback or what learns on the way, in place of \
            rules",
        allowed: "none, or lanes joined by ',', each of phases joined by ';', such as \
            bp@50e-freeze1;dfa: a rule, then a length (@50e epochs, @300s steps, @5err training \
            error in percent; the last phase may do without), then -freeze1 or -only1.2 (layers), \
            -redraw or -anti (feedback), -fresh (optimiser); at most 8 lanes of 32 phases",
    },
    hidden: Knob {
        help: "Hidden layers: how many and how wide, in units; before them convolutions, as in \
            conv5x8-pool3s2-64",
        allowed: "KxN (K layers of N units), widths such as 96-48, or both as in 2x64-10; before \
            them convolutions such as conv5x8-pool3s2 (5x5 kernels, 8 maps, then the largest of 3x3 \
            units at stride 2); 1 to 100 layers of 1 to 2048 units, kernels 1 to 11, maps 1 to 512, \
            pools 2 to 4, strides up to the kernel or pool, padding (conv5x8p0) below the kernel",
    },
    act: Knob {
        help: "Activation of the hidden layers",
        allowed: "tanh, logistic, relu",
    },
    init: Knob {
        help: "Start of weights and biases; paper is zero for FA and DFA and uniform for the \
            others",
        allowed: "paper, uniform, zero, scaled, or small:H with H above 0 and up to 1",
    },
    fb: Knob {
        help: "Distribution of the fixed random feedback",
        allowed: "uniform, gauss, sign",
    },
    fbscale: Knob {
        help: "Half-width, standard deviation or magnitude of the feedback; auto is 1/√n of the n \
            units that it reaches",
        allowed: "auto, or a number above 0 and up to 1000",
    },
    opt: Knob {
        help: "Optimiser",
        allowed: "rmsprop, sgd, momentum, adam",
    },
    lr: Knob {
        help: "Learning rate",
        allowed: "a number above 0 and up to 1e6",
    },
    rho: Knob {
        help: "ρ of RMSprop, β₂ of Adam",
        allowed: "a number from 0 to 0.999999",
    },
    eps: Knob {
        help: "ε of RMSprop and Adam, outside the root",
        allowed: "a number above 0 and up to 1",
    },
    momentum: Knob {
        help: "μ of momentum, β₁ of Adam",
        allowed: "a number from 0 to 0.999999",
    },
    batch: Knob {
        help: "Images a step",
        allowed: "a whole number from 1 to 1024, at most n",
    },
    dropout: Knob {
        help: "Probability with which an input and a hidden unit is dropped in a step",
        allowed: "none, or two numbers from 0 to 0.9 for input and hidden units, such as 0.1-0.5",
    },
    adv: Knob {
        help: "ε of adversarial training by fast sign, in pixel values of 0 to 1; 0 is off",
        allowed: "a number from 0 to 1",
    },
    epochs: Knob {
        help: "A lane ends after this many passes through its training images",
        allowed: "a whole number from 1 to 10000",
    },
    steps: Knob {
        help: "A lane ends after this many steps",
        allowed: "none, or a whole number from 1 to 1000000000",
    },
    stop: Knob {
        help: "A lane ends when the training error of its epochs, smoothed, is at most this many \
            percent",
        allowed: "a number from 0 to 100",
    },
    evals: Knob {
        help: "Evaluation points an epoch, after the first; auto: at steps 1, 2, 5, 10, 20, 50, … and at \
            each epoch's end",
        allowed: "auto, or a whole number from 1 to 100",
    },
    seed: Knob {
        help: "Seed of images, order, start, feedback and dropout",
        allowed: "a whole number from 0 to 9007199254740991",
    },
    seeds: Knob {
        help: "Seeds to run, from seed on: figures show their median and range",
        allowed: "a whole number from 1 to 20",
    },
};

pub const ERRORS: Errors = Errors {
    value: "{key}={value} is not possible; allowed: {allowed}",
    of_field: "{label}: “{value}” is not possible; allowed: {allowed}",
    unknown_key: "{key}={value}: there is no key {key}; {hint}",
    hint_meant: "is {known} meant?",
    hint_keys: "allowed: {keys}",
    twice: "{key} is given twice; {key}={value} was left out; allowed: each key once",
    no_value: "“{part}” has no “=”; allowed: key=value, joined by &",
    version: "v={value} is a link of another version; allowed: v=1",
    numerics: "num={value}: this link was made with numerics version {value}, here is {present}; \
        the experiment is the same, the bits may differ",
    receipt_numerics: "num={value}: this link and its receipt were made with numerics version \
        {value}, here is {present}; the experiment is the same, the receipt cannot be checked",
    receipt: "receipt: “{part}” is not possible; allowed: {allowed}",
    allowed_receipt: "lane:16 hex digits, such as bp:0123456789abcdef, each lane at most once, \
        joined by -",
    not_run: "receipt: {lane}:{print} is for a lane that this link does not run; allowed: its \
        lanes, {lanes}",
    too_large: "hidden={hidden} needs {megabytes} MB a lane; allowed: up to {limit} MB, so fewer \
        or narrower layers",
    allowed_batch: "at most n, the number of training images, which is {images}",
    allowed_numerics: "a version, a whole number",
    allowed_layers: "layers 1 to {output}, the last being the output",
    allowed_opposed: "-anti under dfa and ifa where only the first layer has a pool",
    allowed_fitting: "kernels and pools that fit; the {size}x{size} {what} of layer {layer} with padding \
        {padding} does not fit on the {height}x{width} units that it reads",
    kernel: "kernel",
    pool: "pool",
    too_long: "a link of {bytes} bytes is too long to be read; allowed: up to {limit} bytes",
    more: "{count} more mistakes in this link are not listed",
    beside: "rules and phases say both which lanes there are, the later one counts; allowed: one of \
        them",
    allowed_text: "a text of up to {limit} characters, no control characters among them",
    allowed_controls: "names joined by “.”: {names}",
    allowed_moment: "a step from 1 to 1000000000, or epochs such as 5e",
    allowed_origin: "an origin such as https://example.org",
};
