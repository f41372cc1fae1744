#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every kind of key and signature is checked inside the verifiers' sandbox, which allows whatever system calls
libcrypto makes for it."""

import os
import ssl

import certificates
import harness
from authority import AUTHORITY, END_ENTITY, bundle
from certificates import Certificate, folder, openssl

# For each kind of key: the options that generate it, and the digest that its certificates are signed with.
EC = "ec_paramgen_curve:"
BITS = "rsa_keygen_bits:"
KINDS = {
    "rsa-2048": (("RSA", BITS + "2048"), "sha256"),
    "rsa-4096": (("RSA", BITS + "4096"), "sha512"),
    "rsa-pss": (("RSA-PSS", BITS + "2048"), "sha384"),
    "p-224": (("EC", EC + "P-224"), "sha256"),
    "p-256": (("EC", EC + "P-256"), "sha256"),
    "p-384": (("EC", EC + "P-384"), "sha384"),
    "p-521": (("EC", EC + "P-521"), "sha512"),
    "secp256k1": (("EC", EC + "secp256k1"), "sha256"),
    "brainpool": (("EC", EC + "brainpoolP384r1"), "sha384"),
    "binary": (("EC", EC + "sect283r1"), "sha256"),
    "ed25519": (("ED25519",), None),
    "ed448": (("ED448",), None),
    "sha-1": (("RSA", BITS + "2048"), "sha1"),
    "sha-3": (("EC", EC + "P-256"), "sha3-256"),
}
POLICY = """\
defaults { trust = { "tests" } certificates = "%s" anchors = as-is revocation = if-known }
trust "tests" { file = { "%s" } }
"""


def make_key(kind):
    path = os.path.join(folder(), "kind-%s.key" % kind)
    algorithm, *options = KINDS[kind][0]
    openssl("genpkey", "-algorithm", algorithm, *(word for one in options for word in ("-pkeyopt", one)), "-out", path)
    return path


class Family:
    """A root, an end entity with a key of the same kind, a copy of the end entity with a broken signature, and an OCSP
    response."""

    def __init__(self, kind):
        self.kind, self.key = kind, make_key(kind)
        digest = ["-" + KINDS[kind][1]] if KINDS[kind][1] else []
        stem = os.path.join(folder(), "kind-%s" % kind)
        config = stem + ".cnf"
        with open(config, "w") as file:
            file.write(certificates.CONFIG + "[ca]\n" + AUTHORITY + "[ee]\n" + END_ENTITY)
            file.write("subjectAltName = DNS:www.example.com\n")
        openssl("req", "-x509", "-new", "-config", config, "-extensions", "ca", "-key", self.key, "-days", "30",
                "-subj", "/CN=root of " + kind, "-out", stem + ".root", *digest)
        openssl("req", "-new", "-config", config, "-key", self.key, "-subj", "/O=tests", "-out", stem + ".csr")
        openssl("x509", "-req", "-in", stem + ".csr", "-CA", stem + ".root", "-CAkey", self.key, "-days", "20",
                "-set_serial", "0x7a" + os.urandom(8).hex(), "-extfile", config, "-extensions", "ee",
                "-out", stem + ".pem", *digest)
        self.root = Certificate(stem + ".root", self.key)
        self.leaf = Certificate(stem + ".pem", self.key)
        self.broken = stem + ".broken"
        with open(self.broken, "w") as file:
            file.write(ssl.DER_cert_to_PEM_cert(self.leaf.der[:-3] + bytes([self.leaf.der[-3] ^ 1]) + self.leaf.der[-2:]))
        self.response = self.respond(stem)

    def respond(self, stem):
        """Makes an OCSP response that says that the end entity is not revoked."""
        serial = openssl("x509", "-in", self.leaf.path, "-noout", "-serial").decode().strip().split("=")[1]
        with open(stem + ".index", "w") as file:
            file.write("V\t401231235959Z\t\t%s\tunknown\t/O=tests\n" % serial)
        openssl("ocsp", "-issuer", self.root.path, "-cert", self.leaf.path, "-reqout", stem + ".request", "-no_nonce")
        openssl("ocsp", "-index", stem + ".index", "-CA", self.root.path, "-rsigner", self.root.path, "-rkey", self.key,
                "-reqin", stem + ".request", "-respout", stem + ".response", "-ndays", "3")
        return stem + ".response"


FAMILIES = [Family(kind) for kind in KINDS]


class Keys(harness.DaemonTestCase):
    """Keys are judged by RFC 5280 alone, so that as many kinds as possible get as far as the check of their
    signature."""

    weak = {"sha-1", "sha-3"}
    policy = POLICY % ("rfc5280", bundle(*(family.root for family in FAMILIES)))

    def ask(self, family, path, *arguments, status):
        verdict = self.verify("--path", *arguments, "www.example.com", path, status=status)
        return [one["code"] for one in verdict.get("failures", [])]

    def test_signatures(self):
        """Each certificate gets a verdict, and no verifier ends: if one did, the log would say so and the test would
        fail."""
        for family in FAMILIES:
            with self.subTest(family.kind):
                weak = family.kind in self.weak
                self.ask(family, family.leaf.path, status=int(weak))
                codes = self.ask(family, family.broken, status=1)
                self.assertTrue(weak or "signature" in codes, codes)

    def test_responses(self):
        """OCSP responses that are signed with each kind of key get a verdict too, and no verifier ends."""
        for family in FAMILIES:
            with self.subTest(family.kind):
                code, out, err = self.daemon.ctl("verify", "--path", "--ocsp", family.response, "www.example.com",
                                                 family.leaf.path)
                self.assertIn(code, (0, 1), out + err)


class WebKeys(Keys):
    """Keys are judged by the profile of the web, which accepts fewer kinds."""

    weak = {kind for kind in KINDS if not kind.startswith(("rsa-2", "rsa-4", "p-256", "p-384", "p-521"))}
    policy = POLICY % ("webpki", bundle(*(family.root for family in FAMILIES)))


if __name__ == "__main__":
    harness.main()
