#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What README.md and doc/architecture.md claim about the processes, as far as no other test holds it: tests/README.md
has a table of these claims and their tests."""

import os
import unittest

import front
import harness
from certificates import certificate
from daemon import Daemon, count_descriptors, status, wait_for

CLIENTS = 20


class Processes(harness.DaemonTestCase):
    def pids(self):
        bins = wait_for("there is a bin", lambda: self.daemon.children("certnamed-bin"))
        return [self.daemon.process.pid, self.daemon.front(), bins[0].pid, *self.daemon.verifiers()]

    def test_one_thread(self):
        """Every process is single-threaded."""
        self.assertEqual({status(pid)["Threads"] for pid in self.pids()}, {"1"})

    @unittest.skipIf(os.geteuid() != 0, "only root may list the descriptors of a process that is not dumpable")
    def test_only_the_front_has_clients(self):
        """The front alone holds the connections of clients: the supervisor, the bin and the verifiers never get one,
        so that they cannot read a byte from a client or answer it."""
        one = certificate("DNS:good.example").der
        self.daemon.wait_until_settled()
        before = {pid: count_descriptors(pid) for pid in self.pids()}
        clients = [self.enterContext(self.daemon.client()) for _ in range(CLIENTS)]
        for client in clients:
            self.assert_accepted(client.call("good.example", one))
        after = {pid: count_descriptors(pid) for pid in before}
        of_front = self.daemon.front()
        self.assertEqual(after.pop(of_front), before.pop(of_front) + CLIENTS)
        self.assertEqual(after, before)

    @harness.needs_sandbox
    def test_status_names_the_sandbox(self):
        """`certnamectl status` tells how the processes are confined."""
        self.daemon.wait_until_settled()
        sandbox = front.status(self.daemon)["supervisor"]["sandbox"]
        self.assertEqual(sandbox["mode"], "strict")
        self.assertIn("landlock", sandbox)


if __name__ == "__main__":
    harness.main()
