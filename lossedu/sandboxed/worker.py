"""The process inside the sandbox: load strangers' code, call one function, send back arrays of real numbers.

    python -I -S -B worker.py SITE UID

SITE is a folder that holds NumPy, the stand-in for the course's package and the files of this folder, and nothing else
of the course. UID is the user to change to when the worker is started as root; -1 keeps the user.
The first line on stdin is the submission, each further line one exercise; each is answered by one line on stdout.
An exercise runs in a child of its own, forked from here with NumPy loaded. This process runs nothing of the
submission: it waits, kills all that is left of the child, and passes on what the child wrote, capped and unread.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, BinaryIO, NoReturn

if __name__ == "__main__":
    sys.path.append(sys.argv[1])  # -I and -S leave it out

from lossedu.sandboxed.codec import Message, Report, pack_answer, same, unpack_argument
from lossedu.sandboxed.confine import Limits, drop_privileges, lower_limits
from lossedu.sandboxed.load import Cells, error_in_words, is_starter, load, why_missing

END = b"\n.\n"  # the last line of a child that has sent every answer
CHANNEL = 50  # the file descriptor that a child writes its answers to

# An exercise's name, its starter and the arguments of its calls, as JSON.
Order = dict[str, Any]


def main() -> None:
    """Read the submission, then one exercise after the other, and answer each with one line."""
    drop_privileges(int(sys.argv[2]))
    orders, answers = take_the_channel()
    submission = json.loads(orders.readline())
    gc.freeze()  # else collections in the children would copy the memory they share
    answers.write(b'"ready"\n')
    for order in orders:
        report = run(submission["cells"], submission["limits"], json.loads(order))
        answers.write(json.dumps(report).encode() + b"\n")


def take_the_channel() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout for this process; a submission that uses 0, 1 or 2 finds /dev/null there."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    return orders, answers


def run(cells: Cells, limits: Limits, order: Order) -> Report:
    """Run one exercise in one child, and report what it wrote and how it ended."""
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


def listen(read: int, limits: Limits) -> tuple[bytes | bytearray, str]:
    """Return what the child wrote until it closed its end, the clock ran out or it wrote too much."""
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


def reap_child(child: int, at_once: bool) -> tuple[int, float]:
    """Kill what is left of a child and its own children; return its exit code or minus its signal, and its cpu seconds.

    A child that closed the channel without END may be about to end with a signal worth reporting, so it gets a moment.
    """
    patience = time.monotonic() + (0 if at_once else 0.2)
    while not (done := os.wait4(child, os.WNOHANG))[0] and time.monotonic() < patience:
        time.sleep(0.001)
    kill_group(child)
    if not done[0]:
        done = os.wait4(child, 0)
    # As the first process of the sandbox this one inherits every orphan and may kill every other process.
    while os.getpid() == 1:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            break
        collect_zombies()
    return os.waitstatus_to_exitcode(done[1]), done[2].ru_utime + done[2].ru_stime


def kill_group(child: int) -> None:
    """Kill the child's process group."""
    try:
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def collect_zombies() -> None:
    """Wait for every process that has ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


# From here on everything runs in the child.


def run_child(cells: Cells, limits: Limits, order: Order, channel: int) -> NoReturn:
    """Lower the limits, load the submission, call the function, send its answers and exit."""
    try:
        os.setsid()
        # The channel moves to a number of its own and everything else is closed.
        os.dup2(channel, CHANNEL)
        os.closerange(3, CHANNEL)
        os.closerange(CHANNEL + 1, 256)
        lower_limits(limits)
        answer(cells, order, limits["wall"] / 4)
        os.write(CHANNEL, b".\n")
    finally:
        os._exit(0)


def send(message: Message) -> None:
    """Write one message to the channel."""
    os.write(CHANNEL, json.dumps(message).encode() + b"\n")


def answer(cells: Cells, order: Order, seconds: float) -> None:
    """Load the submission and call the function once for each list of arguments."""
    name = order["name"]
    space, faults = load(cells, name, seconds, order["starter"])
    function = space.get(name)
    if not callable(function):
        send({**why_missing(cells, name, faults)})
        return
    if is_starter(function, order["starter"]):
        send({"state": "NOT ATTEMPTED"})
        return
    for call in order["calls"]:
        send(attempt(function, unpack_argument(call), unpack_argument(call)))


def attempt(function: Callable[..., object], arguments: list[object], before: list[object]) -> Message:
    """Return the message on one call: a value, or the state that tells why there is none."""
    try:
        value = function(*arguments)
    except MemoryError:
        return {"state": "MEMORY"}
    except SystemExit:
        return {"state": "CRASHED", "detail": "SystemExit"}
    except BaseException as error:
        return {"state": "RAISED", "detail": error_in_words(error)}
    try:
        message = pack_answer(value)
    except MemoryError:
        return {"state": "MEMORY"}
    except BaseException:
        message = {"state": "WRONG TYPE", "detail": type(value).__name__}
    message["changed"] = not same(arguments, before)
    return message


if __name__ == "__main__":
    main()
