#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many questions at once: the batch of certnamectl, and the quotas it keeps under."""

import json
import os
import signal
import time

import harness
import wire
from certificates import certificate
from daemon import RELAXED, Daemon

LINES = 2000 if RELAXED else 20000
PER_CONNECTION = 64
PER_UID = 1024


class Batch(harness.DaemonTestCase):
    def setUp(self):
        self.one = certificate("DNS:good.example", "DNS:*.wild.example", "IP:192.0.2.1")
        self.other = certificate("DNS:other.example")

    def batch(self, stdin, status):
        code, out, err = self.daemon.ctl("verify", "--batch", stdin=stdin, timeout=300)
        self.assertEqual((code, err), (status, ""))
        return [json.loads(line) for line in out.splitlines()]

    def line(self, number):
        """A line, and what the answer must be: a verify code, or an error's name."""
        request = {"id": number, "host": "good.example", "certificates": [self.one.base64]}
        change, expected = (
            ({}, 0),
            ({"host": "%d.wild.example" % number}, 0),
            ({"host": "%d.example" % number}, 62),
            ({"host": "192.0.2.1"}, 0),
            ({"host": "192.0.2.2"}, 64),
            ({"certificates": [self.other.base64, self.one.base64]}, 62),
            ({"purpose": "server", "path": False}, 0),
            ({"host": "a..example"}, "invalid-reference"),
            ({"path": True}, 18),
            ({"certificates": [self.one.base64[:400]]}, "invalid-certificate"),
            ({"pin": "x"}, "invalid-request"),
        )[number % 11]
        return {**request, **change}, expected

    def test_many_lines(self):
        """20,000 lines from one uid: each gets its answer, in its place, and the right one."""
        lines = [self.line(number) for number in range(LINES)]
        stdin = "".join(json.dumps(request) + "\n" for request, _ in lines).encode()
        begun = time.monotonic()
        replies = self.batch(stdin, 2)
        seconds = time.monotonic() - begun
        harness.report("%d lines in %.2f s: %.0f a second" % (LINES, seconds, LINES / seconds))
        self.assertEqual([reply["id"] for reply in replies], list(range(LINES)))
        for reply, (request, expected) in zip(replies, lines):
            if isinstance(expected, str):
                self.assertEqual(reply["error"]["code"], expected, request)
                self.assertNotIn("accepted", reply)
            else:
                self.assertEqual(reply["verify_code"], expected, request)
                self.assertIs(reply["accepted"], expected == 0)
                self.assertNotIn("error", reply)

    def test_verdicts_alone(self):
        """Status 0 says that every line got a verdict: refusals do not count against it."""
        lines = [{"host": host, "certificates": [self.one.base64]} for host in ("good.example", "bad.example")]
        stdin = "\n".join(json.dumps(line) for line in lines).encode()
        self.assertEqual([reply["accepted"] for reply in self.batch(stdin, 0)], [True, False])
        self.assertEqual(self.batch(b"", 0), [])

    def test_broken_lines(self):
        """A line that is no question gets an error that says why, in its place, and the batch goes on. Blank lines
        are none."""
        good = json.dumps({"id": "good", "host": "good.example", "certificates": [self.one.base64]}).encode()
        big = "A" * 4 * ((wire.CERTIFICATE_BYTES + 3) // 3)
        rows = (
            ("not JSON", b"hello", "invalid-request"),
            ("cut off", good[:-1], "invalid-request"),
            ("two values", good + good, "invalid-request"),
            ("no object", b'["good.example"]', "invalid-request"),
            ("not UTF-8", b'{"host": "\xff", "certificates": ["AAAA"]}', "invalid-request"),
            ("a NUL byte", b'{"host": "\x00"}', "invalid-request"),
            ("a NUL in the host", b'{"host": "a\\u0000.example", "certificates": ["%s"]}'
             % self.one.base64.encode(), "invalid-reference"),
            ("a key twice", b'{"host": "a", "host": "b", "certificates": ["AAAA"]}', "invalid-request"),
            ("an unknown key", b'{"host": "a", "certificates": ["AAAA"], "pins": []}', "invalid-request"),
            ("no host", b'{"certificates": ["AAAA"]}', "invalid-request"),
            ("no certificates", b'{"host": "a"}', "invalid-request"),
            ("none in the list", b'{"host": "a", "certificates": []}', "invalid-request"),
            ("bad base64", b'{"host": "a", "certificates": ["A*A="]}', "invalid-request"),
            ("base64 without padding", b'{"host": "a", "certificates": ["AAA"]}', "invalid-request"),
            ("a host that is no string", b'{"host": 1, "certificates": ["AAAA"]}', "invalid-request"),
            ("a path that is no boolean", b'{"host": "a", "certificates": ["AAAA"], "path": 1}', "invalid-request"),
            ("an unknown purpose", b'{"host": "a", "certificates": ["AAAA"], "purpose": "any"}', "invalid-request"),
            ("no certificate", b'{"host": "a.example", "certificates": ["AAAA"]}', "invalid-certificate"),
            ("a certificate over 16 KiB", b'{"host": "a", "certificates": ["%s"]}' % big.encode(), "too-large"),
            ("65 certificates", b'{"host": "a", "certificates": [%s]}' % b",".join([b'"AAAA"'] * 65), "too-large"),
            ("an over-long line", b'{"host": "a' + b"a" * 600000 + b'"}', "invalid-request"),
            ("deep nesting", b"[" * 100000, "invalid-request"),
        )
        stdin = b"\n\n".join(part for _, line, _ in rows for part in (line, b"  \t", good)) + b"\n"
        replies = self.batch(stdin, 2)
        self.assertEqual(len(replies), 2 * len(rows))
        for (what, _, error), broken, after in zip(rows, replies[::2], replies[1::2]):
            with self.subTest(what):
                self.assertEqual(broken.get("error", {}).get("code"), error)
                self.assertTrue(broken["error"]["message"])
                self.assertEqual((after["id"], after["accepted"]), ("good", True))

    def test_id_of_a_broken_line(self):
        """The id comes back with an error too, wherever the line can be read at all."""
        replies = self.batch(b'{"id": {"a": [1]}, "nonsense": 1}\n', 2)
        self.assertEqual(replies[0]["id"], {"a": [1]})
        self.assertEqual(replies[0]["error"]["code"], "invalid-request")

    def test_no_daemon(self):
        """Without a daemon every line still gets its answer: that there is none."""
        path = self.daemon.socket
        try:
            self.daemon.socket += ".none"
            line = json.dumps({"id": 1, "host": "a.example", "certificates": [self.one.base64]}).encode() + b"\n"
            replies = self.batch(line * 3, 2)
        finally:
            self.daemon.socket = path
        self.assertEqual([reply["error"]["code"] for reply in replies], ["unavailable"] * 3)


class Quotas(harness.TestCase):
    """With all verifiers held by requests that wait, what is in flight is known to the request."""

    def setUp(self):
        self.daemon = self.enterContext(Daemon(program_name="certnamed-hooked"))
        self.daemon.expect("^hook: ", r"warning: verifier \d+: ended by signal 9", "tried once more")
        self.one = certificate("DNS:*.hook.test", "DNS:good.example").der
        self.daemon.wait_until_settled()

    def hold_verifiers(self, client):
        """Fills each verifier with a request of this connection; returns how many, and whom to kill."""
        count = self.daemon.count_verifiers()
        for number in range(count):
            client.send(wire.ask("wait-once-%d.hook.test" % number, self.one, tag=number))
        return count, [int(pid) for pid in self.daemon.wait_for_log(r"^hook: waiting \d+ pid (\d+)$", count)]

    def test_of_a_connection(self):
        """200 requests at once on one connection, with nothing read: 64 are taken, every other is told BUSY and
        none is forgotten."""
        with self.daemon.client() as client:
            held, pids = self.hold_verifiers(client)
            client.send(b"".join(wire.ask("good.example", self.one, tag=tag) for tag in range(held, 200)))
            client.wait_until_taken()
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            replies = client.receive_all(200)
            busy = sorted(tag for tag, reply in replies.items() if reply.error == "busy")
            self.assertEqual(busy, list(range(PER_CONNECTION, 200)))
            for tag in range(PER_CONNECTION):
                self.assert_accepted(replies[tag])
            self.assert_accepted(client.call("good.example", self.one))

    def test_of_a_uid(self):
        """17 connections of one uid that each keep under 64: beyond 1,024 in all they are told BUSY."""
        clients = [self.enterContext(self.daemon.client()) for _ in range(PER_UID // PER_CONNECTION + 1)]
        held, pids = self.hold_verifiers(clients[0])
        for client in clients:
            first = held if client is clients[0] else 0
            client.send(b"".join(wire.ask("good.example", self.one, tag=tag) for tag in range(first, PER_CONNECTION)))
            client.wait_until_taken()
        busy = clients[-1].receive_all(PER_CONNECTION)
        self.assertEqual({reply.error for reply in busy.values()}, {"busy"})
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for client in clients[:-1]:
            for reply in client.receive_all(PER_CONNECTION).values():
                self.assert_accepted(reply)
        self.assert_accepted(clients[-1].call("good.example", self.one))

    @harness.needs_sandbox
    def test_batch_keeps_trying(self):
        """A batch that is told BUSY, since others of its uid hold the quota, asks again until it is answered."""
        clients = [self.enterContext(self.daemon.client()) for _ in range(PER_UID // PER_CONNECTION)]
        held, _ = self.hold_verifiers(clients[0])
        for client in clients:
            first = held if client is clients[0] else 0
            client.send(b"".join(wire.ask("good.example", self.one, tag=tag) for tag in range(first, PER_CONNECTION)))
            client.wait_until_taken()
        self.daemon.expect("past its deadline: ended")
        with self.daemon.client() as client:
            self.assert_error(client.call("good.example", self.one), "busy")
        # The held verifiers pass their deadline after a second, and the quota becomes free.
        line = {"host": "good.example", "certificates": [certificate("DNS:*.hook.test", "DNS:good.example").base64]}
        code, out, err = self.daemon.ctl("verify", "--batch", stdin=(json.dumps(line) + "\n").encode() * 100)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([json.loads(text)["accepted"] for text in out.splitlines()], [True] * 100)


if __name__ == "__main__":
    harness.main()
