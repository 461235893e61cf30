"""Changes of one place in the text of a reference: another axis, a missing term, < for <=, an epsilon.

Each is a generator of sentences and of what stands in place of a node of the syntax tree. To add one, write the
generator and enter it in `CHANGES`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

from lossedu.language import translate

Show: TypeAlias = Callable[[ast.AST], str]
Changes: TypeAlias = Iterator[tuple[str, ast.AST]]


def other_axis(node: ast.AST, show: Show) -> Changes:
    """A sum, mean or maximum over another axis, or without keepdims."""
    if not isinstance(node, ast.Call):
        return
    for i, keyword in enumerate(node.keywords):
        rest = node.keywords[:i] + node.keywords[i + 1:]
        if keyword.arg not in ("axis", "keepdims"):
            yield translate("Your numbers come out when the option {option} of `{function}` is left out.",
                            option=f"`{keyword.arg}`", function=function_name(node)), \
                ast.Call(node.func, node.args, rest)
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant):
            for axis in {0, 1} - {keyword.value.value}:
                other = ast.keyword("axis", ast.Constant(axis))
                yield translate("Your numbers come out when `{function}` runs over axis {axis}. It should run over the "
                                "other axis.", function=function_name(node), axis=axis), \
                    ast.Call(node.func, node.args, [*rest, other])
            yield translate("Your numbers come out when `{function}` runs over the whole table at once. It should run "
                            "over one axis.", function=function_name(node)), ast.Call(node.func, node.args, rest)
        if keyword.arg == "keepdims":
            yield translate("Your numbers come out when `{function}` loses its axis: without keepdims=True, (n, k) "
                            "against (n,) does not compare row with row.", function=function_name(node)), \
                ast.Call(node.func, node.args, rest)


def function_name(node: ast.Call) -> str:
    """The last name of what is called: sum for np.sum and for x.sum."""
    return ast.unparse(node.func).rpartition(".")[2]


def other_function(node: ast.AST, show: Show) -> Changes:
    """A related function of NumPy in place of the right one."""
    if isinstance(node, ast.Attribute):
        for other in RELATED.get(node.attr, ()):
            yield translate("Your numbers come out when `{other}` is used where `{name}` is meant.", other=other,
                            name=node.attr), ast.Attribute(node.value, other, node.ctx)


RELATED = {
    "sum": ("mean", "max", "prod"), "mean": ("sum", "median", "max"), "median": ("mean",), "max": ("min", "mean"),
    "min": ("max",), "minimum": ("maximum",), "argmax": ("argmin",), "argmin": ("argmax",),
    "abs": ("sign", "square"), "sign": ("abs",), "maximum": ("minimum", "add"),
    "log": ("log2", "log10", "log1p"), "log2": ("log", "log10"), "exp": ("exp2", "expm1"), "log1p": ("log",),
    "std": ("var",), "var": ("std",), "sqrt": ("square",), "cos": ("sin",), "ceil": ("floor", "round"),
    "floor": ("ceil",), "tanh": ("sin",), "zeros": ("ones",), "all": ("any",), "any": ("all",), "sort": ("unique",),
}


def left_out_function(node: ast.AST, show: Show) -> Changes:
    """A function of one argument that is not applied."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1 and \
            ast.unparse(node.func.value) == "np":
        yield translate("Your numbers come out when `{function}` is left out.", function=node.func.attr), node.args[0]


def left_out_guard(node: ast.AST, show: Show) -> Changes:
    """A largest or smallest of two that is not taken."""
    if isinstance(node, ast.Call) and function_name(node) in ("max", "min", "maximum", "minimum") and \
            len(node.args) == 2:
        for part in node.args:
            yield translate("Your numbers come out when `{function}` is left out.", function=function_name(node)), part
            yield translate("Your numbers come out when an absolute value is used where `{function}` is meant.",
                            function=function_name(node)), ast.Call(numpy_function("abs"), [part], [])


