"""The process inside the room: load strangers' code, call one function, send back plain arrays.

It imports nothing of ours.

    python -I -S -B worker.py SITE UID

SITE holds NumPy and the stand-in for the course's package; UID is whom to become when started as root (-1: stay).
The first line on stdin is the submission, each further line one exercise; each is answered by one line on stdout.
An exercise runs in a child of its own, forked from here with NumPy loaded. This process runs nothing of the
submission: it waits, kills all that is left of the child, and passes on what the child wrote, capped and unread.
"""

import ast
import base64
import builtins
import ctypes
import gc
import json
import os
import re
import select
import signal
import struct
import sys
import time

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38

# What namespaces and limits do not hold: sockets (vsock knows no network namespace), memory that belongs to no process,
# new namespaces with mounts of their own, other processes' memory. Numbers by machine: x86_64, aarch64.
FORBIDDEN = {"socket": (41, 198), "shmget": (29, 194), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
             "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "bpf": (321, 280),
             "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
             "add_key": (248, 217), "keyctl": (250, 219), "memfd_create": (319, 279)}
END = b"\n.\n"  # the child has said everything
CLONE, CLONE3, NEW_NAMESPACE = (56, 220), 435, 0x7E020000
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def main():
    site, uid = sys.argv[1], int(sys.argv[2])
    sys.path.append(site)
    import numpy  # noqa: F401  the children inherit it loaded

    drop_privileges(uid)
    orders, answers = take_the_channel()
    submission = json.loads(orders.readline())
    gc.freeze()  # else collections in the children would copy the memory they share
    answers.write(b'"ready"\n')
    for order in orders:
        answers.write(json.dumps(run(submission["cells"], submission["limits"], json.loads(order))).encode() + b"\n")


def drop_privileges(uid):
    """Become nobody, and close /proc/self to the children, who have the same uid."""
    if uid >= 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # a change of uid clears it
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        forbid(libc)


def forbid(libc):
    """Let the kernel refuse the system calls of FORBIDDEN, here and in every child, for good."""
    if os.uname().machine not in MACHINES:
        return
    column, machine = MACHINES[os.uname().machine]
    numbers = [both[column] for both in FORBIDDEN.values()]
    refuse, absent, allow = 0x00050000 | 1, 0x00050000 | 38, 0x7FFF0000  # EPERM, ENOSYS
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    rules = [(load, 0, 0, 4), (equal, 1, 0, machine), (give, 0, 0, refuse),  # another machine's call numbers
             (load, 0, 0, 0), (at_least, 0, 1, 0x40000000), (give, 0, 0, refuse)]
    for number in numbers:
        rules += [(equal, 0, 1, number), (give, 0, 0, refuse)]
    # The flags of clone3 are out of sight; told that it is absent, the C library falls back to clone.
    rules += [(equal, 0, 1, CLONE3), (give, 0, 0, absent)]
    rules += [(equal, 0, 3, CLONE[column]), (load, 0, 0, 16), (any_bit, 0, 1, NEW_NAMESPACE), (give, 0, 0, refuse)]
    rules += [(give, 0, 0, allow)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    header = struct.pack("HxxxxxxP", len(rules), ctypes.addressof(program))
    libc.prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0)


def take_the_channel():
    """stdin and stdout for us alone; whoever writes to 1 or 2 or reads from 0 from now on meets /dev/null."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    return orders, answers


def run(cells, limits, order):
    """One exercise in one child: what it wrote, and how it ended."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        run_child(cells, limits, order, write)
    os.close(write)
    text, why = listen(read, limits)
    complete = text.endswith(END)
    how, cpu = reap_child(child, at_once=bool(why or complete))
    os.close(read)
    if not why and not complete and how == -signal.SIGKILL and cpu >= limits["cpu"]:
        why = "TIMEOUT"
    if how == -signal.SIGXCPU:
        why = "TIMEOUT"
    return {"text": text.decode("utf-8", "replace"), "why": why, "how": how}


def listen(read, limits):
    """What the child wrote until it closed its end, the clock ran out or it wrote too much."""
    text, deadline = bytearray(), time.monotonic() + limits["wall"]
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return text, "TIMEOUT"
        if select.select([read], [], [], left)[0]:
            chunk = os.read(read, 1 << 16)
            text += chunk
            if len(text) > limits["answer"]:
                return b"", "FLOOD"
            if not chunk or text.endswith(END):
                return text, ""


