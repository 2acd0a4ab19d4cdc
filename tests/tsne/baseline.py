"""How faithful scikit-learn's t-SNE is to the neighbours of 1,000 MNIST test images.

Writes sklearn.json beside this file; tests/tsne.rs compares our own figure with it. Not part of the tests itself:

    python3 -m venv /tmp/sklearn && /tmp/sklearn/bin/pip install scikit-learn==1.9.1
    /tmp/sklearn/bin/python tests/tsne/baseline.py
"""

import datetime
import gzip
import json
import pathlib
import platform
import statistics
import time

import numpy
import sklearn
from sklearn.manifold import TSNE, trustworthiness

HERE = pathlib.Path(__file__).resolve().parent
IMAGES, NEIGHBOURS, SEEDS = 1000, 12, 5

# The first test chunk: labels, then pixels. Our features are pixels / 255, and so are these.
raw = gzip.decompress((HERE / "../../assets/mnist/test-0.bin").read_bytes())
pixels = numpy.frombuffer(raw, dtype=numpy.uint8)[IMAGES:].reshape(IMAGES, 784)
inputs = pixels.astype(numpy.float32) / numpy.float32(255)

runs = []
for seed in range(SEEDS):
    begun = time.perf_counter()
    tsne = TSNE(perplexity=30, init="pca", method="barnes_hut", angle=0.5, random_state=seed)
    points = tsne.fit_transform(inputs)
    runs.append(
        {
            "seed": seed,
            "trustworthiness": float(trustworthiness(inputs, points, n_neighbors=NEIGHBOURS)),
            "kl_divergence": float(tsne.kl_divergence_),
            "iterations": int(tsne.n_iter_),
            "seconds": round(time.perf_counter() - begun, 2),
        }
    )

result = {
    "what": "sklearn.manifold.TSNE on the first 1,000 test images (assets/mnist/test-0.bin, pixels / 255), "
    "perplexity 30, PCA start, Barnes-Hut with angle 0.5; sklearn.manifold.trustworthiness with k = 12",
    "date": datetime.date.today().isoformat(),
    "versions": {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "mean_trustworthiness": statistics.fmean(run["trustworthiness"] for run in runs),
    "runs": runs,
}
(HERE / "sklearn.json").write_text(json.dumps(result, indent=2) + "\n")
print(json.dumps(result, indent=2))
