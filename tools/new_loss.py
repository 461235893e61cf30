"""Start a loss: `python -m tools.new_loss squared_share scoring` writes one that works, with marks where you go on."""

from __future__ import annotations

import argparse
import ast
import keyword
import re
import sys
import textwrap
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import lossedu
from tools.new import TO_WRITE, write
from tools.pages import ROOT

NAME = re.compile(r"[a-z]+(_[a-z]+)*")
INSTANCES = re.compile(r"^(\w+ = )+\w+\(\)$", re.M)
ALL = re.compile(r"^__all__ = (\[[^]]*\])", re.M)
INDENT = "    "

CLASS = '''@dataclass(frozen=True)
class {kind}({base}):
    """{what} {mark}: in place of this line, what it measures.

{takes}

    Examples
    --------
    >>> {name} = {kind}()
{example}
    """

    name = "{name}"
{body}


'''

RECORD = '''"""What the tests know about {name} from other sources than the package."""

{imports}import lossedu
from tests.losses.cases.case import Case
from tests.losses.cases.symbols import {symbols}

# {mark}: the same loss by another hand; case.py explains each entry.
CASE = Case(
    lossedu.{kind},
{record}
)
'''


@dataclass(frozen=True)
class Scaffold:
    """The loss that a family begins with: it is right as written, and its lines are there to be replaced.

    Attributes
    ----------
    base : str
        The class that it inherits from.
    like : str
        A loss that answers the same question; the guide recommends the new one beside it.
    what, takes : str
        What it is, and which numbers it takes, for its docstring.
    example : str
        A number worked by hand, with NAME for the name of the loss.
    body : str
        The other lines of its class.
    record, symbols : str
        The entries of its record, and the symbols that they are written in.
    imports : str
        What its record imports from elsewhere.
    """

    base: str
    like: str
    what: str
    takes: str
    example: str
    body: str
    record: str
    symbols: str
    imports: str = ""

    def fill(self, template: str, name: str) -> str:
        """Return the class or the record of a loss of this name."""
        pieces = {piece: text.replace("NAME", name).strip("\n") for piece, text in vars(self).items()}
        pieces["imports"] = self.imports
        return template.format(**pieces, name=name, kind=class_of(name), mark=TO_WRITE)