def left_out_side(node: ast.AST, show: Show) -> Changes:
    """A term or a factor that is missing."""
    if not isinstance(node, ast.BinOp):
        return
    left, right = node.left, node.right
    match node.op:
        case ast.Add() | ast.Sub():
            yield without_term(show(right)), left
            yield without_term(show(left)), right
            if isinstance(node.op, ast.Sub):
                yield without_term(show(left)), ast.UnaryOp(ast.USub(), right)
        case ast.Mult():
            yield without_factor(show(right)), left
            yield without_factor(show(left)), right
        case ast.Div():
            if text := show(right):
                yield translate("Your numbers come out when the division by {part} is left out.", part=text), left
            else:
                yield translate("Your numbers come out when one division is left out."), left
        case ast.Pow():
            yield translate("Your numbers come out when a power is left out."), left
            yield translate("Your numbers come out when an absolute value is used where a square is meant."), \
                ast.Call(numpy_function("abs"), [left], [])
        case ast.BitAnd() | ast.BitOr():
            for side in (left, right):
                yield translate("Your numbers come out when one of two conditions is left out."), side
        case ast.MatMult():
            yield translate("Your numbers come out when two arrays are multiplied entry by entry where a matrix "
                            "product is meant."), ast.BinOp(left, ast.Mult(), right)
            if isinstance(right, ast.Attribute) and right.attr == "T":
                yield translate("Your numbers come out when two arrays are multiplied entry by entry where a matrix "
                                "product is meant."), ast.BinOp(left, ast.Mult(), right.value)


def without_term(text: str) -> str:
    """The sentence on a term that is missing."""
    if text:
        return translate("Your numbers come out when the term {part} is left out.", part=text)
    return translate("Your numbers come out when one term of a sum is left out.")


def without_factor(text: str) -> str:
    """The sentence on a factor that is missing."""
    if text:
        return translate("Your numbers come out when the factor {part} is left out.", part=text)
    return translate("Your numbers come out when one factor of a product is left out.")


def other_operation(node: ast.AST, show: Show) -> Changes:
    """Plus for minus, times for divided by, < for <=."""
    if isinstance(node, ast.BinOp):
        left, right = node.left, node.right
        match node.op:
            case ast.Add():
                yield translate("Your numbers come out when a minus stands where a plus is meant."), \
                    ast.BinOp(left, ast.Sub(), right)
            case ast.Sub():
                yield translate("Your numbers come out when a plus stands where a minus is meant."), \
                    ast.BinOp(left, ast.Add(), right)
            case ast.Mult():
                yield translate("Your numbers come out when a division stands where a product is meant."), \
                    ast.BinOp(left, ast.Div(), right)
                yield translate("Your numbers come out when a plus stands where a product is meant."), \
                    ast.BinOp(left, ast.Add(), right)
            case ast.Div():
                yield translate("Your numbers come out when a product stands where a division is meant."), \
                    ast.BinOp(left, ast.Mult(), right)
                yield translate("Your numbers come out when a division is turned upside down."), \
                    ast.BinOp(right, ast.Div(), left)
                for name in ("sqrt", "square"):
                    yield translate("Your numbers come out when `{function}` is taken of a divisor.", function=name), \
                        ast.BinOp(left, ast.Div(), ast.Call(numpy_function(name), [right], []))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield translate("Your numbers come out when a minus sign is left out."), node.operand
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in BORDERS.get(type(node.ops[0]), ()):
            yield translate("Your numbers come out when a comparison treats its border the other way, < for <= or > "
                            "for >=."), ast.Compare(node.left, [other()], node.comparators)
        for other in TURNED.get(type(node.ops[0]), ()):
            yield translate("Your numbers come out when a comparison is turned round, such as < for > or == for !=."), \
                ast.Compare(node.left, [other()], node.comparators)


BORDERS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE,), ast.LtE: (ast.Lt,), ast.Gt: (ast.GtE,), ast.GtE: (ast.Gt,)}
TURNED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.Gt, ast.GtE), ast.LtE: (ast.GtE, ast.Gt), ast.Gt: (ast.Lt, ast.LtE), ast.GtE: (ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,)}


