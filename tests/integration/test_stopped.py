#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A process that stands still is noticed within its bound, and replaced. (The front's turn is in test_neighbours.py,
and a service manager that restarts a stopped supervisor in the booted tests.)"""

import os
import signal
import socket
import tempfile
import threading
import time

import harness
from certificates import certificate
from daemon import Daemon, Process, wait_for

GOOD = certificate("DNS:good.example").der


@harness.needs_sandbox  # a build without it gives each process minutes to answer
class Stopped(harness.TestCase):
    def start(self, *arguments, **settings):
        daemon = self.enterContext(Daemon(*arguments, **settings))
        daemon.expect("ended by signal 9", "past its deadline", "ended with a request of uid", "has been stopped", "has ended",
                      "reload refused", "ended with status 0")
        return daemon

    def test_verifiers(self):
        """All verifiers are stopped while they wait: questions are answered after the one or two seconds that they get,
        and the verifiers are replaced."""
        daemon = self.start("limits { cpu-per-uid = 0 }\n")
        daemon.wait_until_settled()
        old = daemon.verifiers()
        for pid in old:
            os.kill(pid, signal.SIGSTOP)
        begun = time.monotonic()
        answers = []

        def ask():
            with daemon.client() as client:
                answers.append(client.call("good.example", GOOD))

        clients = [threading.Thread(target=ask) for _ in range(2 * len(old))]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        seconds = time.monotonic() - begun
        for answer in answers:
            self.assertTrue(answer.accepted or answer.error == "resources", answer)
        wait_for("other verifiers", lambda: not set(daemon.verifiers()) & set(old))
        with daemon.client() as client:
            self.assert_accepted(client.call("good.example", GOOD))
        harness.report("stopped verifiers: the last question was answered after %.1f s" % seconds)
        self.assertLess(seconds, 5)

    def test_bin(self):
        """A stopped bin is replaced together with its front within two seconds or so."""
        daemon = self.start()
        old = wait_for("there is a bin", lambda: daemon.children("certnamed-bin"))[0].pid
        front = daemon.front()
        begun = time.monotonic()
        os.kill(old, signal.SIGSTOP)
        wait_for("another bin", lambda: [one for one in daemon.children("certnamed-bin") if one.pid != old])
        seconds = time.monotonic() - begun
        wait_for("another front", lambda: daemon.front() != front)
        with daemon.client() as client:
            self.assert_accepted(client.call("good.example", GOOD))
        harness.report("a stopped bin is replaced after %.1f s" % seconds)
        self.assertLess(seconds, 5)

    def test_checker(self):
        """A checker that is stopped during a reload is killed after ten seconds, the reload is refused, and the next one
        succeeds; a look that is stopped meanwhile holds nothing up."""
        hold = os.path.join(tempfile.mkdtemp(prefix="certnamed-hold-"), "hold")
        os.environ["CERTNAMED_HOLD"] = hold
        self.addCleanup(os.environ.pop, "CERTNAMED_HOLD")
        daemon = self.start("", "certnamed-hooked")
        daemon.expect("^hook: ")
        with open(hold, "w"):
            pass
        daemon.process.send_signal(signal.SIGHUP)
        checker = wait_for("a checker", lambda: daemon.children("certname-check"))[0].pid
        os.kill(checker, signal.SIGSTOP)
        begun = time.monotonic()
        os.unlink(hold)
        look = wait_for("a look, or the checker's end", lambda: daemon.children("certname-look")
                        or not daemon.children("certname-check"))
        if look is not True:
            try:
                os.kill(look[0].pid, signal.SIGSTOP)
            except ProcessLookupError:
                pass
        daemon.wait_for_log("the check of the configuration was killed")
        seconds = time.monotonic() - begun
        self.assertLess(seconds, 15)
        self.assertEqual(daemon.ctl("reload")[0], 0)
        harness.report("a stopped checker is killed after %.1f s" % seconds)
        os.rmdir(os.path.dirname(hold))

    def test_supervisor(self):
        """A stopped supervisor gives the service manager no sign of life, and questions are answered meanwhile."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        path = os.path.join(folder, "notify")
        manager = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        manager.bind(path)
        os.chmod(folder, 0o755)
        os.chmod(path, 0o666)
        manager.settimeout(0.2)
        watchdog_seconds = 0.4
        daemon = self.start(command=["env", "NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=%d" % (watchdog_seconds * 1e6)])

        def lives():
            """Returns whether there is a sign of life within the time that the manager allows, after those that are
            there already."""
            manager.setblocking(False)
            try:
                while True:
                    manager.recv(4096)
            except BlockingIOError:
                pass
            manager.settimeout(watchdog_seconds)
            try:
                while b"WATCHDOG=1" not in manager.recv(4096):
                    pass
                return True
            except TimeoutError:
                return False

        wait_for("a sign of life", lives)
        os.kill(daemon.process.pid, signal.SIGSTOP)
        wait_for("it stands still", lambda: Process(daemon.process.pid).state == "T")
        self.assertFalse(lives())
        with daemon.client() as client:
            self.assert_accepted(client.call("good.example", GOOD))
        self.assertFalse(lives())
        os.kill(daemon.process.pid, signal.SIGCONT)
        wait_for("a sign of life", lives)


if __name__ == "__main__":
    harness.main()