SCAFFOLDS = {
    "regression": Scaffold(
        base="DistanceLoss",
        like="mse",
        what="Half the squared residual.",
        takes="    Targets and predictions: any real numbers, of one shape.",
        example="""
    >>> NAME.each([1.0, 2.0], [1.0, 4.0]).tolist()
    [0.0, 2.0]
    >>> NAME.derivative([1.0, 2.0], [1.0, 4.0]).tolist()
    [0.0, 2.0]
""",
        body=r'''
    formula = r"\ell(y, \hat{y}) = \frac{1}{2} (y - \hat{y})^2"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=True, smooth="C∞", lipschitz=None,
                    best_constant="mean", likelihood="Gaussian")

    def of_residual(self, r):
        return r * r / 2, r

    def curvature_of_residual(self, r):
        return np.ones_like(r)
''',
        record="""
    symbolic=lambda: r**2 / 2,
    exact=lambda r: (r**2 / 2, r),
    by_hand=[
        (lossedu.NAME, 3.0, 1.0, 2, -2),
    ],
    likelihood=("Gaussian", lambda loss, y, p: stats.norm.logpdf(y, p)),
""",
        symbols="r",
        imports="from scipy import stats\n\n"),
    "margin": Scaffold(
        base="MarginLoss",
        like="squared_hinge",
        what="Half the squared shortfall of the margin from 1.",
        takes="""
    Targets: labels -1 and +1. Predictions: scores, any real numbers.

    Raises
    ------
    ValueError
        When a label is neither -1 nor +1.
""",
        example="""
    >>> NAME.each([1, 1], [2.0, -1.0]).tolist()
    [0.0, 2.0]
    >>> NAME.derivative([1, 1], [2.0, -1.0]).tolist()
    [0.0, -2.0]
""",
        body=r'''
    formula = r"\ell(y, s) = \frac{1}{2} \left( \max(0, 1 - y s) \right)^2"
    traits = Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C1", lipschitz=None,
                    best_constant="2q - 1 for a share q of +1", proper="strictly")

    def of_margin(self, a):
        short = np.minimum(a - 1, 0)
        return short * short / 2, short

    def curvature_of_margin(self, a):
        return np.where(a < 1, np.ones_like(a), 0)

    def best_score(self, q):
        return 2 * q - 1
''',
        record="""
    symbolic=lambda: positive(1 - y * p) ** 2 / 2,
    exact=lambda a: (max(1 - a, 0) ** 2 / 2, -max(1 - a, 0)),
    by_hand=[
        (lossedu.NAME, 1.0, -1.0, 2, -2),
    ],
    forecast=lambda s: (1 + s) / 2,
""",
        symbols="p, positive, y"),
    "scoring": Scaffold(
        base="BernoulliLoss",
        like="brier",
        what="Half the squared error of a probability.",
        takes="""
    Targets: labels 0 and 1, or probabilities in [0, 1]. Predictions: probabilities in [0, 1].

    Raises
    ------
    ValueError
        When a target or a prediction lies outside [0, 1].
""",
        example="""
    >>> NAME.each([1, 0], [0.5, 0.0]).tolist()
    [0.125, 0.0]
    >>> NAME.derivative([1, 0], [0.5, 0.0]).tolist()
    [-0.5, 0.0]
""",
        body=r'''
    formula = r"\ell(y, \hat{y}) = \frac{1}{2} (y - \hat{y})^2"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=True, smooth="C∞", lipschitz=1.0,
                    best_constant="share of ones", proper="strictly")
    prediction_domain = PROBABILITIES

    def of(self, y, p):
        r = p - y
        return r * r / 2, r

    def curvature_of(self, y, p):
        return np.ones_like(p)

    def minimiser(self, y_true, weight=None) -> float:
        """Best constant: the share of ones."""
        return self.share(y_true, weight)
''',
        record="""
    symbolic=lambda: r**2 / 2,
    exact=lambda y, p: ((p - y) ** 2 / 2, p - y),
    by_hand=[
        (lossedu.NAME, 1.0, 0.5, 0.125, -0.5),
    ],
    forecast=lambda p: p,
    outside=[
        (lossedu.NAME, [1], [-0.5], "y_pred must be probabilities.*holds -0.5"),
    ],
""",
        symbols="r"),
    "crossentropy": Scaffold(
        base="CategoricalLoss",
        like="cross_entropy",
        what="Squared error of a row of class probabilities.",
        takes="""
    Targets: labels 0..k-1 of shape (...), or rows (..., k) of probabilities in [0, 1], each with the sum 1, one-hot
    among them. Predictions: rows (..., k) of probabilities in [0, 1], each with the sum 1.

    Raises
    ------
    ValueError
        When rows do not sum to 1, labels are out of range, or shapes do not fit.
""",
        example="""
    >>> NAME.each([0], [[0.5, 0.5]]).tolist()
    [0.5]
    >>> NAME.derivative([0], [[0.5, 0.5]]).tolist()
    [[-1.0, 1.0]]
""",
        body=r'''
    formula = r"\ell(y, \hat{y}) = \sum_{k=1}^{C} (y_k - \hat{y}_k)^2"
    traits = Traits(convex=True, strictly_convex=True, strongly_convex=True, smooth="C∞", lipschitz=8**0.5,
                    best_constant="class frequencies", proper="strictly")
    prediction_domain = SIMPLEX

    def of_rows(self, y, p):
        r = p - (one_hot(y, p.shape[1], p.dtype) if y.ndim == 1 else y)
        return (r * r).sum(axis=1), 2 * r

    def minimiser(self, y_true, weight=None, classes=None) -> np.ndarray:
        """Best constant row: the class frequencies; `classes` counts those that labels may not show."""
        return self.frequencies(y_true, weight, classes)
''',
        record="""
    of_row=sum((a - b) ** 2 for a, b in zip(Y, P, strict=True)),
    by_hand=[
        (lossedu.NAME, [0], [[0.5, 0.5]], 0.5, [[-1, 1]]),
    ],
    forecast=lambda rows: rows,
""",
        symbols="P, Y"),
}