def reap_child(child, at_once):
    """Kill what is left of a child and its own children; its exit code or minus its signal, and seconds of cpu."""
    # Whoever closes the channel without the end may be on its way out with a signal worth reporting.
    patience = time.monotonic() + (0 if at_once else 0.2)
    while not (done := os.wait4(child, os.WNOHANG))[0] and time.monotonic() < patience:
        time.sleep(0.001)
    kill_group(child)
    if not done[0]:
        done = os.wait4(child, 0)
    # As the first process of the room we inherit every orphan and may kill everyone else.
    while os.getpid() == 1:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            break
        collect_zombies()
    return os.waitstatus_to_exitcode(done[1]), done[2].ru_utime + done[2].ru_stime


def kill_group(child):
    """Kill the child's process group."""
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def collect_zombies():
    """Collect the dead."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


# From here on everything runs in the child.


def run_child(cells, limits, order, channel):
    """The child's whole life: limits, load, call, send. It never returns."""
    try:
        os.setsid()
        # The channel moves to a number of its own and everything else is closed.
        os.dup2(channel, 50)
        os.closerange(3, 50)
        os.closerange(51, 256)
        confine(limits)
        answer(cells, order, limits["wall"] / 4, lambda message: os.write(50, json.dumps(message).encode() + b"\n"))
        os.write(50, b".\n")
    finally:
        os._exit(0)


def confine(limits):
    """Lower every limit that the kernel keeps for a process."""
    import resource  # not on Windows, where learners check their own answers with `load`

    for what, value in ((resource.RLIMIT_CPU, limits["cpu"]), (resource.RLIMIT_AS, limits["memory"]),
                        (resource.RLIMIT_FSIZE, limits["file"]), (resource.RLIMIT_NOFILE, 64),
                        (resource.RLIMIT_NPROC, limits["processes"]), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # Time out of cpu ends in a signal of its own, SIGXCPU; who ignores that is killed one second later.
        grace = 1 if what == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0
        resource.setrlimit(what, (value, value + grace))


def answer(cells, order, seconds, send):
    """Load the submission and call the function once for each list of arguments."""
    import numpy

    # Taken before the submission could replace them.
    tools = Tools(numpy)
    name = order["name"]
    space, faults = load(cells, name, seconds)
    function = space.get(name)
    if not callable(function):
        send(missing(cells, name, faults))
        return
    if is_starter(function):
        send({"state": "NOT ATTEMPTED"})
        return
    for call in order["calls"]:
        arguments, before = tools.unpack(call), tools.unpack(call)
        send(attempt(tools, function, arguments, before))


def attempt(tools, function, arguments, before):
    """One call: a value, or the state that tells why there is none."""
    try:
        value = function(*arguments)
    except MemoryError:
        return {"state": "MEMORY"}
    except SystemExit:
        return {"state": "CRASHED", "detail": "SystemExit"}
    except BaseException as error:
        return {"state": "RAISED", "detail": error_in_words(error)}
    try:
        message = tools.pack(value)
    except MemoryError:
        return {"state": "MEMORY"}
    except BaseException:
        message = {"state": "WRONG TYPE", "detail": type(value).__name__}
    message["changed"] = not tools.same(arguments, before)
    return message


def error_in_words(error):
    """The error's kind, and the place in the submission. Its text could tell what the secret inputs were."""
    kind = next(c.__name__ for c in type(error).__mro__ if getattr(builtins, c.__name__, None) is c)
    trace, place = error.__traceback__, ""
    while trace:
        source = trace.tb_frame.f_code.co_filename
        if source.startswith("<"):
            place = f" ({source.strip('<>')}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return kind + place


def load(cells, name, seconds):
    """Run the submission statement by statement; what fails or takes long is left out, so one fault costs little."""
    space, faults = {"__name__": "submission", "__builtins__": builtins}, []  # type: dict, list
    alarm = getattr(signal, "setitimer", lambda *_: None)  # Windows has none
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, too_long)
    for label, statement in statements(cells, name, faults):
        concerns = getattr(statement, "name", None) == name
        if concerns and name in space and is_bare(statement):
            continue  # a second copy of the empty starter does not undo an answer
        try:
            alarm(0, seconds)
            exec(compile(ast.Module([statement], []), f"<{label}>", "exec"), space)
        except SystemExit:
            # A program that ends itself goes no further.
            faults.append((True, f"SystemExit ({label}, line {statement.lineno})"))
            break
        except BaseException as error:
            faults.append((concerns, error_in_words(error)))
    alarm(0, 0)
    return space, faults


