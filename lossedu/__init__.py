"""Losses, gradient descent and backpropagation, each written once.

Importing lossedu needs NumPy alone. The losses, and the modules that need more, such as `plot`, are imported when they
are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lossedu.dependency_check import need_core, need_pictures

need_core()

__version__ = "0.1.0"

LAZY_MODULES = ("autodiff", "data", "exercises", "explore", "fit", "losses", "nn", "optim", "plot")
DRAWING = ("explore", "plot")
LAZY_NAMES = {
    "check": "exercises", "hint": "exercises", "next": "exercises", "progress": "exercises", "quiz": "exercises",
    "solution": "exercises", "thread": "exercises",
    "choose": "choosing",
    "gradient_check": "gradcheck",
    "gradient_descent": "optim",
    "Tensor": "autodiff",
}

if TYPE_CHECKING:  # a type checker reads here what `__getattr__` imports when it is first used
    from lossedu import autodiff as autodiff
    from lossedu import data as data
    from lossedu import exercises as exercises
    from lossedu import explore as explore
    from lossedu import fit as fit
    from lossedu import losses as losses
    from lossedu import nn as nn
    from lossedu import optim as optim
    from lossedu import plot as plot
    from lossedu.autodiff import Tensor as Tensor
    from lossedu.choosing import choose as choose
    from lossedu.exercises import check as check
    from lossedu.exercises import hint as hint
    from lossedu.exercises import next as next
    from lossedu.exercises import progress as progress
    from lossedu.exercises import quiz as quiz
    from lossedu.exercises import solution as solution
    from lossedu.exercises import thread as thread
    from lossedu.gradcheck import gradient_check as gradient_check
    from lossedu.losses import *  # noqa: F403  every loss, by class and by short name
    from lossedu.optim import gradient_descent as gradient_descent
else:  # hidden from a type checker, which would take any name for right
    def __getattr__(name: str) -> Any:
        if name in DRAWING:
            need_pictures()  # a missing matplotlib is reported by the first cell of a page, not by its first picture
        if name in LAZY_MODULES:
            return import_module(f"lossedu.{name}")
        if name in LAZY_NAMES:
            return getattr(import_module(f"lossedu.{LAZY_NAMES[name]}"), name)
        losses = import_module("lossedu.losses")
        if name == "__all__":
            # A star must not take the place of Python's own `next`, so that one is called as `lossedu.next()`.
            return [*losses.__all__, *LAZY_MODULES, *(lazy for lazy in LAZY_NAMES if lazy != "next")]
        if name in losses.__all__:  # every loss, by class and by short name; it is found without this from now on
            return globals().setdefault(name, getattr(losses, name))
        raise AttributeError(f"module 'lossedu' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted([*__getattr__("__all__"), "next"])
