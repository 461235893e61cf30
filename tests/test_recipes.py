"""The recipes of CONTRIBUTING are performed in a copy of the project, and what they produce is run there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import notebooks
from tools.new import TO_WRITE, new_page
from tools.new_loss import class_of, new_loss
from tools.pages import ROOT, git

# Files that commands write from others, so that nobody edits them for a recipe, each with the command.
DERIVED = {
    "book/en/back/api.md": "python -m tools.back_matter",
    "book/en/back/exercises.md": "python -m tools.back_matter",
    "book/en/practice/choosing.ipynb": "make notebooks: its outputs show the guide and count the losses",
    "lossedu/locale/*/LC_MESSAGES/*.[pm]o": "make messages; translations may follow later",
}
CACHES = {"__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", "_build"}


class Copy:
    """A copy of the project, in which commands are run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before = self.files()

    def files(self) -> dict[str, bytes]:
        """Return what each file holds, but for caches."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in found
                if not CACHES.intersection(path.parts)}

    def changed(self) -> set[str]:
        """Return the files that are new, changed or gone since the beginning, but for those that commands derive."""
        now = self.files()
        names = {name for name in now.keys() | self.before.keys() if now.get(name) != self.before.get(name)}
        return {name for name in names if not any(fnmatch(name, pattern) for pattern in DERIVED)}

    def fill_in(self) -> None:
        """Put something in the place of each mark that waits for a writer, as the person who follows a recipe does."""
        for name in self.changed():
            path = self.root / name
            path.write_text(path.read_text("utf8").replace(TO_WRITE, "Written"), "utf8")

    def python(self, *arguments: str) -> str:
        """Run Python; return what it says, or fail with it."""
        environment = os.environ | {"PYTHONPATH": str(self.root)}
        done = subprocess.run([sys.executable, *arguments], cwd=self.root, env=environment, capture_output=True,
                              text=True, encoding="utf8", timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *command: str) -> str:
        """Run a Python module."""
        return self.python("-m", *command)

    def test(self, *choice: str) -> str:
        """Run tests in one process and without a cache."""
        return self.run("pytest", "-n", "0", "-q", "-p", "no:cacheprovider", *choice)

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a text that a file must hold."""
        path = self.root / file
        text = path.read_text("utf8")
        assert old in text
        path.write_text(text.replace(old, new), "utf8")


