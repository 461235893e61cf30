"""Who may import whom: the layers of the package keep their order, and importing it needs numpy alone."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import lossedu
from tools.pages import ROOT

PACKAGE = ROOT / "lossedu"
CORE = {"losses", "autodiff", "nn", "optim", "joined", "replay", "fit", "gradcheck", "data"}

# layer: the layers it may import, and what else beside numpy and the standard library
LAYERS: dict[str, tuple[set[str], set[str]]] = {
    "dependency_check": (set(), set()),
    "language": (set(), set()),
    "sandboxed": (set(), set()),
    "losses": (set(), set()),
    "data": (set(), set()),
    "choosing": ({"losses", "language"}, set()),
    "gradcheck": ({"losses"}, set()),
    "autodiff": ({"losses"}, set()),
    "nn": ({"losses", "autodiff"}, set()),
    "optim": ({"losses", "autodiff", "nn"}, set()),
    "joined": ({"optim"}, set()),
    "replay": ({"losses", "autodiff", "nn", "optim", "joined"}, set()),
    "fit": ({"losses", "autodiff", "nn", "optim", "replay"}, {"tqdm"}),
    "plot": (CORE | {"dependency_check"}, {"matplotlib", "cycler", "PIL"}),
    "explore": (CORE | {"plot", "language"}, set()),
    "exercises": (CORE | {"plot", "explore", "language", "sandboxed"}, set()),
    "course": (CORE | {"plot", "exercises"}, set()),
    "grading": (CORE | {"exercises", "explore", "language", "sandboxed"}, {"nbformat", "distributed", "rich"}),
    "terminal": ({"exercises", "grading", "language", "sandboxed"}, {"rich", "nbformat"}),
    "cli": ({"exercises", "grading", "language", "terminal"}, {"typer", "rich"}),
}


def layer_of(file: Path) -> str:
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
            # `from lossedu import plot` imports a layer, `from lossedu import Tensor` a name that stands in one.
            full = [defined_in(alias.name) for alias in node.names] if module == "lossedu" else [module]
            yield from ((name, id(node) in lazy) for name in full)


def defined_in(name: str) -> str:
    """The module that a name of the top level comes from."""
    if name in lossedu.losses.__all__:
        return "lossedu.losses"
    return f"lossedu.{lossedu.LAZY_NAMES.get(name, name)}"


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def broken_rules(file: Path, layer: str) -> list[str]:
    """Return the imports of a file that its layer may not make."""
    layers, others = LAYERS[layer]
    allowed_others = {"numpy", *others, *sys.stdlib_module_names}
    broken = []
    for module, lazy in imports(file):
        top, _, rest = module.partition(".")
        target = rest.split(".")[0]
        if top != "lossedu":
            allowed = top in allowed_others
        else:
            # A thing that plots itself asks for the pictures when it is asked to.
            allowed = target == layer or target in layers or (lazy and target == "plot") or target not in LAYERS
        if not allowed:
            broken.append(f"{file.relative_to(PACKAGE.parent)} imports {module}")
    return broken


FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_a_layer_imports_only_what_it_may(file):
    assert broken_rules(file, layer_of(file)) == []


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        ("losses", "import matplotlib.pyplot as plt"),
        ("losses", "from lossedu import plot"),
        ("losses", "from lossedu.autodiff import Tensor"),
        ("losses", "from ..autodiff import Tensor"),
        ("losses", "from lossedu import Tensor"),
        ("losses", "from lossedu import mse, gradient_check"),
        ("exercises", "from lossedu.course.regression import mse"),
        ("autodiff", "def f():\n    from lossedu.fit import fit"),
        ("nn", "import scipy"),
    ],
)
def test_a_forbidden_import_is_seen(tmp_path, monkeypatch, layer, line):
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path / "lossedu")
    file = tmp_path / "lossedu" / layer / "new.py"
    file.parent.mkdir(parents=True)
    file.write_text(line, "utf8")
    assert broken_rules(file, layer)


def modules(package: Path) -> dict[str, set[str]]:
    """Return for each module of the package the modules that it names, also inside functions and for types alone."""
    files = {name_of(package, file): file for file in sorted(package.rglob("*.py"))}
    return {name: {target for module in named(file) if (target := longest(module, files)) and target != name}
            for name, file in files.items() if name != "lossedu"}


def name_of(package: Path, file: Path) -> str:
    return ".".join(file.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")


def named(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf8"))):
        if isinstance(node, ast.ImportFrom):
            # `from lossedu.exercises import progress` names a module, `from lossedu.losses import mse` a thing in one.
            yield from (defined_in(alias.name) if node.module == "lossedu" else f"{node.module}.{alias.name}"
                        for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def longest(module: str, files: dict[str, Path]) -> str | None:
    return module if module in files else parent if (parent := module.rpartition(".")[0]) in files else None


def test_no_two_modules_import_each_other():
    TopologicalSorter(modules(PACKAGE)).prepare()


def test_a_circle_of_types_is_seen(tmp_path):
    losses = tmp_path / "lossedu" / "losses"
    losses.mkdir(parents=True)
    (losses / "base.py").write_text("if TYPE_CHECKING:\n    from lossedu import Tensor")
    (losses.parent / "autodiff.py").write_text("def f():\n    from lossedu.losses.base import Loss")
    with pytest.raises(CycleError) as caught:
        TopologicalSorter(modules(tmp_path / "lossedu")).prepare()
    assert set(caught.value.args[1]) == {"lossedu.autodiff", "lossedu.losses.base"}


def test_importing_lossedu_needs_numpy_alone():
    script = (
        "import json, sys; before = set(sys.modules); import lossedu; lossedu.mse; "
        "print(json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout)) - set(sys.stdlib_module_names)
    assert loaded <= {"lossedu", "numpy"}
