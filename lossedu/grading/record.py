"""The append-only record of a grading: one line a judged exercise, which a crash can cut off but never change."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any, TypeAlias

from lossedu.language import translate

FORMAT = 1

Result: TypeAlias = dict[str, Any]  # one judged exercise, as a line of JSON keeps it; see `grade.result`
Key: TypeAlias = tuple[str, str, str, str]


class OtherRecord(ValueError):
    """The folder holds a record this version cannot go on with."""


class Record:
    """Results by key (digest, exercise, version, isolation) under one secret seed.

    Parameters
    ----------
    folder : pathlib.Path
        Made when it does not exist. Holds `record.jsonl`.
    seed : str, optional
        The secret that inputs are drawn from; by default the record's own, or a new one.

    Raises
    ------
    OtherRecord
        When the record is of another format, damaged, or was made with another seed.
    OSError
        When the folder cannot be written.
    """

    def __init__(self, folder: Path, seed: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "record.jsonl"
        self.results: dict[Key, Result] = {}
        lines = self.path.read_bytes().split(b"\n") if self.path.exists() else []
        whole = [line for line in map(loaded, lines) if line]
        if not whole:
            self.seed = seed or secrets.token_hex(16)
            self.write([{"lossedu record": FORMAT, "seed": self.seed}])
            # The inputs of the whole class can be drawn from this seed.
            os.chmod(self.path, 0o600)
            return
        if whole[0].get("lossedu record") != FORMAT:
            raise OtherRecord(
                translate("{path} is no record of this version; choose another folder with --out.", path=self.path))
        self.seed = whole[0]["seed"]
        if seed and seed != self.seed:
            raise OtherRecord(translate("{path} was made with another seed; leave --seed out, "
                                        "or choose another folder with --out.", path=self.path))
        for result in whole[1:]:
            self.results[key(result)] = result
        if lines[-1]:
            self.write([])  # a line that a crash cut off ends here, and its exercise is graded again

    def append(self, results: list[Result]) -> None:
        """Keep the results of one submission; a process that is killed after this has lost nothing."""
        if results:
            self.write(results)
        self.results.update({key(result): result for result in results})

    def write(self, lines: list[Result]) -> None:
        """Add lines in one go."""
        text = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines) or b"\n"
        # Not forced to the disk: that would cost a third of the time, to save regrading after a loss of power.
        with open(self.path, "ab") as file:
            file.write(text)

    def versions(self) -> dict[str, set[str]]:
        """Every exercise in the record with the versions it was graded in."""
        found: dict[str, set[str]] = {}
        for _, exercise, version, _ in self.results:
            found.setdefault(exercise, set()).add(version)
        return found


def key(result: Result) -> Key:
    """What a result belongs to; where all of it is the same, nothing is graded twice."""
    return result["digest"], result["exercise"], result["version"], result["isolation"]


def loaded(line: bytes) -> Result | None:
    """A line of the record, or None for one that was cut off."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def seed_for(secret: str, exercise: str) -> int:
    """The number an exercise's secret inputs are drawn from."""
    return int.from_bytes(hashlib.sha256(f"{secret}/{exercise}".encode()).digest()[:8], "big")
