#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Verifiers are forks of one process, and share its stack canary and its addresses. A verifier that takes the place of
one that crashed is a new process of its own program: no crash tells an attacker anything about the next verifier."""

import os
import unittest

import harness
import wire
from authority import Authority
from certificates import certificate
from daemon import Daemon, descriptors, status, wait_for

TRUST = 'trust "own" { file = "%s" }\ndefaults { trust = { "own" }  path = on-request }\n'


def find_base(pid):
    """Returns where the program of a process lies in its memory."""
    with open("/proc/%d/maps" % pid) as file:
        return next(line.split("-")[0] for line in file if "certnamed" in line)


def find_random(pid):
    """Returns the address of the random bytes from which the kernel lets a process make its stack canary."""
    with open("/proc/%d/auxv" % pid, "rb") as file:
        words = file.read()
    pairs = [int.from_bytes(words[i:i + 8], "little") for i in range(0, len(words), 8)]
    return dict(zip(pairs[::2], pairs[1::2]))[25]


@harness.needs_sandbox  # a build without it forks all verifiers
@unittest.skipIf(os.geteuid() != 0, "only root may see where another user's process lies in memory")
class Fresh(harness.TestCase):
    def setUp(self):
        self.one = certificate("DNS:*.hook.test", "DNS:good.example").der

    def look(self, daemon):
        """Returns where each verifier lies in memory. One that ends meanwhile is left out."""
        places = {}
        for pid in daemon.verifiers():
            try:
                places[pid] = find_base(pid), find_random(pid)
            except (FileNotFoundError, ProcessLookupError, StopIteration):
                continue
        return places

    def crash(self, daemon, client, number):
        other = certificate("DNS:*.hook.test", "DNS:n%d.example" % number).der
        self.assert_error(client.call("crash.hook.test", other), "resources")

    def test_addresses(self):
        """Verifiers lie where the supervisor lies, until one has crashed. Those that are started then lie elsewhere,
        each in a place of its own, and so do those of the next policy."""
        with Daemon(program_name="certnamed-hooked") as daemon, daemon.client() as client:
            daemon.expect("^hook: ", r"warning: verifier \d+: ended ")
            ours = find_base(daemon.process.pid), find_random(daemon.process.pid)
            before = self.look(daemon)
            self.assertEqual(set(before.values()), {ours})
            self.crash(daemon, client, 0)
            crashed = {int(pid) for pid in daemon.find_log(r"^hook: crash 0 pid (\d+)$")}
            self.assertEqual(len(crashed), 2)
            after = self.look(daemon)
            fresh = [place for pid, place in after.items() if pid not in before]
            self.assertGreaterEqual(len(fresh), 2)
            for part in (0, 1):
                places = [place[part] for place in fresh] + [ours[part]]
                self.assertEqual(len(set(places)), len(places), places)
            self.assertEqual(daemon.ctl("reload")[0], 0)
            wait_for("the verifiers of the new epoch", lambda: not set(self.look(daemon)) & set(after))
            places = [place[0] for place in self.look(daemon).values()] + [ours[0]]
            self.assertEqual(len(set(places)), len(places), places)

    def test_confinement(self):
        """A fresh verifier is confined as a forked one: the same user, filter, limits and descriptors."""
        with Daemon(program_name="certnamed-hooked") as daemon, daemon.client() as client:
            daemon.expect("^hook: ", r"warning: verifier \d+: ended ")
            before = {pid: self.confinement(pid) for pid in daemon.verifiers()}
            self.crash(daemon, client, 0)
            wait_for("confined verifiers", lambda: all(status(pid)["Seccomp"] == "2" for pid in daemon.verifiers()))
            fresh = [pid for pid in daemon.verifiers() if pid not in before]
            self.assertTrue(fresh)
            for pid in fresh:
                self.assertEqual(self.confinement(pid), next(iter(before.values())))

    @staticmethod
    def confinement(pid):
        """Returns what confines a process; the address space that it may have depends on what it has mapped."""
        about = status(pid)
        with open("/proc/%d/limits" % pid) as file:
            limits = [line for line in file if not line.startswith("Max address space")]
        keys = ("Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "CapEff", "CapPrm", "SigBlk", "SigIgn", "Threads")
        return [about[key] for key in keys], limits, sorted(descriptors(pid))

    def test_verdicts(self):
        """A fresh verifier gives the verdicts that a forked one gives, byte for byte, for names and paths."""
        authority = Authority("own")
        leaf = authority.issue("DNS:good.example")
        policy = TRUST % authority.path
        questions = [wire.ask("good.example", self.one), wire.ask("bad.example", self.one),
                     wire.ask("good.example", leaf.der, path=True), wire.ask("good.example", self.one, path=True)]
        with Daemon(policy + "limits { cache = 0 }\n", program_name="certnamed-hooked") as daemon:
            daemon.expect("^hook: ", r"warning: verifier \d+: ended ", "refused ")
            with daemon.client() as client:
                forked = self.ask_all(client, questions)
                before = set(daemon.verifiers())
                for number in range(2 * len(before)):
                    if not before & set(daemon.verifiers()):
                        break
                    self.crash(daemon, client, number)
                self.assertFalse(before & set(daemon.verifiers()), "a forked verifier is left")
                self.assertEqual(self.ask_all(client, questions), forked)

    @staticmethod
    def ask_all(client, questions):
        replies = []
        for question in questions:
            client.send(question)
            header = client._take(wire.HEADER_BYTES)
            replies.append(header + client._take(int.from_bytes(header[:4], "big") - wire.HEADER_BYTES))
        return replies


if __name__ == "__main__":
    harness.main()
