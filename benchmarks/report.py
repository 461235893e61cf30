"""Time every loss beside its peers, in turn on one pinned core, and write benchmarks/results/losses.{json,svg}.

A round gives every contender one turn, so that a busy moment of the machine strikes them all alike; what counts is
the processor time of all threads, and medians over the rounds and the ratios between them come from one run.
"""

import json
import os
import platform
import sys
import time
import tracemalloc
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.test_losses import CONTENDERS, FLOORS, LOSSES, NEEDS, SIZES, inputs, missing  # sets one thread first

RESULTS = Path(__file__).parent / "results"
SECONDS = 6.0  # for one loss at one size, all contenders together
DISTRIBUTIONS = {"scikit-learn": "scikit-learn", "PyTorch": "torch", "JAX jit": "jax", "plain numpy": "numpy"}


def race(loss, size):
    """Median microseconds of every contender and floor, and kilobytes beside the result where numpy allocates."""
    steps = {name: make(loss, *inputs(loss, size)) for name, make in {**CONTENDERS, **FLOORS}.items()
             if not missing(name)}
    for step in steps.values():
        step(), step()
    repeat = max(1, 100_000 // size)  # a turn of a small size is many calls: a clock's tick is no measure of one
    times = {name: [] for name in steps}
    stop = time.perf_counter() + SECONDS
    while time.perf_counter() < stop:
        for name, step in steps.items():
            start = time.process_time()
            for _ in range(repeat):
                step()
            times[name].append((time.process_time() - start) / repeat * 1e6)
    return {name: {"median_us": median(turns), "fastest_us": min(turns), "rounds": len(turns),
                   "beside_result_kB": memory(steps[name]) if name in ("lossedu", "plain numpy") else None}
            for name, turns in times.items()}


def memory(step):
    """Kilobytes that a step takes at most besides its result."""
    tracemalloc.start()
    try:
        _, gradient = step()
        return (tracemalloc.get_traced_memory()[1] - gradient.nbytes) / 1024
    finally:
        tracemalloc.stop()


def table(results):
    """The medians as text, one row a loss and size; µs for the small size, ms for the large."""
    names = [name for name in [*CONTENDERS, *FLOORS] if not missing(name)]
    lines = ["".join([f"{'':24}{'size':>8}{'':4}", *(f"{name:>18}" for name in names), f"{'memory':>12}"])]
    for size in SIZES:
        for loss in LOSSES:
            row = results[f"{loss}, {size}"]
            unit, scale = ("µs", 1) if size < 100_000 else ("ms", 1e-3)
            lines.append("".join([f"{loss:24}{size:>8} {unit:3}",
                                  *(f"{row[name]['median_us'] * scale:>18.3g}" for name in names),
                                  f"{row['lossedu']['beside_result_kB']:>9.0f} kB"]))
    return "\n".join(lines)


MARKS = {"plain numpy": "s", "scikit-learn": "^", "PyTorch": "D", "JAX jit": "v"}


def picture(results):
    """Each peer's time as a multiple of lossedu's, which is the line at 1: one row a loss, one mark a peer."""
    from lossedu.plot import colour, new_figure
    figure, axes = new_figure(columns=len(SIZES), height=2.8, shows="times of value and gradient, lossedu = 1")
    for ax, size in zip(axes, SIZES):
        races = [results[f"{loss}, {size}"] for loss in reversed(LOSSES)]
        ax.axvline(1, color=colour("prediction"))
        for name, mark in MARKS.items():
            at = [(race[name]["median_us"] / race["lossedu"]["median_us"], row)
                  for row, race in enumerate(races) if name in race]
            if at:
                ax.plot(*zip(*at), mark, color=colour("data"), markersize=5, markerfacecolor="none", label=name)
        ax.set_xscale("log")
        ax.set_xlim(0.4, 25)
        ax.set_xticks([0.5, 1, 2, 5, 10, 20], ["½", "1", "2", "5", "10", "20"], fontsize=7)
        ax.minorticks_off()
        ax.set_yticks(range(len(LOSSES)), [loss.replace("_", " ") for loss in reversed(LOSSES)], fontsize=7)
        ax.set_xlabel(f"times as long as lossedu, {size:,} numbers", fontsize=7)
    axes[1].set_yticklabels([])
    handles, names = axes[0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, names, loc="outside upper center", ncols=len(handles), fontsize=7, frameon=False)
    figure.savefig(RESULTS / "losses.svg", format="svg")


def main():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for name in NEEDS:
        if missing(name):
            print(f"{name} is left out: {missing(name)} is not installed.", file=sys.stderr)
    results = {}
    for size in SIZES:
        for loss in LOSSES:
            print(f"{loss}, {size} ...", file=sys.stderr, flush=True)
            results[f"{loss}, {size}"] = race(loss, size)
    versions = {name: version(package) for name, package in DISTRIBUTIONS.items() if not missing(name)}
    machine = {"processor": processor(), "python": platform.python_version(), **versions}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "losses.json").write_text(json.dumps({"machine": machine, "results": results}, indent=1) + "\n")
    picture(results)
    print(table(results))
    print(", ".join(f"{name} {what}" for name, what in machine.items()))


def processor():
    """The processor's name, as the system tells it."""
    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")] \
        if info.exists() else []
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
