"""Fits the polynomials of native/src/kernels/math_f32.h (least squares on Chebyshev nodes, re-weighted (Lawson) towards minimax)
and math_f64.h (interpolation at Chebyshev nodes in 60 digits).

Not part of the build. Needs numpy and mpmath. Prints each polynomial's coefficients, lowest order first, and its largest relative error.
"""

import mpmath
import numpy as np

mpmath.mp.dps = 60


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


def fit64(name, function, low, high, degree):
    """Like fit, for double."""
    nodes = [(low + high + (high - low) * mpmath.cospi(mpmath.mpf(2 * i + 1) / (2 * degree + 2))) / 2 for i in range(degree + 1)]
    # The functions below are 0 / 0 at 0.
    nodes = [x if abs(x) > 1e-20 else mpmath.mpf(1e-20) for x in nodes]
    powers = mpmath.matrix([[x**j for j in range(degree + 1)] for x in nodes])
    solution = mpmath.lu_solve(powers, mpmath.matrix([function(x) for x in nodes]))
    coefficients = [float(c) for c in solution]
    places = [low + (high - low) * (i + mpmath.mpf(0.5)) / 2000 for i in range(2000)]
    error = max(abs(mpmath.polyval(coefficients[::-1], x) / function(x) - 1) for x in places)
    print(f"{name}, double: {float(error):.2e}")
    print("  " + ", ".join(repr(c) for c in coefficients))


half_log2 = mpmath.log(2) / 2
fit64("exp", lambda r: (mpmath.exp(r) - 1 - r) / r**2, -half_log2 * 1.0001, half_log2 * 1.0001, 10)
fit64("sin", lambda u: (mpmath.sin(mpmath.sqrt(u)) / mpmath.sqrt(u) - 1) / u, 0, (mpmath.pi / 2) ** 2 * 1.0001, 8)
# log((1 + s) / (1 - s)) = 2 s + s^3 l(s^2), s = f / (2 + f)
fit64("log", lambda u: (2 * mpmath.atanh(mpmath.sqrt(u)) / mpmath.sqrt(u) - 2) / u, 0, mpmath.mpf(0.1716) ** 2, 7)


def erfcx(t):
    """(1 + 2 z) exp(z^2) erfc(z) with t = (z - 3.5) / (z + 3.5): Shepherd and Laframboise, Mathematics of Computation 36 (1981)."""
    z = 3.5 * (1 + t) / (1 - t)
    return (1 + 2 * z) * mpmath.exp(z * z) * mpmath.erfc(z)


fit64("erfc", erfcx, mpmath.mpf(-1), mpmath.mpf(0.778), 24)
