"""Check that Python, NumPy and matplotlib are there and new enough, with a message that tells how to get them.

Old versions of Python read this file and the first lines of `lossedu/__init__.py` too, so both use old syntax only.
"""

import sys
from importlib.util import find_spec

PYTHON = (3, 11)
NUMPY = 2


def dotted(version: "tuple[object, ...]") -> str:
    """The first two numbers of a version."""
    return ".".join(map(str, version[:2]))


def need_core() -> None:
    """Raise an error unless Python and NumPy are new enough.

    Raises
    ------
    ImportError
        If one is missing or too old; the message says which, and how to get it.
    """
    if sys.version_info < PYTHON:
        raise ImportError(f"lossedu needs Python {dotted(PYTHON)} or newer, and this is {dotted(sys.version_info)}: "
                          "choose another kernel, or start Jupyter with a newer Python")
    if find_spec("numpy") is None:
        raise ImportError("lossedu computes with NumPy, which is not installed here: pip install numpy", name="numpy")
    from numpy import __version__

    if int(__version__.partition(".")[0]) < NUMPY:
        raise ImportError(f"lossedu needs NumPy {NUMPY} or newer, and this is {__version__}: "
                          "pip install --upgrade numpy, then restart the kernel", name="numpy")


def need_pictures() -> None:
    """Raise an error unless matplotlib is installed; it is not imported, because that takes time.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    if find_spec("matplotlib") is None:
        raise ImportError("lossedu draws with matplotlib, which is not installed here: pip install matplotlib",
                          name="matplotlib")