def other_number(node: ast.AST, show: Show) -> Changes:
    """A constant, or a length, that is off."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        number = node.value
        half = number // 2 if isinstance(number, int) and number % 2 == 0 else number / 2
        for other in dict.fromkeys((number + 1, number - 1, 2 * number, half, -number)):
            if other != number and type(other) is type(number):
                yield translate("Your numbers come out when {other} stands where {number} is meant.",
                                other=f"{other:g}", number=f"{number:g}"), ast.Constant(other)
    if isinstance(node, ast.Call) and (ast.unparse(node.func) == "len"):
        yield translate("Your numbers come out when n - 1 stands where n is meant."), \
            ast.BinOp(node, ast.Sub(), ast.Constant(1))
        yield translate("Your numbers come out when n + 1 stands where n is meant."), \
            ast.BinOp(node, ast.Add(), ast.Constant(1))
    if isinstance(node, ast.Call) and function_name(node) in ("std", "var"):
        yield translate("Your numbers come out when the spread divides by n - 1; here it divides by n."), \
            ast.Call(node.func, node.args, [*node.keywords, ast.keyword("ddof", ast.Constant(1))])


Guards: TypeAlias = Iterator[tuple[Callable[[str], str], ast.AST]]


def guards(node: ast.AST) -> Guards:
    """EPSILON inside a logarithm, a root or below a line, or a value that is kept above it."""
    small = ast.Name("EPSILON", ast.Load())
    if isinstance(node, ast.Call) and function_name(node) in ("log", "log2", "sqrt") and len(node.args) == 1:
        name, inside = function_name(node), node.args[0]
        yield lambda epsilon: translate("Your numbers come out when {epsilon} is added inside `{function}`.",
                                        epsilon=epsilon, function=name), \
            ast.Call(node.func, [ast.BinOp(inside, ast.Add(), small)], [])
        yield lambda epsilon: translate("Your numbers come out when what `{function}` sees is kept above {epsilon}.",
                                        epsilon=epsilon, function=name), \
            ast.Call(node.func, [at_least(inside, small)], [])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        below = ast.BinOp(node.right, ast.Add(), small)
        yield lambda epsilon: translate("Your numbers come out when {epsilon} is added below the line of a division.",
                                        epsilon=epsilon), ast.BinOp(node.left, ast.Div(), below)
        yield lambda epsilon: translate("Your numbers come out when what is below the line of a division is kept above "
                                        "{epsilon}.", epsilon=epsilon), \
            ast.BinOp(node.left, ast.Div(), at_least(node.right, small))
        yield lambda epsilon: translate("Your numbers come out when {epsilon} is added above and below the line of a "
                                        "division.", epsilon=epsilon), \
            ast.BinOp(ast.BinOp(node.left, ast.Add(), small), ast.Div(), below)


def at_least(part: ast.expr, least: ast.expr) -> ast.expr:
    """np.maximum(part, least)."""
    return ast.Call(numpy_function("maximum"), [part, least], [])


def other_branch(node: ast.AST, show: Show) -> Changes:
    """np.where with its branches exchanged, or only one of them."""
    if isinstance(node, ast.Call) and function_name(node) == "where" and len(node.args) == 3:
        condition, yes, no = node.args
        yield translate("Your numbers come out when the two cases are exchanged."), \
            ast.Call(node.func, [condition, no, yes], [])
        yield translate("Your numbers come out when one of the two cases is used everywhere."), yes
        yield translate("Your numbers come out when one of the two cases is used everywhere."), no


def other_order(node: ast.AST, show: Show) -> Changes:
    """A function that is applied too early or too late, such as the log of a mean for the mean of a log."""
    if isinstance(node, ast.Call) and node.args:
        inner, rest = node.args[0], node.args[1:]
        if isinstance(inner, ast.Call) and inner.args:
            swapped = ast.Call(node.func, [inner.args[0], *rest], node.keywords)
            yield translate("Your numbers come out when `{first}` and `{second}` are applied in the other order.",
                            first=function_name(node), second=function_name(inner)), \
                ast.Call(inner.func, [swapped, *inner.args[1:]], inner.keywords)
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
            sides = [ast.Call(node.func, [side, *rest], node.keywords) for side in (inner.left, inner.right)]
            yield translate("Your numbers come out when `{function}` is applied to two parts and they are put together "
                            "after it.", function=function_name(node)), ast.BinOp(sides[0], inner.op, sides[1])
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow):
            yield translate("Your numbers come out when a power is taken after `{function}`, not before it.",
                            function=function_name(node)), \
                ast.BinOp(ast.Call(node.func, [inner.left, *rest], node.keywords), inner.op, inner.right)
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Call) and node.left.args:
        call = node.left
        inside = ast.BinOp(call.args[0], node.op, node.right)
        yield translate("Your numbers come out when `{function}` also covers what should follow it.",
                        function=function_name(call)), ast.Call(call.func, [inside, *call.args[1:]], call.keywords)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(node.left, ast.BinOp):
        powers = [ast.BinOp(side, ast.Pow(), node.right) for side in (node.left.left, node.left.right)]
        yield translate("Your numbers come out when two parts are raised to a power before they are put together."), \
            ast.BinOp(powers[0], node.left.op, powers[1])


def argument_itself(node: ast.AST, show: Show) -> Changes:
    """An argument in place of something that is made of it."""
    if isinstance(node, (ast.BinOp, ast.Call, ast.Subscript)):
        names = dict.fromkeys(ast.unparse(part) for part in ast.walk(node) if isinstance(part, ast.Name) and show(part))
        for name in names:
            if name not in ("np", "len"):
                yield translate("Your numbers come out when `{name}` itself is used where something made of it is "
                                "meant.", name=name), ast.Name(name, ast.Load())


def other_slice(node: ast.AST, show: Show) -> Changes:
    """A transpose, a slice or an accumulation that is missing."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield translate("Your numbers come out when a transpose is left out."), node.value
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
        yield translate("Your numbers come out when the whole of an array is used where a slice of it is meant."), \
            node.value
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and isinstance(node.ctx, ast.Load):
        first, last = node.slice.elts[0], node.slice.elts[-1]
        if any(isinstance(part, ast.Constant) and part.value is None for part in node.slice.elts):
            yield translate("Your numbers come out when [:, None] is left out: (n,) against (n, k) does not compare "
                            "row with row."), node.value
        everything = ast.Slice()
        yield translate("Your numbers come out when an array is indexed along its first axis only."), \
            ast.Subscript(node.value, first, ast.Load())
        yield translate("Your numbers come out when an array is indexed along its last axis only, after a :."), \
            ast.Subscript(node.value, ast.Tuple([everything, last], ast.Load()), ast.Load())
    if isinstance(node, ast.Slice):
        for lower, upper in ((node.lower, ast.Constant(-1)), (ast.Constant(1), node.upper)):
            yield translate("Your numbers come out when a slice leaves out one entry more."), \
                ast.Slice(lower, upper, node.step)
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        yield translate("Your numbers come out when = stands where += is meant: what was there is overwritten."), \
            ast.Assign([node.target], node.value)


