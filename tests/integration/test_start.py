#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Starts with a refused configuration under a service manager: the operator's command fails at once, the manager's next
try answers clients with the reason until the files are mended, and after a while the daemon gives up for good."""

import contextlib
import os
import signal
import socket
import stat
import time

import harness
from certificates import certificate
from daemon import PATIENCE, wait_for
from manager import Manager

BAD = "nonsense = 1\n"
REASON = r"policy\.conf:1: no such option 'nonsense'"


class RefusedStart(harness.TestCase):
    def make(self, policy=BAD, arguments=()):
        manager = Manager(policy, arguments)
        self.addCleanup(manager.destroy)
        return manager

    def stand_by(self, **more):
        """Returns a manager whose daemon has failed once and stands by."""
        manager = self.make(**more)
        manager.start()
        self.assertEqual(manager.wait(), 1)
        manager.start()
        self.assertRegex(manager.wait_for_notice("STATUS="), "STATUS=not started: .*" + REASON)
        # On a busy machine the front may take long to start.
        one = certificate("DNS:a.example")
        wait_for("clients get an answer", lambda: "is refused" in manager.ctl("verify", "a.example", one.path)[2])
        return manager

    def assert_unavailable(self, manager):
        code, out, err = manager.ctl("verify", "a.example", certificate("DNS:a.example").path)
        self.assertEqual((code, out), (2, ""), err)
        self.assertRegex(err, "the configuration is refused: .*" + REASON)

    def assert_accepts(self, manager):
        code, out, err = manager.ctl("verify", "a.example", certificate("DNS:a.example").path)
        self.assertEqual((code, err), (0, ""), out)

    def test_first_start(self):
        """The first refused start ends at once with one line in the log, so that `systemctl restart` fails."""
        manager = self.make()
        manager.start()
        self.assertEqual(manager.wait(), 1)
        self.assertRegex(manager.log(), r"\Acertnamed: error: \S*%s.*\n\Z" % REASON)
        note = os.stat(manager.path("last-good.refused"))
        self.assertEqual((stat.S_IMODE(note.st_mode), note.st_uid), (0o600, os.geteuid()))

    def test_clients_get_the_reason(self):
        """The next start answers each client at once: unavailable, with the reason. It never sends READY=1, asks the
        manager for more time, and shows the reason in its status."""
        manager = self.stand_by()
        manager.wait_for_notice("EXTEND_TIMEOUT_USEC=")
        begun = time.monotonic()
        self.assert_unavailable(manager)
        self.assertLess(time.monotonic() - begun, PATIENCE / 4)
        code, out, err = manager.ctl("status")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, "no policy is in force: .*" + REASON)
        self.assertEqual(manager.ctl("status", "--check")[0], 1)
        self.assertEqual(manager.ctl("metrics")[0], 0)

    def test_mended_file(self):
        """A mended file is in force without a command; then READY=1 is sent and the note is removed."""
        manager = self.stand_by()
        self.assert_unavailable(manager)
        manager.write("")
        manager.wait_for_notice("READY=1")
        self.assert_accepts(manager)
        self.assertFalse(os.path.exists(manager.path("last-good.refused")))
        self.assertEqual(manager.stop(), 0)

    def test_reload(self):
        """`certnamectl reload` tries the configuration: it fails with the reason, and succeeds once the file is
        mended."""
        manager = self.stand_by()
        code, _, err = manager.ctl("reload")
        self.assertEqual(code, 1, err)
        self.assertRegex(err, REASON)
        self.assert_unavailable(manager)
        manager.write("")
        self.assertIn(manager.ctl("reload")[0], (0, 2))
        manager.wait_for_notice("READY=1")
        self.assert_accepts(manager)

    def test_log(self):
        """However often the configuration is tried, the same mistake is logged once a minute."""
        manager = self.stand_by()
        for _ in range(20):
            manager.process.send_signal(signal.SIGHUP)
            manager.write(BAD)
            time.sleep(0.02)
            self.assert_unavailable(manager)
        lines = manager.log().splitlines()
        self.assertEqual(len(lines), 2, lines)
        self.assertRegex(lines[1], REASON + ".*: requests are answered as unavailable until it is mended")

    def test_giving_up(self):
        """When the time is over the daemon ends with the status after which it is not started again, and connecting
        is refused from then on."""
        manager = self.make(arguments=("--stand-by", "1"))
        manager.start()
        self.assertEqual(manager.wait(), 1)
        manager.start()
        self.assertEqual(manager.wait(), 78)
        self.assertRegex(manager.log(), REASON + ".*: giving up: mend it and start certnamed again")
        for name in ("socket", "admin.sock"):
            with socket.socket(socket.AF_UNIX) as client:
                self.assertRaises(ConnectionRefusedError, client.connect, manager.path(name))

    def test_stop(self):
        """SIGTERM ends a daemon that stands by, and the start after that is an operator's again."""
        manager = self.stand_by()
        self.assert_unavailable(manager)
        self.assertEqual(manager.stop(), 0)
        manager.start()
        self.assertEqual(manager.wait(), 1)

    def test_killed_front(self):
        """A front that is killed while the daemon stands by is replaced, and clients get the reason again."""
        manager = self.stand_by()
        self.assert_unavailable(manager)

        def front():
            with open(f"/proc/{manager.process.pid}/task/{manager.process.pid}/children") as file:
                for pid in file.read().split():
                    # A child may end between the two readings.
                    with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/comm") as comm:
                        if comm.read() == "certnamed-front\n":
                            return int(pid)
            return None

        first = wait_for("there is a front", front)
        os.kill(first, signal.SIGKILL)
        wait_for("there is another front", lambda: front() not in (None, first))
        self.assert_unavailable(manager)

    def test_record(self):
        """A record that cannot be written is a refused configuration too, and not an endless loop."""
        manager = self.make('record { file = "/nonexistent/record" }\n')
        manager.start()
        self.assertEqual(manager.wait(), 1)
        manager.start()
        self.assertRegex(manager.wait_for_notice("STATUS="), "/nonexistent/record")

    def test_other_failures(self):
        """Where something else is missing, the first start gives up: trying again would not help."""
        manager = self.make("", ("--user", "no-such-user-anywhere"))
        manager.start()
        self.assertEqual(manager.wait(), 78)
        self.assertIn("--user no-such-user-anywhere", manager.log())


if __name__ == "__main__":
    harness.main()
