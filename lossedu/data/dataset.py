"""Load a data set by name and read its columns as arrays that cannot be changed."""

from __future__ import annotations

import csv
from difflib import get_close_matches
from importlib.resources import files
from io import StringIO

import numpy as np

from lossedu.data.card import Card

_FILES = files("lossedu.data") / "files"

_DTYPES = {"count": "int64", "yes/no": "int64", "number": "float64", "date": "datetime64[D]", "text": "str"}


class Dataset:
    """A named table of columns, with its card; made by `load`.

    Examples
    --------
    >>> from lossedu import data
    >>> houses = data.load("house_prices")
    >>> len(houses)
    546
    >>> round(float(houses["price"].mean()), 2)
    68121.6
    >>> houses.matrix("lot_size", "bedrooms")[:2]
    array([[5.85e+03, 3.00e+00],
           [4.00e+03, 2.00e+00]])
    """

    def __init__(self, name: str, card: Card, columns: dict[str, np.ndarray]) -> None:
        self.name = name
        self.card = card
        self._columns = columns
        for column in columns.values():
            column.setflags(write=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self._columns)

    def __getitem__(self, column: str) -> np.ndarray:
        """The values of one column: an array of shape (n,) that is read-only."""
        if column not in self.columns:
            raise KeyError(_unknown(f"column of {self.name}", column, self.columns))
        return self._columns[column]

    def matrix(self, *columns: str) -> np.ndarray:
        """Put columns side by side.

        Parameters
        ----------
        *columns : str
            Names of columns of numbers, one or more.

        Returns
        -------
        numpy.ndarray
            Floats of shape (n, k), column j holding ``columns[j]``: a new array, which may be changed.

        Raises
        ------
        KeyError
            If a name is not a column.
        TypeError
            If no name is given, or a column holds text or dates.
        """
        if not columns:
            raise TypeError(f"matrix() got no column; name one or more of: {', '.join(self.columns)}")
        for name in columns:
            if self[name].dtype.kind not in "if":
                kind = self.card.columns[name].kind
                raise TypeError(f"column {name!r} holds {kind}s; matrix() expects numbers, so leave it out")
        return np.column_stack([self[name] for name in columns]).astype(np.float64)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self)} rows; columns {', '.join(self.columns)}>"


def names() -> tuple[str, ...]:
    """The names that `load` knows, in alphabetical order.

    Examples
    --------
    >>> "house_prices" in names()
    True
    """
    return tuple(sorted(card.name.removesuffix(".toml") for card in _FILES.iterdir() if card.name.endswith(".toml")))


def load(name: str) -> Dataset:
    """Load a data set that comes with the package.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    Dataset
        Its columns as read-only arrays: counts and yes/no (1/0) as int64, numbers as float64 with NaN where
        none was measured, dates as datetime64[D], text as str.

    Raises
    ------
    KeyError
        If there is no such data set; the message names those that exist, and the closest.

    Examples
    --------
    >>> spots = load("sunspots")
    >>> int(spots["year"][spots["sunspots"].argmax()])
    1957
    """
    if name not in names():
        raise KeyError(_unknown("data set", name, names()))
    card = Card.from_toml((_FILES / f"{name}.toml").read_text(encoding="utf-8"))
    header, *rows = csv.reader(StringIO((_FILES / f"{name}.csv").read_text(encoding="utf-8")))
    values = dict(zip(header, zip(*rows, strict=True), strict=True))
    return Dataset(name, card, {column: _array(values[column], about.kind) for column, about in card.columns.items()})


def _array(values: tuple[str, ...], kind: str) -> np.ndarray:
    if kind == "number":
        values = tuple(value or "nan" for value in values)  # an empty cell: nothing was measured
    return np.array(values).astype(_DTYPES[kind])


def _unknown(thing: str, name: object, known: tuple[str, ...]) -> str:
    close = "".join(f" did you mean {match!r}?" for match in get_close_matches(str(name), known, n=1, cutoff=0.4))
    return f"no {thing} is called {name!r};{close} there are: {', '.join(known)}"
