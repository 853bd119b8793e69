"""What the default of "Critical points" takes in JAX: the time of a few trainings, scaled to a hundred. Usage: jax_critical_points.py TRAININGS

Each training is 1,000 steps of Adam on the loss of 1-10-10-10-1 (tanh, 256 points of sin(5 pi x)/(5 pi x), float64) as one compiled scan, then
as many Newton steps on the gradient norm as Basin takes in the mean, each with an exact Hessian (jit of jax.hessian), its eigenvectors, and
gradients at as many dampings as Basin tries; then the eigenvalues where that ends. On one processor.
"""

import os
import sys
import time

os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

jax.config.update("jax_enable_x64", True)

SIZES = [1, 10, 10, 10, 1]
ADAM_STEPS, NEWTON_STEPS, TRIES = 1000, 41, 7
RATE, BETA1, BETA2, EPSILON = 0.01, 0.9, 0.999, 1e-8
X = jnp.linspace(-1, 1, 256)[:, None]
Y = jnp.sinc(5 * X)


def initial(key):
    layers = []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        key, part = jax.random.split(key)
        bound = jnp.sqrt(6 / (inputs + outputs))
        layers.append((jax.random.uniform(part, (inputs, outputs), minval=-bound, maxval=bound), jnp.zeros(outputs)))
    return layers


UNRAVEL = ravel_pytree(initial(jax.random.key(0)))[1]


def loss(vector):
    values = X
    layers = UNRAVEL(vector)
    for weights, biases in layers[:-1]:
        values = jnp.tanh(values @ weights + biases)
    return jnp.mean((values @ layers[-1][0] + layers[-1][1] - Y) ** 2)


gradient = jax.jit(jax.grad(loss))
hessian = jax.jit(jax.hessian(loss))
eigen = jax.jit(jnp.linalg.eigh)


def step(state, _):
    vector, first, second, count = state
    slope = jax.grad(loss)(vector)
    count += 1
    first, second = BETA1 * first + (1 - BETA1) * slope, BETA2 * second + (1 - BETA2) * slope**2
    means = first / (1 - BETA1**count), second / (1 - BETA2**count)
    return (vector - RATE * means[0] / (jnp.sqrt(means[1]) + EPSILON), first, second, count), None


@jax.jit
def minimized(vector):
    zeros = jnp.zeros_like(vector)
    return jax.lax.scan(step, (vector, zeros, zeros, 0.0), length=ADAM_STEPS)[0][0]


def newton(vector):
    slope = gradient(vector)
    values, vectors = eigen(hessian(vector))
    along = vectors.T @ slope
    dampings = jnp.abs(values).max() * 10.0 ** -np.arange(2, 2 + TRIES)
    trials = [vector - vectors @ (along * values / (values**2 + damping**2)) for damping in dampings]
    return min(trials, key=lambda trial: float(jnp.linalg.norm(gradient(trial))))


def training(seed, newton_steps=NEWTON_STEPS):
    vector = minimized(ravel_pytree(initial(jax.random.key(seed)))[0])
    for _ in range(newton_steps):
        vector = newton(vector)
    values = np.asarray(jnp.linalg.eigvalsh(hessian(vector)))
    return float(jnp.linalg.norm(gradient(vector))), (values > 1e-8 * np.abs(values).max()).mean()


if __name__ == "__main__":
    count = int(sys.argv[1])
    training(0, 1)
    wall, processor = time.perf_counter(), time.process_time()
    for seed in range(count):
        print("gradient norm %.1e, minimal ratio %.2f" % training(seed))
    wall, processor = (time.perf_counter() - wall) / count, (time.process_time() - processor) / count
    print(f"JAX {jax.__version__}: {100 * processor:.0f} s of one processor for a hundred trainings ({100 * wall:.0f} s by the clock)")
