#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many questions at once: the batch of certnamectl, and the quotas of the daemon that the batch keeps to."""

import base64
import json
import os
import signal
import time

import fake
import harness
import wire
from certificates import certificate
from daemon import RELAXED, Daemon, run_ctl

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
        """Returns a line and the answer that it must get: a verify code, or an error's name."""
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
        """One uid sends 20,000 lines: each line gets the right answer in its place."""
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
        """The exit status 0 says that every line got a verdict: a verdict that refuses does not change the status."""
        lines = [{"host": host, "certificates": [self.one.base64]} for host in ("good.example", "bad.example")]
        stdin = "\n".join(json.dumps(line) for line in lines).encode()
        self.assertEqual([reply["accepted"] for reply in self.batch(stdin, 0)], [True, False])
        self.assertEqual(self.batch(b"", 0), [])

    def test_broken_lines(self):
        """A line that is not a question gets an error in its place that says why, and the batch goes on. Blank lines
        get no answer."""
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
            ("a certificate over 32 KiB", b'{"host": "a", "certificates": ["%s"]}' % big.encode(), "too-large"),
            ("a host in an object", b'{"host": {"dns": "a"}, "certificates": ["AAAA"]}', "invalid-request"),
            ("a list of hosts with a number", b'{"host": ["a", 1], "certificates": ["AAAA"]}', "invalid-request"),
            ("no host in the list", b'{"host": [], "certificates": ["AAAA"]}', "invalid-request"),
            ("17 hosts", b'{"host": [%s], "certificates": ["AAAA"]}' % b",".join([b'"a"'] * 17), "invalid-reference"),
            ("a host of 2,049 bytes", b'{"host": "%s", "certificates": ["AAAA"]}' % (b"a" * 2049),
             "invalid-reference"),
            ("no identity, without a path", b'{"identity": false, "certificates": ["AAAA"]}', "invalid-request"),
            ("an identity that is no boolean", b'{"identity": null, "path": true, "certificates": ["AAAA"]}',
             "invalid-request"),
            ("an identity, but nobody", b'{"identity": true, "path": true, "certificates": ["AAAA"]}',
             "invalid-request"),
            ("an explain that is no boolean", b'{"host": "a", "certificates": ["AAAA"], "explain": "yes"}',
             "invalid-request"),
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
        """An error carries the id of its line too, wherever the line can be read at all."""
        replies = self.batch(b'{"id": {"a": [1]}, "nonsense": 1}\n', 2)
        self.assertEqual(replies[0]["id"], {"a": [1]})
        self.assertEqual(replies[0]["error"]["code"], "invalid-request")

    def test_no_daemon(self):
        """Without a daemon every line still gets an answer, which says that there is no daemon."""
        path = self.daemon.socket
        try:
            self.daemon.socket += ".none"
            line = json.dumps({"id": 1, "host": "a.example", "certificates": [self.one.base64]}).encode() + b"\n"
            replies = self.batch(line * 3, 2)
        finally:
            self.daemon.socket = path
        self.assertEqual([reply["error"]["code"] for reply in replies], ["unavailable"] * 3)


ALL_BASE64 = "MAMKAQY="
ALL_DER = bytes.fromhex("30030a0106")
SECONDS_2026 = 1767225600  # 2026-01-01T00:00:00Z


def as_signed(value):
    return value - (1 << 64) if value >> 63 else value


