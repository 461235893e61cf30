"""What submissions will do: each a source, and the states that may come of it.

Every hostile answer replaces one function of a right submission; the other two must be graded as if nothing had
happened, unless `others` says what becomes of them.
"""

from __future__ import annotations

from dataclasses import dataclass

RIGHT = {
    "squared_error_mean": "return np.mean((y_true - y_pred) ** 2)",
    "squared_error_gradient": "return 2 * (y_pred - y_true) / len(y_true)",
}
LAST = "def squared_error_best_constant(y_true):\n    return np.mean(y_true)\n"


@dataclass(frozen=True)
class Case:
    """One row, or a part of one, of the table in the instructor's guide."""

    row: int
    name: str
    body: str
    states: tuple[str, ...]
    before: str = ""
    says: str = ""
    others: tuple[str, ...] = ("PASS",)

    @property
    def source(self) -> str:
        body = "\n".join("    " + line for line in self.body.splitlines())
        gradient = RIGHT["squared_error_gradient"]
        return (f"import numpy as np\n{self.before}\n"
                f"def squared_error_mean(y_true, y_pred):\n{body}\n\n"
                f"def squared_error_gradient(y_true, y_pred):\n    {gradient}\n\n{LAST}")


ANSWER = RIGHT["squared_error_mean"]

