#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sockets with a name and a policy of their own: whoever can connect there has that policy, whatever its user is, and
nobody falls back to a weaker one."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

import front
import harness
import wire
from certificates import certificate
from daemon import BUILD, PATIENCE, Daemon, program, wait_for

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
USER = 1234
HOST = "www.site.example"

# By the socket's section a wildcard counts, and by every other one it does not.
LAX_BOX = """\
defaults { wildcards = none }
client "me" { uid = { %d } wildcards = none }
client "boxed" { socket = "boxed" wildcards = left-label }
"""
needs_root = unittest.skipIf(os.geteuid() != 0, "only root is several users")

# Opens listening sockets, passes them as a service manager does, and becomes the daemon. The sockets are NAME=PATH.
PASS = """\
import os, socket, sys
names = []
sockets = []
while "=" in sys.argv[1]:
    name, path = sys.argv.pop(1).split("=")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    sockets.append(listener)
    names.append(name)
copies = [os.dup(one.fileno()) for one in sockets]
for number, copy in enumerate(copies, 3):
    os.dup2(copy, number)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(names)), LISTEN_FDNAMES=":".join(names))
os.execv(sys.argv[1], sys.argv[1:])
"""


def listen(path, name="boxed", mode="0666"):
    return 'listen "%s" { path = "%s" mode = %s }\n' % (name, path, mode)


