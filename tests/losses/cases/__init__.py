"""One record for each loss, in a file of the loss's name."""

from importlib import import_module

from lossedu.losses import catalogue

CASES = {name: import_module(f"tests.losses.cases.{name}").CASE for name in catalogue}
