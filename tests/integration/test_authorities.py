#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Private authorities as the usual tools and tutorials make them, with their CRLs, under profile compatible. Each row has the
extensions that a tool writes; `make check-authorities` asks the tools themselves where they are installed.
"""

import os

import certificates
import harness
from authority import Authority, bundle

# The extensions that openssl.cnf, its CA.pl and most tutorials write into an end entity.
USUAL = "basicConstraints = CA:FALSE\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid,issuer\n"
NUMBER, NO_NUMBER, VERSION_1 = "with a number", "without a number", "version 1"


class Shape:
    """What one tool writes: extensions of the root, of an intermediate (None: the root issues) and of an end entity, and the
    kind and the extensions of its CRLs (None: it makes none)."""

    def __init__(self, tool, root, intermediate, leaf, crl, crl_extensions="authorityKeyIdentifier = keyid:always\n"):
        self.tool = tool
        self.root = root
        self.intermediate = intermediate
        self.leaf = leaf
        self.crl = crl
        self.crl_extensions = crl_extensions


SHAPES = [
    Shape(
        "easy-rsa",
        "basicConstraints = CA:TRUE\nkeyUsage = cRLSign, keyCertSign\nsubjectKeyIdentifier = hash\n"
        "authorityKeyIdentifier = keyid:always,issuer:always\n",
        None,
        "basicConstraints = CA:FALSE\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid,issuer:always\n"
        "extendedKeyUsage = serverAuth\nkeyUsage = digitalSignature,keyEncipherment\n",
        NO_NUMBER,
        "authorityKeyIdentifier = keyid:always,issuer:always\n",
    ),
    Shape(
        "cfssl",
        "basicConstraints = critical,CA:TRUE,pathlen:2\nkeyUsage = critical,keyCertSign,cRLSign\n"
        "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n",
        None,
        "basicConstraints = critical,CA:FALSE\nkeyUsage = critical,digitalSignature,keyEncipherment\n"
        "extendedKeyUsage = serverAuth,clientAuth\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n",
        NO_NUMBER,
    ),
    Shape(
        "mkcert",
        "basicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = critical,keyCertSign\nsubjectKeyIdentifier = hash\n",
        None,
        "keyUsage = critical,digitalSignature,keyEncipherment\nextendedKeyUsage = serverAuth\n"
        "authorityKeyIdentifier = keyid\n",
        None,
    ),
    Shape(
        "openssl-ca-tutorial",
        "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always,issuer\nbasicConstraints = critical,CA:true\n"
        "keyUsage = critical,digitalSignature,cRLSign,keyCertSign\n",
        "subjectKeyIdentifier = hash\nbasicConstraints = critical,CA:true,pathlen:0\n"
        "keyUsage = critical,digitalSignature,cRLSign,keyCertSign\n",
        'basicConstraints = CA:FALSE\nnsCertType = server\nnsComment = "made by a tool"\nsubjectKeyIdentifier = hash\n'
        "authorityKeyIdentifier = keyid,issuer:always\nkeyUsage = critical,digitalSignature,keyEncipherment\n"
        "extendedKeyUsage = serverAuth\n",
        NUMBER,
    ),
    Shape(
        "openssl-ca-defaults",
        "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always,issuer\nbasicConstraints = critical,CA:true\n",
        None,
        USUAL,
        VERSION_1,
    ),
    Shape(
        "step",
        "basicConstraints = critical,CA:TRUE,pathlen:1\nkeyUsage = critical,keyCertSign,cRLSign\n"
        "subjectKeyIdentifier = hash\n",
        "basicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = critical,keyCertSign,cRLSign\n"
        "subjectKeyIdentifier = hash\n",
        "keyUsage = critical,digitalSignature\nextendedKeyUsage = serverAuth,clientAuth\nsubjectKeyIdentifier = hash\n"
        "authorityKeyIdentifier = keyid\n1.3.6.1.4.1.37476.9000.64.1 = DER:30:0b:02:01:01:04:03:61:63:6d:04:01:30\n",
        NUMBER,
        "authorityKeyIdentifier = keyid:always\nissuingDistributionPoint = critical,@point\n"
        "[point]\nfullname = URI:http://ca.lab.example/1.0/crl\n",
    ),
    Shape(
        # The key usage has zeros at its end.
        "certtool",
        "basicConstraints = critical,CA:TRUE\nkeyUsage = critical,DER:03:03:07:06:00\nsubjectKeyIdentifier = hash\n",
        None,
        "basicConstraints = critical,CA:FALSE\nextendedKeyUsage = serverAuth\nkeyUsage = critical,DER:03:03:07:a0:00\n"
        "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid\n",
        NUMBER,
    ),
    Shape(
        "go-tutorial",
        "keyUsage = critical,digitalSignature,keyCertSign,cRLSign\nextendedKeyUsage = clientAuth,serverAuth\n"
        "basicConstraints = critical,CA:TRUE\nsubjectKeyIdentifier = hash\n",
        None,
        "keyUsage = critical,digitalSignature\nextendedKeyUsage = clientAuth,serverAuth\n"
        "subjectKeyIdentifier = 0102030406\nauthorityKeyIdentifier = keyid\n",
        NO_NUMBER,
    ),
]

CRL_CONFIG = """\
[ca]
default_ca = own
[own]
database = %(stem)s.index
default_md = sha256
default_crl_days = 30
"""


def make_crl(issuer, shape, *revoked):
    """Returns the path of a CRL as the tool writes it, which lists these certificates."""
    stem = os.path.join(certificates.folder(), "tool-crl-" + os.urandom(8).hex())
    text = CRL_CONFIG % {"stem": stem}
    if shape.crl == NUMBER:
        text += "crlnumber = %s.number\n" % stem
    if shape.crl != VERSION_1:
        text += "crl_extensions = extensions\n[extensions]\n" + shape.crl_extensions
    for suffix, content in ((".index", ""), (".number", "1000\n"), (".cnf", text)):
        with open(stem + suffix, "w") as out:
            out.write(content)
    common = ("ca", "-config", stem + ".cnf", "-keyfile", issuer.key, "-cert", issuer.path)
    for one in revoked:
        certificates.openssl(*common, "-revoke", one.path)
    certificates.openssl(*common, "-gencrl", "-out", stem + ".pem")
    return stem + ".pem"


class Made:
    """A shape's certificates: a root, perhaps an intermediate, and two end entities, of which the CRLs list the second."""

    def __init__(self, shape):
        self.tool = shape.tool
        self.host = "www.%s.example" % shape.tool
        self.root = Authority(shape.tool, extensions=shape.root)
        issuer = self.root
        if shape.intermediate:
            issuer = Authority(shape.tool + "-intermediate", self.root, extensions=shape.intermediate)
        self.chain = [issuer.certificate] if shape.intermediate else []
        # Every name stands in every certificate, so that the authority alone decides.
        names = tuple("DNS:www.%s.example" % one.tool for one in SHAPES) + ("IP:192.0.2.7",)
        self.good = issuer.issue(*names, key_name="good", extensions=shape.leaf)
        self.revoked = issuer.issue(*names, key_name="revoked", extensions=shape.leaf)
        self.crls = []
        if shape.crl:
            self.crls = [make_crl(issuer, shape, self.revoked)]
            if issuer is not self.root:
                self.crls.append(make_crl(self.root, shape))

    def policy(self):
        crls = "crls = { %s }" % ", ".join('"%s"' % path for path in self.crls) if self.crls else ""
        return 'trust "%s" { file = "%s" %s }\ndomain "%s.example" { subdomains = all trust = { "%s" } }\n' % (
            self.tool, self.root.path, crls, self.tool, self.tool)