class NamedSockets(harness.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="certnamed-test-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.folder)
        self.boxed = os.path.join(self.folder, "boxed")
        self.policy = LAX_BOX % os.geteuid() + listen(self.boxed)
        self.star = certificate("DNS:*.site.example").der

    def ask(self, path, **settings):
        with wire.Client(path, PATIENCE) as client:
            return client.call(HOST, self.star, **settings)

    def reload(self, daemon, text):
        """Puts a text in force, or sees it refused. Returns what the log says about it."""
        with open(daemon.config, "w") as file:
            file.write(text)
        seen = len(daemon.log())
        daemon.process.send_signal(signal.SIGHUP)

        def outcome():
            lines = daemon.log()[seen:].splitlines()
            return [line for line in lines if "reload" in line]

        return wait_for("the reload ends", outcome)[0]

    def test_policy(self):
        """The section of the socket holds there, also for a user who has a section, and nowhere else."""
        with Daemon(self.policy) as daemon:
            self.assert_refused(self.ask(daemon.socket))
            self.assert_accepted(self.ask(self.boxed))
            self.assertEqual(stat.S_IMODE(os.stat(self.boxed).st_mode), 0o666)
            with wire.Client(self.boxed, PATIENCE) as client:
                self.assertEqual(client.call(HOST, self.star).fields[17][0][2:15], b'client "boxed')
        self.assertFalse(os.path.exists(self.boxed))

    def test_no_administration(self):
        with Daemon(self.policy), wire.Client(self.boxed, PATIENCE) as client:
            kind, payload = front.inquire(client, front.KIND_STATUS)
            self.assertEqual((kind, payload[:2]), (wire.KIND_ERROR, bytes([8, front.ERROR_FORBIDDEN])))

    @needs_root
    def test_users(self):
        """Other users have the socket's policy too, and so does one that writes on a connection that root opened."""
        with Daemon(self.policy) as daemon:
            with front.As(self.boxed, USER) as client:
                self.assert_accepted(client.call(HOST, self.star))
            with front.As(daemon.socket, USER) as client:
                self.assert_refused(client.call(HOST, self.star))
            with wire.Client(self.boxed, PATIENCE) as client:
                pid = os.fork()
                if pid == 0:
                    try:
                        os.setgroups([])
                        os.setresgid(USER, USER, USER)
                        os.setresuid(USER, USER, USER)
                        client.send(wire.ask(HOST, self.star))
                    finally:
                        os._exit(0)
                os.waitpid(pid, 0)
                self.assert_accepted(client.receive())

    @needs_root
    def test_mode(self):
        """A user whom the socket's permissions keep out does not connect."""
        with Daemon(self.policy.replace("mode = 0666", "")):
            self.assertEqual(stat.S_IMODE(os.stat(self.boxed).st_mode), 0o600)
            self.assertRaises(OSError, front.connect_as, self.boxed, USER)

    def test_example(self):
        """The example of the page on sandboxes is the file beside it, and has the path checked for whoever asks."""
        with open(os.path.join(SOURCE, "doc/examples/sandbox.conf")) as file:
            text = file.read()
        with open(os.path.join(SOURCE, "doc/sandboxes.md")) as file:
            page = file.read()
        shown = "```conf\n%s```\n" % "".join(text.splitlines(True)[1:])
        self.assertIn(shown, page)
        exact = certificate("DNS:" + HOST).der
        with Daemon(text.replace("/run/certnamed/boxed/socket", self.boxed)) as daemon:
            with daemon.client() as client:
                self.assert_accepted(client.call(HOST, exact))
            with wire.Client(self.boxed, PATIENCE) as client:
                self.assert_refused(client.call(HOST, exact))

    def test_front_restarts(self):
        """The next front serves the named socket by its policy from the first question on."""
        with Daemon(self.policy) as daemon:
            daemon.expect("ended by signal 9")
            self.assert_accepted(self.ask(self.boxed))
            os.kill(daemon.front(), signal.SIGKILL)
            reply = wait_for("the next front answers", lambda: self.ask_calmly(self.boxed))
            self.assert_accepted(reply)
            self.assert_refused(self.ask(daemon.socket))

    def ask_calmly(self, path):
        try:
            return self.ask(path)
        except (ConnectionError, FileNotFoundError):
            return None

    # --- names that no socket bears ---

    def run_once(self, policy, *arguments):
        """Runs certnamed, which ends by itself because of the policy or the arguments."""
        path = os.path.join(self.folder, "policy.conf")
        with open(path, "w") as file:
            file.write(policy)
        os.chmod(path, 0o644)
        return subprocess.run([program("certnamed"), "--socket", os.path.join(self.folder, "socket"), "--config", path,
                               *arguments], capture_output=True, text=True, timeout=PATIENCE)

    def test_missing(self):
        """A section for a socket that is not there keeps the daemon from starting, and a check of the configuration
        remarks on it."""
        missing = LAX_BOX % os.geteuid()
        start, check = self.run_once(missing), self.run_once(missing, "--check-config")
        self.assertNotEqual(start.returncode, 0)
        self.assertIn('policy.conf:3: client "boxed": no socket has the name "boxed"', start.stderr)
        self.assertEqual(check.returncode, 0, check.stderr)
        self.assertIn('client "boxed": no section listen has the name "boxed"', check.stdout)
        self.assertNotIn("no section listen", self.run_once(self.policy, "--check-config").stdout)

    def test_in_use(self):
        """A path at which another program listens is refused at the start."""
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(self.boxed)
            other.listen()
            start = self.run_once(self.policy)
        self.assertNotEqual(start.returncode, 0)
        self.assertIn("another program answers there", start.stderr)

    # --- reload ---

    def test_reload(self):
        """A reload opens the socket of a new section. One whose section stays goes on with its connections; one whose
        section is gone is closed with them, and none of them is answered by a weaker policy."""
        other = os.path.join(self.folder, "other")
        with Daemon(self.policy) as daemon, wire.Client(self.boxed, PATIENCE) as kept:
            self.assert_accepted(kept.call(HOST, self.star))
            both = self.policy + listen(other, "other") + 'client "other" { socket = "other" wildcards = left-label }\n'
            self.assertIn("in force", self.reload(daemon, both))
            self.assert_accepted(self.ask(other))
            self.assert_accepted(kept.call(HOST, self.star))
            with wire.Client(other, PATIENCE) as closed:
                self.assert_accepted(closed.call(HOST, self.star))
                self.assertIn("in force", self.reload(daemon, self.policy))
                self.assertIsNone(closed.receive())
            self.assertFalse(os.path.exists(other))
            self.assert_accepted(kept.call(HOST, self.star))
            without = LAX_BOX.replace('client "boxed"', '#') % os.geteuid()
            self.assertIn("in force", self.reload(daemon, without + listen(self.boxed)))
            self.assert_refused(kept.call(HOST, self.star))

    def test_reload_refused(self):
        """What a reload cannot do is refused, and the sockets and the policy stay as they are."""
        mode = self.policy.replace("0666", "0660")
        name = self.policy.replace('"boxed"', '"renamed"')
        missing = self.policy + 'client "x" { socket = "missing" }\n'
        gone = LAX_BOX % os.geteuid()
        with Daemon(self.policy) as daemon, wire.Client(self.boxed, PATIENCE) as client:
            daemon.expect("reload refused")
            for text in (mode, name, missing, gone):
                with self.subTest(text=text):
                    self.assertIn("reload refused, generation 1 stays", self.reload(daemon, text))
                    self.assert_accepted(client.call(HOST, self.star))
                    self.assert_accepted(self.ask(self.boxed))

    def test_digest(self):
        """The section is part of the policy that is printed, and of its digest."""
        digests = set()
        for text in ("", listen(self.boxed), listen(self.boxed, mode="0600")):
            done = self.run_once(text, "--print-config")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual('listen "boxed" {\n    path = "%s"\n' % self.boxed in done.stdout, bool(text))
            digests.add(done.stdout.splitlines()[-1])
        self.assertEqual(len(digests), 3)

    # --- sockets that a service manager passes ---

    def passed(self, policy, **sockets):
        """Returns a daemon that is passed sockets by name."""
        daemon = Daemon(policy, folder=self.folder)
        pairs = ["certnamed=%s" % daemon.socket, "certnamed-admin=%s" % daemon.admin_socket, *("%s=%s" % item for item in sockets.items())]
        daemon.command = [sys.executable, "-c", PASS, *pairs, *daemon.command]
        daemon.stop = lambda: self.stop_passed(daemon)
        return daemon

    def stop_passed(self, daemon):
        """Ends a daemon whose sockets are the service manager's: their paths stay."""
        for path in (daemon.socket, daemon.admin_socket, self.boxed):
            if os.path.exists(path):
                os.unlink(path)
        Daemon.stop(daemon)

    def test_passed(self):
        """A passed socket needs no section `listen`, goes on over reloads, and may not be named by one. It is served
        although it blocks, as systemd passes it, and so is the administrative one."""
        policy = LAX_BOX % os.geteuid()
        with self.passed(policy, boxed=self.boxed) as daemon:
            daemon.expect("reload refused")
            self.assert_accepted(self.ask(self.boxed))
            self.assert_refused(self.ask(daemon.socket))
            self.assertEqual(front.status(daemon)["generation"], 1)
            self.assertIn("in force", self.reload(daemon, policy + "# another text\n"))
            self.assert_accepted(self.ask(self.boxed))
            self.assertIn("the service manager passes a socket with this name",
                          self.reload(daemon, policy + listen(os.path.join(self.folder, "other"))))
            self.assert_accepted(self.ask(self.boxed))

    # --- a sandbox ---

    def test_sandbox(self):
        """A program in a sandbox that another user started has the policy of the socket that is bound there."""
        bwrap = shutil.which("bwrap")
        ctl = os.path.join(BUILD, ".libs", "certnamectl")
        if not bwrap or os.geteuid() != 0 or not os.path.exists(ctl):
            self.skipTest("needs root, bubblewrap and a shared library")
        os.chmod(self.folder, 0o755)
        pem = shutil.copy(certificate("DNS:*.site.example").path, os.path.join(self.folder, "star.pem"))
        os.chmod(pem, 0o644)
        for name in ("certnamectl", "libcertname-client.so.0"):
            shutil.copy(os.path.join(BUILD, ".libs", name), self.folder)

        def become_user():
            os.setgroups([])
            os.setresgid(USER, USER, USER)
            os.setresuid(USER, USER, USER)

        def run(path):
            command = [bwrap, "--ro-bind", "/", "/", "--tmpfs", "/run", "--bind", path, "/run/certnamed.sock", "--",
                       os.path.join(self.folder, "certnamectl"), "verify", "--socket", "/run/certnamed.sock",
                       "--insecure-trust-unmapped-uid", HOST, pem]
            return subprocess.run(command, preexec_fn=become_user, capture_output=True, text=True, timeout=PATIENCE,
                                  env={**os.environ, "LD_LIBRARY_PATH": self.folder})

        with Daemon(self.policy) as daemon:
            front.let_through(daemon.socket)
            done = run(self.boxed)
            if "user namespace" in done.stderr and "bwrap" in done.stderr or "No permissions" in done.stderr:
                self.skipTest("no user namespaces for other users: %s" % done.stderr)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(run(daemon.socket).returncode, 1)


if __name__ == "__main__":
    harness.main()
