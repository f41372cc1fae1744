# SPDX-License-Identifier: MIT
"""A daemon whose allocations fail on demand: the programs with tests/faults/faults.c in them, and their control files."""

import mmap
import os
import shutil
import struct
import tempfile

from daemon import BUILD, Daemon

FIRST, FORK = 1, 2

CONTROL_BYTES = 48


class Control:
    """Tells which allocation of a program fails."""

    def __init__(self, path):
        with open(path, "wb") as file:
            file.write(bytes(CONTROL_BYTES))
        # The front runs as another user and has to be able to write this file.
        os.chmod(path, 0o666)
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), CONTROL_BYTES)
        self.attempts = 0

    def arm(self, process, n, goes_on=False):
        self.attempts += 1
        struct.pack_into("<6q", self.memory, 0, process, 0, int(goes_on), 0, 0, self.attempts)
        struct.pack_into("<q", self.memory, 8, n)

    def disarm(self):
        """Returns how many allocations were counted, and how many of them failed."""
        struct.pack_into("<q", self.memory, 8, 0)
        return struct.unpack_from("<2q", self.memory, 24)


class Programs:
    """Copies of the failing programs under their real names, in a folder of their own."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="certnamed-faults-")
        os.chmod(self.folder, 0o755)
        for name in ("certnamed", "certnamed-front"):
            copy = os.path.join(self.folder, name)
            shutil.copy(os.path.join(BUILD, name + "-faulty"), copy)
        self.daemon = Control(os.path.join(self.folder, "certnamed.faults"))
        self.front = Control(os.path.join(self.folder, "certnamed-front.faults"))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def run(self, policy):
        return Daemon(policy, os.path.join(self.folder, "certnamed"))
