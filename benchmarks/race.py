"""Run contenders in turn on one pinned core, so that a busy moment of the machine strikes them all alike.

`python -m benchmarks.race FILE` runs every race with the processor as it is set in the environment, and writes the
times to the file; `benchmarks.report` starts it once for each kind of processor.
"""

import json
import os
import sys
import time
import tracemalloc
from pathlib import Path
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded
os.environ.setdefault("OMP_NUM_THREADS", "1")
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {ONE_THREAD}".strip()

TURN = 5e-3  # seconds that one turn takes at least, because a clock's tick is no measure of a short call


def calls(step):
    """How many calls of a step make a turn, once a compiler has done its work and the caches are warm."""
    step()
    count, begin = 0, time.process_time()
    while time.process_time() - begin < TURN:
        step()
        count += 1
    return count


def race(steps, seconds, rounds=5):
    """Processor seconds of a call of each step, all threads together, in each of at least so many rounds."""
    repeat = {name: calls(step) for name, step in steps.items()}
    times = {name: [] for name in steps}
    stop = time.perf_counter() + seconds
    while time.perf_counter() < stop or len(next(iter(times.values()))) < rounds:
        for name, step in steps.items():
            begin = time.process_time()
            for _ in range(repeat[name]):
                step()
            times[name].append((time.process_time() - begin) / repeat[name])
    return times


def summary(times, ours):
    """Fastest and median seconds, and the median over the rounds of the ratio to ours in the same round."""
    return {name: {"fastest": min(turns), "median": median(turns), "rounds": len(turns),
                   "ratio": median(theirs / own for theirs, own in zip(turns, times[ours], strict=True))}
            for name, turns in times.items()}


def memory(step):
    """Kilobytes that a step takes at most besides its result, which is a pair of a number and an array."""
    tracemalloc.start()
    try:
        _, gradient = step()
        return (tracemalloc.get_traced_memory()[1] - gradient.nbytes) / 1024
    finally:
        tracemalloc.stop()


def made(contenders, *arguments):
    """The steps of all contenders that are installed, by name."""
    import pytest
    steps = {}
    for name, make in contenders.items():
        try:
            steps[name] = make(*arguments)
        except (pytest.skip.Exception, ImportError) as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
    return steps


def pin():
    """Keep this process on one core, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def every_race(seconds):
    """Title and function of every race, losses first."""
    from benchmarks import test_engine, test_losses
    for size in test_losses.SIZES:
        for loss in test_losses.LOSSES:
            def run(loss=loss, size=size):
                steps = {name: make(loss, *test_losses.inputs(loss, size)) for name, make in
                         {**test_losses.CONTENDERS, **test_losses.FLOORS}.items() if not test_losses.missing(name)}
                return {**summary(race(steps, seconds), "lossedu"), "memory": memory(steps["lossedu"])}
            yield f"{loss}, {size}", run
    for hidden in test_engine.HIDDEN:
        yield f"step, 64-{hidden}-10", lambda hidden=hidden: summary(
            race(made(test_engine.ENGINES, hidden), 3 * seconds), "lossedu, replayed")
    for widths in test_engine.NETWORKS:
        for rule in test_engine.RULES:
            yield f"epoch, {'-'.join(map(str, widths))}, {rule}", lambda widths=widths, rule=rule: summary(
                race(made(test_engine.EPOCHS, widths, rule), 3 * seconds), "lossedu, replayed")


def main(file, seconds=3.0):
    pin()
    results = {}
    for title, run in every_race(float(seconds)):
        print(f"{title} ...", file=sys.stderr, flush=True)
        results[title] = run()
    Path(file).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