@pytest.fixture
def copy(tmp_path):
    listed = git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    if not listed:
        pytest.skip("the course came without its history, so it cannot be told which files belong to it")
    for name in listed:
        if (ROOT / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return Copy(tmp_path)


def test_a_derived_file_exists(copy):
    """A pattern that fits no file would hide nothing today, and something else tomorrow."""
    assert [pattern for pattern in DERIVED if not any(fnmatch(name, pattern) for name in copy.before)] == []


# One loss for each family that a loss can be started in: its name, its class, and a line that would make it wrong.
LOSSES = {
    "regression": ("trial_residual", "return r * r / 2, r", "return r * r / 2, 2 * r"),
    "margin": ("trial_margin", "return short * short / 2, short", "return short * short / 2, -short"),
    "scoring": ("trial_score", "return r * r / 2, r", "return r * r / 2, r / 2"),
    "crossentropy": ("trial_row", "return (r * r).sum(axis=1), 2 * r", "return (r * r).sum(axis=1), r"),
}
TESTS_OF_A_LOSS = ("tests/losses", "tests/equations/test_formulas.py", "tests/plot/test_losses.py")
CHOSEN = "trial or Trial or record or listed or exported or forecast"  # what runs on them, and what counts all losses


def test_a_loss_takes_three_files(copy):
    original, takes = copy.before, set()
    for family, (name, _, _) in LOSSES.items():
        copy.before = copy.files()
        said = copy.run("tools.new_loss", name, family)
        assert copy.changed() == {f"lossedu/losses/{family}.py", "lossedu/choosing/guide.py",
                                  f"tests/losses/cases/{name}.py"}
        assert copy.changed() == {line.removeprefix("wrote ") for line in said.splitlines()[:-1]}
        takes |= copy.changed()
    with pytest.raises(AssertionError, match="test_nothing_is_left_to_write") as left:
        copy.test("tests/course/test_belonging.py", "-k", "left_to_write")
    assert [file for file in takes if file not in str(left.value)] == []
    copy.before = original
    copy.fill_in()
    copy.run("tools.back_matter")
    copy.run("tools.notebooks", "book/en/practice/choosing.ipynb")
    assert copy.changed() == takes, "the recipe takes more files than the command writes"
    copy.run("ruff", "check", ".")
    copy.test(*TESTS_OF_A_LOSS, "-k", CHOSEN)
    copy.test("tests/choosing", "tests/course/test_belonging.py", "tests/book/test_back.py", "lossedu/losses",
              "lossedu/choosing")
    for family, (_, right, wrong) in LOSSES.items():
        copy.replace(f"lossedu/losses/{family}.py", right, wrong)
    with pytest.raises(AssertionError) as refused:
        copy.test("tests/losses/test_gradients.py", "-k", "Trial")
    for name, _, _ in LOSSES.values():
        assert f"test_gradient_of_the_mean_is_its_centred_difference[{class_of(name)}()-plain]" in str(refused.value)


@pytest.mark.parametrize(("name", "family", "said"), [
    ("huber", "regression", "lossedu has a name huber already"), ("plot", "margin", "has a name plot already"),
    ("log_cosh", "margin", "has a name log_cosh already"), ("loss", "regression", "has a name Loss already"),
    ("log", "regression", "has a name log already"), ("case", "margin", "tests/losses/cases/case.py exists already"),
    ("Cubic", "regression", "'Cubic' is no name for a loss; write lower-case words"),
    ("half-square", "regression", "is no name for a loss"), ("lambda", "regression", "is no name for a loss"),
    ("half2", "regression", "is no name for a loss"), ("_half", "regression", "is no name for a loss"),
    ("half_square", "regresion", "in a family 'regresion'; choose one of regression, margin, scoring, crossentropy"),
    ("half_square", "overlap", "write it by hand after the class of lossedu/losses that is nearest"),
])
def test_a_loss_that_cannot_be_is_refused(name, family, said):
    with pytest.raises(SystemExit, match=said):
        new_loss(name, family)


PAGE = ("book/en/regression/trial-page.ipynb", "lossedu/course/regression/trial_page.py",
        "tests/course/regression/trial_page.py")


def test_a_page_takes_three_files(copy):
    said = copy.run("tools.new", "regression/trial-page")
    assert [line.removeprefix("wrote ") for line in said.splitlines() if line.startswith("wrote")] == list(PAGE)
    with pytest.raises(AssertionError, match="test_nothing_is_left_to_write"):
        copy.test("tests/course/test_belonging.py", "-k", "left_to_write")
    copy.fill_in()
    copy.run("tools.messages")
    copy.run("tools.notebooks", PAGE[0])
    copy.run("tools.back_matter")
    # The command entered it in the contents, and let the page before lead to it.
    assert copy.changed() == {*PAGE, "_toc.yml", "book/en/regression/robust.ipynb"}
    copy.test("tests/course/test_belonging.py", "tests/book/test_back.py", "tests/book/test_pages.py",
              "tests/exercises/test_course.py", PAGE[0],
              "-k", "belong or fresh or left_to_write or trial-page or trial_page or robust or toc")
    copy.run("ruff", "check", ".")


@pytest.mark.parametrize(("name", "said"), [
    ("nowhere/page", "the book has no part 'nowhere'; its parts are"), ("regression/mse", "a page called mse already"),
    ("Page", "is no name for a page"), ("regression/two__lines", "is no name for a page"), ("back/x", "has no part"),
])
def test_a_name_that_cannot_be_is_refused(name, said):
    with pytest.raises(SystemExit, match=said):
        new_page(name)


EXERCISE = '''

@exercise(title="Count the samples", points=1, hints=["What do you count?", "Each sample has one target.",
                                                        "An array has a length."])
def number_of_samples(y_true: Array, y_pred: Array) -> int:
    """Return how many samples there are, one whole number."""
    return len(y_true)


number_of_samples.inputs(pairs)
number_of_samples.mistake("You counted both arrays.", lambda y, p: len(y) + len(p))
number_of_samples.mistake("You began to count at 0.", lambda y, p: len(y) - 1)
number_of_samples.mistake("You counted one too many.", lambda y, p: len(y) + 1)
'''


def test_an_exercise_is_written_in_one_file_and_asked_on_its_page(copy):
    module = copy.root / "lossedu/course/regression/mse.py"
    module.write_text(module.read_text("utf8") + EXERCISE, "utf8")
    with pytest.raises(AssertionError, match="mse has no cell exercise number_of_samples"):
        copy.test("tests/course/test_belonging.py", "-k", "everything_belongs")
    page = copy.root / "book/en/regression/mse.ipynb"
    notebook = nbformat.read(page, as_version=4)
    kinds = {"exercise": new_markdown_cell, "starter": new_code_cell, "solution": new_markdown_cell}
    notebook.cells[-1:-1] = [new("filled", metadata={"lossedu": {"derive": f"{part} number_of_samples"}})
                             for part, new in kinds.items()]
    nbformat.write(notebook, page)
    copy.run("tools.messages")
    copy.run("tools.notebooks", "book/en/regression/mse.ipynb")
    copy.run("tools.back_matter")
    assert copy.changed() == {"lossedu/course/regression/mse.py", "book/en/regression/mse.ipynb"}
    copy.test("tests/course/test_belonging.py", "tests/exercises/test_course.py", "tests/book/test_pages.py",
              "-k", "belong or fresh or number_of_samples or regression/mse")


def test_a_language_takes_its_folder_and_one_line(copy):
    copy.replace("lossedu/language.py", '    "zh": Language',
                 '    "de": Language("Deutsch", "German", "Weiter", "{} Minuten zum Lesen", ", {} zum Üben", "."),\n'
                 '    "zh": Language')
    folder = copy.root / "book" / "de"
    folder.mkdir()
    says = new_code_cell("from lossedu.language import current_language\ncurrent_language()")
    first = new_notebook(cells=[new_markdown_cell("# Verluste, von Anfang an"), says], metadata=notebooks.METADATA)
    nbformat.write(first, folder / "index.ipynb")
    copy.run("tools.messages")
    copy.run("tools.notebooks", "book/de/index.ipynb")
    assert "'de'" in (folder / "index.ipynb").read_text("utf8")
    assert copy.changed() == {"lossedu/language.py", "book/de/index.ipynb"}
    # The notebook itself is compared in its own language, too.
    copy.test("book/de/index.ipynb", "tests/book/test_pages.py", "tests/course/test_belonging.py",
              "tests/exercises/test_language.py", "-k", "index.ipynb or line_of_its_own or toc or belong or language")
    said = copy.python("-c", "from tools.build import build; raise SystemExit(not build('de'))")
    assert "The de edition lacks" in said and "regression/mse" in said


PICTURE = {
    "lossedu/explore/scripts/trial.js": """// One number that can be moved.
function trial(figure, { value }) {
  mount(figure, { value }, {
    draw: (state) => ({
      height: 40, svg: text(20, 20, number(state.value), "loss"), said: number(state.value),
      holds: [{ key: "one", at: [20, 30], along: "x", role: "data", name: words.answer, now: state.value, least: 0,
        most: 9, says: number(state.value), drag: () => {}, nudge: (d) => { state.value += d; } }],
      numbers: [["one", words.answer, "", state.value, "loss"]],
    }),
  });
}
""",
    "lossedu/explore/trial.py": """\"\"\"One number that can be moved.\"\"\"

from lossedu import plot
from lossedu.explore.explorer import Explorer


def trial(value: float) -> Explorer:
    \"\"\"Move a number.\"\"\"
    return Explorer("trial", "a number", {"value": value}, plot.new_figure(shows="a number")[0])
""",
}


def test_a_kind_of_picture_takes_one_pair(copy, browser):
    for file, text in PICTURE.items():
        (copy.root / file).write_text(text, "utf8")
    assert copy.changed() == set(PICTURE)
    copy.test("tests/course/test_belonging.py", "-k", "kind")
    html = copy.python("-c", "from lossedu.explore.trial import trial; print(trial(3)._repr_html_())")
    page = browser.new_page()
    page.set_content(html)
    page.locator("[data-hold=one]").press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-value=one]').textContent === '4'", timeout=5000)
    page.close()
    (copy.root / "lossedu/explore/trial.py").unlink()
    with pytest.raises(AssertionError, match="trial"):
        copy.test("tests/course/test_belonging.py", "-k", "kind")