def class_of(name: str) -> str:
    """Return the name of the class of a loss: ``SquaredShare`` for ``squared_share``."""
    return "".join(part.capitalize() for part in name.split("_"))


def with_class(text: str, name: str, scaffold: Scaffold) -> str:
    """Return the file of a family with one more class, and one more loss made of it."""
    first = INSTANCES.search(text).start()
    text = f"{text[:first]}{scaffold.fill(CLASS, name)}{text[first:]}{name} = {class_of(name)}()\n"
    return with_names(text, class_of(name), name)


def with_names(text: str, *names: str) -> str:
    """Return the file of a family with more names in its `__all__`, in the order that classes come first."""
    found = ALL.search(text)
    every = sorted({*ast.literal_eval(found[1]), *names}, key=lambda one: (one.islower(), one))
    body = textwrap.fill(", ".join(f'"{one}"' for one in every), 116, initial_indent=INDENT, subsequent_indent=INDENT)
    return f"{text[:found.start(1)]}[\n{body},\n]{text[found.end(1):]}"


def with_advice(text: str, name: str, like: str) -> str:
    """Return the guide with the loss recommended beside one that answers the same question."""
    mark = f"# {TO_WRITE}: does {name} belong here? Move it to the answer whose promise it keeps."
    return re.sub(rf"^( *)(Advice\(\[[^]]*\blosses\.{like}\b[^]]*)\]", rf"\1{mark}\n\1\2, losses.{name}]", text,
                  count=1, flags=re.M)


def check_name(name: str, family: str) -> None:
    """Leave with a sentence that says what to do, unless the name and the family can be."""
    if family not in SCAFFOLDS:
        raise SystemExit(f"a loss cannot be started in a family {family!r}; choose one of {', '.join(SCAFFOLDS)}, or "
                         "write it by hand after the class of lossedu/losses that is nearest to it")
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise SystemExit(f"{name!r} is no name for a loss; write lower-case words with _ between them, "
                         "such as squared_share")
    module = import_module(f"lossedu.losses.{family}")
    for taken in (name, class_of(name)):
        if taken in lossedu.__all__ or hasattr(module, taken):
            raise SystemExit(f"lossedu has a name {taken} already; choose another name for the loss")
    if record_file(name).exists():
        raise SystemExit(f"{record_file(name).relative_to(ROOT).as_posix()} exists already; "
                         "choose another name for the loss")


def record_file(name: str) -> Path:
    """Return the file of the record."""
    return ROOT / "tests" / "losses" / "cases" / f"{name}.py"


def new_loss(name: str, family: str) -> None:
    """Write the class and its record, and enter the loss in the guide."""
    check_name(name, family)
    scaffold = SCAFFOLDS[family]
    family_file = ROOT / "lossedu" / "losses" / f"{family}.py"
    guide = ROOT / "lossedu" / "choosing" / "guide.py"
    texts = {
        family_file: with_class(family_file.read_text("utf8"), name, scaffold),
        guide: with_advice(guide.read_text("utf8"), name, scaffold.like),
        record_file(name): scaffold.fill(RECORD, name),
    }
    for file, text in texts.items():
        write(file, text)
    print(f"Next: fill in each {TO_WRITE}, then run `make notebooks` and `make test`.")


def main() -> None:
    """Start the loss that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="its short name, such as squared_share")
    parser.add_argument("family", help=f"the file of lossedu/losses that it belongs to: {', '.join(SCAFFOLDS)}")
    arguments = parser.parse_args()
    new_loss(arguments.name, arguments.family)


if __name__ == "__main__":
    sys.exit(main())
