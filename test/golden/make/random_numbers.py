"""Words, orders, masks, first weights and random labels, to check shared/random.ts and native/src/random.h from outside."""

from files import given
from philox import dropout_mask, epoch_order, pytorch_initialization, random_labels, words


def random_numbers():
    labels = [i * i % 10 for i in range(37)]
    changes = [(0.3, "permute", 4), (1, "permute", 0), (0.3, "redraw", 4), (1, "redraw", 4294967295), (0, "redraw", 1)]
    place = {"step": 5, "layer": 1, "features": 3, "batch": 7}
    return {
        "words": {"key": [7, 3], "stream": 5, "values": words((7, 3), 5, 11)},
        "orders": [
            {"seed": s, "epoch": e, "order": epoch_order(s, e, 23)} for s, e in ((0, 0), (1, 4), (4294967295, 2))
        ],
        "initial": {"seed": 3, "sizes": [2, 3, 1], "parameters": given(pytorch_initialization(3, [(3, 2), (1, 3)]))},
        "mask": {
            "key": [4294967290, 4294967295],
            "rate": 0.4,
            **place,
            "kept": [int(k) for k in dropout_mask((4294967290, 4294967295), 0.4, **place).ravel()],
        },
        "labels": {
            "given": labels,
            "changed": [
                {"share": s, "how": h, "seed": seed, "labels": random_labels(labels, 10, s, h, seed)} for s, h, seed in changes
            ],
        },
    }
