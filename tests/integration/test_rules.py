#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rule sets, parts of a policy that tighten them, and rules that are only reported: from the policy file to the
verdict."""

import json
import os

import authority
import certificates
import front
import harness
from authority import bundle
from certificates import certificate

ROOT = authority.Authority("rules-root")
MIDDLE = authority.Authority("rules-middle", ROOT)

POLICY = """\
defaults { rules = rfc9525 }
trust "lax" { file = { "%(root)s" } certificates = compatible }
domain "openssl.example" { subdomains = all rules = openssl trust = { "lax" } }
domain "python37.example" { subdomains = all rules = "python-3.7" trust = { "lax" } }
domain "python35.example" { subdomains = all rules = python-3.5 trust = { "lax" } }
domain "strict.example" { subdomains = all rules = openssl wildcards = none common-name = no }
domain "github.io" { subdomains = all public-suffix-wildcards = refuse-all }
domain "watched.example" { subdomains = all rules = openssl rules-report = rfc9525 }
domain "cn.example" { subdomains = all common-name = report }
domain "stars.example" { subdomains = all wildcards-report = none }
domain "gitlab.io" { subdomains = all public-suffix-wildcards-report = refuse-all }
trust "tests" { file = { "%(root)s" } }
trust "corp" { file = { "%(root)s" } permitted-dns = { "corp.example" } }
domain "trust.example" { subdomains = all trust = { "tests" } trust-report = { "corp" } }
domain "corp.example" { subdomains = all trust = { "tests" } trust-report = { "corp" } }
deny "incident-7" { names = "denied.example" }
domain "depth.example" { subdomains = all trust = { "tests" } max-depth-report = 0 }
""" % {"root": ROOT.path}

# Each row: (intent, domain it is about, subjectAltName, CN, reference, accepted)
ROWS = [
    ("openssl takes a star in a label", "DNS:w*.openssl.example", None, "www.openssl.example", True),
    ("... python-3.7 does not", "DNS:w*.python37.example", None, "www.python37.example", False),
    ("... python-3.5 does, also in the middle", "DNS:w*w.python35.example", None, "wxw.python35.example", True),
    ("... which openssl does not", "DNS:w*w.openssl.example", None, "wxw.openssl.example", False),
    ("rfc9525 does not", "DNS:w*.other.example", None, "www.other.example", False),
    ("openssl takes the common name", None, "a.openssl.example", "a.openssl.example", True),
    ("python-3.7 takes the common name", None, "a.python37.example", "a.python37.example", True),
    ("rfc9525 does not", None, "a.other.example", "a.other.example", False),
    ("the common name switched off", None, "a.strict.example", "a.strict.example", False),
    ("a star for the whole label", "DNS:*.openssl.example", None, "a.openssl.example", True),
    ("wildcards switched off", "DNS:*.strict.example", None, "a.strict.example", False),
    ("a star under a private suffix, refused", "DNS:*.github.io", None, "a.github.io", False),
    ("a trailing dot counts for openssl", "DNS:a.openssl.example", None, "a.openssl.example.", False),
    ("... and not for rfc9525", "DNS:a.other.example", None, "a.other.example.", True),
]

# The names that these rule sets allow beside, so that profile compatible must allow it in a path: names that RFC 5280 calls
# malformed, and common names beside other kinds of names.
ODD_ROWS = [
    ("a star at the end of a label", "DNS:w*.openssl.example", None, "www.openssl.example", True),
    ("a star at the beginning", "DNS:*w.openssl.example", None, "www.openssl.example", True),
    ("an underscore", "DNS:a_b.openssl.example", None, "a_b.openssl.example", True),
    ("an underscore for Python", "DNS:a_b.python37.example", None, "a_b.python37.example", True),
    ("an underscore for old Python", "DNS:a_b.python35.example", None, "a_b.python35.example", True),
    ("an odd name beside a good one", "DNS:a b.openssl.example,DNS:b.openssl.example", None, "b.openssl.example", True),
    ("... for Python", "DNS:a b.python37.example,DNS:b.python37.example", None, "b.python37.example", True),
    ("... for old Python", "DNS:-.python35.example,DNS:b.python35.example", None, "b.python35.example", True),
    ("old Python takes the common name", None, "a.python35.example", "a.python35.example", True),
    ("a common name beside a mailbox", "email:jo@openssl.example", "a.openssl.example", "a.openssl.example", True),
    ("... for Python", "email:jo@python37.example", "a.python37.example", "a.python37.example", True),
    ("... for old Python", "email:jo@python35.example", "a.python35.example", "a.python35.example", True),
    ("a common name beside an address", "IP:192.0.2.1", "a.openssl.example", "a.openssl.example", True),
    ("... which old Python refuses", "IP:192.0.2.1", "a.python35.example", "a.python35.example", False),
    ("a common name with a star", None, "w*.openssl.example", "www.openssl.example", True),
    ("a common name beside another host", "DNS:b.openssl.example", "a.openssl.example", "a.openssl.example", False),
]


def lax(host):
    """Whether the host's domain has the rules of another program."""
    return host.rstrip(".").split(".", 1)[1] in ("openssl.example", "python37.example", "python35.example")


