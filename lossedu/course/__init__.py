"""What each page of the book asks: a module a page, `<part>/<page>.py`, with its exercises and its quiz.

Importing the course reads every page, and so enters its exercises and questions where `lossedu.exercises` finds them.
"""

from importlib import import_module
from pkgutil import walk_packages

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
