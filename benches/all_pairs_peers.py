"""The nearest neighbours of every row with numpy and with faiss, to compare with `cargo bench --bench all_pairs`.

python benches/all_pairs_peers.py VECTORS.f32 [K]   (pip install numpy faiss-cpu)
VECTORS.f32 is a raw little-endian f32 matrix of unit rows of 384 dimensions.
"""

import sys
import time

import faiss
import numpy as np

DIM = 384
BLOCK = 1024

vectors = np.fromfile(sys.argv[1], dtype="<f4").reshape(-1, DIM)
k = int(sys.argv[2]) if len(sys.argv) > 2 else 10
print(f"{len(vectors)} rows, the {k} nearest, faiss {faiss.__version__}, numpy {np.__version__}")


def by_numpy():
    found = np.empty((len(vectors), k), dtype=np.int64)
    for start in range(0, len(vectors), BLOCK):
        similarities = vectors[start : start + BLOCK] @ vectors.T
        rows = np.arange(len(similarities))
        similarities[rows, rows + start] = -np.inf
        best = np.argpartition(similarities, -k, axis=1)[:, -k:]
        order = np.argsort(-np.take_along_axis(similarities, best, axis=1), axis=1, kind="stable")
        found[start : start + BLOCK] = np.take_along_axis(best, order, axis=1)
    return found


def by_faiss():
    index = faiss.IndexFlatIP(DIM)
    index.add(vectors)
    return index.search(vectors, k + 1)[1]


for name, search in [("numpy, blocks of 1,024", by_numpy), ("faiss IndexFlatIP", by_faiss)]:
    started = time.perf_counter()
    search()
    print(f"{name:24} {time.perf_counter() - started:8.2f} s", flush=True)
