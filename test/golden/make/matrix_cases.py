"""Eigenvalues of symmetric matrices by LAPACK. The matrices are formulas that are exact in float64, so that only they are stored."""

import numpy as np

from files import result


def scattered(n):
    """Whole numbers over 8, symmetric, with no visible order."""
    i, j = np.meshgrid(np.arange(n), np.arange(n))
    return ((i * j * 7 + (i + j) * 3 + (i * i + j * j) * 5) % 17 - 8) / 8


def graded(n):
    """Sizes that fall by powers of two from one corner to the other."""
    i, j = np.meshgrid(np.arange(n), np.arange(n))
    return scattered(n) * 2.0 ** -(i + j)


def repeated(n):
    """Few distinct eigenvalues, each many times."""
    i, j = np.meshgrid(np.arange(n), np.arange(n))
    return (i % 4 == j % 4) * 1.0 + (i == j) * 2.0


FORMULAS = {"scattered": scattered, "graded": graded, "repeated": repeated}


def matrix_cases():
    sizes = [("scattered", n) for n in (1, 2, 3, 5, 33, 100, 257)] + [("graded", 24), ("repeated", 40)]
    return [
        {"matrix": name, "size": n, "eigenvalues": result(np.linalg.eigvalsh(FORMULAS[name](n)))} for name, n in sizes
    ]
