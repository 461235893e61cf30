"""PyTorch's losses, as the page that trains a network prints them, and what pages say of PyTorch's gradients."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

BOOK = Path(__file__).parents[2] / "book"
PAGES = sorted(BOOK.glob("*/backpropagation/train-a-network.ipynb"))


def code_until(file, name):
    """The page's code up to the cell that assigns `name`, and the value it assigns."""
    cells = []
    for cell in json.loads(file.read_text("utf8"))["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            for statement in ast.parse(source).body:
                if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == name:
                    return cells, ast.literal_eval(statement.value)
            cells.append(source)
    raise AssertionError(f"no cell of {file.relative_to(BOOK)} assigns {name}")


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.parts[-3])
def test_the_page_prints_the_losses_of_pytorch(file):
    torch = pytest.importorskip("torch")
    cells, printed = code_until(file, "pytorch")
    shown = {}
    for cell in cells:
        exec(cell, shown)  # the page itself sets up images, labels, batches and the weights at the start
    W, b, V, c = parameters = [torch.tensor(knob, requires_grad=True) for knob in shown["drawn"]()]
    descent, losses = torch.optim.SGD(parameters, 0.3), []
    for rows in shown["batches"]:
        descent.zero_grad()
        logits = torch.relu(torch.tensor(shown["images"][rows]) @ W + b) @ V + c
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(shown["labels"][rows]))
        loss.backward()
        descent.step()
        losses.append(loss.item())
    assert len(printed) >= 4 and max(printed) == len(losses) - 1
    for step, loss in printed.items():
        assert loss == pytest.approx(losses[step], rel=1e-12)
    np.testing.assert_allclose(shown["ours"], losses, rtol=1e-12)


def test_pytorch_adds_to_a_gradient_that_is_there():
    torch = pytest.importorskip("torch")
    w = torch.tensor(3.0, requires_grad=True)
    for expected in (6.0, 12.0):
        (w * w).backward()
        assert w.grad.item() == expected
