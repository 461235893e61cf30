"""Show that the inputs of every exercise find out small slips: what becomes of the mutants of each reference.

    python -m tools.mutants

Each mutant is tried on the visible inputs and on those of a hundred secret seeds, which takes minutes. The program ends
with 1 where a wrong one passes.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

FATES = ("fails", "equal", "explained", "passes")


def main() -> int:
    """Print a row for each exercise and one for all; return 1 where a mutant passes."""
    from lossedu.exercises import exercises
    from lossedu.exercises.verify import SECRET_SEEDS, fates_of_mutants

    print("exercise".ljust(34), "mutants", *FATES)
    total: Counter[str] = Counter()
    for name, task in exercises.items():
        fates = fates_of_mutants(task, [0, *SECRET_SEEDS])
        count = Counter(fates.values())
        total += count
        print(row(name, count))
        for mutant, fate in fates.items():
            if fate in ("explained", "passes"):
                print(f"    {fate}: {mutant.line}  # {task.equivalents.get(mutant.line, '')}")
    print(row("all", total))
    return int(total["passes"] > 0)


def row(name: str, count: Counter[str]) -> str:
    """One line of the table."""
    numbers = [str(count[fate]).rjust(len(fate)) for fate in FATES]
    return " ".join([name.ljust(34), str(count.total()).rjust(7), *numbers])


if __name__ == "__main__":
    sys.exit(main())
