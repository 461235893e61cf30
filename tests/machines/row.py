"""One run of pytest in an environment of its own: watched, limited in time, counted, and ended with its children."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tools.pages import ROOT

PERCENT = re.compile(r"\[ *(\d+)%\]")
COUNT = re.compile(r"(\d+) (passed|failed|skipped|error)")
BROKEN = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.M)
EVERY = 20  # seconds between two words of progress


@dataclass
class Result:
    """What came out of a run: the counts, the tests that failed, and what went wrong beside them."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    names: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def bad(self) -> bool:
        return bool(self.failed or self.problem)


def run(command: list, environment: dict[str, str], log: Path, limit: float, title: str) -> Result:
    """Run pytest with its output in `log`, say how far it is, and return what came out."""
    start = said = time.monotonic()
    problem = ""
    with log.open("w", encoding="utf8") as out:
        # In a session of its own, so that Ctrl-C reaches this program first, which then ends the whole tree.
        process = subprocess.Popen(
            list(map(str, command)), cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )
        try:
            while process.poll() is None:
                time.sleep(0.2)
                now = time.monotonic()
                if now - start > limit:
                    problem = f"stopped after {limit:.0f} seconds"
                    break
                if now - said > EVERY:
                    said = now
                    done = PERCENT.findall(log.read_text("utf8", errors="replace"))
                    print(f"{title}: {done[-1] if done else 0} %, {now - start:.0f} s", flush=True)
        finally:
            end(process)
    result = read(log.read_text("utf8", errors="replace"))
    result.seconds = time.monotonic() - start
    if not problem and process.returncode not in (0, 1):
        problem = f"pytest ended with code {process.returncode}"
    elif not problem and not result.passed:
        problem = "no test ran"
    elif not problem and process.returncode and not result.failed:
        problem = "pytest failed without naming a test"
    result.problem = problem
    return result


def read(text: str) -> Result:
    """Return the counts and the failures that pytest's output ends with."""
    lines = text.strip().splitlines()
    counts = {word: int(number) for number, word in COUNT.findall(lines[-1] if lines else "")}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    return Result(counts.get("passed", 0), failed, counts.get("skipped", 0), names=BROKEN.findall(text))


def end(process: subprocess.Popen) -> None:
    """End a process and everything it started, the kernels of notebooks too, which sit in sessions of their own."""
    if process.poll() is not None:
        return
    tree = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)  # pytest removes its temporary folders
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        tree += psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
    for child in tree:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            pass
    psutil.wait_procs(tree, timeout=5)
