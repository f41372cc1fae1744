#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Messages that certnamed sends to a service manager."""

import os
import re
import signal
import socket
import tempfile
import time

import harness
from daemon import Daemon


class Notifications(harness.TestCase):
    def listen(self, name):
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(name)
        manager.settimeout(10)
        self.addCleanup(manager.close)
        return manager

    def run_daemon(self, manager, **variables):
        """Runs a daemon from start to end and returns the messages that it sends; with a watchdog at least three are
        awaited after the first."""
        command = ["env"] + ["%s=%s" % item for item in variables.items()]
        with Daemon(command=command) as daemon:
            ready = manager.recv(100)
            with daemon.client() as client:
                self.assertIsNotNone(client)
            messages = [ready]
            if "WATCHDOG_USEC" in variables:
                messages += [manager.recv(100) for _ in range(3)]
        while messages[-1] != b"STOPPING=1":
            messages.append(manager.recv(100))
        return messages

    def test_ready_and_stopping(self):
        """READY is sent once the daemon serves, and STOPPING when it is told to end; nothing else is sent without a
        watchdog. Both are sent to a path and to a name in the abstract namespace."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "notify")
            self.assertEqual(self.run_daemon(self.listen(path), NOTIFY_SOCKET=path), [b"READY=1", b"STOPPING=1"])
        name = "certnamed-test-%d" % os.getpid()
        messages = self.run_daemon(self.listen("\0" + name), NOTIFY_SOCKET="@" + name)
        self.assertEqual(messages, [b"READY=1", b"STOPPING=1"])

    def test_reload(self):
        """RELOADING is sent with the time, so that the manager knows which reload it is, and READY when the reload is
        over, with a word on how it went. The daemon is ready after a good and after a bad reload."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "notify")
            manager = self.listen(path)
            with Daemon(command=["env", "NOTIFY_SOCKET=" + path]) as daemon:
                daemon.expect("reload refused")
                self.assertEqual(manager.recv(1000), b"READY=1")
                for text, how in (("", r"generation 2 is in force"), ("?", r"\S+:1: .*: reload refused, generation 2")):
                    with open(daemon.config, "w") as file:
                        file.write(text)
                    begun = time.monotonic_ns() // 1000
                    daemon.process.send_signal(signal.SIGHUP)
                    said = re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=(\d+)", manager.recv(1000).decode())
                    self.assertTrue(said)
                    self.assertTrue(begun <= int(said.group(1)) <= time.monotonic_ns() // 1000)
                    self.assertRegex(manager.recv(1000).decode(), r"\AREADY=1\nSTATUS=.*" + how)
            self.assertEqual(manager.recv(1000), b"STOPPING=1")

    def test_watchdog(self):
        """With a watchdog the daemon sends WATCHDOG=1 again and again."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "notify")
            messages = self.run_daemon(self.listen(path), NOTIFY_SOCKET=path, WATCHDOG_USEC="200000")
        self.assertEqual(messages[0], b"READY=1")
        self.assertGreaterEqual(messages.count(b"WATCHDOG=1"), 3)
        self.assertEqual(messages[-1], b"STOPPING=1")

    def test_watchdog_of_another(self):
        """The daemon sends no WATCHDOG=1 for a watchdog that is meant for another process."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "notify")
            manager = self.listen(path)
            with Daemon(command=["env", "NOTIFY_SOCKET=" + path, "WATCHDOG_USEC=50000", "WATCHDOG_PID=1"]):
                self.assertEqual(manager.recv(100), b"READY=1")
                manager.settimeout(0.3)
                self.assertRaises(socket.timeout, manager.recv, 100)


if __name__ == "__main__":
    harness.main()