def statements(cells, name, faults):
    """Label and syntax tree of each statement of each part that can be parsed."""
    for label, source in cells:
        for piece in pieces(without_magics(source)):
            try:
                found = ast.parse(piece).body
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                place = f"{label}, line {getattr(error, 'lineno', '?')}"
                faults.append((f"def {name}(" in piece, f"{type(error).__name__} ({place})"))
                continue
            yield from ((label, statement) for statement in found)


def pieces(source):
    """The source in one piece if it can be parsed, else cut before each function, on the lines where they were."""
    if parses(source):
        return [source]
    cuts = [0, *(match.start() for match in re.finditer(r"(?m)^(?:def|class|import|from) ", source)), len(source)]
    return ["\n" * source.count("\n", 0, a) + source[a:b] for a, b in zip(cuts, cuts[1:])]


def parses(source):
    """Is this Python?"""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def too_long(*_):
    """Break off a statement, say a training loop on the page, that no answer waits for."""
    raise TimeoutError


def missing(cells, name, faults):
    """Is the function missing, or in a part that could not be run?"""
    guilty = [text for concerns, text in faults if concerns]
    if guilty or not cells:
        return {"state": "UNREADABLE", "detail": guilty[-1] if guilty else ""}
    return {"state": "MISSING"}


def without_magics(source):
    """The source with what only a notebook understands made harmless."""
    if re.match(r"\s*%%(?!time|capture|prun)", source):
        return ""  # the whole cell is in another language
    if parses(source):
        return source
    quiet = re.sub(r"(?m)^([ \t]*)(?:[%!?].*|[\w.]+\?+)$", r"\1pass", source)
    return re.sub(r"(?m)^([ \t]*[\w, ]+=[ \t]*)[%!].*$", r"\1None", quiet)


def is_bare(statement):
    """Is this function the empty starter?"""
    return isinstance(statement, ast.FunctionDef) and all(
        isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in statement.body)


def is_starter(function):
    """Was the starter left as it was?"""
    def bare(): ...

    code = getattr(function, "__code__", None)
    if code is None or code.co_names or code.co_code[::2] != bare.__code__.co_code[::2]:
        return False
    return not set(code.co_consts) - {function.__doc__, None, ...}


class Tools:
    """NumPy's functions as they were before the submission ran, and values to and from JSON."""

    def __init__(self, np):
        self.np, self.asarray, self.ndarray = np, np.asarray, np.ndarray
        self.frombuffer, self.float64 = np.frombuffer, np.float64

    def unpack(self, value):
        """An argument from what JSON carried."""
        if isinstance(value, list):
            return [self.unpack(v) for v in value]
        if not isinstance(value, dict):
            return value
        if "tuple" in value:
            return tuple(self.unpack(v) for v in value["tuple"])
        if "formula" in value:
            return eval(value["formula"], {"np": self.np})
        return self.frombuffer(base64.b64decode(value["array"]), value["dtype"]).reshape(value["shape"]).copy()

    def pack(self, value, depth=0):
        """An answer as JSON: an array, a tuple of them, or what it is instead."""
        rows = isinstance(value, list) and any(isinstance(v, self.ndarray) and v.ndim for v in value)
        if rows or isinstance(value, tuple):
            if depth > 3 or len(value) > 100:
                return {"state": "WRONG TYPE", "detail": type(value).__name__}
            parts = [self.pack(v, depth + 1) for v in value]
            return next((part for part in parts if "state" in part), {"tuple": parts})
        array = self.asarray(value)
        if array.dtype.kind not in "biuf":
            return {"state": "WRONG TYPE", "detail": type(value).__name__}
        if array.size > 100_000:
            return {"state": "WRONG SHAPE", "detail": str(array.shape)}
        if array.dtype.itemsize > 8:
            array = array.astype(self.float64)
        data = base64.b64encode(array.tobytes()).decode()
        return {"array": data, "dtype": array.dtype.str, "shape": list(array.shape)}

    def same(self, a, b):
        """Are the arguments still what they were?"""
        if isinstance(a, (tuple, list)):
            return len(a) == len(b) and all(self.same(x, y) for x, y in zip(a, b))
        if isinstance(a, self.ndarray):
            return a.shape == b.shape and a.tobytes() == b.tobytes()
        return True


if __name__ == "__main__":
    main()
