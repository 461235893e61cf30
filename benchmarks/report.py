"""Measure speed beside the peers, as two kinds of processors compute, and write benchmarks/RESULTS.md with its plots.

Every kind is a process of its own, because a library chooses its kernels when it is loaded. The second kind stands for
a processor without AVX-512: NumPy, OpenBLAS, PyTorch and JAX are all told to do without.
"""

import json
import os
import platform
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
KINDS = {
    "as the processor is": {},
    "without AVX-512": {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
                        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2", "ATEN_CPU_CAPABILITY": "avx2"}}
PEERS = ["plain numpy", "scikit-learn", "PyTorch", "torch.compile", "JAX jit", "NumPy by hand", "lossedu, eager",
         "five products"]
STARTS = {"Python alone": "pass", "import numpy": "import numpy", "import lossedu": "import lossedu",
          "from lossedu import mse": "from lossedu import mse",
          "lossedu --help": "import sys; sys.argv = ['lossedu', '--help']; from lossedu.cli import main; main()"}
INTRODUCTION = """# How fast lossedu is beside its peers

Written by `make bench`; do not edit. All contenders of a row ran in turn, in one process with one thread on one pinned
core, and the processor time of all threads was counted. **The ratios are what to read**: for each round we divide the
time of the peer by that of lossedu in the same round, and a table shows the median over the rounds. Above 1 lossedu is
faster, and rows where it is behind a peer by more than 3 % are marked with ◂. Times are the fastest of the rounds.
"""


def races(seconds):
    """The results of every race on every kind of processor."""
    results = {}
    for kind, settings in KINDS.items():
        print(f"\n{kind}", file=sys.stderr, flush=True)
        with TemporaryDirectory() as folder:
            file = Path(folder, "results.json")
            subprocess.run([sys.executable, "-m", "benchmarks.race", file, str(seconds)], check=True,
                           cwd=HERE.parent, env={**os.environ, **settings})
            results[kind] = json.loads(file.read_text())
    return results


def starts(rounds=15):
    """Seconds of processor time that new Pythons take for each of `STARTS`, in turn."""
    print("\nimports", file=sys.stderr, flush=True)
    times = {name: [] for name in STARTS}
    for _ in range(rounds):
        for name, code in STARTS.items():
            before = children()
            subprocess.run([sys.executable, "-c", code], check=True, cwd=HERE.parent, stdout=subprocess.DEVNULL)
            times[name].append(children() - before)
    return {name: {"fastest": min(turns), "ratio": median(
        own / numpy for own, numpy in zip(turns, times["import numpy"], strict=True))} for name, turns in times.items()}


def children():
    """Seconds of processor time of all programs that were started here and have ended, or of the clock on Windows."""
    try:
        import resource
    except ImportError:
        return time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def length(seconds):
    """A duration in three digits, with its unit."""
    return f"{seconds * 1e6:.3g} µs" if seconds < 1e-3 else f"{seconds * 1e3:.3g} ms"


def table(results, ours):
    """The rows of some races as Markdown: the time of lossedu, and how many times as long each peer takes."""
    peers = [name for name in PEERS if any(name in row for row in results.values())]
    lines = [f"| | lossedu | {' | '.join(peers)} |", f"|:--|--:|{'--:|' * len(peers)}"]
    for title, row in results.items():
        cells = [ratio(row[name]["ratio"], name) if name in row else "" for name in peers]
        lines.append(f"| {title.replace('_', ' ')} | {length(row[ours]['fastest'])} | {' | '.join(cells)} |")
    return "\n".join(lines)


def ratio(number, peer):
    return f"{number:.2f}" + (" ◂" if number < 0.97 and peer != "five products" else "")


def picture(file, results, ours, peers):
    """Each peer's time as a multiple of lossedu's, the line at 1: a row a race, a panel a kind of processor."""
    from lossedu.plot import colour, new_figure
    rows = list(next(iter(results.values())))
    figure, axes = new_figure(columns=len(results), height=1 + 0.17 * len(rows), shows=f"{ours} = 1")
    for ax, (kind, races) in zip(axes, results.items(), strict=True):
        ax.axvline(1, color=colour("prediction"))
        for name, mark in zip(peers, "s^Dv", strict=False):
            at = [(races[title][name]["ratio"], -row) for row, title in enumerate(rows) if name in races[title]]
            if at:
                ax.plot(*zip(*at, strict=True), mark, color=colour("data"), markersize=4, markerfacecolor="none",
                        label=name)
        ax.set_xscale("log")
        ax.set_xticks([0.5, 1, 2, 5, 10, 20], ["½", "1", "2", "5", "10", "20"], fontsize=7)
        ax.minorticks_off()
        ax.set_yticks([-row for row in range(len(rows))], [title.replace("_", " ") for title in rows], fontsize=7)
        ax.set_xlabel(kind, fontsize=7)
    axes[1].set_yticklabels([])
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(handles), fontsize=7, frameon=False)
    figure.savefig(HERE / "results" / file, format="svg")


def part(results, first):
    """The races whose titles begin so, on every kind of processor; those of losses begin with the name of the loss."""
    def begins(title):
        word = title.partition(",")[0]
        return word == first or first == "loss" and word not in ("step", "epoch")

    return {kind: {title: row for title, row in races.items() if begins(title)} for kind, races in results.items()}


def page(results, started, machine):
    """The whole of RESULTS.md."""
    text = [INTRODUCTION, "".join(f"- {what}: {value}\n" for what, value in machine.items())]
    sections = [("Value and gradient of a mean loss", "loss", "lossedu", "losses.svg"),
                ("A training step of digits, 32 samples, SGD", "step", "lossedu, replayed", ""),
                ("An epoch of `fit`", "epoch", "lossedu, replayed", "epochs.svg")]
    for title, first, ours, plot in sections:
        text.append(f"## {title}\n")
        if plot:
            text.append(f"![{title}: times of the peers as multiples of the time of lossedu](results/{plot})\n")
        for kind, races in part(results, first).items():
            text.append(f"{kind[0].upper() + kind[1:]}:\n\n{table(races, ours)}\n")
    kind, races = next(iter(part(results, "loss").items()))
    most = max(races, key=lambda title: races[title]["memory"])
    text.append(f"Beside its result, a loss takes at most {races[most]['memory']:.0f} kB of memory ({most}).\n")
    lines = [f"| {name} | {length(row['fastest'])} | {row['ratio']:.2f} |" for name, row in started.items()]
    text.append("## Start\n\nProcessor time of a new Python, and its ratio to that of `import numpy`. The losses are "
                "imported when the first of them is used.\n\n| | time | times `import numpy` |\n|:--|--:|--:|\n"
                + "\n".join(lines) + "\n")
    return "\n".join(text)


def main(seconds=3.0):
    begin, load = time.time(), os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    results, started = races(float(seconds)), starts()
    machine = {"date": date.today().isoformat(), "processor": f"{processor()}, {os.cpu_count()} cores",
               "Python": platform.python_version(), **versions(),
               "other work": "the machine was shared: before we began, "
                             f"{load:.1f} programs wanted a core" if load > 0.5 else "none when we began"}
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "results.json").write_text(
        json.dumps({"machine": machine, "races": results, "starts": started}, indent=1) + "\n")
    picture("losses.svg", part(results, "loss"), "lossedu", ["plain numpy", "scikit-learn", "PyTorch", "JAX jit"])
    picture("epochs.svg", part(results, "epoch"), "lossedu, replayed",
            ["lossedu, eager", "torch.compile", "PyTorch", "JAX jit"])
    (HERE / "RESULTS.md").write_text(page(results, started, machine))
    print(f"benchmarks/RESULTS.md was written, after {time.time() - begin:.0f} seconds.")


def versions():
    """The packages that were measured, with their versions."""
    found = {}
    for package in ("numpy", "scikit-learn", "torch", "jax"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            print(f"{package} is left out: it is not installed.", file=sys.stderr)
    return found


def processor():
    """The processor's name, as the system tells it."""
    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")] \
        if info.exists() else []
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main(*sys.argv[1:])
