#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the first inputs of the fuzz targets that read no DER: `seeds.py FOLDER`. The others' are in seeds.c. Most of
what is committed in corpus/ was found by the targets since, and kept because it reaches what nothing before it does."""

import os
import struct
import sys

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden")


def golden():
    """The frames of the wire, by name."""
    for name in sorted(os.listdir(GOLDEN)):
        if name.endswith(".hex"):
            with open(os.path.join(GOLDEN, name)) as file:
                yield name[:-4], bytes.fromhex("".join(line.split("#")[0] for line in file))


def part(data):
    return struct.pack(">H", len(data)) + data


def references():
    """By kind and rules: a text, and identities by type."""
    presented = part(b"\x01*.example.com") + part(b"\x01www.example.com") + part(b"\x03example.com")
    texts = (("host", 1, "www.example.com"), ("dot", 1, "WWW.example.com."), ("idn", 1, "bücher.example"),
             ("width", 1, "ｅｘａｍｐｌｅ。com"), ("address", 1, "192.0.2.1"), ("ipv6", 1, "2001:db8::192.0.2.1"),
             ("mailbox", 2, "jo.ann@example.com"), ("mailbox-idn", 2, "jö@bücher.example"),
             ("uri", 3, "https://user@example.com:443/x?y"), ("sip", 3, "sip:example.com;lr"),
             ("spiffe", 4, "spiffe://example.com/ns/a"), ("srv", 5, "_imap.example.com"))
    for name, kind, text in texts:
        yield name, bytes([kind]) + part(text.encode()) + presented
    yield "openssl", bytes([1 + 6 * 3]) + part(b"www.example.com") + part(b"\x01w*.example.com")
    yield "python-3.5", bytes([1 + 6 * 2]) + part(b"www.example.com") + part(b"\x01w*w.example.com") + part(b"\x03*")
    yield "python-3.7", bytes([1 + 6]) + part(b"xn--a.example.com") + part(b"\x01*.example.com")
    yield "mailboxes", bytes([2]) + part(b"jo@example.com") + part(b"\x04jo@EXAMPLE.com") + part(b"\x0ajo@example.com")
    yield "addresses", bytes([1]) + part(b"192.0.2.1") + part(b"\x02\xc0\x00\x02\x01") + part(b"\x02\xc0\x00\x02")


PINS = '{ "%s", "%s" }' % ("A" * 43 + "=", "A" * 42 + "E=")
POLICIES = {
    "defaults": 'defaults {\n  rules = "rfc9525"\n  common-name = report\n  path = always\n  trust = { "system" }\n}\n',
    "pins": 'pinset bank { mode = enforce scope = any spki-sha256 = %s expires = "2027-06-30" on-expiry = report }\n'
            'domain "bank.example" { subdomains = all exempt = { "legacy.bank.example" } pinset = bank }\n' % PINS,
    "clients": 'client printer { uid = { "0" } rules = "python-3.7" }\nclient "unidentified" { path = always }\n',
    "trust": 'trust corp { file = { "/a.pem" } permitted-dns = { "corp.example" } excluded-ip = { "10.0.0.0/8" }\n'
             '  distrust-after = "2027-06-30" max-lifetime = "398d" crls = { "/c" } }\n',
    "deny": 'deny a { names = { "zip", "198.51.100.0/24" } mode = report }\ndeny b { spki-sha256 = %s }\n' % PINS,
    "limits": 'limits { connections = 10 cache = 4M queue-time = 5s cpu-per-uid = 100ms shared-cache = no }\n'
              'record { file = "/var/log/r" sample = 100 max-bytes = 1M }\nmetrics { socket = "/run/m.sock" }\n',
    "comments": '# one\n// two\n/* three\n */ domain a.example { # here\n wildcards = none }\n',
    "escapes": 'domain "\\x61.example" { certificates = webpki }\ndomain \'b.example\' { revocation = required }\n',
    "addresses": 'domain "192.0.2.0/24" { trust = { } }\ndomain "2001:db8::/32" { path = always }\n',
    "cut-off": 'domain a.example { path = ',
    "include": 'include("/etc/passwd")\n',
    "variable": 'domain "${HOME}" { }\n',
}
HTTP = {
    "metrics": b"GET /metrics HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
    "feeds": b"GET /metrics?x HTTP/1.0\n\n",
    "other": b"POST / HTTP/1.0\r\n\r\n",
    "empty": b"\n\n",
}
STARTTLS = {
    "smtp": b"\0220 mail.example\r\n250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n220 go\r\n",
    "smtp-more": b"\0220-a\r\n220 b\r\n250 STARTTLS\r\n220 go\r\n220 injected\r\n",
    "smtp-none": b"\0220 a\r\n250 SIZE\r\n",
    "imap": b"\1* OK IMAP4rev1\r\n* CAPABILITY X\r\na1 OK go\r\n",
    "imap-no": b"\1* OK\r\na1 NO \x1b[31m\r\n",
    "nul": b"\1* OK\0\r\n",
}


def record(payload, code=b"hostname-mismatch", length=None):
    return struct.pack(">4sIQIIII64s", b"CNR1", 96 + len(payload) if length is None else length, 1780272000, 1000, 1, 0,
                       4, code) + payload


def note(frame, code=b"verified"):
    return struct.pack("=qqIII64s128s400s4x", 1, 2, 0x5CA96C6C, 0, 99, code, b"defaults", b"a line") + frame


def frame(kind, payload, tag=1):
    return struct.pack(">IBBHQ", 16 + len(payload), 1, kind, 0, tag) + payload


PEM = {
    "certificate": b"text\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
    "headers": b"-----BEGIN X509 CRL-----\r\nA: b\r\n\r\nMAMCAQU=\r\n-----END X509 CRL-----\r\n",
    "broken": b"-----BEGIN CERTIFICATE-----\nMA*=\n-----END X-----\n",
    "two": b"-----BEGIN A-----\nMAA=\n-----END A-----\n-----BEGIN B-----\nMAAwAA==\n-----END B-----",
}


def crlite(version, words, rank=0, exceptions=(b"\x01", b"\x00\x81")):
    """A CRLite filter of one log and two issuers, whose columns are the words."""
    def number(value, n):
        return value.to_bytes(8, "little") if version == 3 else value.to_bytes(n, "big")

    def block(issuer):
        numbers = [(7, 4), (rank, 1), (1, 4), (5, 4), (2, 4)]
        if version == 3:
            numbers = [numbers[i] for i in (0, 3, 1, 2, 4)]
        return (number(32, 0) if version == 3 else b"") + bytes([issuer]) * 32 + \
            b"".join(number(*each) for each in numbers) + b"\x01" + number(len(exceptions), 2) + \
            b"".join(number(len(serial), 1) + serial for serial in exceptions)

    return bytes([version, 0]) + number(1, 2) + b"\xa1" * 32 + number(1000, 8) + number(2000, 8) + \
        number(2, 4) + block(0x11) + block(0x22) + number(len(words) - 1, 1) + \
        b"".join(number(len(column), 4) + b"".join(number(word, 8) for word in column) for column in words)


def crlite_index(version, names):
    """An index of CRLite filters with two logs, each with one entry about the last filter."""
    size = 1 if version == 0 else 2
    head = 8 + size + 4 + 32 * len(names) + 2 * 42
    return b"upkiidx%d" % version + len(names).to_bytes(size, "big") + struct.pack(">I", 2) + \
        b"".join(name.ljust(32, b"\0") for name in names) + \
        b"".join(bytes([log]) * 32 + struct.pack(">QH", head + log * (size + 16), 1) for log in range(2)) + \
        ((len(names) - 1).to_bytes(size, "big") + struct.pack(">QQ", 1000, 2000)) * 2


def seeds():
    for name, data in golden():
        if data[5] < 128:
            yield "request", name, data
        else:
            yield "reply", name, b"\1" + data
            yield "reply", name + "-path", b"\3" + data
            yield "link", name, note(frame(data[5], data[16:]))
        yield "record", name, record(data[16:]) + record(b"")
        if data[5] == 1:
            yield "verify", name, data[16:]
    for name, data in references():
        yield "reference", name, data
    for target, table in (("policy", POLICIES), ("http", HTTP), ("starttls", STARTTLS), ("pem", PEM)):
        for name, data in table.items():
            yield target, name, data if isinstance(data, bytes) else data.encode()
    for version in (3, 4):
        yield "crlite", "exact-%d" % version, crlite(version, [[1, 2, 3]])
        yield "crlite", "columns-%d" % version, crlite(version, [[5], [], [6, 7]], rank=2, exceptions=())
    for version in (0, 1):
        yield "crlite-index", "two-%d" % version, crlite_index(version, [b"20260708-0-default.filter", b"b.delta"])
    yield "record", "cut-off", record(b"abc")[:-1]
    yield "record", "long", record(b"", length=1 << 31)
    yield "record", "endless-code", record(b"", code=b"x" * 64)
    yield "link", "endless-code", note(frame(129, b""), code=b"x" * 64)


def main():
    for target, name, data in seeds():
        folder = os.path.join(sys.argv[1], target)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main()
