"""A program of tensors as a graph that steps through itself: values forward, slopes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lossedu.explore.explorer import Explorer
from lossedu.explore.program import Program, program_lines, walked
from lossedu.plot.graph import Box, drawing
from lossedu.plot.lines import number
from lossedu.plot.rows import in_rows


def graph(program: Program, inputs: Mapping[str, float], *, weights: Sequence[str] = (),
          span: tuple[float, float] = (-3.0, 3.0), step: float = 0.05) -> Explorer:
    """Step through a program: each line computes its value, and then each sends its slope back to what it used.

    Parameters
    ----------
    program : callable
        Takes a tensor for each input, and returns its lines in order: what each says, such as "a = x²", and its tensor.
        Or it returns its result alone, as any function of tensors does; each operation of the engine is then a line.
    inputs : dict of str to float
        What the inputs are called, and their values to begin with; each can be dragged.
    weights : sequence of str
        Inputs that stand below the graph, without wires, because there are many of them.
    span : (float, float)
        From where to where an input can be dragged.
    step : float
        How far an arrow key moves an input.

    Returns
    -------
    Explorer
        Buttons for the next line, the line before, the end and the beginning.

    Raises
    ------
    ValueError
        If the program has no line, or a weight is no input, or a value lies outside the span.
    TypeError
        If the program does what cannot be recorded.

    Examples
    --------
    >>> graph(lambda x: {"a = x²": x * x}, {"x": 0.5})
    explorer: the graph of 1 line from x = 0.5, step by step
    >>> graph(lambda w, x: (w * x - 1) ** 2, {"w": 2, "x": 0.5}).table["lines"][-1]["text"]
    'c = b²'
    """
    lines = program_lines(program, list(inputs))
    if not lines:
        raise ValueError("the program returns no lines; return a dict of what each line says and its tensor")
    if unknown := set(weights) - set(inputs):
        raise ValueError(f"the weights {', '.join(sorted(unknown))} are no inputs; the inputs are {', '.join(inputs)}")
    if outside := [name for name, value in inputs.items() if not span[0] <= value <= span[1]]:
        raise ValueError(f"{', '.join(outside)} begin outside the span from {span[0]:g} to {span[1]:g}; widen it")
    given = [{"name": name, "value": value, "least": span[0], "most": span[1], "step": step}
             for name, value in inputs.items()]
    values, slopes = walked(lines, inputs)
    used: dict[str, list[str]] = {name: [] for name in inputs if name not in weights}
    used |= {line.name: line.inputs for line in lines}
    texts = {line.name: line.text for line in lines}
    names = [*used]
    boxes = {name: Box(texts.get(name, name), [names.index(one) for one in used.get(name, []) if one in used],
                       number(values[name]), number(slopes[name]) if name in slopes else "")
             for name in [*used, *weights]}
    rows = in_rows([boxes[name].uses for name in names])
    table = {"inputs": given, "lines": [line.entry() for line in lines], "small": list(weights),
             "boxes": dict(zip(names, rows.places, strict=True)), "wide": rows.wide, "tall": rows.tall,
             "wires": [(names[one], names[end], path) for one, end, path in rows.wires]}
    begin = ", ".join(f"{name} = {value:g}" for name, value in inputs.items())
    shows = f"the graph of {len(lines)} line{'s' if len(lines) > 1 else ''} from {begin}, step by step"
    return Explorer("graph", shows, table, drawing([boxes[one] for one in names], [boxes[one] for one in weights]))
