#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The moment between the execution of the front's program and its first instructions, in which a process of the same
user could attach to it. Its file is executable and not readable for that user, so that the kernel makes the process
undumpable from the start."""

import ctypes
import errno
import os
import shutil
import tempfile
import unittest

import harness
from daemon import BUILD, libc

USER = 4321
TRIES = 200
PTRACE_SEIZE = 0x4206
PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE = 38, 4


def become_user():
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)


def run_target(program, go):
    """Becomes the program as the supervisor does: not dumpable up to the execution, and without new privileges."""
    become_user()
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    os.read(go, 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.execve(program, ["certnamed-front"], {})


def attach(pid):
    """Tries to attach to the process as long as it runs, as another process of its user. Returns whether it
    succeeded: attaching neither stops the process nor outlasts the attacker."""
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    while libc.ptrace(PTRACE_SEIZE, pid, None, None) != 0:
        if ctypes.get_errno() == errno.ESRCH:
            return False
    return True


def race(program):
    """Returns how many attempts to attach succeeded."""
    n_attached = 0
    for _ in range(TRIES):
        go, start = os.pipe()
        target = os.fork()
        if target == 0:
            try:
                run_target(program, go)
            finally:
                os._exit(1)
        attacker = os.fork()
        if attacker == 0:
            try:
                become_user()
                # It is at work before the program is executed.
                os.write(start, b"x")
                os._exit(0 if attach(target) else 1)
            finally:
                os._exit(2)
        os.waitpid(target, 0)
        status = os.waitstatus_to_exitcode(os.waitpid(attacker, 0)[1])
        os.close(go)
        os.close(start)
        if status == 2:
            raise AssertionError("the attacker failed by itself")
        n_attached += status == 0
    return n_attached


@harness.needs_sandbox  # LeakSanitizer makes its process dumpable, to look at its memory
@unittest.skipIf(os.geteuid() != 0, "only root is several users")
class Attach(harness.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        os.chmod(self.folder, 0o755)
        self.program = shutil.copy(os.path.join(BUILD, "certnamed-front"), self.folder)

    def test_race(self):
        """A process of the same user attaches to a program that it may read, and never to one with the mode that the
        front's program is installed with."""
        os.chmod(self.program, 0o755)
        readable = race(self.program)
        if readable == 0:
            self.skipTest("the kernel lets nobody attach to processes of the same user here")
        os.chmod(self.program, 0o711)
        harness.report("attached %d of %d times where the file is readable" % (readable, TRIES))
        self.assertEqual(race(self.program), 0)


if __name__ == "__main__":
    harness.main()
