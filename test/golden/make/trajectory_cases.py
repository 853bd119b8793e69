"""Principal components of snapshots through NumPy's singular values, and how much of a random walk its first components explain."""

import numpy as np

from files import given, number, result, short

COUNT = 3


def components(points):
    """Coordinates [n, COUNT] up to their signs, and shares of the variance, of points [n, P]."""
    centred = points - points.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    return (u * s)[:, :COUNT], (s**2 / (s**2).sum())[:COUNT], (s**2).sum() / (len(points) - 1)


def trajectories(rng, runs, snapshots, dimensions):
    """Ways that start apart, head somewhere together and scatter, in float32."""
    aim = rng.normal(size=dimensions)
    starts = rng.normal(size=(runs, 1, dimensions))
    drift = np.linspace(0, 1, snapshots)[None, :, None] * aim
    noise = np.cumsum(0.3 * rng.normal(size=(runs, snapshots, dimensions)), axis=1)
    return short((starts + drift + noise).reshape(-1, dimensions))


def case(rng, runs, snapshots, dimensions):
    points = trajectories(rng, runs, snapshots, dimensions)
    coordinates, explained, variance = components(points)
    return {
        "runs": runs,
        "snapshots": snapshots,
        "dimensions": dimensions,
        "points": given(points),
        "coordinates": result(coordinates),
        "explained": result(explained),
        "variance": number(variance),
    }


def walk_limit(steps):
    """Shares of a walk of equal steps in so many dimensions that all of them are at right angles: no chance is left."""
    _, explained, _ = components(np.vstack([np.zeros(steps), np.tril(np.ones((steps, steps)))]))
    return {"steps": steps, "explained": result(explained)}


def walk_mean(rng, dimensions, starts, lengths, repeats):
    """Mean and standard deviation of the shares of walks drawn in all dimensions, from starts [m, P] with steps [m, N] as long as given."""
    starts, lengths = short(starts), short(lengths)
    shares = []
    for _ in range(repeats):
        steps = rng.normal(size=(*lengths.shape, dimensions))
        steps *= (lengths / np.linalg.norm(steps, axis=2))[:, :, None]
        walks = np.concatenate([starts[:, None, :], starts[:, None, :] + np.cumsum(steps, axis=1)], axis=1)
        shares.append(components(walks.reshape(-1, dimensions))[1])
    return {
        "dimensions": dimensions,
        "starts": [given(start) for start in starts],
        "lengths": [given(row) for row in lengths],
        "mean": result(np.mean(shares, axis=0), 6),
        "deviation": result(np.std(shares, axis=0, ddof=1), 6),
        "repeats": repeats,
    }


def trajectory_cases():
    rng = np.random.default_rng(31)
    few = walk_mean(rng, 5, rng.normal(size=(2, 5)), rng.uniform(0.2, 1, (2, 8)), 20_000)
    many = walk_mean(rng, 60, rng.normal(size=(3, 60)), rng.uniform(0.5, 2, (3, 6)), 20_000)
    return {
        "components": [case(rng, 3, 7, 40), case(rng, 4, 6, 9), case(rng, 1, 5, 12)],
        "walkLimits": [walk_limit(20), walk_limit(400)],
        "walks": [few, many],
    }
