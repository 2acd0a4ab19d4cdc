"""Compares numpy's predictions with ours: main.py WEIGHTS IMAGES INPUTS LANE PREDICTIONS"""
import sys

import numpy as np
from predict import outputs, read

weights, images, inputs, lane, predictions = sys.argv[1:]
tensors, about = read(weights)
pixels = np.fromfile(images, "u1").reshape(-1, int(inputs))
ours = np.fromfile(predictions, "u1")
theirs = outputs(tensors, about, lane, pixels).argmax(axis=1)
assert len(ours) == len(theirs) > 0
print(about[f"{lane}.step"], about[f"{lane}.fingerprint"], (ours != theirs).sum(), len(ours))
