"""LAPACK's side of the bench, as SciPy and NumPy bring it (OpenBLAS). Usage: scipy_peer.py THREADS"""

import os
import sys

os.environ["OPENBLAS_NUM_THREADS"] = sys.argv[1]

import numpy as np
import scipy.linalg

from protocol import serve


def eigenvalues(case):
    matrix = np.fromfile(case["matrix"]).reshape(case["size"], case["size"])

    def repeated(compute):
        def run(steps):
            for _ in range(steps):
                compute()

        return run

    forms = {"numpy eigvalsh": repeated(lambda: np.linalg.eigvalsh(matrix))}
    for driver in ("ev", "evd", "evr"):
        compute = lambda driver=driver: scipy.linalg.eigvalsh(matrix, driver=driver, check_finite=False)
        forms[f"scipy eigvalsh {driver}"] = repeated(compute)
    return forms


if __name__ == "__main__":
    serve(f"SciPy {scipy.__version__}", {"eigenvalues": eigenvalues})
