#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Attempts of one client, or of the process that starts the daemon, to harm all other clients."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import front
import harness
import wire
from certificates import certificate
from daemon import RELAXED, Daemon, descriptors, wait_for

GOOD = certificate("DNS:good.example", "DNS:*.hook.test").der
# The most frames on one connection that are not requests: LIMIT_BAD_FRAMES_COUNT.
BAD_FRAMES = 16


class Clients(harness.TestCase):
    def test_crashing_requests_stop_nobody(self):
        """Requests that each differ and each crash their verifiers, one after the other, do not make other clients
        wait: a verifier that ended at work is replaced at once."""
        with Daemon(program_name="certnamed-hooked") as daemon:
            daemon.expect("^hook: ", r"warning: verifier \d+: ended ")
            slowest = 0
            with daemon.client() as bad, daemon.client() as good:
                for n in range(12):
                    # Each request differs, because the front remembers the verdicts of equal ones.
                    other = certificate("DNS:*.hook.test", "DNS:n%d.example" % n).der
                    self.assert_error(bad.call("crash.hook.test", other), "resources")
                    start = time.monotonic()
                    self.assert_accepted(good.call("good.example", GOOD))
                    slowest = max(slowest, time.monotonic() - start)
            harness.report("24 verifiers crashed, others waited %.0f ms at most" % (slowest * 1000))
            self.assertLess(slowest, 10 if RELAXED else 0.5)

    def test_crash_is_remembered(self):
        """A request that has crashed two verifiers and is sent again byte for byte crashes no third verifier."""
        with Daemon(program_name="certnamed-hooked") as daemon:
            daemon.expect("^hook: ", r"warning: verifier \d+: ended ")
            with daemon.client() as client:
                for _ in range(5):
                    self.assert_error(client.call("crash.hook.test", GOOD), "resources")
            self.assertEqual(len(daemon.find_log(r"^hook: crash 0 pid (\d+)$")), 2)

    def send_at_once(self, daemon, frames):
        """Sends frames in one piece; returns the tags of all replies, in their order."""
        received = b""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(daemon.socket)
            client.sendall(frames)
            client.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                while data := client.recv(65536):
                    received += data
        tags, at = [], 0
        while at < len(received):
            tags.append(int.from_bytes(received[at + 8:at + 16], "big"))
            at += int.from_bytes(received[at:at + 4], "big")
        return tags

    def test_many_small_frames(self):
        """A thousand requests sent in one piece are all answered, however full the daemon's output has been
        meanwhile: those that are not served are told that the daemon is busy."""
        count = 1500
        with Daemon() as daemon:
            tags = self.send_at_once(daemon, b"".join(wire.ask("", b"", tag=n + 1) for n in range(count)))
        self.assertEqual(sorted(tags), list(range(1, count + 1)))

    def test_bad_frames(self):
        """Frames that are not requests are charged to the user who sends them, and end the connection after a few.
        Once the user has no CPU time left, each of them ends its connection, while another user is served."""
        bad = b"".join(wire.frame(tag=n + 1, kind=99) for n in range(1500))
        with Daemon("limits { cpu-per-uid = 1ms  cpu-burst = 100ms }\n") as daemon:
            self.assertEqual(self.send_at_once(daemon, bad), [*range(1, BAD_FRAMES + 1), 0])
            for _ in range(100 // BAD_FRAMES + 1):
                self.send_at_once(daemon, bad)
            self.assertEqual(self.send_at_once(daemon, bad), [1, 0])
            with daemon.client() as client:
                self.assert_error(client.call("good.example", GOOD), "busy")
            if os.geteuid() == 0:
                with front.As(daemon.socket, 1234) as other:
                    self.assert_accepted(other.call("good.example", GOOD))


class Starters(harness.TestCase):
    def test_ignored_signals(self):
        """The daemon does not ignore the signals that its parent process ignores: children that end are replaced, and
        SIGTERM ends all processes."""
        command = ["env", "--ignore-signal=CHLD", "--ignore-signal=PROF", "--ignore-signal=TERM"]
        with Daemon(command=command) as daemon:
            daemon.expect(r"warning: verifier \d+: ended by signal 9")
            before = daemon.verifiers()
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            wait_for("new verifiers", lambda: set(daemon.verifiers()) and not set(daemon.verifiers()) & set(before))
            with daemon.client() as client:
                self.assert_accepted(client.call("good.example", GOOD))

    @harness.needs_sandbox
    def test_ignored_cpu_timer(self):
        """The CPU time of a verification is limited even where the parent process ignores SIGPROF."""
        with Daemon(program_name="certnamed-hooked", command=["env", "--ignore-signal=PROF"]) as daemon:
            daemon.expect("^hook: ", "ended by signal 27", "used up its CPU time")
            with daemon.client() as client:
                self.assert_error(client.call("spin.hook.test", GOOD), "resources")

    @unittest.skipIf(os.geteuid() != 0, "only root may read the descriptors of a process that is not dumpable")
    def test_inherited_descriptors(self):
        """No process of the daemon keeps a descriptor of the process that started the daemon."""
        command = ["sh", "-c", 'exec 7</dev/zero 8</dev/zero; exec "$@"', "sh"]
        with Daemon(command=command) as daemon:
            for pid in (daemon.process.pid, daemon.front(), *daemon.verifiers()):
                self.assertNotIn("/dev/zero", descriptors(pid).values())

    def test_locked_folder(self):
        """A user who locks the folder of the socket, as every user who can read the folder may, does not prevent the
        start."""
        folder = tempfile.mkdtemp(prefix="certnamed-test-", dir="/tmp")
        self.addCleanup(shutil.rmtree, folder)
        os.chmod(folder, 0o755)
        holder = subprocess.Popen(["flock", folder, "sleep", "60"], start_new_session=True)
        self.addCleanup(holder.wait)
        self.addCleanup(os.killpg, holder.pid, signal.SIGKILL)
        wait_for("the lock", lambda: subprocess.run(["flock", "-n", folder, "true"]).returncode)
        with Daemon(folder=folder) as daemon, daemon.client() as client:
            self.assert_accepted(client.call("good.example", GOOD))
            self.assertEqual([name for name in os.listdir(folder) if name.endswith(".lock")], [])

    def test_few_descriptors(self):
        """With hardly any descriptors allowed, the front rests while they are used up, keeps room for new verifiers,
        and serves again when some descriptors are free."""
        with Daemon(command=["sh", "-c", 'ulimit -n 80; exec "$@"', "sh"]) as daemon:
            daemon.expect("front: cannot accept connections: too few descriptors are left", "ended by signal 9")
            before_front = daemon.front()
            clients = []
            for _ in range(100):
                client = socket.socket(socket.AF_UNIX)
                self.addCleanup(client.close)
                client.connect(daemon.socket)
                clients.append(client)
            daemon.wait_for_log("cannot accept")
            before = daemon.verifiers()
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            wait_for("new verifiers", lambda: len(daemon.verifiers()) == len(before)
                     and not set(daemon.verifiers()) & set(before))
            clients[0].settimeout(10)
            clients[0].sendall(wire.ask("good.example", GOOD))
            self.assertEqual(clients[0].recv(16)[5], wire.KIND_VERDICT)
            for client in clients:
                client.close()
            with daemon.client() as client:
                self.assert_accepted(client.call("good.example", GOOD))
            self.assertEqual(daemon.front(), before_front)


if __name__ == "__main__":
    harness.main()