MADE = [Made(shape) for shape in SHAPES]


class Authorities(harness.DaemonTestCase):
    policy = "defaults { certificates = compatible revocation = if-known }\n" + "".join(made.policy() for made in MADE)

    def ask(self, made, leaf, status):
        return self.verify("--path", made.host, bundle(leaf, *made.chain), status=status)

    def test_good(self):
        """The certificate of each tool is accepted, beside a CRL of the same tool that lists another one."""
        for made in MADE:
            with self.subTest(made.tool):
                verdict = self.ask(made, made.good, 0)
                self.assertEqual(len(verdict["path"]), 2 + len(made.chain))

    def test_revoked(self):
        """The CRL of each tool revokes."""
        for made in MADE:
            if made.crls:
                with self.subTest(made.tool):
                    verdict = self.ask(made, made.revoked, 1)
                    self.assertEqual([one["code"] for one in verdict["failures"]], ["revoked"])

    def test_other_root(self):
        """The certificate of one tool is not accepted under the root of another one."""
        for made, other in zip(MADE, MADE[1:]):
            with self.subTest(made.tool):
                verdict = self.verify("--path", other.host, bundle(made.good, *made.chain), status=1)
                self.assertIn(verdict["verify_code"], (19, 20), verdict)


if __name__ == "__main__":
    harness.main()