class Rules(harness.DaemonTestCase):
    policy = POLICY

    def test_rows(self):
        """Each domain's rule set decides for it, and the verdict names its section."""
        for intent, names, common_name, host, accepted in ROWS:
            with self.subTest(intent):
                one = certificate(*([names] if names else []), cn=common_name)
                verdict = self.verify(host, one.path, status=0 if accepted else 1)
                self.assertEqual(verdict["accepted"], accepted)
                self.assertNotIn("reported", verdict)

    def issue(self, number, names, common_name):
        """A certificate that leads to the root, of an authority that has written nothing but what it must."""
        path = os.path.join(certificates.folder(), "odd-%d.pem" % number)
        subject = "/CN=" + common_name if common_name else "/O=certnamed tests"
        MIDDLE.sign(path, certificates.key("odd"), subject, "subjectAltName = %s\n" % names if names else "\n")
        return certificates.Certificate(path, certificates.key("odd"))

    def test_path_allows_what_rules_allow(self):
        """With the path asked for as well, profile compatible refuses nothing that the rule set allows by name, and
        what the rule set refuses stays refused."""
        rows = [row for row in ROWS if lax(row[3])] + ODD_ROWS
        for number, (intent, names, common_name, host, accepted) in enumerate(rows):
            one = self.issue(number, names, common_name)
            for path in ([], ["--path"]):
                with self.subTest(intent, path=path):
                    verdict = self.verify(*path, host, bundle(one, MIDDLE.certificate), status=0 if accepted else 1)
                    self.assertEqual(verdict["accepted"], accepted)
                    self.assertEqual("path" in verdict["checked"], bool(path))

    def test_words_of_old_pythons(self):
        """python-3.5 reports a failure in the words of match_hostname(), and a name with too many stars ends the
        comparison."""
        two = certificate("DNS:a.example", "DNS:b.example")
        verdict = self.verify("x.python35.example", two.path, status=1)
        self.assertEqual(verdict["verify_message"],
                         "hostname 'x.python35.example' doesn't match either of 'a.example', 'b.example'")
        one = certificate("DNS:a.example")
        self.assertEqual(self.verify("x.python35.example", one.path, status=1)["verify_message"],
                         "hostname 'x.python35.example' doesn't match 'a.example'")
        stars = certificate("DNS:**.python35.example", "DNS:x.python35.example")
        self.assertEqual(self.verify("x.python35.example", stars.path, status=1)["verify_message"],
                         "too many wildcards in certificate DNS name: '**.python35.example'")
        many = certificate(*("DNS:n%03d.a-rather-long-name.example" % n for n in range(250)))
        verdict = self.verify("x.python35.example", many.path, status=1)
        self.assertRegex(verdict["verify_message"], r"and \d+ more$")

    def test_odd_references(self):
        """A reference that a peer library accepts is accepted under that library's rules; rfc9525 says what is wrong
        with it."""
        one = certificate("DNS:a..openssl.example", "DNS:a..other.example")
        verdict = self.verify("a..openssl.example", one.path, status=0)
        self.assertEqual((verdict["accepted"], verdict["sni"]), (True, False))
        error = self.verify("a..other.example", one.path, status=2)["error"]
        self.assertEqual(error["code"], "invalid-reference")
        self.assertIn("two dots", error["message"])
        for host in (".openssl.example", "a b.openssl.example", ""):
            self.assertEqual(self.verify(host, one.path, status=2)["error"]["code"], "invalid-reference")

    def test_reported_rules(self):
        """Rules that are only reported change no outcome, and the verdict says what they would have refused."""
        partial = certificate("DNS:w*.watched.example", "DNS:plain.watched.example")
        verdict = self.verify("www.watched.example", partial.path, status=0)
        self.assertTrue(verdict["accepted"])
        self.assertEqual((verdict["reported"][0]["code"], verdict["reported"][0]["verify_code"]), ("hostname-mismatch", 62))
        self.assertNotIn("reported", self.verify("plain.watched.example", partial.path, status=0))
        self.assertNotIn("reported", self.verify("other.watched.example", partial.path, status=1))
        self.assertIn("  reported   ", self.verify_text("www.watched.example", partial.path, status=0))

    def test_reported_common_name(self):
        """A common name is accepted and reported; when the certificate matches without it, nothing is reported."""
        old = certificate(cn="host.cn.example")
        self.assertEqual(self.verify("host.cn.example", old.path, status=0)["reported"][0]["code"], "hostname-mismatch")
        new = certificate("DNS:host.cn.example", cn="host.cn.example")
        self.assertNotIn("reported", self.verify("host.cn.example", new.path, status=0))

    def test_reported_wildcards(self):
        """A star is accepted and reported where the reported rules allow none at all, or none under a company's
        suffix."""
        for star, host, name, other in (("*.stars.example", "a.stars.example", "a.stars.example", "b.stars.example"),
                                        ("*.gitlab.io", "a.gitlab.io", "*.b.gitlab.io", "a.b.gitlab.io")):
            verdict = self.verify(host, certificate("DNS:" + star).path, status=0)
            self.assertTrue(verdict["accepted"])
            self.assertEqual([one["code"] for one in verdict["reported"]], ["hostname-mismatch"])
            other = host if name == host else other
            self.assertNotIn("reported", self.verify(other, certificate("DNS:" + name).path, status=0))

    def test_reported_path(self):
        """A path is accepted; a refusal that other anchors or a lesser depth would cause is reported, logged and
        counted."""
        before = self.reported()
        for host, chain, expected in (
            ("a.trust.example", (MIDDLE.certificate,), ["no-anchors"]),
            ("a.corp.example", (MIDDLE.certificate,), []),
            ("a.depth.example", (MIDDLE.certificate,), ["path-too-deep"]),
            ("b.depth.example", (), []),
        ):
            with self.subTest(host):
                leaf = (MIDDLE if chain else ROOT).issue("DNS:" + host)
                verdict = self.verify("--path", host, bundle(leaf, *chain), status=0)
                self.assertTrue(verdict["accepted"])
                self.assertEqual([one["code"] for one in verdict.get("reported", [])], expected)
                self.assertEqual(len(self.daemon.find_log("would refuse DNS-ID %s: " % host)), len(expected))
                self.assertNotIn("reported", self.verify(host, bundle(leaf, *chain), status=0))
        self.assertEqual(self.reported(), before + 2)

    def test_denials_in_the_log(self):
        """The log names the section that denies, also behind another failure, and a client's own name cannot hide
        it."""
        one = certificate("DNS:a.denied.example").path
        for host, code in (("a.denied.example", "denied"), ("b.denied.example", "hostname-mismatch")):
            self.assertEqual(self.verify(host, one, status=1)["failures"][0]["code"], code)
            line, = self.daemon.find_log("refused DNS-ID %s: %s .*" % (host, code))
            deciding = 'deny "incident-7"' if code == "denied" else "defaults"
            self.assertRegex(line, r'denied \(50\): the name is denied by "incident-7" \(\S+:\d+\); by %s; leaf sha256 ' % deciding)
        long = "spiffe://long.example/" + "a" * 1500
        self.verify("--spiffe", long, one, status=1)
        line, = self.daemon.find_log("refused SPIFFE-ID spiffe://long.example/aaa.*")
        self.assertRegex(line, r"aaa\.\.\.: spiffe-mismatch \(50\); by defaults; leaf sha256 [0-9a-f]{64}")

    def reported(self):
        return front.status(self.daemon)["requests"]["reported"]

    def test_explain(self):
        """`explain` says of each identity why it does not match, the nearest first; --json has the same."""
        one = certificate("DNS:*.com", "DNS:w*.other.example", "DNS:*.other.example", "IP:192.0.2.1",
                          "email:a@other.example", cn="a.b.other.example")
        code, out, err = self.daemon.ctl("explain", "a.b.other.example", one.path)
        self.assertEqual((code, err), (1, ""))
        listed = out.split("compared with DNS-ID a.b.other.example:\n")[1].splitlines()
        self.assertEqual(len(listed), 12)
        self.assertIn("nearest    CN-ID a.b.other.example: ", out)
        self.assertEqual(listed[:2], ["  CN-ID  a.b.other.example",
                                      "           it is a common name, and common names do not count"])
        self.assertNotIn("matches", [line.strip() for line in listed])
        code, out, err = self.daemon.ctl("explain", "--json", "a.b.other.example", one.path)
        why = [identity.get("why") for identity in json.loads(out)["presented"]]
        self.assertEqual(why, ["label-count", "wildcard-place", "label-count", "other-type", "other-type",
                               "common-name-off"])
        code, out, err = self.daemon.ctl("explain", "x.other.example", one.path)
        self.assertEqual(code, 0)
        self.assertIn("matches", out)


if __name__ == "__main__":
    harness.main()
