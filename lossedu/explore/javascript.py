"""Print what was recorded as JavaScript: a function of named numbers, in which every shared part is computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lossedu.explore.record import REFUSAL, Node

# How tightly an operator binds, and what it is called: an argument that binds less tightly is put into brackets.
INFIX = {
    "logical_or": (1, "||"), "bitwise_or": (1, "||"), "logical_and": (2, "&&"), "bitwise_and": (2, "&&"),
    "equal": (3, "==="), "not_equal": (3, "!=="),
    "greater": (4, ">"), "greater_equal": (4, ">="), "less": (4, "<"), "less_equal": (4, "<="),
    "add": (5, "+"), "subtract": (5, "-"), "multiply": (6, "*"), "divide": (6, "/"),
}
PREFIX = {"negative": "-", "logical_not": "!", "invert": "!", "positive": "+"}
CALLS = {"absolute": "abs", "maximum": "max", "minimum": "min", "power": "pow", "arctan": "atan"} | {
    name: name for name in ("exp", "log", "log1p", "expm1", "sqrt", "hypot", "sign", "floor", "ceil", "sin", "cos",
                            "sinh", "cosh", "tanh")}
CHOICE, PRODUCT, UNARY, WHOLE = 0, 6, 7, 9


def function_of(arguments: Sequence[str], results: Iterable[Node]) -> str:
    """Return a JavaScript function of these arguments that returns the results in a list.

    Examples
    --------
    >>> import numpy as np
    >>> from lossedu.explore.record import symbol
    >>> x = symbol("x")
    >>> root = np.sqrt(x)
    >>> function_of(["x"], [(root + 1 / root).nodes.item()])
    '(x)=>{const t0=Math.sqrt(x);return[t0+1/t0]}'
    """
    results = list(results)
    printer = Printer(results)
    answers = ",".join(printer.text(result, CHOICE) for result in results)
    shared = f"const {','.join(printer.lines)};" if printer.lines else ""
    return f"({','.join(arguments)})=>{{{shared}return[{answers}]}}"


class Printer:
    """Prints nodes; what is used more than once becomes a line of its own."""

    def __init__(self, results: Sequence[Node]) -> None:
        self.uses: Counter[Node] = Counter()
        self.names: dict[Node, str] = {}
        self.lines: list[str] = []
        for result in results:
            self.count(result)

    def count(self, one: Node) -> None:
        """Count how often each node is used."""
        self.uses[one] += 1
        if self.uses[one] == 1 and one.function not in ("symbol", "number"):
            for argument in one.arguments:
                self.count(argument)

    def text(self, one: Node, binding: int) -> str:
        """Return a node as a part of an expression whose operator binds as tightly as `binding` says."""
        if one.function == "symbol":
            return str(one.arguments[0])
        if one.function == "number":
            return negative_in_brackets(literal(float(one.arguments[0])))
        if one not in self.names:
            own, written = self.operation(one)
            if self.uses[one] == 1:
                return f"({written})" if own < binding else written
            self.names[one] = f"t{len(self.names)}"
            self.lines.append(f"{self.names[one]}={written}")
        return self.names[one]

    def operation(self, one: Node) -> tuple[int, str]:
        """Return how tightly a function binds, and its text."""
        function, arguments = one.function, one.arguments
        if function in INFIX:
            own, sign = INFIX[function]
            left, right = self.text(arguments[0], own), self.text(arguments[1], own + 1)
            return own, f"{left}{sign}{f'({right})' if right.startswith('-') else right}"
        if function in PREFIX:
            # -(-x) keeps its brackets, because -- is another operator.
            return UNARY, f"{PREFIX[function]}{self.text(arguments[0], UNARY + 1)}"
        if function == "where":
            asked, yes, no = arguments
            return CHOICE, f"{self.text(asked, CHOICE + 1)}?{self.text(yes, CHOICE)}:{self.text(no, CHOICE)}"
        if function in CALLS:
            return WHOLE, f"Math.{CALLS[function]}({','.join(self.text(a, CHOICE) for a in arguments)})"
        written = [self.text(argument, UNARY) for argument in arguments]
        if function == "copysign":  # -0 has the sign of a negative number, and only a division shows it
            return PRODUCT, f"(1/{written[1]}<0||{written[1]}<0?-1:1)*Math.abs({written[0]})"
        if function == "reciprocal":
            return PRODUCT, f"1/{written[0]}"
        if function == "isnan":
            return WHOLE, f"Number.isNaN({written[0]})"
        if function == "isinf":
            return WHOLE, f"(Math.abs({written[0]})===Infinity)"
        if function == "isfinite":
            return WHOLE, f"Number.isFinite({written[0]})"
        raise TypeError(f"{REFUSAL}: numpy.{function}")


def literal(value: float) -> str:
    """Return a number as JavaScript writes it, to the last bit."""
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    short = repr(value)
    return short.removesuffix(".0")


def negative_in_brackets(text: str) -> str:
    """Keep two signs apart that would be one operator."""
    return f"({text})" if text.startswith("-") else text
