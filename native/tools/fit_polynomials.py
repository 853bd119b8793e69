"""Fits the polynomials of native/src/kernels/math.h: least squares on Chebyshev nodes, re-weighted (Lawson) towards minimax.

Not part of the build. Needs numpy and mpmath. Prints each polynomial's coefficients, lowest order first, and its largest relative error.
"""

import mpmath
import numpy as np

mpmath.mp.dps = 40


def fit(name, function, low, high, degree, nodes=600):
    """Polynomial p of `degree` on [low, high] with p(x) ~ function(x) in the relative sense."""
    x = 0.5 * (low + high) + 0.5 * (high - low) * np.cos(np.pi * (np.arange(nodes) + 0.5) / nodes)
    y = np.array([float(function(mpmath.mpf(float(v)))) for v in x])
    weights = np.ones(nodes)
    powers = np.vander(x, degree + 1, increasing=True) / y[:, None]
    for _ in range(60):
        scale = np.sqrt(weights)[:, None]
        coefficients = np.linalg.lstsq(powers * scale, scale[:, 0], rcond=None)[0]
        error = np.abs(powers @ coefficients - 1)
        weights *= error / error.max() + 1e-6
        weights /= weights.sum()
    coefficients = coefficients.astype(np.float32)
    error = np.abs(powers @ coefficients.astype(np.float64) - 1).max()
    print(f"{name}: {error:.2e}")
    print("  " + ", ".join(f"{float(c):.9e}f" for c in coefficients))


half_log2 = float(mpmath.log(2)) / 2
# exp(r) = 1 + r + r^2 e(r) on |r| <= ln(2)/2
fit("exp", lambda r: (mpmath.exp(r) - 1 - r) / r**2, -half_log2 * 1.01, half_log2 * 1.01, 4)
# tanh(x) = x + x^3 t(x^2) on |x| <= 0.625
fit("tanh", lambda u: (mpmath.tanh(mpmath.sqrt(u)) / mpmath.sqrt(u) - 1) / u, 1e-8, 0.625**2 * 1.01, 4)
# sin(r) = r + r^3 s(r^2) on |r| <= pi/2
fit("sin", lambda u: (mpmath.sin(mpmath.sqrt(u)) / mpmath.sqrt(u) - 1) / u, 1e-8, (float(mpmath.pi) / 2) ** 2 * 1.01, 4)
# log(1 + f) = f - f^2/2 + f^3 l(f) on [sqrt(1/2) - 1, sqrt(2) - 1]
fit("log", lambda f: (mpmath.log(1 + f) - f + f**2 / 2) / f**3, -0.2933, 0.4147, 8)
# erfc(z) = exp(-z^2) t q(t), t = 1 / (1 + z/2), z >= 0
fit("erfc", lambda t: mpmath.erfc(2 / t - 2) * mpmath.exp((2 / t - 2) ** 2) / t, 0.12, 1.0, 10)
