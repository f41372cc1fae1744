#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A daemon that lies to certnamectl: every bit of each kind of reply is flipped in turn. No flip makes certnamectl crash,
take a refusal for an acceptance, or print what is not text."""

import concurrent.futures
import os
import subprocess

import fake
import harness
import wire
from certificates import certificate
from daemon import BUILD, PATIENCE, RELAXED, WRAPPER, program

STATUS = b'{"files-in-force":false}'
HELLO = wire.field_bytes(1, b"\1") + wire.field_varint(2, 15) + wire.field_bytes(4, b"half-close")
REFUSAL = fake.verdict(0, [fake.failure("hostname-mismatch", 62, "no")])
# Sanitizers are slow, and valgrind is slower.
STEP = 61 if WRAPPER else 7 if RELAXED else 1
N_WORKERS = 4
# The bit that says whether a reload was refused.
OUTCOME_BIT = wire.HEADER_BYTES * 8
# certnamectl itself, and not libtool's script, which takes longer than the program.
LIBRARIES = os.path.join(BUILD, ".libs")
BUILT = os.path.join(LIBRARIES, "certnamectl")
CTL = [*WRAPPER, BUILT if os.path.exists(BUILT) else program("certnamectl")]


class Liar(fake.FakeDaemon):
    """Flips a bit of each reply, and closes the connection after it, so that a length that was flipped is not waited
    for."""

    bit = None
    n_bits = 0

    def reply(self, kind, tag, payload):
        data = bytearray(super().reply(kind, tag, payload))
        self.n_bits = len(data) * 8
        if self.bit is not None:
            data[self.bit // 8] ^= 1 << self.bit % 8
        return bytes(data)

    def serve_one(self, client, stream):
        super().serve_one(client, stream)
        return False


class Lies(harness.TestCase):
    def setUp(self):
        self.one = certificate("DNS:a.example")

    def ask(self, liar, arguments):
        done = subprocess.run(
            [*CTL, "--socket", liar.socket, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=PATIENCE, check=False, env={"LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": LIBRARIES})
        code, out, err = done.returncode, done.stdout.decode(), done.stderr.decode()
        self.assertIn(code, (0, 1, 2), (liar.bit, err))
        self.assertEqual([one for one in out if one != "\n" and not one.isprintable()], [], liar.bit)
        if code == 2:
            self.assertRegex(err, "^certnamectl: .", liar.bit)
        return code

    def flip_all(self, verify, texts, arguments):
        """Returns the exit status for the reply as it is, and those for the reply with each bit flipped."""
        with Liar(verify, texts) as liar:
            usual = self.ask(liar, arguments)
            n_bits = liar.n_bits

        def flip_some(first):
            with Liar(verify, texts) as liar:
                statuses = {}
                for liar.bit in range(first * STEP, n_bits, N_WORKERS * STEP):
                    statuses[liar.bit] = self.ask(liar, arguments)
                return statuses

        with concurrent.futures.ThreadPoolExecutor(N_WORKERS) as pool:
            parts = list(pool.map(flip_some, range(N_WORKERS)))
        statuses = {bit: status for part in parts for bit, status in part.items()}
        harness.report("%s: %d flips, %d noticed" % (arguments[0], len(statuses), list(statuses.values()).count(2)))
        return usual, statuses

    def test_refusal(self):
        usual, statuses = self.flip_all(lambda _: REFUSAL, {}, ("verify", "a.example", self.one.path))
        self.assertEqual(usual, 1)
        self.assertNotIn(0, statuses.values())

    def test_error(self):
        usual, statuses = self.flip_all(lambda _: fake.ERROR_FORBIDDEN, {}, ("verify", "a.example", self.one.path))
        self.assertEqual(usual, 2)
        self.assertEqual(set(statuses.values()), {2})

    def test_status(self):
        """Files that are not in force are never reported as in force."""
        usual, statuses = self.flip_all(None, {fake.KIND_STATUS: STATUS}, ("status", "--check"))
        self.assertEqual(usual, 1)
        self.assertNotIn(0, statuses.values())

    def test_metrics(self):
        usual, _ = self.flip_all(None, {fake.KIND_METRICS: b"certnamed_x 1\n# EOF\n"}, ("metrics",))
        self.assertEqual(usual, 0)

    def test_reload(self):
        usual, statuses = self.flip_all(None, {fake.KIND_RELOAD: b"\0generation 4"}, ("reload",))
        self.assertEqual(usual, 0)
        self.assertEqual([bit for bit, status in statuses.items() if status == 1], [OUTCOME_BIT] if OUTCOME_BIT in statuses else [])

    def test_refused_reload(self):
        """A refused reload is done only by the bit that says so."""
        usual, statuses = self.flip_all(None, {fake.KIND_RELOAD: b"\1x.conf:3: no"}, ("reload",))
        self.assertEqual(usual, 1)
        self.assertEqual([bit for bit, status in statuses.items() if status == 0], [OUTCOME_BIT] if OUTCOME_BIT in statuses else [])

    def test_hello(self):
        usual, _ = self.flip_all(None, {wire.KIND_HELLO: HELLO}, ("hello",))
        self.assertEqual(usual, 0)


if __name__ == "__main__":
    harness.main()
