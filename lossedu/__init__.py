"""Losses, gradient descent and backpropagation, each written once.

Importing lossedu needs NumPy alone. Modules that need more, such as `plot`, are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from lossedu.dependency_check import need_core, need_pictures

need_core()

from lossedu import losses  # noqa: E402
from lossedu.losses import *  # noqa: E402, F403  every loss, by class and by short name
from lossedu.losses import __all__ as _loss_names  # noqa: E402

__version__ = "0.1.0"

LAZY_MODULES = ("autodiff", "data", "exercises", "explore", "fit", "nn", "optim", "plot")
DRAWING = ("explore", "plot")
LAZY_NAMES = {
    "check": "exercises", "hint": "exercises", "progress": "exercises", "quiz": "exercises", "solution": "exercises",
    "choose": "choosing",
    "gradient_check": "gradcheck",
    "gradient_descent": "optim",
    "Tensor": "autodiff",
}

__all__ = ["losses", *_loss_names, *LAZY_MODULES, *LAZY_NAMES]

if TYPE_CHECKING:  # for type checkers, the names that `__getattr__` imports when they are first used
    from lossedu import autodiff, data, exercises, explore, fit, nn, optim, plot
    from lossedu.autodiff import Tensor
    from lossedu.choosing import choose
    from lossedu.exercises import check, hint, progress, quiz, solution
    from lossedu.gradcheck import gradient_check
    from lossedu.optim import gradient_descent


def __getattr__(name: str) -> object:
    if name in DRAWING:
        need_pictures()  # a missing matplotlib is reported by the first cell of a page, not by its first picture
    if name in LAZY_MODULES:
        return import_module(f"lossedu.{name}")
    if name in LAZY_NAMES:
        return getattr(import_module(f"lossedu.{LAZY_NAMES[name]}"), name)
    raise AttributeError(f"module 'lossedu' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
