#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients in user namespaces, where the daemon's uid reads as 65534: the daemon is refused with a remedy, and each
remedy works."""

import os
import shutil
import socket
import subprocess
import unittest

import harness
from certificates import certificate
from daemon import BUILD, PATIENCE

BWRAP = shutil.which("bwrap")
UID = 12345
INSECURE = "--insecure-trust-unmapped-uid"


def become_user():
    os.setgroups([])
    os.setresgid(UID, UID, UID)
    os.setresuid(UID, UID, UID)


def can_sandbox():
    """Returns whether a user who is not root can make a user namespace with bubblewrap here, and the library is a
    shared one."""
    if not BWRAP or os.geteuid() != 0 or not os.path.exists(os.path.join(BUILD, ".libs", "certnamectl")):
        return False
    done = subprocess.run([BWRAP, "--ro-bind", "/", "/", "true"], preexec_fn=become_user, capture_output=True)
    return done.returncode == 0


@unittest.skipIf(os.environ.get("CERTNAMED_SANITIZERS") == "yes", "LeakSanitizer needs /proc, which these sandboxes lack")
@unittest.skipUnless(can_sandbox(), "needs root, bubblewrap and user namespaces for other users")
class UserNamespaces(harness.DaemonTestCase):
    def setUp(self):
        """Copies program, library and certificate to a place where the other user can read them."""
        folder = self.daemon.folder
        os.chmod(folder, 0o755)
        self.ctl = os.path.join(folder, "certnamectl")
        shutil.copy(os.path.join(BUILD, ".libs", "certnamectl"), self.ctl)
        shutil.copy(os.path.join(BUILD, ".libs", "libcertname-client.so.0"), folder)
        self.good = shutil.copy(certificate("DNS:good.example").path, os.path.join(folder, "good.pem"))
        os.chmod(self.good, 0o644)

    def run_boxed(self, *arguments, options=()):
        """Runs certnamectl under bubblewrap, started by a user who is not root."""
        command = [BWRAP, "--ro-bind", "/", "/", "--dev", "/dev", *options, "--", self.ctl, *arguments]
        done = subprocess.run(command, preexec_fn=become_user, capture_output=True, text=True, timeout=PATIENCE,
                              env={**os.environ, "LD_LIBRARY_PATH": self.daemon.folder})
        return done.returncode, done.stdout, done.stderr

    def ask(self, *before, **keywords):
        return self.run_boxed("verify", "--socket", self.daemon.socket, *before, "good.example", self.good, **keywords)

    VIEWS = {
        "with /proc": ("--proc", "/proc"),
        "without /proc": ("--tmpfs", "/proc"),
        "mapped to 0": ("--unshare-user", "--uid", "0", "--proc", "/proc"),
        "mapped to itself": ("--unshare-user", "--uid", str(UID), "--proc", "/proc"),
    }

    def test_refused(self):
        """A daemon whose uid is not mapped is refused, and the message names the namespace and the remedies."""
        for view, options in self.VIEWS.items():
            with self.subTest(view=view):
                code, out, err = self.ask(options=options)
                self.assertEqual((code, out), (2, ""), err)
                self.assertIn("user namespace", err)
                self.assertIn("LISTEN_FDS", err)
                self.assertIn("insecure", err)

    def test_opt_in(self):
        for view, options in self.VIEWS.items():
            with self.subTest(view=view):
                code, _, err = self.ask(INSECURE, options=options)
                self.assertEqual(code, 0, err)

    def test_impostor(self):
        """A daemon of another user outside is refused like certnamed itself, because the client cannot tell them
        apart."""
        path = os.path.join(self.daemon.folder, "impostor")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        os.chmod(path, 0o666)
        ready, wait = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setresuid(54321, 54321, 54321)
            listener.listen()
            os.write(wait, b"x")
            os.read(listener.accept()[0].fileno(), 1)
            os._exit(0)
        os.read(ready, 1)
        try:
            code, _, err = self.run_boxed("verify", "--socket", path, "good.example", self.good,
                                          options=self.VIEWS["with /proc"])
            self.assertEqual(code, 2, err)
            self.assertIn("impostor", err)
        finally:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            os.close(ready)
            os.close(wait)

    def passed(self, fd, path):
        """Runs certnamectl in the sandbox with a connection as descriptor 3, passed as LISTEN_FDS describes."""
        script = 'export LISTEN_PID=$$; exec "$@"'
        command = [BWRAP, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--setenv", "LISTEN_FDS", "1",
                   "--setenv", "LISTEN_FDNAMES", "certnamed", "--", "/bin/sh", "-c", script, "sh", self.ctl, "verify",
                   "good.example", path]

        def enter():
            os.dup2(fd, 3)
            os.set_inheritable(3, True)
            become_user()

        return subprocess.run(command, preexec_fn=enter, capture_output=True, text=True, timeout=PATIENCE,
                              close_fds=False, env={**os.environ, "LD_LIBRARY_PATH": self.daemon.folder})

    def test_passed_descriptor(self):
        """A connection that another process opened and passed needs neither path nor opt-in."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.daemon.socket)
        done = self.passed(connection.fileno(), self.good)
        self.assertEqual(done.returncode, 0, done.stderr)
        connection.close()

    def test_passed_file(self):
        """A passed descriptor that has the right name and is not a connection is an error, and no other daemon is
        asked instead."""
        with open("/dev/null") as null:
            done = self.passed(null.fileno(), self.good)
        self.assertEqual(done.returncode, 2)
        self.assertIn("not a connected Unix stream socket", done.stderr)


if __name__ == "__main__":
    harness.main()