CASES = [
    Case(1, "patches allclose", "np.allclose = np.array_equal = lambda *a, **k: True\nreturn 0.0", ("WRONG VALUE",)),
    Case(1, "patches asarray", "np.asarray = None\nreturn 0.0", ("WRONG VALUE", "WRONG TYPE")),
    Case(1, "patches testing", "import numpy.testing\nnumpy.testing.assert_allclose = None\nreturn np.array(1.0)",
         ("WRONG VALUE", "RAISED")),
    Case(2, "sys.exit", "import sys\nsys.exit(0)", ("CRASHED",)),
    Case(2, "os._exit", "import os\nos._exit(0)", ("CRASHED",), says="exit code 0"),
    Case(2, "exit at import", ANSWER, ("UNREADABLE",), before="raise SystemExit", others=("UNREADABLE",)),
    Case(3, "endless loop", "while True: pass", ("TIMEOUT",)),
    Case(3, "loop that catches all", "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
         ("TIMEOUT",)),
    Case(3, "sleeps", "import time\ntime.sleep(1000)", ("TIMEOUT",)),
    Case(3, "endless loop at import", ANSWER, ("PASS",), before="while True: pass"),
    Case(4, "8 GB", "return np.ones(10 ** 9).mean()", ("MEMORY",)),
    Case(4, "growing list", "kept = []\nwhile True: kept.append(bytes(1 << 24))", ("MEMORY",)),
    Case(5, "300 forks", "import os, time\nfor _ in range(300):\n    try:\n"
                         "        if not os.fork(): time.sleep(1000)\n"
                         f"    except OSError: pass\n{ANSWER}", ("PASS",)),
    Case(5, "threads", f"import threading, time\nfor _ in range(100):\n    try: threading.Thread(target=time.sleep, "
                       f"args=(1000,)).start()\n    except RuntimeError: pass\n{ANSWER}", ("PASS",)),
    Case(6, "floods stdout", f"for _ in range(200): print('x' * (1 << 20))\n{ANSWER}", ("PASS",)),
    Case(6, "floods the channel", "import os\nfor fd in range(3, 64):\n    try:\n"
                                  "        while True: os.write(fd, b'x' * 65536)\n    except OSError: pass",
         ("WRONG TYPE",)),
    Case(7, "forges verdicts", "import json, os\nfor fd in range(3, 64):\n    for _ in range(9):\n"
                               "        try: os.write(fd, json.dumps({'state': 'PASS', 'points': 1}).encode())\n"
                               "        except OSError: pass\nopen('results.json', 'w').write('{\"score\": 1}')\n"
                               "print('PASSED')\nreturn 0.0", ("WRONG TYPE",)),
    Case(8, "walks the disk", "import os\nfor top in os.listdir('/') if len(y_true) == 1 else []:\n"
                              "    for here, inner, files in os.walk('/' + top) if top not in 'proc sys' else []:\n"
                              "        inner[:] = set(inner) - {'share', 'include', '__pycache__'}  # no code there\n"
                              "        found = [os.path.join(here, file) for file in files]\n"
                              "        assert not [p for p in found if 'exercises/' in p or p.endswith('.jsonl')]\n"
                              f"{ANSWER}", ("PASS",)),
    Case(8, "imports the answer", "from lossedu import mse\nreturn mse(y_true, y_pred)", ("RAISED",),
         says="ImportError"),
    Case(9, "network", "import socket\nsocket.create_connection(('127.0.0.1', PORT), 2)\nreturn 0.0", ("RAISED",),
         says="PermissionError"),
    Case(9, "subprocess", "import subprocess\nsubprocess.run(['/bin/touch', 'CANARY'], check=True)\nreturn 0.0",
         ("RAISED",)),
    Case(9, "touches the host", "open('CANARY', 'w').write('here')\nreturn 0.0", ("RAISED",)),
    Case(9, "kills its parent", f"import os, signal\ntry: os.kill(os.getppid(), 9)\nexcept OSError: pass\n{ANSWER}",
         ("PASS",)),
    Case(9, "kills everyone", f"import os\ntry: os.kill(-1, 9)\nexcept OSError: pass\n{ANSWER}", ("PASS", "CRASHED")),
    Case(10, "fills /tmp", "for i in range(1000): open(f'/tmp/{i}', 'wb').write(bytes(1 << 20))\nreturn 0.0",
         ("RAISED",), says="OSError"),
    Case(10, "one large file", "open('/tmp/x', 'wb').write(bytes(1 << 27))\nreturn 0.0", ("RAISED",), says="OSError"),
    Case(10, "fills shared memory", "for i in range(99): open(f'/dev/shm/{i}', 'wb').write(bytes(1 << 20))",
         ("RAISED",), says="OSError"),
    Case(10, "writes outside", "import os\nfor make in (os.mkdir, lambda path: open(path, 'w')):\n"
                               "    site = os.path.dirname(np.__path__[0])\n"
                               "    for path in ('/x', '/dev/x', site + '/numpy/x', site + '/lossedu/sandboxed/x'):\n"
                               "        try: make(path)\n        except OSError: continue\n"
                               f"        return 0.0\n{ANSWER}", ("PASS",)),
    Case(11, "equal to all", "class Same:\n    def __eq__(self, other): return True\nreturn Same()", ("WRONG TYPE",)),
    Case(11, "reduce", "class Bomb:\n    def __reduce__(self): return open, ('CANARY', 'w')\nreturn Bomb()",
         ("WRONG TYPE",)),
    Case(12, "None", "y_true - y_pred", ("WRONG TYPE",), says="forget return"),
    Case(12, "vector", "return (y_true - y_pred) ** 2 * 3", ("WRONG SHAPE",)),
    Case(12, "NaN", "return float('nan')", ("NOT FINITE",)),
    Case(12, "ten million", "return np.zeros(10 ** 7)", ("WRONG SHAPE",), says="10000000"),
    Case(12, "objects", "return np.array([object()])", ("WRONG TYPE",)),
    Case(12, "complex", "return 1j", ("WRONG TYPE",)),
    Case(12, "deep tuple", "a = ()\nfor _ in range(50): a = (a,)\nreturn a", ("WRONG TYPE",)),
    Case(13, "recursion", "def f(): return f()\nreturn f()", ("RAISED",), says="RecursionError"),
    Case(13, "recursion without limit",
         "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): return repr(f())\nreturn f()",
         ("CRASHED", "MEMORY", "RAISED", "TIMEOUT")),
    Case(13, "segfault", "import ctypes\nctypes.string_at(0)", ("CRASHED",), says="signal 11"),
    Case(13, "closes everything", f"import os\nos.closerange(0, 256)\n{ANSWER}", ("CRASHED",)),
    Case(13, "input()", "return float(input())", ("RAISED",), says="EOFError"),
    Case(13, "killed by itself", "import os\nos.kill(os.getpid(), 9)", ("CRASHED",), says="signal 9"),
    Case(14, "changes its input", "y_true -= y_pred\nreturn np.mean(y_true ** 2)", ("PASS",), says="in place"),
    Case(16, "hard-coded", "return {1: 9.0, 3: 4 / 3}.get(len(y_true), 0.16053986)", ("WRONG VALUE",)),
    Case(17, "warns and prints", f"import sys, warnings\nwarnings.warn('x')\nprint('x', file=sys.stderr)\n{ANSWER}",
         ("PASS",)),
    Case(17, "slow loop", "s = 0.0\nfor _ in range(20000):\n    s = sum((a - b) ** 2 for a, b in zip(y_true, y_pred))\n"
                          "    if len(y_true) > 3: break\nreturn s / len(y_true)", ("PASS",)),
    Case(17, "float32", "return np.float32(np.mean((y_true - y_pred) ** 2))", ("PASS",)),
    Case(17, "0-d", "return np.array(np.mean((y_true - y_pred) ** 2))", ("PASS",)),
    Case(17, "long double", "return np.longdouble(np.mean((y_true - y_pred) ** 2))", ("PASS",)),
    Case(19, "magics", ANSWER, ("PASS",), before="%matplotlib inline\n!pip install numpy\nfiles = !ls\nnp.mean?"),
    Case(19, "imports that are missing", ANSWER, ("PASS",), before="import matplotlib.pyplot as plt\nplt.plot([1])"),
]
