# SPDX-License-Identifier: MIT
"""Builds filters of CRLite (C2SP clubcard-crlite, and version 3) by ribbon elimination, and certificates to ask them about."""

import base64
import hashlib
import os
import struct

import authority
import certificates

LOG = hashlib.sha256(b"the log of the tests").digest()
OTHER_LOG = hashlib.sha256(b"a log that no filter covers").digest()
ROW_BITS = 256


def spki_digest(one):
    """SHA-256 of the SubjectPublicKeyInfo of an authority."""
    return base64.b64decode(one.pin())


def serial(certificate):
    """The content octets of a certificate's serial number."""
    number = int(certificates.openssl("x509", "-in", certificate.path, "-noout", "-serial").split(b"=")[1], 16)
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def timestamps(*some):
    """A line for OpenSSL's configuration: a list of timestamps, each a log and milliseconds, with signatures of zeros."""
    each = [b"\0" + log + struct.pack(">Q", when) + b"\0\0" + b"\4\3" + b"\0\1\0" for log, when in some]
    text = b"".join(struct.pack(">H", len(one)) + one for one in each)
    text = struct.pack(">H", len(text)) + text
    size = bytes([len(text)]) if len(text) < 128 else b"\x81" + bytes([len(text)])
    return "1.3.6.1.4.1.11129.2.4.2 = DER:04" + size.hex() + text.hex() + "\n"


def issue(issuer, name, *some, extensions=authority.END_ENTITY):
    return issuer.issue("DNS:" + name, extensions=extensions + timestamps(*some))


def equation(issuer, number, m):
    """The row of a certificate: where it begins, and its bits as a number whose lowest bit comes first."""
    lanes = list(struct.unpack("<4Q", hashlib.sha256(issuer + number).digest()))
    lanes[0] |= 1
    return lanes[3] % max(1, m), sum(lane << 64 * i for i, lane in enumerate(lanes))


def solve(rows, m):
    """Finds bits that give every row its value: a number of m + 255 bits."""
    slots = {}
    for at, bits, value in rows:
        while at in slots:
            bits, value = bits ^ slots[at][0], value ^ slots[at][1]
            if not bits:
                break
            zeros = (bits & -bits).bit_length() - 1
            at, bits = at + zeros, bits >> zeros
        if bits:
            slots[at] = bits, value
        elif value:
            raise ValueError("these rows have no solution")
    solution = 0
    for at in sorted(slots, reverse=True):
        bits, value = slots[at]
        if bin(bits & solution >> at).count("1") % 2 != value:
            solution |= 1 << at
    return solution


class Filter:
    """The knowledge of a filter: for each issuer's digest the serial numbers that are revoked, and those that are good. An
    issuer without any has no members: all its certificates are good, or revoked if it is inverted."""

    def __init__(self, until, since=0, logs=(LOG,)):
        self.coverage = [(log, since, until) for log in logs]
        self.issuers = {}

    def add(self, issuer, revoked=(), good=(), inverted=False):
        self.issuers[spki_digest(issuer)] = (list(revoked), list(good), inverted)
        return self

    def column(self):
        """Returns the numbers of each issuer, and the exact column in which they stand one behind the other."""
        places, bits, at = {}, 0, 0
        for issuer, (revoked, good, inverted) in sorted(self.issuers.items()):
            m = (len(revoked) + len(good)) * 5 // 4 + 1
            rows = [(*equation(issuer, number, m), int((number in revoked) == inverted)) for number in revoked + good]
            bits |= solve(rows, m) << at
            places[issuer] = m, at
            at += m + ROW_BITS - 1
        return places, [bits >> 64 * i & 0xffffffffffffffff for i in range((at + 63) // 64)]

    def encode(self, version):
        def number(value, n):
            return value.to_bytes(8, "little") if version == 3 else value.to_bytes(n, "big")

        places, words = self.column()
        out = [bytes([version, 0]), number(len(self.coverage), 2)]
        out += [log + number(low, 8) + number(high, 8) for log, low, high in self.coverage]
        out.append(number(len(places), 4))
        for issuer, (m, at) in sorted(places.items()):
            revoked, good, inverted = self.issuers[issuer]
            numbers = [(int(bool(revoked or good)), 4), (0, 1), (0, 4), (m, 4), (at, 4)]
            if version == 3:
                numbers = [numbers[i] for i in (0, 3, 1, 2, 4)]
                out.append(number(32, 8))
            out += [issuer] + [number(*one) for one in numbers]
            out += [bytes([inverted]), number(0, 2)]
        out += [number(0, 1), number(len(words), 4)] + [number(word, 8) for word in words]
        return b"".join(out)


def index(names, version=1):
    """An index that names these filters. The daemon reads from the filters themselves what they cover."""
    size = 1 if version == 0 else 2
    return b"upkiidx%d" % version + len(names).to_bytes(size, "big") + struct.pack(">I", 0) + b"".join(
        name.encode().ljust(32, b"\0") for name in names)


def put(folder, filters, version=4, index_version=1):
    """Writes a folder as upki does: the filters, then the index, each by renaming."""
    os.makedirs(folder, exist_ok=True)
    files = {name: one if isinstance(one, bytes) else one.encode(version) for name, one in filters.items()}
    files["index.bin"] = index(list(filters), index_version)
    for name, data in files.items():
        with open(os.path.join(folder, "." + name), "wb") as file:
            file.write(data)
        os.rename(os.path.join(folder, "." + name), os.path.join(folder, name))
