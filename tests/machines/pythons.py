"""Every Python from 3.11 to 3.13 that is installed here, each with an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tools.pages import ROOT

BUILD = ROOT / "_build" / "machines"
REQUIREMENTS = ROOT / "requirements.txt"
MINORS = range(11, 14)
# The version, the interpreter behind a launcher or an environment, and whether the locked packages have wheels for it.
ASK = """
import sys, sysconfig
usual = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
print(*sys.version_info[:3], getattr(sys, "_base_executable", sys.executable) if usual else "", sep="|")
"""


def candidates() -> Iterator[Path]:
    """Yield what may be a Python: the programs on PATH, then the versions that pyenv keeps."""
    for minor in MINORS:
        for folder in os.get_exec_path():
            if program := shutil.which(f"python3.{minor}", path=folder):
                yield Path(program)
        versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
        yield from sorted(versions.glob(f"3.{minor}.*/bin/python"))


def identify(program: Path) -> tuple[tuple[int, ...], Path] | None:
    """Return the version and the true interpreter of a program, or None where it is no Python that runs."""
    try:
        done = subprocess.run([program, "-c", ASK], capture_output=True, text=True, timeout=30)
        *version, interpreter = done.stdout.strip().split("|")
        return (tuple(map(int, version)), Path(interpreter)) if interpreter and not done.returncode else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None  # for example a launcher of pyenv for a version that is not switched on


def others() -> dict[str, Path]:
    """Return the newest interpreter of each minor version but the one that runs this, such as ``{"py312": ...}``."""
    found = sorted(filter(None, map(identify, candidates())))
    wanted = [one for one in found if one[0][0] == 3 and one[0][1] in MINORS and one[0][1] != sys.version_info[1]]
    return {f"py3{version[1]}": interpreter for version, interpreter in wanted}


def install(name: str, interpreter: Path) -> Path:
    """Return the interpreter of an environment that holds requirements.txt, made anew where that has changed."""
    folder = BUILD / name
    python, stamp = folder / "bin" / "python", folder / ".installed"
    wanted = f"{interpreter} {identify(interpreter)}\n{REQUIREMENTS.read_text('utf8')}"
    if stamp.exists() and stamp.read_text("utf8") == wanted and identify(python):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    if find_spec("uv") is None:  # pip would take minutes for what takes uv seconds
        call(sys.executable, "-m", "pip", "install", "--quiet", "uv")
    uv = (sys.executable, "-m", "uv", "--quiet")
    call(*uv, "venv", "--python", interpreter, folder)
    call(*uv, "pip", "install", "--python", python, "-r", REQUIREMENTS)
    stamp.write_text(wanted, "utf8")
    return python


def call(*command: str | Path) -> None:
    """Run one step of an installation; a failure is said in one line."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode:
        lines = [line.strip(" │╰╴─▶×\t") for line in done.stderr.splitlines() if line.strip()]
        raise RuntimeError(f"could not be installed: {'; '.join(lines[:2])[:200]} (is there a network?)")
