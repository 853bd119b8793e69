"""JAX's side of the bench: jit, and training as one compiled scan over steps on data that stays in place. Usage: jax_peer.py THREADS

Many models are one vmap; with as many "devices" as threads they are also spread over them (pmap), each device being a thread here.
"""

import os
import sys

# XLA takes its threads from the processors that the process may use, and nothing can change them later.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[1])])
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={sys.argv[1]}"

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from protocol import serve

LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def initial(key, sizes, dtype):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        key, weights, biases = jax.random.split(key, 3)
        bound = inputs**-0.5
        uniform = lambda key, shape: jax.random.uniform(key, shape, dtype, -bound, bound)
        layers.append((uniform(weights, (inputs, outputs)), uniform(biases, (outputs,))))
    return layers


def mean_squared_error(layers, inputs, targets):
    values = inputs
    for weights, biases in layers[:-1]:
        values = jax.nn.relu(values @ weights + biases)
    weights, biases = layers[-1]
    return jnp.mean((values @ weights + biases - targets) ** 2)


def adam(parameters, gradient, first, second, step):
    first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradient)
    second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradient)
    scale = jnp.sqrt(1 - BETA2**step) / (1 - BETA1**step)
    rate, epsilon = LEARNING_RATE * scale, EPSILON * jnp.sqrt(1 - BETA2**step)
    parameters = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + epsilon), parameters, first, second)
    return parameters, first, second


def data(case, dtype=jnp.float32):
    keys = jax.random.split(jax.random.key(2))
    return [jax.random.normal(key, (case["batch"], case["sizes"][i]), dtype) for key, i in zip(keys, (0, -1))]


def trainer(case, flat, unroll):
    """So many steps of all models, whose parameters are one vector (flat) or an array for each layer."""
    inputs, targets = data(case)
    devices = case.get("devices", 1)
    models = case.get("models", 1)
    keys = jax.random.split(jax.random.key(1), models).reshape(devices, models // devices)
    unravel = ravel_pytree(initial(keys[0, 0], case["sizes"], jnp.float32))[1]
    pack = (lambda layers: ravel_pytree(layers)[0]) if flat else (lambda layers: layers)
    unpack = unravel if flat else (lambda layers: layers)
    gradient = jax.grad(lambda parameters: mean_squared_error(unpack(parameters), inputs, targets))

    def start(key):
        parameters = pack(initial(key, case["sizes"], jnp.float32))
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        return parameters, zeros, zeros, jnp.float32(0)

    def step(state):
        parameters, first, second, count = state
        count += 1
        return *adam(parameters, gradient(parameters), first, second, count), count

    step_all = step if models == 1 else jax.vmap(step)
    state = start(keys[0, 0]) if models == 1 else jax.vmap(jax.vmap(start))(keys)
    if models > 1 and devices == 1:
        state = jax.tree.map(lambda array: array[0], state)
    # Copies, since a donated buffer must not appear twice.
    held = {"state": jax.tree.map(jnp.copy, state)}
    compiled = {}

    def run(steps):
        if steps not in compiled:
            scan = lambda state: jax.lax.scan(lambda s, _: (step_all(s), None), state, length=steps, unroll=unroll)[0]
            compiled[steps] = (jax.jit if devices == 1 else jax.pmap)(scan, donate_argnums=0)
        held["state"] = jax.block_until_ready(compiled[steps](held["state"]))

    return run


def train_in_place(case):
    how = f"pmap over {case['devices']}, scan" if "devices" in case else "vmap, scan" if "models" in case else "scan"
    return {
        f"{how}, {'one vector' if flat else 'an array a layer'}, unrolled {unroll}": trainer(case, flat, unroll)
        for flat in (False, True)
        for unroll in (1, 4)
    }


def hessian(case):
    dtype = jnp.dtype(case["precision"])
    inputs, targets = data(case, dtype)
    flat, unravel = ravel_pytree(initial(jax.random.key(1), case["sizes"], dtype))
    compute = jax.jit(jax.hessian(lambda vector: mean_squared_error(unravel(vector), inputs, targets)))

    def run(steps):
        for _ in range(steps):
            compute(flat).block_until_ready()

    return {f"jit(hessian), {case['precision']}": run}


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    serve(f"JAX {jax.__version__}", {"train-in-place": train_in_place, "hessian": hessian})
