"""How the LaTeX of a formula is spelled: its tokens, its statements and their sides."""

import re
from functools import cache

WRAPPER = "hat|bar|tilde|vec|dot|mathbf|mathbb|mathcal|mathrm|boldsymbol|bm|text|operatorname"
TOKEN = re.compile(rf"\\(?:begin|end){{\w+}}|\\(?:{WRAPPER}){{(?:[^{{}}]|{{[^{{}}]*}})*}}"
                   r"|\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S")
TIDY = [  # one spelling for each meaning; spaces and sizes mean nothing
    (r"\\(?:begin|end){(?:aligned|split)}|~|\\(?:left|right)\s*\.|\\displaystyle(?![A-Za-z])", " "),
    (r"\\left\s*\|", r"\\lvert "), (r"\\right\s*\|", r"\\rvert "),
    (r"\\left\s*\\\|", r"\\lVert "), (r"\\right\s*\\\|", r"\\rVert "),
    (r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])", ""),
    (r"\\[td]frac(?![A-Za-z])", r"\\frac"), (r"\\frac\s*(\d)\s*(\d)", r"\\frac{\1}{\2}"),
    (r"([_^])\s*(\d)", r"\1{\2}"),
    (rf"\\({WRAPPER})(?:\s+(?=[A-Za-z])|\s*(?=\\))([A-Za-z]|\\[A-Za-z]+)", r"\\\1{\2}"),
    (r"\\(text|operatorname|mathrm){\s*([^{}]*?)\s*,?\s*}", r"\\\1{\2}"),
    (r"(?:\\q?quad\s*)*&\s*(?:\\q?quad\s*)*", "&"),
    (r"\\leq?(?:slant)?(?![A-Za-z])", r"\\le"), (r"\\geq?(?:slant)?(?![A-Za-z])", r"\\ge"),
    (r"\\neq?(?![A-Za-z])", r"\\ne"),
]
SPACES = (r"\,", r"\;", r"\:", r"\!", "\\ ")
RELATIONS = ("=", r"\ne", "<", ">", r"\le", r"\ge", r"\approx")
BARS = {"|": "|", r"\|": r"\|"}  # these close as they open
BRACKETS = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", r"\lvert": r"\rvert", r"\lVert": r"\rVert",
            r"\begin{cases}": r"\end{cases}"}


class LatexError(ValueError):
    """A formula that cannot be read or computed: what was found, and where."""


@cache
def tokens_of(tex):
    """The formula in tokens, each meaning spelled in one way."""
    for pattern, new in TIDY:
        tex = re.sub(pattern, new, tex)
    tokens = []
    for token in TOKEN.findall(tex):
        if token in SPACES:
            continue
        tokens.append(token if token.startswith(r"\text") else re.sub(r"\s", "", token))
        if token == "}" and tokens[-3:-2] == ["{"] and tokens[-4:-3] in (["_"], ["^"]):
            tokens[-3:] = [tokens[-2]]
    return tuple(tokens)


def text_of(tokens):
    """The tokens as LaTeX: the same text for every spelling of the same formula."""
    text = ""
    for before, token, after in zip(["", *tokens], tokens, [*tokens, ""][1:]):
        if before in ("_", "^") and token.isdigit() and len(token) > 1:
            text += f"{{{token}}}"  # read again, a bare ^10 would be ^{1}0
        else:
            text += token + " " * bool(re.fullmatch(r"\\[A-Za-z]+", token) and after[:1].isalpha())
    return text


def split(tokens, marks):
    """The pieces between marks that stand outside all brackets, and these marks."""
    pieces, found, depth = [[]], [], 0
    for token in tokens:
        depth += (token in BRACKETS) - (token in BRACKETS.values())
        if depth == 0 and token in marks:
            found.append(token)
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces, found


def statements(tex):
    """Each statement as its sides and the relations between them; a row that starts with a relation goes on."""
    joined = []
    for part in split(tokens_of(tex), (r"\\", r"\quad", r"\qquad"))[0]:
        part = [token for token in sum(split(part, "&")[0], []) if token]
        if joined and part and part[0] in {*RELATIONS, "+", "-"}:
            joined[-1] += part
        elif part:
            joined.append(part)
    for tokens in joined:
        pieces, relations = split(tokens[:-1] if tokens[-1] in (",", ".", ";") else tokens, RELATIONS)
        yield [text_of(piece) for piece in pieces], relations


def sides(tex):
    """The sides of one equation, or chain of them, as LaTeX."""
    (only, _), *others = statements(tex)
    if others:
        raise LatexError(f"{len(others) + 1} statements where one was expected: {tex}")
    return only
