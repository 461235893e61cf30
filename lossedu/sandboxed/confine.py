"""Take from the worker and its children what a submission must not have: privileges, system calls, resources."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from typing import TypedDict

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38

# What namespaces and limits do not hold: sockets (vsock knows no network namespace), memory that belongs to no process,
# new namespaces with mounts of their own, other processes' memory. Numbers by machine: x86_64, aarch64.
FORBIDDEN = {"socket": (41, 198), "shmget": (29, 194), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
             "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "bpf": (321, 280),
             "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
             "add_key": (248, 217), "keyctl": (250, 219), "memfd_create": (319, 279)}
CLONE, CLONE3, NEW_NAMESPACE = (56, 220), 435, 0x7E020000
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


class Limits(TypedDict):
    """What one exercise may use: seconds of clock and of processor, bytes, and a number of processes."""

    wall: float
    cpu: int
    memory: int
    file: int
    answer: int
    processes: int


def drop_privileges(uid: int) -> None:
    """Change to an unprivileged user, and close /proc/self to the children, who have the same uid; -1 keeps the user.

    On Linux the kernel also refuses system calls from here on; see `forbid`.
    """
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


def forbid(libc: ctypes.CDLL) -> None:
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
    # A filter cannot see the flags of clone3. Where clone3 is reported as absent, the C library falls back to clone.
    rules += [(equal, 0, 1, CLONE3), (give, 0, 0, absent)]
    rules += [(equal, 0, 3, CLONE[column]), (load, 0, 0, 16), (any_bit, 0, 1, NEW_NAMESPACE), (give, 0, 0, refuse)]
    rules += [(give, 0, 0, allow)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    header = struct.pack("HxxxxxxP", len(rules), ctypes.addressof(program))
    libc.prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0)


def lower_limits(limits: Limits) -> None:
    """Lower every limit that the kernel keeps for a process."""
    import resource  # Windows has none; there nobody is graded, but tests import every file of the package

    for what, value in ((resource.RLIMIT_CPU, limits["cpu"]), (resource.RLIMIT_AS, limits["memory"]),
                        (resource.RLIMIT_FSIZE, limits["file"]), (resource.RLIMIT_NOFILE, 64),
                        (resource.RLIMIT_NPROC, limits["processes"]), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # A process that is out of processor time gets the signal SIGXCPU; one that ignores it is killed a second later.
        grace = 1 if what == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else 0
        resource.setrlimit(what, (value, value + grace))
