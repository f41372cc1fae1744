#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Python fields equal those of a live handshake of this Python's ssl with the same certificates and names."""

import json
import re
import ssl

import harness
from certificates import certificate

FIELDS = ("verify_code", "verify_message", "reason", "library", "strerror")
REPLY_KEYS = {
    "id", "accepted", "verify_code", "verify_message", "reason", "library", "strerror", "code", "failures",
    "reference", "matched", "presented", "nearest", "checked", "rule", "generation", "digest",
    "alert", "sni", "leaf",
}

NAMES = certificate("DNS:san.example.com", "DNS:*.wild.example.com", "DNS:xn--bcher-kva.example",
                    cn="cn.example.com")
ADDRESSES = certificate("IP:192.0.2.1", "IP:2001:db8::1", cn="192.0.2.9")
COMMON_NAME = certificate(cn="cn.example.com")

# Each row: the fault, the certificate, the host.
REFUSED = (
    ("another name", NAMES, "x.example.com"),
    ("as given: capitals", NAMES, "WwW.Example"),
    ("the common name, which is off", COMMON_NAME, "cn.example.com"),
    ("two labels for a star", NAMES, "a.b.wild.example.com"),
    ("no label for a star", NAMES, "wild.example.com"),
    ("a U-label, shown as its A-label", NAMES, "müller.example"),
    ("a U-label in capitals beside ASCII as given", NAMES, "BÜRO.Example"),
    ("a U-label as given where a later one is ASCII", NAMES, "WWW.bücher.Example.COM"),
    ("an A-label", NAMES, "xn--mller-kva.example"),
    ("an underscore", NAMES, "a_b.example.com"),
    ("one label", NAMES, "localhost"),
    ("a name for a certificate of addresses", ADDRESSES, "san.example.com"),
    ("another IPv4 address", ADDRESSES, "192.0.2.2"),
    ("an IPv4 address in the common name", ADDRESSES, "192.0.2.9"),
    ("another IPv6 address", ADDRESSES, "2001:db8::2"),
    ("an IPv6 address as given", ADDRESSES, "2001:0DB8:0:0::2"),
    ("an IPv6 address in capitals", ADDRESSES, "2001:DB8::ABCD"),
    ("an IPv4 address that is mapped", ADDRESSES, "::ffff:192.0.2.1"),
    ("an address for a certificate of names", NAMES, "192.0.2.1"),
)
ACCEPTED = (
    ("the name", NAMES, "san.example.com"),
    ("in other letters", NAMES, "SAN.Example.COM"),
    ("a star", NAMES, "a.wild.example.com"),
    ("a U-label", NAMES, "bücher.example"),
    ("a U-label in capitals", NAMES, "BÜCHER.Example"),
    ("an A-label", NAMES, "xn--bcher-kva.example"),
    ("an IPv4 address", ADDRESSES, "192.0.2.1"),
    ("an IPv6 address", ADDRESSES, "2001:0db8:0::1"),
)


def shake_hands(one, host):
    """Shakes hands in memory with a server that has the certificate; returns None, or the client's exception."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(one.path, one.key_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(one.path)
    context.hostname_checks_common_name = False
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(8):
        try:
            client.do_handshake()
            return None
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLCertVerificationError as error:
            return error
        try:
            server.do_handshake()
        except ssl.SSLWantReadError:
            pass
    raise AssertionError("the handshake does not end")


class PythonFields(harness.DaemonTestCase):
    def test_refusals(self):
        """With codes 62 and 64 each field equals that of SSLCertVerificationError on the same certificate and name;
        strerror does so except for the line of Python's own source at its end."""
        codes = set()
        for what, one, host in REFUSED:
            with self.subTest(what, host=host):
                error = shake_hands(one, host)
                self.assertIsNotNone(error, "Python accepts it")
                expected = {name: getattr(error, name) for name in FIELDS}
                expected["strerror"], n = re.subn(r" \(_ssl\.c:\d+\)$", "", error.strerror)
                self.assertEqual(n, 1)
                verdict = self.verify(host, one.path, status=1)
                self.assertEqual({name: verdict[name] for name in FIELDS}, expected)
                codes.add(verdict["verify_code"])
        self.assertEqual(codes, {62, 64})

    def test_acceptances(self):
        """A certificate that Python accepts at the handshake with the common name off is accepted, with code 0 and no
        words."""
        for what, one, host in ACCEPTED:
            with self.subTest(what, host=host):
                self.assertIsNone(shake_hands(one, host))
                verdict = self.verify(host, one.path, status=0)
                self.assertEqual((verdict["accepted"], verdict["verify_code"]), (True, 0))
                self.assertEqual((verdict["reason"], verdict["library"], verdict["strerror"]), ("", "", ""))

    def test_batch_keys(self):
        """The keys of a batch's replies are exactly those that other programs read, whatever the verdict; a reply
        without a verdict has `id` and `error` alone."""
        lines = [
            {"id": "one", "host": "san.example.com", "certificates": [NAMES.base64]},
            {"id": 2, "host": "x.example.com", "certificates": [NAMES.base64], "path": False, "purpose": "server"},
            {"id": [3], "host": "x..example.com", "certificates": [NAMES.base64]},
            {"host": "san.example.com", "certificates": ["AAAA"], "purpose": "client"},
        ]
        stdin = "".join(json.dumps(line) + "\n" for line in lines).encode()
        code, out, err = self.daemon.ctl("verify", "--batch", stdin=stdin)
        self.assertEqual((code, err), (2, ""))
        replies = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([reply["id"] for reply in replies], ["one", 2, [3], None])
        for reply in replies[:2]:
            self.assertEqual(set(reply), REPLY_KEYS)
            self.assertEqual(set(reply["rule"]), {"section", "file", "line"})
            self.assertEqual(set(reply["reference"]), {"type", "value"})
            self.assertEqual(set(reply["leaf"]), {"sha256", "spki", "not_before", "not_after"})
            self.assertIs(reply["sni"], True)
            self.assertEqual(reply["alert"], None if reply["accepted"] else "bad_certificate")
            for identity in reply["presented"]:
                self.assertEqual(set(identity), {"type", "value"})
        self.assertEqual(set(replies[0]["matched"]), {"type", "value"})
        self.assertIsNone(replies[0]["nearest"])
        self.assertEqual(replies[0]["failures"], [])
        self.assertEqual(set(replies[1]["nearest"]), {"type", "value", "why"})
        self.assertIsNone(replies[1]["matched"])
        for failure in replies[1]["failures"]:
            self.assertEqual(set(failure), {"code", "verify_code", "message", "depth"})
        for reply, error in zip(replies[2:], ("invalid-reference", "invalid-certificate")):
            self.assertEqual(set(reply), {"id", "error"})
            self.assertEqual(set(reply["error"]), {"code", "message"})
            self.assertEqual(reply["error"]["code"], error)


if __name__ == "__main__":
    harness.main()
