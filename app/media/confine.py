"""Locks a process up before it touches an untrusted file (THR-T16, THR-T17; decisions 36).

Standard library only, because it also runs as a program of its own: `python -I -S confine.py SPEC -- ffmpeg …`
limits itself and becomes ffmpeg. So the worker, which has threads, never runs Python code between fork and exec.
Limits hold always; namespace, other user and file view hold where the system allows, and `flask media doctor` says which.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import struct
import sys

NOBODY = 65534
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_FS_READ = 0b1101  # execute, read file, read folder
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file rights each Landlock version knows; version 5 and later know 16."""
SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/sys/devices")


def confine(spec: dict[str, int], job: str, readable: list[str]) -> list[str]:
    """Limit this process for good and give the names of the measures that took hold.

    `spec` holds `memory`, `cpu`, `file`, `nice`, `parent` (bytes, seconds, bytes, steps, process id); `job` is the one
    folder it may write; `readable` are files and folders it may read besides the system's own.
    """
    os.chdir(job)
    os.nice(spec["nice"])
    for name, limit in (
        (resource.RLIMIT_AS, spec["memory"]),
        (resource.RLIMIT_CPU, spec["cpu"]),
        (resource.RLIMIT_FSIZE, spec["file"]),
        (resource.RLIMIT_NPROC, 1024),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(name, limit)
    held = ["limits"]
    libc = ctypes.CDLL(None, use_errno=True)
    if _new_network(libc):
        held.append("network")
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if _limit_files(libc, job, readable):
        held.append("files")
    if _other_user():
        held.append("user")
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # after the change of user, which would clear it
    if os.getppid() != spec["parent"]:
        os._exit(125)  # the worker died before the line above; nobody would read the result
    return held


def _lower(name: int, limit: int) -> None:
    """Set a limit, never above what the process already has."""
    _soft, hard = resource.getrlimit(name)
    bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(name, (bound, bound))


def _new_network(libc: ctypes.CDLL) -> bool:
    """An empty network of its own; without root it needs a user namespace around it."""
    if not hasattr(libc, "unshare"):
        return False
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    return bool(libc.unshare(flags) == 0)


def _limit_files(libc: ctypes.CDLL, job: str, readable: list[str]) -> bool:
    """Landlock: read the system and `readable`, write only the job folder. False where the kernel has none."""
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    every = (1 << _FS_RIGHTS.get(version, 16)) - 1
    ruleset = libc.syscall(_LANDLOCK_CREATE, struct.pack("<Q", every), ctypes.c_size_t(8), 0)
    if ruleset < 0:
        return False
    rules = [(path, _FS_READ) for path in (*SYSTEM_FOLDERS, *readable)] + [(job, every)]
    for path, rights in rules:
        try:
            handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        if not os.path.isdir(path):
            rights &= 0b111 | 1 << 14  # a file knows execute, write, read, truncate
            rights |= 0b10 if path == "/dev/null" else 0
        libc.syscall(_LANDLOCK_ADD, ruleset, 1, struct.pack("<Qi", rights & every, handle), 0)
        os.close(handle)
    done = bool(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0)
    os.close(ruleset)
    return done


def _other_user() -> bool:
    """Root becomes nobody; anyone else stays who they are."""
    if os.geteuid() != 0:
        return False
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False
    return True


def become(argv: list[str]) -> None:
    """Read the specification, open the program while it can still be reached, limit, and turn into it."""
    spec = json.loads(argv[1])
    command = argv[3:]
    program = os.open(command[0], os.O_RDONLY)
    confine(spec["limits"], spec["job"], spec["readable"])
    os.set_inheritable(program, True)
    for name in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(name, signal.SIG_DFL)
    os.execve(program, command, {"LANG": "C.UTF-8", "HOME": spec["job"], "MALLOC_ARENA_MAX": "2"})  # noqa: S606  # that is the point


if __name__ == "__main__":
    become(sys.argv)
