#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients that break the protocol, or only read and write badly: each gets what PROTOCOL.md says, and other clients
get their answers."""

import random
import time

import harness
import wire
from certificates import certificate
from daemon import RELAXED, descriptors, wait_for

HOST = "good.example"
FRAME_SECONDS = 2
UNREAD_SECONDS = 10
# This many bytes of questions are more than fit into the kernel's buffers, 64 KiB of replies and the requests in
# flight.
MOST_UNREAD = 8 << 20
ROOM = 64 if RELAXED else 1


class BadFrames(harness.DaemonTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        front = cls.daemon.front()
        cls.daemon.verifiers()
        try:
            count = len(descriptors(front))
        except PermissionError:
            print("the front's descriptors are not counted: only root may list them")
            return
        cls.addClassCleanup(cls.check_descriptors, front, count)

    @classmethod
    def check_descriptors(cls, front, count):
        """Checks that the same front holds as many descriptors after all tests as before them."""
        wait_for("the front has %d descriptors again" % count, lambda: len(descriptors(front)) == count)

    def setUp(self):
        self.der = certificate("DNS:" + HOST).der
        self.good = wire.ask(HOST, self.der, tag=77)
        self.client = self.enterContext(self.daemon.client())

    def tearDown(self):
        # The same daemon still runs and answers after every test.
        with self.daemon.client() as client:
            self.assert_accepted(client.call(HOST, self.der))

    def assert_goes_on(self, tag=5):
        """Checks that the same connection still serves and that no other reply is waiting in it."""
        self.client.send(wire.ask(HOST, self.der, tag=tag))
        reply = self.client.receive()
        self.assert_accepted(reply)
        self.assertEqual(reply.tag, tag)

    def assert_closed(self):
        self.assertIsNone(self.client.receive())

    # --- pieces ---

    def test_every_split(self):
        """A frame that comes in two pieces, cut anywhere, is the same frame."""
        for at in range(1, len(self.good)):
            self.client.send(self.good[:at])
            self.client.wait_until_taken()
            self.client.send(self.good[at:])
            reply = self.client.receive()
            self.assert_accepted(reply)
            self.assertEqual(reply.tag, 77)

    def test_byte_by_byte(self):
        """A frame that comes byte by byte is read whole, and so are two frames that come in one piece with half of a
        third."""
        for at in range(len(self.good)):
            self.client.send(self.good[at : at + 1])
            self.client.wait_until_taken()
        self.assert_accepted(self.client.receive())
        self.client.send(wire.ask(HOST, self.der, tag=1) + wire.ask("bad.example", self.der, tag=2) + self.good[:50])
        replies = self.client.receive_all(2)
        self.assert_accepted(replies[1])
        self.assert_refused(replies[2])
        self.client.send(self.good[50:])
        self.assertEqual(self.client.receive().tag, 77)

    def test_cut_off(self):
        """A client that hangs up anywhere in the middle of a frame is forgotten."""
        for at in (0, 1, 15, 16, 17, len(self.good) // 2, len(self.good) - 1):
            with self.daemon.client() as client:
                client.send(self.good[:at])
            with self.daemon.client() as client:
                client.send(self.good[:at])
                client.finish_sending()
                self.assertIsNone(client.receive())

    def test_half_closed(self):
        """A client that closes its sending side after its last question gets every answer, and then the end of the
        stream."""
        self.client.send(b"".join(wire.ask(HOST, self.der, tag=tag) for tag in range(50)))
        self.client.finish_sending()
        for reply in self.client.receive_all(50).values():
            self.assert_accepted(reply)
        self.assert_closed()

    def test_slow_frame(self):
        """A frame that is begun and not ended within two seconds ends the connection, whether nothing more comes or a
        byte now and then; an idle connection without a begun frame stays."""
        dripping = self.enterContext(self.daemon.client())
        idle = self.enterContext(self.daemon.client())
        begun = time.monotonic()
        self.client.send(self.good[:40])
        dripping.socket.settimeout(0.1)
        for byte in self.good:
            try:
                dripping.send(bytes([byte]))
                self.assertEqual(dripping.socket.recv(1), b"")
                break
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                break
        dripped = time.monotonic() - begun
        self.assert_closed()
        closed = time.monotonic() - begun
        for seconds in (dripped, closed):
            self.assertGreater(seconds, FRAME_SECONDS * 0.95)
            self.assertLess(seconds, FRAME_SECONDS + 1.5 * ROOM)
        self.assert_accepted(idle.call(HOST, self.der))
        harness.report("slow frame closed after %.2f s, dripping one after %.2f s" % (closed, dripped))

    # --- headers ---

    def test_length_below_a_header(self):
        """After a length that is shorter than the header, the stream cannot be split into frames any more. The client
        gets an error with its tag, and the connection is closed."""
        for length in (0, 1, 15):
            with self.daemon.client() as client:
                client.send(wire.frame(tag=9, length=length) + self.good)
                reply = client.receive()
                self.assert_error(reply, "malformed-request")
                self.assertEqual(reply.tag, 9)
                self.assertIsNone(client.receive())

    def test_length_above_the_limit(self):
        """A frame over 192 KiB is refused by its header alone, before a byte of its payload is kept."""
        for length in (wire.FRAME_BYTES + 1, 1 << 24, (1 << 32) - 1):
            with self.daemon.client() as client:
                client.send(wire.frame(tag=9, length=length))
                reply = client.receive()
                self.assert_error(reply, "too-large")
                self.assertEqual(reply.tag, 9)
                self.assertIsNone(client.receive())

    def test_largest_frame(self):
        """A frame of exactly 192 KiB is served."""
        payload = wire.question(HOST, self.der)
        while wire.FRAME_BYTES - wire.HEADER_BYTES - len(payload) > 16000:
            payload += wire.field_bytes(2, b"\x30" * 12000)
        left = wire.FRAME_BYTES - wire.HEADER_BYTES - len(payload)
        payload += wire.field_bytes(2, b"\x30" * (left - 3))
        data = wire.frame(payload, 3)
        self.assertEqual(len(data), wire.FRAME_BYTES)
        self.client.send(data)
        self.assert_accepted(self.client.receive())

    def test_header_fields(self):
        """A version, a kind or reserved bits that the daemon does not know: the frame gets a typed error, and the
        connection goes on."""
        payload = self.good[wire.HEADER_BYTES :]
        rows = [("version", value, "unsupported-version") for value in (0, 2, 255)]
        rows += [("kind", value, "unknown-kind") for value in (0, 6, wire.KIND_VERDICT, wire.KIND_ERROR)]
        rows += [("reserved", value, "unknown-field") for value in (1, 0x8000, 0xFFFF)]
        for name, value, error in rows:
            with self.subTest(name, value=value):
                self.client.send(wire.frame(payload, tag=value + 1000, **{name: value}))
                reply = self.client.receive()
                self.assert_error(reply, error)
                self.assertEqual(reply.tag, value + 1000)
                self.assert_goes_on()

    def test_any_tag(self):
        """A client may choose any value as a tag, and may use the same tag twice."""
        for tag in (0, 1, (1 << 64) - 1):
            self.assert_goes_on(tag)
        self.client.send(wire.ask(HOST, self.der, tag=4) + wire.ask(HOST, self.der, tag=4))
        self.assertEqual([self.client.receive().tag for _ in range(2)], [4, 4])

    # --- payloads ---

    def test_payloads(self):
        """A payload that is not a question, or that asks for something unknown, gets a typed error that says why, and
        never a verdict; the connection goes on."""
        good = wire.question(HOST, self.der)
        host, one = wire.field_bytes(1, HOST.encode()), wire.field_bytes(2, self.der)
        rows = (
            ("nothing", b"", "invalid-request"),
            ("no host", one, "invalid-request"),
            ("no reference, and not on purpose", one + wire.field_varint(3, 1), "invalid-request"),
            ("no certificate", host, "invalid-request"),
            ("an empty host", wire.question("", self.der), "invalid-reference"),
            ("NUL in the host", wire.question(HOST + "\0.evil.example", self.der), "invalid-reference"),
            ("a host that is not UTF-8", wire.question(b"\xff.example", self.der), "invalid-reference"),
            ("a host of 2,049 bytes", wire.question("a" * 2049, self.der), "invalid-reference"),
            ("65 certificates", wire.question(HOST, *[self.der] * 65), "too-large"),
            ("a certificate of 32 KiB + 1", wire.question(HOST, self.der, b"\x30" * 32769), "too-large"),
            ("a leaf of 32 KiB that is none", wire.question(HOST, b"\x30" * 32768), "invalid-certificate"),
            ("an empty certificate", wire.question(HOST, b""), "invalid-certificate"),
            ("a certificate cut off", wire.question(HOST, self.der[:-1]), "invalid-certificate"),
            ("a certificate and a byte", wire.question(HOST, self.der + b"\0"), "invalid-certificate"),
            ("a time that the policy does not leave to a request", wire.question(HOST, self.der, path=True) +
             wire.field_bytes(11, wire.field_varint(1, 1)), "unsupported"),
            ("an anchor likewise", wire.question(HOST, self.der, path=True) + wire.field_bytes(12, self.der), "unsupported"),
            ("an unknown field", good + wire.field_varint(31, 1), "unknown-field"),
            ("an unknown field first", wire.field_bytes(500, b"x") + good, "unknown-field"),
            ("an unknown purpose", wire.question(HOST, self.der, purpose=3), "unknown-field"),
            ("a purpose below zero", good + wire.field_varint(4, (1 << 64) - 1), "unknown-field"),
            ("a field cut off", good[:-1], "malformed-request"),
            ("a field longer than all", good + b"\x12\xff\xff\xff\xff\x07", "malformed-request"),
            ("an endless varint", good + b"\x18" + b"\xff" * 11, "malformed-request"),
            ("a field of the wrong type", good + wire.field_varint(2, 1), "malformed-request"),
            ("field number zero", good + b"\x02\x00", "malformed-request"),
            ("text", b"GET / HTTP/1.1\r\nHost: good.example\r\n\r\n", "malformed-request"),
        )
        for what, payload, error in rows:
            with self.subTest(what):
                self.client.send(wire.frame(payload, tag=42))
                reply = self.client.receive()
                self.assert_error(reply, error)
                self.assertEqual(reply.tag, 42)
                self.assertTrue(reply.message)
                self.assert_goes_on()

    def test_most_certificates(self):
        """A question with 64 certificates is accepted, and so is one with a certificate of 32 KiB behind the leaf."""
        self.assert_accepted(self.client.call(HOST, *[self.der] * 64))
        self.assert_accepted(self.client.call(HOST, self.der, b"\x30" * wire.CERTIFICATE_BYTES))

    def test_purposes(self):
        """Each known purpose is accepted."""
        for purpose in (0, 1, 2):
            self.assert_accepted(self.client.call(HOST, self.der, purpose=purpose))

    def test_many_small_fields(self):
        """A payload of nothing but tiny fields is refused, not decoded into many times its size."""
        for number in (1, 2):
            payload = wire.field_bytes(number, b"") * ((wire.FRAME_BYTES - wire.HEADER_BYTES) // 2)
            self.client.send(wire.frame(payload))
            self.assertIn(self.client.receive().error, ("too-large", "invalid-request"))
        payload = wire.field_varint(31, 0) * ((wire.FRAME_BYTES - wire.HEADER_BYTES) // 3)
        self.client.send(wire.frame(payload))
        self.assertIn(self.client.receive().error, ("too-large", "unknown-field"))
        self.assert_goes_on()

    def test_changed_bytes(self):
        """A question with one byte changed, anywhere in its payload, gets one reply and never breaks anything."""
        payload = self.good[wire.HEADER_BYTES :]
        source = random.Random(2)
        for at in range(len(payload)):
            changed = bytearray(payload)
            changed[at] ^= 1 << source.randrange(8)
            self.client.send(wire.frame(bytes(changed), tag=at))
            self.assertEqual(self.client.receive().tag, at)
        self.assert_goes_on()

    def test_garbage(self):
        """A client that sends garbage from the first byte on harms nobody."""
        source = random.Random(1)
        for _ in range(50):
            with self.daemon.client() as client:
                try:
                    client.send(source.randbytes(source.randrange(1, 2000)))
                    client.finish_sending()
                    while client.receive() is not None:
                        pass
                except (BrokenPipeError, ConnectionResetError):
                    pass

    # --- manners ---

    def test_never_reads(self):
        """When a client sends many questions and reads nothing, the daemon stops reading from it once its replies
        pile up. Other clients are served as before, and after ten seconds that client's connection is closed."""
        self.client.socket.setblocking(False)
        sent = 0
        begun = time.monotonic()
        quiet_since = begun
        while sent < MOST_UNREAD and time.monotonic() - quiet_since < 0.5:
            try:
                sent += self.client.socket.send(self.good * 20)
                quiet_since = time.monotonic()
            except BlockingIOError:
                time.sleep(0.01)
        with self.daemon.client() as other:
            for _ in range(100):
                self.assert_accepted(other.call(HOST, self.der))
        self.assertLess(sent, MOST_UNREAD)
        with self.assertRaises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() - begun < UNREAD_SECONDS + 5 * ROOM:
                try:
                    self.client.socket.send(b"x")
                except BlockingIOError:
                    time.sleep(0.02)
        seconds = time.monotonic() - begun
        self.assertGreater(seconds, UNREAD_SECONDS * 0.95)
        harness.report("client that never reads: stopped after %d KiB, closed after %.1f s" % (sent >> 10, seconds))

    def test_reads_late(self):
        """A client that reads late, but in time, loses nothing: each of its questions gets its answer."""
        self.client.socket.settimeout(0.2)
        data = b"".join(wire.ask(HOST, self.der, tag=tag) for tag in range(2000))
        sent = 0
        try:
            while sent < len(data):
                sent += self.client.socket.send(data[sent : sent + 65536])
        except TimeoutError:
            pass
        self.client.socket.settimeout(self.client.patience)
        count = sent // len(self.good)
        self.assertGreater(count, 100)
        replies = self.client.receive_all(count)
        self.assertEqual(sorted(replies), list(range(count)))
        self.assertLessEqual({reply.error for reply in replies.values()}, {None, "busy"})

    def test_too_many_connections(self):
        """The 257th connection of one uid gets BUSY with tag 0 and is closed; a connection that closes makes room for
        another."""
        clients = [self.client] + [self.enterContext(self.daemon.client()) for _ in range(255)]
        with self.daemon.client() as client:
            reply = client.receive()
            self.assert_error(reply, "busy")
            self.assertEqual(reply.tag, 0)
            self.assertIsNone(client.receive())
        for client in clients[1:]:
            client.close()
        wait_for("there is room again", self.can_connect)

    def can_connect(self):
        with self.daemon.client() as client:
            try:
                return client.call(HOST, self.der).accepted
            except (BrokenPipeError, ConnectionResetError):
                return False


if __name__ == "__main__":
    harness.main()
