"""Small real data sets, each with a card that says what it is, where it comes from and who may use it."""

from lossedu.data.card import Card, Column
from lossedu.data.dataset import Dataset, load, names

__all__ = ["Card", "Column", "Dataset", "load", "names"]
