"""ZCA matrices by numpy's eigen decomposition, of images that a short formula makes.

Writes numpy.json beside this file; tests/zca.rs compares our own matrices with them. Not part of the tests itself:

    python3 -m venv /tmp/numpy && /tmp/numpy/bin/pip install numpy==2.4.6
    /tmp/numpy/bin/python tests/zca/eigh.py
"""

import json
import pathlib

import numpy

HERE = pathlib.Path(__file__).resolve().parent
CASES = [(200, 12, 0.1), (500, 30, 1e-3), (40, 30, 1e-2), (300, 20, 1e-6)]


def pixels(images, inputs):
    """Bytes of a linear congruential generator, smoothed along an image so that neighbours are correlated."""
    state, rows = 1, numpy.zeros((images, inputs), dtype=numpy.uint8)
    for i in range(images):
        before = 0
        for j in range(inputs):
            state = (state * 1103515245 + 12345) % 2**31
            before = (3 * before + (state >> 16) % 256) // 4
            rows[i, j] = before
    return rows


cases = []
for images, inputs, epsilon in CASES:
    x = pixels(images, inputs).astype(numpy.float64) / 255
    centred = x - x.mean(axis=0)
    values, vectors = numpy.linalg.eigh(centred.T @ centred / images)
    matrix = (vectors / numpy.sqrt(values + epsilon)) @ vectors.T
    cases.append(
        {"images": images, "inputs": inputs, "epsilon": epsilon, "least": values[0], "matrix": matrix.ravel().tolist()}
    )
(HERE / "numpy.json").write_text(json.dumps({"numpy": numpy.__version__, "cases": cases}) + "\n")
