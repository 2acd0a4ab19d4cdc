"""The net of `cargo xtask bench` in PyTorch on one thread: answers a line a request.

Arguments: widths such as 784-50-50-50-10, and "single" or "foreach", PyTorch's two ways to make an optimiser's step.
Standard input: the length of the decompressed train-0.bin (8 bytes, little endian), its bytes, then requests:
"slice SECONDS" trains for about that long and answers "samples seconds"; "loss" answers the mean loss an image.
"""

import struct
import sys
import time

import torch

BATCH, BATCHES, INPUTS, CLASSES, PROBE = 64, 32, 784, 10, 256

torch.set_num_threads(1)
torch.manual_seed(1)
widths = [int(width) for width in sys.argv[1].split("-")]
stream = sys.stdin.buffer
(length,) = struct.unpack("<Q", stream.read(8))
chunk = torch.frombuffer(bytearray(stream.read(length)), dtype=torch.uint8)
images = length // (1 + INPUTS)
count = BATCH * BATCHES
pixels = chunk[images : images + count * INPUTS].reshape(count, INPUTS).float() / 255
labels = chunk[:count].long()
targets = torch.nn.functional.one_hot(labels, CLASSES).float()
batches = [(x.contiguous(), y.contiguous()) for x, y in zip(pixels.split(BATCH), targets.split(BATCH))]

layers = []
for below, above in zip(widths, widths[1:]):
    # Weights and biases start uniform in ±1/√n_in, which is PyTorch's own start.
    layers += [torch.nn.Linear(below, above), torch.nn.Tanh()]
net = torch.nn.Sequential(*layers[:-1])
optimizer = torch.optim.RMSprop(net.parameters(), lr=1e-4, alpha=0.99, eps=1e-8, foreach=sys.argv[2] == "foreach")


def loss_of(inputs, wanted):
    """Sum over outputs, mean over samples."""
    pre = net(inputs)
    total = torch.nn.functional.binary_cross_entropy_with_logits(pre, wanted, reduction="sum")
    return total / len(inputs)


def step(inputs, wanted):
    optimizer.zero_grad(set_to_none=True)
    loss_of(inputs, wanted).backward()
    optimizer.step()


print(torch.__version__, flush=True)
at = 0
for line in sys.stdin.buffer:
    request, *rest = line.decode().split()
    if request == "slice":
        samples, begin, limit = 0, time.perf_counter(), float(rest[0])
        while time.perf_counter() - begin < limit:
            step(*batches[at])
            at = (at + 1) % BATCHES
            samples += BATCH
        print(samples, time.perf_counter() - begin, flush=True)
    else:
        with torch.no_grad():
            print(loss_of(pixels[:PROBE], targets[:PROBE]).item(), flush=True)
