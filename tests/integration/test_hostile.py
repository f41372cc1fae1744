#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Certificates that are made to cost much CPU time or memory, or to deceive."""

import re
import threading
import time

import der
import harness
import wire
from certificates import certificate
from daemon import RELAXED, Daemon

GOOD = (2, b"good.example")


def cpu_seconds(daemon):
    """Returns the CPU time that all verifiers have used since they were started."""
    ticks = 0
    for pid in daemon.verifiers():
        with open("/proc/%d/stat" % pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / 100


class Deceitful(harness.DaemonTestCase):
    policy = "defaults { common-name = yes }\n"

    def ask(self, host, *names, subject=None):
        with self.daemon.client() as client:
            return client.call(host, der.unsigned(der.alternative_names(*names), subject=subject))

    def test_embedded_nul(self):
        """A NUL anywhere in a dNSName does not end the name: the name is all of its bytes, and these bytes are not a
        valid host name."""
        for at in range(len(GOOD[1]) + 1):
            bent = GOOD[1][:at] + b"\0" + GOOD[1][at:]
            self.assert_refused(self.ask("good.example", (2, bent)))
        self.assert_refused(self.ask("good.example", (2, b"good.example\0.evil.example")))
        self.assert_accepted(self.ask("good.example", (2, b"good.example\0.evil.example"), GOOD))

    def test_names_that_look_like_several(self):
        """A dNSName that would look like two names if it were printed and read again counts as one name, which is
        invalid."""
        for text in (b"x.example, DNS:good.example", b"x.example\nDNS:good.example", b'"good.example"',
                     b"good.example ", b" good.example", b"good.example,", b"DNS:good.example"):
            for tag in (1, 2, 6):
                self.assert_refused(self.ask("good.example", (tag, text)))

    def test_every_kind_of_general_name(self):
        """otherName, rfc822Name, x400Address, directoryName, ediPartyName, URI, iPAddress and registeredID never
        stand for a host, nor hide a dNSName beside them; malformed ones may make all of it malformed."""
        directory = der.name((der.OID_COMMON_NAME, "good.example"))
        text = der.tlv(0x0c, b"good.example")
        kinds = [
            (0x20, bytes.fromhex("06082b06010505070807") + der.tlv(0xa0, text)),
            (1, b"good.example"), (0x23, b""), (0x24, directory), (0x25, der.tlv(0xa1, text)),
            (6, b"good.example"), (6, b"https://good.example/"), (7, b"good.example"), (7, b"good"),
            (8, b"\x2a\x03"), (7, b""), (2, b"")]
        for kind in kinds:
            with self.subTest(kind=kind):
                self.assert_refused(self.ask("good.example", kind))
                beside = self.ask("good.example", kind, GOOD)
                self.assertTrue(beside.accepted or beside.refused, beside)

    def test_common_name_beside_anything(self):
        """A common name is used only where there is no subject alternative name that could stand for a host: it is
        not used beside a malformed one, an address, a URI or an SRV name, but it is used beside an e-mail address."""
        subject = der.name((der.OID_COMMON_NAME, "good.example"))
        for kind in ((2, b"\xff"), (7, b"\x01"), (6, b"x:"), (2, b"other.example")):
            self.assert_refused(self.ask("good.example", kind, subject=subject))
        self.assert_accepted(self.ask("good.example", (1, b"a@b.example"), subject=subject))
        two = der.name((der.OID_COMMON_NAME, "good.example"), (der.OID_COMMON_NAME, "x.example"))
        self.assert_refused(self.ask("good.example", (1, b"a@b.example"), subject=two))

    def test_thousands_of_names(self):
        """A certificate holds 2,000 names, as many as fit: the last name counts, and a refusal stays within 4 KiB."""
        names = [(2, b"%03x.b" % i) for i in range(2000)]
        self.assert_accepted(self.ask("7cf.b", *names))
        reply = self.ask("a.example", *names)
        self.assert_refused(reply)
        self.assertLessEqual(reply.size, 4096)

    def test_long_references(self):
        """A verdict that repeats a SPIFFE id of the greatest allowed length, once or sixteen times, still stays
        within 4 KiB."""
        spiffe = b"spiffe://trust.example/" + b"p" * (2048 - 23)
        certificate = der.unsigned(der.alternative_names(GOOD))
        for count in (1, 16):
            payload = wire.field_bytes(2, certificate) + wire.field_bytes(8, spiffe) * count
            with self.daemon.client() as client:
                client.send(wire.frame(payload))
                reply = client.receive()
            self.assert_refused(reply)
            self.assertLessEqual(reply.size, 4096)

    def test_large_sets(self):
        """An RDN has many attributes, which libcrypto sorts. Before libc sorts so much, it asks for the size of the
        machine's memory; the filter must not take that for an attack."""
        for count in (2, 43, 200):
            parts = sorted(der.sequence(der.OID_ORGANIZATION, der.tlv(0x0c, b"%03d" % i)) for i in range(count))
            subject = der.sequence(der.tlv(0x31, *parts))
            self.assert_accepted(self.ask("good.example", GOOD, subject=subject))

    def test_broken_dates(self):
        """A question about an identity judges no dates; where the dates cannot be read, the verdict reports none."""
        broken = der.unsigned(der.alternative_names(GOOD), not_after=b"not a date!!!")
        with self.daemon.client() as client:
            self.assert_accepted(client.call("good.example", broken))


class Costly(harness.TestCase):
    @harness.needs_sandbox
    def test_relative_distribution_points(self):
        """A certificate of the kind in CVE-2026-35189 multiplies relative CRL distribution points, as many as fit, by
        a long issuer name. A question about a name does not have them worked out, and so costs next to nothing."""
        issuer = der.name(*((der.OID_ORGANIZATION, "o" * 60) for _ in range(100)))
        costly = der.unsigned(der.alternative_names(GOOD), der.relative_crl_points(480, "p"), issuer=issuer)
        self.assertGreater(len(costly), 14000)
        self.assertLess(len(costly), 32768)
        with Daemon() as daemon, daemon.client() as client:
            self.assert_accepted(client.call("good.example", costly))
            before = cpu_seconds(daemon)
            start = time.monotonic()
            for _ in range(100):
                self.assert_accepted(client.call("good.example", costly))
            harness.report("100 such certificates: %.1f ms each, %.0f ms of CPU together"
                           % ((time.monotonic() - start) * 10, (cpu_seconds(daemon) - before) * 1000))
            self.assertLess(cpu_seconds(daemon) - before, 1)

    @harness.needs_sandbox
    def test_second_time_costs_nothing(self):
        """A request that takes more CPU time than it is allowed is refused for resources within its 100 ms, and other
        requests are answered meanwhile. The very same request sent again is refused at once, without a verifier;
        another request is not."""
        spin, good = certificate("DNS:*.hook.test").der, certificate("DNS:good.example").der
        with Daemon(program_name="certnamed-hooked") as daemon:
            daemon.expect("^hook: ", r"ended by signal 27", "used up its CPU time")
            with daemon.client() as client, daemon.client() as other:
                stop, slowest = threading.Event(), [0.0]

                def serve_others():
                    while not stop.is_set():
                        start = time.monotonic()
                        self.assert_accepted(other.call("good.example", good))
                        slowest[0] = max(slowest[0], time.monotonic() - start)

                thread = threading.Thread(target=serve_others)
                thread.start()
                start = time.monotonic()
                first = client.call("spin.hook.test", spin)
                took = time.monotonic() - start
                stop.set()
                thread.join()
                self.assert_error(first, "resources")
                start = time.monotonic()
                for _ in range(100):
                    self.assert_error(client.call("spin.hook.test", spin), "resources")
                again = (time.monotonic() - start) / 100
                harness.report("refused after %.0f ms, then after %.3f ms; others at most %.1f ms meanwhile"
                               % (took * 1000, again * 1000, slowest[0] * 1000))
                self.assertLess(again, 0.01)
                self.assertEqual(len(re.findall("used up its CPU time", daemon.log())), 1)
                self.assert_accepted(client.call("good.example", good))


if __name__ == "__main__":
    harness.main()
