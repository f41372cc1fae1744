#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quickstart leaves nothing behind when it is interrupted: neither a process nor a file, whether by Ctrl-C on a terminal, by
a reader who leaves (SIGPIPE), or by a signal to it alone. Its functions run here with the programs that are built."""

import os
import pty
import select
import signal
import stat
import subprocess
import tempfile
import time

import harness
from daemon import BUILD, PATIENCE, Process, wait_for

TOP = os.path.abspath(os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__), "..", "..")))

# Comes in place of the script's last part, which would install packages and build.
# After each verdict the script waits, so that it has not ended before it is interrupted.
HOLD = """
certnamectl()
{
    held=0
    command certnamectl "$@" || held=$?
    sleep 3
    return "$held"
}
"""
DEMONSTRATE = """
source=$PWD build=$1
exit_on_signals
demonstrate
"""
COMPILE = """
source=$PWD build=$1 jobs=2
trap end_progress EXIT
exit_on_signals
compile "make -j2" all
"""
# This make has thirty files to compile and is not ready soon.
MAKE = """#!/bin/sh
case " $* " in
*' -n '*) for i in 1 2 3 4 5 6; do printf 'echo "  CC  "\\n%.0s' 1 2 3 4 5; done ;;
*) echo '  CC  one'; echo $$ >"$STARTED"; exec sleep "$SECONDS_OF_MAKE" ;;
esac
"""


def restore_signals():
    """Runs in a child before the script starts: a test in the background has inherited that SIGINT is ignored, and a shell cannot
    change that."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def session_of(pid):
    with open("/proc/%d/stat" % pid) as file:
        text = file.read()
    return int(text[text.rindex(")") + 2:].split()[3])


def processes_of(session):
    """Returns the names of the processes of a session that have not ended."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if session_of(int(entry)) == session and Process(int(entry)).state != "Z":
                found.append(Process(int(entry)).name)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


class Interrupted(harness.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        os.chmod(self.folder, 0o755)
        for name in ("tmp", "bin", "build"):
            os.mkdir(self.path(name))
        with open(os.path.join(TOP, "quickstart")) as file:
            self.functions, last, _ = file.read().partition('\nparse_arguments "$@"\n')
        self.assertTrue(last, "quickstart no longer ends as this test takes it")
        self.environment = dict(os.environ, TMPDIR=self.path("tmp"), STARTED=self.path("started"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def command(self, ending, build):
        """Returns the command that runs the functions of quickstart with another ending."""
        with open(self.path("quickstart"), "w") as file:
            file.write(self.functions + ending)
        return ["sh", self.path("quickstart"), build]

    def compiling(self, seconds):
        with open(self.path("bin/make"), "w") as file:
            file.write(MAKE)
        os.chmod(self.path("bin/make"), stat.S_IRWXU)
        self.environment["PATH"] = self.path("bin") + ":" + os.environ["PATH"]
        self.environment["SECONDS_OF_MAKE"] = str(seconds)
        return self.command(COMPILE, self.path("build"))

    def read_until(self, fd, text):
        """Reads until the text has come; returns what was read."""
        seen = b""
        deadline = time.monotonic() + PATIENCE
        while text not in seen:
            self.assertTrue(select.select([fd], [], [], max(0, deadline - time.monotonic()))[0], seen)
            data = os.read(fd, 4096)
            self.assertTrue(data, seen)
            seen += data
        return seen

    def assert_nothing_left(self, session):
        wait_for("no process is left: %s" % processes_of(session), lambda: not processes_of(session))
        self.assertEqual(os.listdir(self.path("tmp")), [])

    def press_control_c(self, command, text):
        """Runs the command on a terminal and presses Ctrl-C once the text has come; returns the status."""
        pid, terminal = pty.fork()
        if pid == 0:
            restore_signals()
            os.chdir(self.folder)
            os.execvpe(command[0], command, self.environment)
        try:
            self.read_until(terminal, text)
            wait_for("a command has been started", lambda: len(processes_of(pid)) > 1)
            os.write(terminal, b"\x03")
            deadline = time.monotonic() + PATIENCE
            while os.waitpid(pid, os.WNOHANG)[0] == 0:
                self.assertLess(time.monotonic(), deadline, "it goes on after Ctrl-C: %s" % processes_of(pid))
                if select.select([terminal], [], [], 0.05)[0]:
                    try:
                        os.read(terminal, 4096)
                    except OSError:
                        time.sleep(0.01)
            self.assert_nothing_left(pid)
        finally:
            for entry in filter(str.isdigit, os.listdir("/proc")):
                try:
                    if session_of(int(entry)) == pid:
                        os.kill(int(entry), signal.SIGKILL)
                except (FileNotFoundError, ProcessLookupError):
                    pass
            os.close(terminal)

    def start(self, command):
        script = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                                  preexec_fn=restore_signals)
        self.addCleanup(script.stdout.close)
        return script

    def demonstrating(self, hold=HOLD):
        return self.command(hold + DEMONSTRATE, os.path.abspath(BUILD))

    def test_whole(self):
        """The demonstration itself ends with success and leaves nothing, so that the other tests interrupt something that
        works."""
        script = self.start(self.demonstrating(hold=""))
        out, _ = script.communicate(timeout=2 * PATIENCE)
        self.assertEqual(script.returncode, 0, out.decode())
        self.assertIn(b"refused: ", out)
        self.assert_nothing_left(script.pid)

    def test_control_c(self):
        """Ctrl-C ends the demonstration, early and late."""
        for text in (b"certnamed --socket", b"name matches"):
            with self.subTest(text):
                self.press_control_c(self.demonstrating(), text)

    def test_control_c_while_compiling(self):
        """Ctrl-C ends make and the display of progress."""
        self.press_control_c(self.compiling(600), b"1 of 30 files compiled")

    def test_reader_leaves(self):
        """A reader who leaves, as `head` does, ends the demonstration by SIGPIPE."""
        for text in (b"certnamed --socket", b"name matches"):
            with self.subTest(text):
                script = self.start(self.demonstrating())
                self.read_until(script.stdout.fileno(), text)
                script.stdout.close()
                self.assertNotEqual(script.wait(PATIENCE), 0)
                self.assert_nothing_left(script.pid)

    def test_reader_leaves_while_compiling(self):
        """After a reader has left, the script ends with make, and the display of progress with it."""
        script = self.start(self.compiling(1))
        wait_for("make has started", lambda: os.path.exists(self.path("started")))
        script.stdout.close()
        self.assertEqual(script.wait(PATIENCE), 141)
        self.assert_nothing_left(script.pid)

    def test_signals(self):
        """A signal to the script alone ends the demonstration with the usual status."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                script = self.start(self.demonstrating())
                self.read_until(script.stdout.fileno(), b"certnamed --socket")
                script.send_signal(number)
                self.assertEqual(script.wait(PATIENCE), 143)
                self.assert_nothing_left(script.pid)


if __name__ == "__main__":
    harness.main()
