"""What NumPy and SciPy compute with: the kernel of OpenBLAS and the vector instructions, and how to ask for others."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

SETTINGS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES")
NEWEST = ("X86_V4", "AVX512_ICL", "AVX512_SPR")  # the names of NumPy 2.4; it ignores the older ones, such as AVX2

# An OpenBLAS built without kernels of their own for these computes with those of another family.
ALSO_CALLED = {"Zen": {"Zen", "Haswell"}, "Prescott": {"Prescott", "Katmai"}}

PROBE = """
import json, platform
import numpy, scipy.linalg
from threadpoolctl import threadpool_info
found = numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
kernels = {pool["architecture"] for pool in threadpool_info() if pool["internal_api"] == "openblas"}
print(json.dumps({"processor": platform.machine(), "kernels": sorted(kernels), "vectors": found}))
"""


@dataclass(frozen=True)
class Effect:
    """What one interpreter computes with in one environment."""

    processor: str
    kernels: tuple[str, ...]  # one name where NumPy and SciPy agree
    vectors: tuple[str, ...]

    def __str__(self) -> str:
        return f"{'+'.join(self.kernels) or 'no OpenBLAS'}, {' '.join(self.vectors) or 'baseline only'}"


@dataclass(frozen=True)
class Machine:
    """A machine to be simulated; without a kernel it is this one, with nothing set."""

    name: str
    kernel: str = ""
    needs: str = ""  # the instructions that the kernel is made of
    without: tuple[str, ...] = ()


MACHINES = (
    Machine("this"),
    Machine("laptop", "Haswell", "X86_V3", NEWEST),
    Machine("amd", "Zen", "X86_V3", NEWEST),
    Machine("server", "SkylakeX", "X86_V4"),
    Machine("old", "Prescott", "", ("X86_V3", *NEWEST)),
)


def unset(environment: dict[str, str]) -> dict[str, str]:
    """Return an environment in which NumPy and OpenBLAS choose for themselves."""
    return {key: value for key, value in environment.items() if key not in SETTINGS}


def measure(python: Path, environment: dict[str, str]) -> Effect:
    """Ask an interpreter what it computes with."""
    done = subprocess.run([python, "-c", PROBE], env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RuntimeError(f"NumPy and SciPy cannot be asked what they compute with: {last}")
    said = json.loads(done.stdout)
    return Effect(said["processor"], tuple(said["kernels"]), tuple(said["vectors"]))


def why_not(machine: Machine, native: Effect) -> str:
    """Return why a machine cannot be simulated on one that computes like `native`, or an empty string."""
    if machine.kernel and native.processor not in ("x86_64", "AMD64"):
        return f"cannot be simulated: this processor is {native.processor}, not x86_64"
    if machine.kernel and not native.kernels:
        return "cannot be simulated: NumPy was built without OpenBLAS here"
    if machine.needs and machine.needs not in native.vectors:
        return f"cannot be simulated: this processor lacks {machine.needs}"
    return ""


def simulate(machine: Machine, environment: dict[str, str], native: Effect) -> dict[str, str]:
    """Return the environment in which NumPy and OpenBLAS compute as they would on `machine`."""
    settings = {"OPENBLAS_CORETYPE": machine.kernel} if machine.kernel else {}
    # NumPy warns of a feature that is not there, and a kernel of a notebook would print the warning.
    if switched_off := [name for name in machine.without if name in native.vectors]:
        settings["NPY_DISABLE_CPU_FEATURES"] = " ".join(switched_off)
    return {**unset(environment), **settings}


def ignored(machine: Machine, native: Effect, now: Effect) -> str:
    """Return which of a machine's settings took no effect, or an empty string."""
    allowed = ALSO_CALLED.get(machine.kernel, {machine.kernel})
    if machine.kernel and not set(now.kernels) <= allowed:
        return f"OPENBLAS_CORETYPE={machine.kernel} took no effect: the kernel is {'+'.join(now.kernels)}"
    expected = tuple(name for name in native.vectors if name not in machine.without)
    if now.vectors != expected:
        return f"NPY_DISABLE_CPU_FEATURES took no effect: NumPy uses {' '.join(now.vectors) or 'the baseline only'}"
    return ""
