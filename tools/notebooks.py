"""Run the notebooks and store their outputs: `python -m tools.notebooks [--check] [notebook ...]`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import partial
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from lossedu.explore import without_moving_parts
from tools import parts
from tools.alike import keep_stored, picture_difference
from tools.minutes import stated
from tools.pages import ROOT, damaged, learned_in, missing, notebooks

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
README_PICTURE = ROOT / "book" / "_static" / "twin.svg"


def readme_picture() -> str:
    """Return the picture at the top of the README: the squared error above its derivative."""
    from lossedu import mse, plot

    return plot.twin(mse, at=2.0).to_svg()


def derived(what: str, language: str) -> str:
    """Return the source of a derived cell.

    Parameters
    ----------
    what : str
        Kind and name, as in the cell's metadata ``{"lossedu": {"derive": "formula mse"}}``; the kinds are
        formula, exercise, starter and solution, and for a part of the book opens and closes.
    language : str
        The edition: ``en``, or another key of `lossedu.language.LANGUAGES`.
    """
    from lossedu import exercises, losses

    kind, _, name = what.partition(" ")
    match kind:
        case "formula":
            return f'<a id="eq-{name.replace("_", "-")}"></a>\n\n$$\n{getattr(losses, name).formula}\n$$'
        case "exercise":
            return exercises.markdown_prompt(name, language)
        case "starter":
            return exercises.starter(name)
        case "solution":
            return exercises.markdown_solution(name, language)
        case "opens":
            return parts.opening(name, language)
        case "closes":
            return parts.closing(name, language)
    kinds = "formula, exercise, starter, solution, opens or closes"
    raise ValueError(f"unknown kind of derived cell {kind!r} in {what!r}: it is {kinds}")


def stale_cells(notebook: nbformat.NotebookNode, language: str) -> list[tuple[nbformat.NotebookNode, str]]:
    """Return the cells that do not say what is known elsewhere, each with what it should say.

    These are the derived cells, and the first cell, whose line of minutes follows from the page.
    """
    stale = []
    for number, cell in enumerate(notebook.cells, 1):
        if what := cell.metadata.get("lossedu", {}).get("derive"):
            try:
                source = derived(what, language).strip("\n")
            except Exception as error:
                raise ValueError(f"cell {number} ({cell.id}) cannot be filled with {what!r}: {error}") from error
            if cell.source != source:
                stale.append((cell, source))
    for opening in notebook.cells[:1]:
        if opening.source != (source := stated(notebook, language)):
            stale.append((opening, source))
    return stale


def language_of(path: Path) -> str:
    """Return the edition that a notebook belongs to."""
    return path.resolve().relative_to(ROOT / "book").parts[0]


def refresh(path: Path) -> str | None:
    """Fill, run and store one notebook; return what went wrong, or None."""
    notebook = nbformat.read(path, as_version=4)
    for cell, source in stale_cells(notebook, language_of(path)):
        cell.source = source
    before = {cell.id: deepcopy(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"}
    if problem := run(notebook, path.parent, language_of(path)):
        return problem
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = keep_stored(before[cell.id], cell.outputs)
    beside = path.with_suffix(".part")
    nbformat.write(notebook, beside)
    os.replace(beside, path)
    return None


def run(notebook: nbformat.NotebookNode, folder: Path, language: str) -> str | None:
    """Run every cell in a fresh kernel that speaks `language`; return which cell failed and how, or None."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.reset_execution_trackers()
    with client.setup_kernel(env={**os.environ, "LOSSEDU_LANG": language}):
        for number, cell in enumerate(notebook.cells, 1):
            try:
                client.execute_cell(cell, number - 1)
            except CellExecutionError as error:
                return f"cell {number} ({cell.id}): {error.ename}: {error.evalue}"
            except (CellTimeoutError, DeadKernelError) as error:
                return f"cell {number} ({cell.id}): {error}"
            for output in cell.get("outputs", []):
                if "text/html" in output.get("data", {}):  # the script of an explorer is not stored with each of them
                    output.data["text/html"] = without_moving_parts(output.data["text/html"])
    return None


def catch_error(work: Callable[[Path], str | None], path: Path) -> str | None:
    """Return what went wrong in a page's work: one bad page does not keep the others from running."""
    try:
        return work(path)
    except Exception as error:
        return str(error) or type(error).__name__


def check(path: Path) -> str | None:
    """Say which derived cells of a notebook are stale, without running it."""
    stale = stale_cells(nbformat.read(path, as_version=4), language_of(path))
    what = (cell.metadata.get("lossedu", {}).get("derive", "minutes") for cell, _ in stale)
    cells = ", ".join(f"{cell.id} ({derived})" for (cell, _), derived in zip(stale, what))
    return f"stale derived cells, run `make notebooks`: {cells}" if stale else None


def main() -> int:
    """Refresh or check the notebooks named, or all of them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="run nothing; say whether derived cells are fresh")
    parser.add_argument("notebook", nargs="*", type=Path, help="left out: every notebook of the table of contents")
    arguments = parser.parse_args()
    paths = [path.resolve() for path in arguments.notebook] or notebooks()
    if lines := damaged():
        print(*lines, sep="\n", file=sys.stderr)
        return 1
    if not arguments.check:
        for path in filter(missing, paths):
            print(f"{path.relative_to(ROOT)}: left as it is stored, {missing(path)} is not installed here")
        for path in filter(learned_in().__contains__, paths):
            print(f"{path.relative_to(ROOT)}: left as it is, because it was run or answered here; "
                  f"to store it anew, first take that back: git checkout -- {path.relative_to(ROOT)}")
        paths = [path for path in paths if not missing(path) and path not in learned_in()]
    # The kernels run this tree's package, also where it is not installed.
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    failed = 0
    with tempfile.TemporaryDirectory(prefix="lossedu-") as home, ThreadPoolExecutor(2) as pool:
        os.environ["LOSSEDU_HOME"] = home  # not the author's own progress
        results = pool.map(partial(catch_error, check if arguments.check else refresh), paths)
        for number, (path, problem) in enumerate(zip(paths, results, strict=True), 1):
            print(f"[{number}/{len(paths)}] {path.relative_to(ROOT)}: {problem or 'ok'}", flush=True)
            failed += problem is not None
    if not arguments.notebook and not arguments.check:
        if not README_PICTURE.exists() or picture_difference(README_PICTURE.read_text("utf8"), readme_picture()):
            README_PICTURE.write_text(readme_picture(), "utf8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
