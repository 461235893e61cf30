"""Losses, gradient descent and backpropagation, each written once.

Importing lossedu needs NumPy alone; rooms that need more, such as pictures, are opened when first used.
"""

from importlib import import_module

from lossedu.requirements import need_core, need_pictures

need_core()

from lossedu import losses  # noqa: E402
from lossedu.losses import *  # noqa: E402, F403  every loss, by class and by short name
from lossedu.losses import __all__ as _loss_names  # noqa: E402

__version__ = "0.1.0"

ROOMS = ("autodiff", "data", "exercises", "explore", "fit", "nn", "optim", "plot")
DRAWING = ("explore", "plot")
ELSEWHERE = {
    "check": "exercises", "hint": "exercises", "progress": "exercises", "quiz": "exercises", "solution": "exercises",
    "choose": "choosing",
    "gradient_check": "gradcheck",
    "gradient_descent": "optim",
    "Tensor": "autodiff",
}

__all__ = ["losses", *_loss_names, *ROOMS, *ELSEWHERE]


def __getattr__(name):
    if name in DRAWING:
        need_pictures()  # here, in the first cell of a page, rather than at its first picture
    if name in ROOMS:
        return import_module(f"lossedu.{name}")
    if name in ELSEWHERE:
        return getattr(import_module(f"lossedu.{ELSEWHERE[name]}"), name)
    raise AttributeError(f"module 'lossedu' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
