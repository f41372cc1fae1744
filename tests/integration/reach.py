# SPDX-License-Identifier: MIT
"""What the tests of adapters share: servers' certificates of every fate, and a policy that decides about them."""

import datetime
import os

import certificates
from authority import AUTHORITY, END_ENTITY, Authority, write

BUILD = os.environ.get("top_builddir", os.getcwd())
SOURCE = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SANITIZERS = os.environ.get("CERTNAMED_SANITIZERS") == "yes"

OTHER_PINS = ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=")
CN_ONLY = END_ENTITY
DATED = """\
[ca]
default_ca = one
[one]
database = %(stem)s.index
new_certs_dir = %(folder)s
serial = %(stem)s.serial
policy = any
[any]
organizationName = optional
commonName = optional
[extensions]
%(extensions)s
"""


class Served:
    """A server's certificate with what a server needs to present it, and the root that clients have to trust."""

    def __init__(self, certificate, intermediates, root):
        self.certificate = certificate
        self.key = certificate.key_path
        self.root = root.path
        self.chain = os.path.splitext(certificate.path)[0] + "-chain.pem"
        with open(self.chain, "w") as out:
            for one in (certificate, *intermediates):
                with open(one.path) as file:
                    out.write(file.read())


def issue_dated(issuer, name, start_days, end_days):
    """Issues an end entity that is valid from and to so many days from now."""
    stem = os.path.join(certificates.folder(), "dated-" + name)
    extensions = END_ENTITY + "subjectAltName = DNS:%s\n" % name
    config = write(os.path.basename(stem) + ".cnf",
                   DATED % {"stem": stem, "folder": certificates.folder(), "extensions": extensions})
    write(os.path.basename(stem) + ".index", "")
    key = certificates.key("end-entity")
    certificates.openssl("req", "-new", "-config", os.path.join(certificates.folder(), "openssl.cnf"), "-key", key,
                         "-subj", "/O=certnamed tests", "-out", stem + ".csr")
    now = datetime.datetime.now(datetime.timezone.utc)
    dates = [(now + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ") for days in (start_days, end_days)]
    certificates.openssl("ca", "-batch", "-config", config, "-cert", issuer.path, "-keyfile", issuer.key, "-md", "sha256",
                         "-extensions", "extensions", "-startdate", dates[0], "-enddate", dates[1], "-rand_serial",
                         "-notext", "-in", stem + ".csr", "-out", stem + ".pem")
    return certificates.Certificate(stem + ".pem", key)


class Family:
    """A root and an intermediate, and the end entities of either."""

    def __init__(self, name):
        self.root = Authority(name + "-root")
        self.issuer = Authority(name + "-issuer", self.root, AUTHORITY.replace("CA:TRUE", "CA:TRUE, pathlen:0"))

    def serve(self, certificate):
        return Served(certificate, [self.issuer], self.root)

    def serve_direct(self, certificate):
        return Served(certificate, [], self.root)

    def pair(self, *names, **settings):
        """Returns a server whose certificate the intermediate has issued, and one whose the root has."""
        return (self.serve(self.issuer.issue(*names, **settings)), self.serve_direct(self.root.issue(*names, **settings)))


class World:
    """All servers by name, each as a pair (see Family.pair), and the policy under which `code` is their fate."""

    def __init__(self):
        self.family, self.denied, self.stranger = Family("reach"), Family("reach-denied"), Family("reach-stranger")
        own = self.family
        self.servers = {
            "good.test": own.pair("DNS:good.test", "IP:127.0.0.1"),
            "pinned.test": own.pair("DNS:pinned.test"),
            "cn-only.test": self.common_name("cn-only.test"),
            "revoked.test": own.pair("DNS:revoked.test"),
            "denied.test": self.denied.pair("DNS:denied.test"),
            "stranger.test": self.stranger.pair("DNS:stranger.test"),
            "expired.test": self.dated("expired.test", -10, -5),
            "future.test": self.dated("future.test", 5, 10),
        }
        alone = certificates.certificate("DNS:self.test", key_name="self-signed", ca="FALSE")
        self.servers["self.test"] = (Served(alone, [], own.root),) * 2
        self.crls = [self.write_crl(own.issuer, self.servers["revoked.test"][0].certificate),
                     self.write_crl(own.root, self.servers["revoked.test"][1].certificate)]

    def common_name(self, name):
        served = []
        for signer, wrap in ((self.family.issuer, self.family.serve), (self.family.root, self.family.serve_direct)):
            path = os.path.join(certificates.folder(), "%s-%s.pem" % (signer.name, name))
            key = certificates.key("end-entity")
            signer.sign(path, key, "/O=certnamed tests/CN=" + name, CN_ONLY)
            served.append(wrap(certificates.Certificate(path, key)))
        return tuple(served)

    def dated(self, name, start_days, end_days):
        own = self.family
        one = own.serve(issue_dated(own.issuer, name, start_days, end_days))
        return one, own.serve_direct(issue_dated(own.root, name, start_days, end_days))

    def write_crl(self, issuer, *revoked):
        path = os.path.join(certificates.folder(), issuer.name + ".crl")
        with open(path, "wb") as out:
            out.write(issuer.revoke(*revoked))
        os.chmod(path, 0o644)
        return path

    def policy(self):
        """Returns the policy: it trusts two of the three roots, and profiles are those of private authorities."""
        return """\
trust "reach" { file = { "%s", "%s" } crls = { "%s", "%s" } certificates = compatible }
defaults { trust = { "reach" } }
pinset "other" { spki-sha256 = { "%s", "%s" } }
domain "pinned.test" { pinset = "other" }
deny "authority" { issuer-spki-sha256 = "%s" }
""" % (self.family.root.path, self.denied.root.path, *self.crls, *OTHER_PINS, self.denied.root.pin())

    def files(self):
        """Returns the paths that programs of other languages read, as JSON can hold them."""
        return {name: {"chain": one.chain, "key": one.key, "root": one.root, "direct": direct.chain,
                       "direct-root": direct.root} for name, (one, direct) in self.servers.items()}
