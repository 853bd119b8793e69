"""The line protocol between build/bench.mjs and a peer.

The peer says {"name"} once it is ready. A line {"case": {"kind", ...}, "steps"} asks for so many steps of a case, answered with
{"microseconds", "form"}: the mean time of a step, and which of several ways of computing the case was the fastest and hence the
one timed. {"missing"} says why there is no time.
"""

import json
import sys
import time


def timed(run, steps):
    start = time.perf_counter()
    run(steps)
    return (time.perf_counter() - start) / steps * 1e6


def fastest(forms, steps):
    """The form with the shortest of three turns, after one that warms up. `forms` are functions that compute so many steps, by name."""
    times = {}
    for name, run in forms.items():
        run(steps)
        times[name] = min(timed(run, steps) for _ in range(3))
    name = min(times, key=times.get)
    return name, forms[name]


def serve(name, kinds):
    """`kinds` has for each kind of case a function that makes its forms; a case is made once and stays."""
    print(json.dumps({"name": name}), flush=True)
    made = {}
    for line in sys.stdin:
        request = json.loads(line)
        key = json.dumps(request["case"], sort_keys=True)
        try:
            if key not in made:
                made[key] = fastest(kinds[request["case"]["kind"]](request["case"]), request["steps"])
            form, run = made[key]
            answer = {"microseconds": timed(run, request["steps"]), "form": form}
        except Exception as error:
            answer = {"missing": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