class Questions(harness.TestCase):
    """The bytes of protocol that a line becomes, seen by a daemon that accepts every question."""

    def setUp(self):
        self.daemon = self.enterContext(fake.FakeDaemon())
        self.certificate = base64.b64encode(b"0\x01\x00").decode()

    def batch(self, *lines):
        """Returns the answers to lines, each sent with the certificate, and the questions that reached the daemon."""
        stdin = "".join(json.dumps({"certificates": [self.certificate], **line}) + "\n" for line in lines)
        _, out, err = run_ctl("--socket", self.daemon.socket, "verify", "--batch", stdin=stdin.encode())
        self.assertEqual(err, "")
        return [json.loads(line) for line in out.splitlines()], self.daemon.asked

    def test_references(self):
        """Each key becomes a reference of its type; a list becomes several references of that type."""
        keys = (("host", fake.HOST), ("email", fake.REFERENCE_EMAIL), ("uri", fake.URI), ("spiffe", fake.SPIFFE),
                ("srv", fake.SRV))
        lines = [{key: value} for key, _ in keys for value in ("x", ["x"], ["x", "y\u0000"])]
        answers, asked = self.batch(*lines, {"host": "h", "email": ["e", "f"], "srv": "s"})
        self.assertEqual([answer.get("accepted") for answer in answers], [True] * (len(lines) + 1))
        # The replies on one connection come in the order of the requests.
        values = [[b"x"], [b"x"], [b"x", b"y\0"]]
        for index, fields in enumerate(asked[:-1]):
            number = keys[index // 3][1]
            self.assertEqual(fields, {number: values[index % 3], fake.CERTIFICATES: [b"0\x01\x00"]})
        self.assertEqual(asked[-1], {fake.HOST: [b"h"], fake.REFERENCE_EMAIL: [b"e", b"f"], fake.SRV: [b"s"],
                                     fake.CERTIFICATES: [b"0\x01\x00"]})

    def test_what_belongs_to_a_path(self):
        """Every key of a path question arrives as its field, in whatever order the line has them."""
        answers, asked = self.batch(
            {"max_depth": 0, "ocsp": ALL_BASE64, "crls": [ALL_BASE64, "AAAA"], "anchors": ["AAAB", ALL_BASE64],
             "time": "2026-01-01T00:00:01Z", "explain": True, "purpose": "client", "path": True, "host": "a"},
            {"identity": False, "path": True, "max_depth": 4294967295},
            {"identity": True, "host": "a", "explain": False, "path": False},
        )
        self.assertEqual([answer["code"] for answer in answers], ["verified", "verified", "name-matches"])
        certificate = {fake.CERTIFICATES: [b"0\x01\x00"]}
        self.assertEqual(asked[0], {
            **certificate, fake.HOST: [b"a"], fake.PATH: [1], fake.PURPOSE: [2], fake.EXPLAIN: [1],
            fake.TIME: [wire.field_varint(1, SECONDS_2026 + 1)], fake.ANCHORS: [b"\0\0\1", ALL_DER],
            fake.CRLS: [ALL_DER, b"\0\0\0"], fake.OCSP: [ALL_DER], fake.MAX_DEPTH: [b""]})
        self.assertEqual(asked[1], {**certificate, fake.PATH: [1], fake.NO_IDENTITY: [1],
                                    fake.MAX_DEPTH: [wire.field_varint(1, 4294967295)]})
        self.assertEqual(asked[2], {**certificate, fake.HOST: [b"a"]})
        self.assertEqual(answers[1]["reference"], None)

    def test_time(self):
        """The time is taken in the format of RFC 3339 and in no other."""
        good = (
            ("2026-01-01T00:00:00Z", SECONDS_2026),
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("0000-01-01T00:00:00Z", -62167219200),
            ("0001-01-01T00:00:00Z", -62135596800),
            ("1900-03-01T00:00:00Z", -2203891200),
            ("2000-02-29T12:34:56Z", 951827696),
            ("2024-02-29t23:59:59z", 1709251199),
            ("2100-03-01T00:00:00Z", 4107542400),
            ("9999-12-31T23:59:59Z", 253402300799),
            ("2026-01-01T02:30:00+02:30", SECONDS_2026),
            ("2025-12-31T19:00:00-05:00", SECONDS_2026),
            ("2026-01-01T00:00:00-00:00", SECONDS_2026),
            ("2026-01-01T00:00:00.999999999Z", SECONDS_2026),
        )
        bad = (
            "", "now", "2026-01-01", "2026-01-01T00:00Z", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z",
            "2026-1-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
            "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2016-12-31T23:59:60Z", "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00+02", "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+02:60", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z\0",
            "+2026-01-01T00:00:00Z", "20260101T000000Z", "12026-01-01T00:00:00Z", "2026-01-01T00:00:00ZZ",
            "2026-01-01T00:00:00.5", "-026-01-01T00:00:00Z", SECONDS_2026, None, ["2026-01-01T00:00:00Z"],
        )
        answers, asked = self.batch(*({"host": "a", "path": True, "time": text} for text, _ in good))
        self.assertEqual([answer.get("code") for answer in answers], ["verified"] * len(good))
        seconds = [as_signed(wire.fields(one[fake.TIME][0]).get(1, [0])[0]) for one in asked]
        self.assertEqual(seconds, [expected for _, expected in good])
        del asked[:]
        answers, asked = self.batch(*({"host": "a", "path": True, "time": text} for text in bad))
        for text, answer in zip(bad, answers):
            self.assertEqual(answer.get("error", {}).get("code"), "invalid-request", text)
            self.assertIn("time", answer["error"]["message"])
        self.assertEqual(asked, [])

    def test_bad_values(self):
        """Values that cannot be read, and keys that cannot stand together, never reach the daemon."""
        big = base64.b64encode(bytes(wire.CERTIFICATE_BYTES + 1)).decode()
        rows = (
            ("time without a path", {"host": "a", "time": "2026-01-01T00:00:00Z"}, "invalid-request"),
            ("anchors without a path", {"host": "a", "anchors": ["AAAA"]}, "invalid-request"),
            ("crls, and the path is off", {"host": "a", "crls": ["AAAA"], "path": False}, "invalid-request"),
            ("ocsp without a path", {"host": "a", "ocsp": "AAAA"}, "invalid-request"),
            ("max_depth without a path", {"host": "a", "max_depth": 1}, "invalid-request"),
            ("no identity and a host", {"identity": False, "path": True, "host": "a"}, "invalid-request"),
            ("no identity and a SPIFFE id", {"identity": False, "path": True, "spiffe": "a"}, "invalid-request"),
            ("nobody", {"path": True}, "invalid-request"),
            ("no anchor in the list", {"host": "a", "path": True, "anchors": []}, "invalid-request"),
            ("no CRL in the list", {"host": "a", "path": True, "crls": []}, "invalid-request"),
            ("an anchor that is no list", {"host": "a", "path": True, "anchors": "AAAA"}, "invalid-request"),
            ("an anchor that is no base64", {"host": "a", "path": True, "anchors": ["AAA"]}, "invalid-request"),
            ("an anchor that is a number", {"host": "a", "path": True, "anchors": [1]}, "invalid-request"),
            ("an anchor over 32 KiB", {"host": "a", "path": True, "anchors": [big]}, "too-large"),
            ("17 anchors", {"host": "a", "path": True, "anchors": ["AAAA"] * 17}, "too-large"),
            ("17 CRLs", {"host": "a", "path": True, "crls": ["AAAA"] * 17}, "too-large"),
            ("more than a frame", {"host": "a", "path": True, "crls": [big] * 11}, "too-large"),
            ("a list of responses", {"host": "a", "path": True, "ocsp": ["AAAA"]}, "invalid-request"),
            ("a response that is no base64", {"host": "a", "path": True, "ocsp": "A A="}, "invalid-request"),
            ("a depth below 0", {"host": "a", "path": True, "max_depth": -1}, "invalid-request"),
            ("a depth of 2^32", {"host": "a", "path": True, "max_depth": 1 << 32}, "invalid-request"),
            ("a depth and a half", {"host": "a", "path": True, "max_depth": 1.5}, "invalid-request"),
            ("a depth in words", {"host": "a", "path": True, "max_depth": "1"}, "invalid-request"),
            ("a key with a hyphen", {"host": "a", "path": True, "max-depth": 1}, "invalid-request"),
            ("a key in capitals", {"Host": "a"}, "invalid-request"),
            ("an unknown purpose", {"host": "a", "purpose": "Server"}, "invalid-request"),
        )
        answers, asked = self.batch(*(line for _, line, _ in rows))
        for (what, _, expected), answer in zip(rows, answers):
            with self.subTest(what):
                self.assertEqual(answer.get("error", {}).get("code"), expected, answer)
                self.assertTrue(answer["error"]["message"])
        self.assertEqual(asked, [])


class Quotas(harness.TestCase):
    """While requests that wait hold all verifiers, the number of requests in flight is known exactly."""

    def setUp(self):
        self.daemon = self.enterContext(Daemon(program_name="certnamed-hooked"))
        self.daemon.expect("^hook: ", r"warning: verifier \d+: ended by signal 9", "tried once more")
        self.one = certificate("DNS:*.hook.test", "DNS:good.example").der
        self.daemon.wait_until_settled()

    def hold_verifiers(self, client):
        """Fills each verifier with a request of this connection; returns how many requests were sent, and the
        processes to kill."""
        count = self.daemon.count_workers()
        for number in range(count):
            client.send(wire.ask("wait-once-%d.hook.test" % number, self.one, tag=number))
        return count, [int(pid) for pid in self.daemon.wait_for_log(r"^hook: waiting \d+ pid (\d+)$", count)]

    def test_of_a_connection(self):
        """One connection sends 200 requests at once and reads nothing: 64 requests are accepted, every other gets
        BUSY, and none is forgotten."""
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
        """One uid has 17 connections that each keep under 64 requests: the requests beyond 1,024 in all get BUSY."""
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
        """A batch that gets BUSY, since other clients of its uid hold the quota, asks again until it is answered."""
        clients = [self.enterContext(self.daemon.client()) for _ in range(PER_UID // PER_CONNECTION)]
        held, _ = self.hold_verifiers(clients[0])
        for client in clients:
            first = held if client is clients[0] else 0
            client.send(b"".join(wire.ask("good.example", self.one, tag=tag) for tag in range(first, PER_CONNECTION)))
            client.wait_until_taken()
        self.daemon.expect("past its deadline: killed")
        with self.daemon.client() as client:
            self.assert_error(client.call("good.example", self.one), "busy")
        # The held verifiers pass their deadline after a second, and the quota becomes free.
        line = {"host": "good.example", "certificates": [certificate("DNS:*.hook.test", "DNS:good.example").base64]}
        code, out, err = self.daemon.ctl("verify", "--batch", stdin=(json.dumps(line) + "\n").encode() * 100)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual([json.loads(text)["accepted"] for text in out.splitlines()], [True] * 100)


if __name__ == "__main__":
    harness.main()