def early_return(node: ast.AST, show: Show) -> Changes:
    """A loop that ends too early, or a step that is returned before the last one."""
    if isinstance(node, ast.For) and isinstance(last := node.body[-1], ast.If):
        stopping = ast.If(last.test, [*last.body, ast.Break()], last.orelse)
        yield translate("Your numbers come out when the loop ends at the first case that it treats."), \
            ast.For(node.target, node.iter, [*node.body[:-1], stopping], node.orelse)
    if isinstance(node, ast.FunctionDef):
        for i, statement in enumerate(node.body[:-1]):
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                result = ast.Return(ast.Name(statement.targets[0].id, ast.Load()))
                yield translate("Your numbers are those of a step on the way; the answer needs what comes after it."), \
                    ast.FunctionDef(node.name, node.args, [*node.body[: i + 1], result], [])
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Tuple):
        for part in ast.walk(node.value):
            if isinstance(part, (ast.BinOp, ast.Call, ast.Subscript)) and part is not node.value:
                yield translate("Your numbers are those of a step on the way; the answer needs what comes after it."), \
                    ast.Return(part)


def numpy_function(name: str) -> ast.expr:
    """np.name as a tree."""
    return ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())


# What is left out comes first: it explains best.
CHANGES = (other_axis, left_out_function, left_out_guard, left_out_side, other_operation, other_function, other_branch,
           other_slice, other_order, early_return, argument_itself, other_number)
