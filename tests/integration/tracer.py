# SPDX-License-Identifier: MIT
"""Programs whose system calls are tampered with: the tracer of tests/faults/tracer.c and its control file."""

import functools
import mmap
import os
import platform
import struct
import subprocess
import tempfile

from daemon import BUILD

TRACER = os.path.join(BUILD, "tracer")
FAIL, ATTEMPT = 1, 2

# An argument of an attempt that stands for the address of the text.
TEXT = -(1 << 63)

COUNTERS, TARGET, ARGUMENTS, NOTE, RESULT, SIZE = 0, 32, 64, 112, 176, 192


class Control:
    """Tells the tracer which system call to tamper with."""

    def __init__(self):
        descriptor, self.path = tempfile.mkstemp(prefix="certnamed-tracer-", dir="/tmp")
        os.ftruncate(descriptor, SIZE)
        self.memory = mmap.mmap(descriptor, SIZE)
        os.close(descriptor)

    def close(self):
        self.memory.close()
        os.unlink(self.path)

    def command(self):
        """Returns what a program's command begins with to run under the tracer."""
        return [TRACER, self.path]

    def aim(self, mode, name, is_first):
        self.disarm()
        struct.pack_into("<2q16s", self.memory, TARGET, mode, int(is_first), name.encode())

    def fail(self, name, n, is_first=False):
        """Makes the n-th system call fail that processes of this name make from now on; `is_first` chooses the process
        that was started, and no descendant of the same name."""
        self.aim(FAIL, name, is_first)
        struct.pack_into("<4q", self.memory, COUNTERS, n, 0, 0, -1)

    def attempt(self, name, number, arguments, text="", is_first=False):
        """Makes a process of this name attempt a system call before the next one that it makes."""
        self.aim(ATTEMPT, name, is_first)
        struct.pack_into("<6q64s2q", self.memory, ARGUMENTS, *(*arguments, 0, 0, 0, 0, 0, 0)[:6], text.encode(), 0, 0)
        struct.pack_into("<4q", self.memory, COUNTERS, 1, 0, 0, number)

    def disarm(self):
        struct.pack_into("<q", self.memory, COUNTERS, 0)

    def count_tampered(self):
        return struct.unpack_from("<q", self.memory, COUNTERS + 16)[0]

    def number(self):
        """Returns the number of the system call that failed."""
        return struct.unpack_from("<q", self.memory, COUNTERS + 24)[0]

    def result(self):
        """Returns what the attempted call returned; None if it has not, as when it ended the process."""
        value, is_done = struct.unpack_from("<2q", self.memory, RESULT)
        return value if is_done else None


@functools.lru_cache(maxsize=None)
def reason_to_skip():
    """Returns why nothing can be traced here, or None."""
    if platform.machine() != "x86_64":
        return "the tracer knows the registers of x86-64 alone"
    control = Control()
    try:
        done = subprocess.run([*control.command(), "/bin/true"], stderr=subprocess.PIPE, check=False)
    finally:
        control.close()
    return None if done.returncode == 0 else done.stderr.decode().strip() or "the tracer does not run here"
