"""Who may import whom: the rooms of the package keep their order, and importing it needs numpy alone."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from book.pages import ROOT

PACKAGE = ROOT / "lossedu"
CORE = {"losses", "autodiff", "nn", "optim", "fit", "gradcheck", "data"}

# room: the rooms it may import, and what else beside numpy and the standard library
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "requirements": (set(), set()),
    "language": (set(), set()),
    "losses": (set(), set()),
    "data": (set(), set()),
    "choosing": ({"losses", "language"}, set()),
    "gradcheck": ({"losses"}, set()),
    "autodiff": ({"losses"}, set()),
    "nn": ({"losses", "autodiff"}, set()),
    "optim": ({"losses", "autodiff", "nn"}, set()),
    "fit": ({"losses", "autodiff", "nn", "optim"}, {"tqdm"}),
    "plot": (CORE | {"requirements"}, {"matplotlib", "cycler", "PIL"}),
    "explore": (CORE | {"plot"}, set()),
    "exercises": (CORE | {"plot", "explore", "language"}, set()),
    "grading": (CORE | {"exercises", "language"}, {"nbformat", "distributed", "rich"}),
    "cli": (CORE | {"exercises", "grading", "language"}, {"typer", "rich", "nbformat", "watchfiles"}),
}


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(file: Path) -> Iterator[tuple[str, bool]]:
    """Yield each module that a file imports, and whether that is only when a function is called."""
    tree = ast.parse(file.read_text("utf8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    lazy = {id(inner) for function in functions for inner in ast.walk(function)}
    typing = {id(inner) for node in ast.walk(tree) if is_type_checking(node) for inner in ast.walk(node)}
    package = ["lossedu", *file.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            # `from lossedu import plot` imports a room, `from lossedu.plot import twin` a name of it
            full = [f"{module}.{alias.name}" for alias in node.names] if module == "lossedu" else [module]
            yield from ((name, id(node) in lazy) for name in full)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def broken_rules(file: Path, room: str) -> list[str]:
    """Return the imports of a file that its room may not make."""
    rooms, others = ROOMS[room]
    allowed_others = {"numpy", *others, *sys.stdlib_module_names}
    broken = []
    for module, lazy in imports(file):
        top, _, rest = module.partition(".")
        target = rest.split(".")[0]
        if top != "lossedu":
            allowed = top in allowed_others
        else:
            # A thing that plots itself asks for the pictures when it is asked to.
            allowed = target == room or target in rooms or (lazy and target == "plot") or target not in ROOMS
        if not allowed:
            broken.append(f"{file.relative_to(PACKAGE.parent)} imports {module}")
    return broken


FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_what_it_may(file):
    assert broken_rules(file, room_of(file)) == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("losses", "import matplotlib.pyplot as plt"),
        ("losses", "from lossedu import plot"),
        ("losses", "from lossedu.autodiff import Tensor"),
        ("losses", "from ..autodiff import Tensor"),
        ("autodiff", "def f():\n    from lossedu.fit import fit"),
        ("nn", "import scipy"),
    ],
)
def test_a_forbidden_import_is_seen(tmp_path, monkeypatch, room, line):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path / "lossedu")
    file = tmp_path / "lossedu" / room / "new.py"
    file.parent.mkdir(parents=True)
    file.write_text(line, "utf8")
    assert broken_rules(file, room)


def test_importing_lossedu_needs_numpy_alone():
    script = (
        "import json, sys; before = set(sys.modules); import lossedu; "
        "print(json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout)) - set(sys.stdlib_module_names)
    assert loaded <= {"lossedu", "numpy"}
