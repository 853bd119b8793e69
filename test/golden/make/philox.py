"""Philox4x32-10 and what is drawn from it, written from the paper and the descriptions alone, to check shared/random.ts from outside."""

import numpy as np

from files import single

INITIALIZATION, SHUFFLE, DROPOUT, LABELS = 1, 2, 7, 10


def philox(key, counter):
    k0, k1 = key
    c = list(counter)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k1, p0 & 0xFFFFFFFF]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c


def words(key, stream, count):
    blocks = [philox(key, [b, 0, stream, 0]) for b in range((count + 3) // 4)]
    return [w for block in blocks for w in block][:count]


def uniforms(key, stream, count):
    """On [0, 1) with 24 bits."""
    return np.array([(w >> 8) / 2**24 for w in words(key, stream, count)])


def permutation(key, stream, size):
    order = list(range(size))
    for i, word in zip(range(size - 1, 0, -1), words(key, stream, size - 1)):
        j = word * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return order


def epoch_order(seed, epoch, size):
    return permutation((seed, SHUFFLE), epoch, size)


def random_labels(labels, classes, share, how, seed):
    """The first images of one permutation either pass their labels on along another, or draw new ones in that order."""
    key = (seed, LABELS)
    chosen = permutation(key, 0, len(labels))[: int(share * len(labels) + 0.5)]
    if how == "permute":
        new = [labels[chosen[place]] for place in permutation(key, 1, len(chosen))]
    else:
        new = [word * classes >> 32 for word in words(key, 2, len(chosen))]
    changed = list(labels)
    for image, label in zip(chosen, new):
        changed[image] = label
    return changed


def dropout_mask(key, rate, step, layer, features, batch):
    """1 where an element is kept, [features, batch]."""
    layer_key = (key[0], (key[1] + 0x10000 * (layer + 1)) & 0xFFFFFFFF)
    return (uniforms(layer_key, step, features * batch) >= rate).astype(float).reshape(features, batch)


def pytorch_initialization(seed, weight_shapes):
    """Uniform on +-1/sqrt(fan-in), weights then bias, one stream for each layer, as shared/models/initialization.ts has it."""
    values = []
    for index, (outputs, *rest) in enumerate(weight_shapes):
        fan_in = int(np.prod(rest))
        values.append((2 * uniforms((seed, INITIALIZATION), index, (fan_in + 1) * outputs) - 1) / np.sqrt(fan_in))
    return single(np.concatenate(values))
