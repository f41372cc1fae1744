#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The order in which a server sends its certificates changes nothing: every permutation of them gives the same outcome
for the same reason, whichever of several paths is refused for what. With no path left, the reason has a fixed rank."""

import itertools
import json
import os

import authority
import certificates
import harness

OLD = authority.Authority("permutations-old")
NEW = authority.Authority("permutations-new")
DENIED = authority.Authority("permutations-denied")
CODE = authority.Authority("permutations-code")
REVOKING = authority.Authority("permutations-revoking")
MIDDLE = authority.Authority("permutations-middle", NEW)
NOBODY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
SPARE = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="


def cross_sign(issuer, extensions=""):
    """Another certificate for the key of NEW, issued by another root."""
    path = os.path.join(certificates.folder(), "new-by-%s.pem" % issuer.name)
    issuer.sign(path, NEW.key, "/O=certnamed tests/CN=" + NEW.name,
                authority.AUTHORITY + "authorityKeyIdentifier = keyid\n" + extensions)
    return certificates.Certificate(path, NEW.key)


BY_REVOKING = cross_sign(REVOKING)
# The certificates that the server sends behind its own certificate.
SENT = [MIDDLE.certificate, cross_sign(OLD), cross_sign(DENIED), cross_sign(CODE, "extendedKeyUsage = codeSigning\n"),
        BY_REVOKING]

TRUST = {
    "old": (OLD, ""), "new": (NEW, ""), "denied": (DENIED, ""), "code": (CODE, ""), "revoking": (REVOKING, ""),
    "fenced": (OLD, 'permitted-dns = { "elsewhere.example" }'),
}

# Each row: (name, trust sections, pins, outcome: the store that the path ends in, or the first failure's code)
ROWS = [
    ("two-roots", ["old", "new"], None, None),
    ("one-denied", ["denied", "old"], None, "old"),
    ("all-denied", ["denied"], None, "denied"),
    ("one-pinned", ["old", "new", "denied"], "old", "old"),
    ("none-pinned", ["old", "new"], "nobody", "pin-mismatch"),
    ("one-confined", ["fenced", "new"], None, "new"),
    ("all-confined", ["fenced"], None, "name-not-permitted"),
    ("one-revoked", ["revoking", "old"], None, "old"),
    ("all-revoked", ["revoking"], None, "revoked"),
    ("wrong-purpose", ["code"], None, "purpose"),
    # The rank of reasons: denied, revoked, pin, confinement, path.
    ("denied-before-revoked", ["denied", "revoking"], None, "denied"),
    ("denied-before-pin", ["denied", "new"], "nobody", "denied"),
    ("denied-before-confined", ["denied", "fenced"], None, "denied"),
    ("revoked-before-pin", ["revoking", "new"], "nobody", "revoked"),
    ("revoked-before-confined", ["revoking", "fenced"], None, "revoked"),
    ("pin-before-confined", ["fenced", "new"], "nobody", "pin-mismatch"),
    ("confined-before-path", ["fenced", "code"], None, "name-not-permitted"),
    ("everything", list(TRUST), "nobody", "denied"),
    # An end entity that is revoked, or denied, is refused for that on every path.
    ("leaf-revoked", ["old", "new", "denied"], None, "revoked"),
    ("leaf-denied", ["old", "new", "revoking"], None, "denied"),
]


def host(name):
    return name + ".permutations.example"


def sections():
    yield 'pinset "nobody" { spki-sha256 = { "%s", "%s" } }\n' % (NOBODY, SPARE)
    yield 'pinset "old" { spki-sha256 = { "%s", "%s" } scope = anchor }\n' % (OLD.pin(), NOBODY)
    yield 'deny "root" { issuer-spki-sha256 = { "%s" } }\n' % DENIED.pin()
    yield 'deny "leaf" { names = { "%s" } }\n' % host("leaf-denied")
    for name, (issuer, keys) in TRUST.items():
        yield 'trust "%s" { file = { "%s" } %s %s }\n' % (name, issuer.path, keys, crls(name))
    for name, trust, pins, _ in ROWS:
        yield 'domain "%s" { trust = { %s } %s }\n' % (
            host(name), ", ".join('"%s"' % one for one in trust), 'pinset = "%s"' % pins if pins else "")


def crls(name):
    """The CRLs of two authorities, which hold whatever section they stand in."""
    if name != "revoking":
        return ""
    paths = []
    for issuer, revoked in ((REVOKING, BY_REVOKING), (MIDDLE, leaf("leaf-revoked"))):
        paths.append(os.path.join(certificates.folder(), "permutations-%s-crl.pem" % issuer.name))
        with open(paths[-1], "wb") as file:
            file.write(authority.crl(issuer, 1, revoked))
    return "crls = { %s }" % ", ".join('"%s"' % path for path in paths)


def leaf(name):
    return MIDDLE.issue("DNS:" + host(name))


class Permutations(harness.DaemonTestCase):
    policy = "".join(sections())

    def outcome(self, verdict):
        store = verdict["path"][-1]["store"] if verdict["accepted"] else None
        return verdict["accepted"], store, [failure["code"] for failure in verdict["failures"]]

    def test_every_permutation(self):
        """One outcome for all permutations, and the expected one."""
        permutations = list(itertools.permutations(SENT))
        lines = "".join(
            json.dumps({"host": host(row[0]), "path": True,
                        "certificates": [leaf(row[0]).base64] + [one.base64 for one in sent]}) + "\n"
            for row in ROWS for sent in permutations)
        code, out, err = self.daemon.ctl("verify", "--batch", stdin=lines.encode(), timeout=300)
        self.assertEqual((code, err), (0, ""))
        verdicts = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(verdicts), len(ROWS) * len(permutations))
        for i, (name, trust, _, expected) in enumerate(ROWS):
            with self.subTest(name):
                outcomes = [self.outcome(one) for one in verdicts[i * len(permutations):(i + 1) * len(permutations)]]
                self.assertEqual(outcomes, outcomes[:1] * len(permutations))
                accepted, store, codes = outcomes[0]
                if expected in trust and codes[:1] != [expected]:
                    self.assertEqual((accepted, store), (True, expected), codes)
                elif expected is None:
                    self.assertTrue(accepted, codes)
                else:
                    self.assertEqual(codes[:1], [expected])
        harness.report("%d permutations of %d situations" % (len(permutations), len(ROWS)))


if __name__ == "__main__":
    harness.main()
