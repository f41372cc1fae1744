#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Cached verdicts: they are the same as before, counted, logged, and forgotten with their policy."""

import os
import signal
import unittest

import front
import harness
import wire
from certificates import certificate
from daemon import RELAXED, Daemon, wait_for

LAX = 'defaults { common-name = no }\n'
STRICT = 'defaults { common-name = no }\npinset "p" { spki-sha256 = { "%s", "%s" } }\n' \
    'domain "good.example" { pinset = "p" }\n' % ("A" * 43 + "=", "B" * 42 + "A=")


class Cache(harness.TestCase):
    def setUp(self):
        self.one = certificate("DNS:good.example", "DNS:*.hook.test").der

    def test_same_bytes(self):
        """The cache returns the first verdict byte for byte to every client of its class, under the tag of each
        client; a question with one more byte is another question."""
        with Daemon() as daemon, daemon.client() as first, daemon.client() as second:
            first.send(wire.ask("good.example", self.one, tag=1))
            payload = front.receive(first)
            for client in (first, second):
                for tag in (2, 1 << 63):
                    client.send(wire.ask("good.example", self.one, tag=tag))
                    header = client._take(wire.HEADER_BYTES)
                    self.assertEqual(int.from_bytes(header[8:], "big"), tag)
                    self.assertEqual(client._take(int.from_bytes(header[:4], "big") - wire.HEADER_BYTES), payload[1])
            self.assert_refused(first.call("bad.example", self.one))
            cache = front.status(daemon)["cache"]
        self.assertEqual((cache["hits"], cache["misses"]), (4, 3))

    def test_counted_and_logged(self):
        """A cached refusal is counted and logged like a new one; at most ten lines a second are logged, and the log
        says how many were left out."""
        with Daemon() as daemon:
            with daemon.client() as client:
                for _ in range(50):
                    self.assert_refused(client.call("bad.example", self.one))
                requests = front.status(daemon)
            wait_for("the rest is counted", lambda: daemon.find_log("uid %d: \\d+ more answers" % os.geteuid()))
            lines = daemon.find_log("uid %d: refused .*bad.example" % os.geteuid())
            more = sum(map(int, daemon.find_log("uid %d: (\\d+) more answers" % os.geteuid())))
        self.assertEqual(requests["requests"]["refused"], 50)
        self.assertEqual(requests["codes"]["hostname-mismatch"], 50)
        self.assertEqual(len(lines) + more, 50)
        self.assertGreaterEqual(len(lines), 10)
        self.assertLessEqual(len(lines), 30)

    def test_reload_forgets(self):
        """A client that has seen a policy in force gets no verdict of the policy before it, however full the cache
        is."""
        with Daemon(LAX) as daemon, daemon.client() as client, daemon.admin() as admin:
            for n in range(20):
                for _ in range(3):
                    reply = client.call("good.example", self.one)
                    (self.assert_accepted if n % 2 == 0 else self.assert_refused)(reply)
                with open(daemon.config, "w") as file:
                    file.write(LAX if n % 2 else STRICT)
                kind, payload = front.inquire(admin, front.KIND_RELOAD)
                self.assertEqual((kind, payload[:1]), (front.KIND_RELOADED, b"\0"), payload)
            self.assertEqual(front.status(daemon)["generation"], 21)

    @unittest.skipIf(os.geteuid() != 0, "only root is several users")
    def test_uids_apart(self):
        """With `shared-cache = no` a cached verdict is given only to the user whose question it answered, so that no
        user learns of another user's questions."""
        with Daemon("limits { shared-cache = no }\n") as daemon:
            for uid in (1234, 1235):
                with front.As(daemon.socket, uid) as client:
                    for _ in range(3):
                        self.assert_accepted(client.call("good.example", self.one))
            cache = front.status(daemon)["cache"]
        self.assertEqual(cache["hits"], 4)

    def test_equal_questions(self):
        """Sixty equal questions of three clients at once are verified once; when the verifier ends, they are retried
        once for all."""
        with Daemon("limits { cpu-per-uid = 0 }\n", program_name="certnamed-hooked") as daemon:
            daemon.expect("^hook: ", "ended by signal 9", "tried once more")
            daemon.wait_until_settled()
            clients = [self.enterContext(daemon.client()) for _ in range(3)]
            for client in clients:
                client.send(b"".join(wire.ask("wait-once-1.hook.test", self.one, tag=n) for n in range(20)))
            pid = int(daemon.wait_for_log(r"^hook: waiting 1 pid (\d+)$")[0])
            os.kill(pid, signal.SIGKILL)
            for client in clients:
                for reply in client.receive_all(20).values():
                    self.assert_accepted(reply)
            cache = front.status(daemon)["cache"]
            self.assertEqual(len(daemon.find_log("tried once more")), 1)
        self.assertEqual(cache["shared"] + cache["hits"], 59)

    def test_bounded(self):
        """However many questions are asked, the cached verdicts keep within their bytes, and the front keeps within
        its memory."""
        with Daemon("limits { cache = 1M  cpu-per-uid = 0 }\n") as daemon, daemon.client() as client:
            client.call("good.example", self.one)
            before = front.memory_kb(daemon.front())
            for n in range(200):
                client.send(b"".join(wire.ask("h%d.example" % (n * 20 + k), self.one, tag=k) for k in range(20)))
                client.receive_all(20)
            cache = front.status(daemon)["cache"]
            after = front.memory_kb(daemon.front())
        self.assertLessEqual(cache["bytes"], 1 << 20)
        self.assertGreater(cache["evictions"], 1000)
        if before is not None and not RELAXED:
            harness.report("a cache of 1 MiB: %d kB more memory" % (after - before))
            self.assertLess(after - before, 4096)


if __name__ == "__main__":
    harness.main()
