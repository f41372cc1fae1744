#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Paths and what a policy says of them, from the administrator's files to the verdict."""

import os

import authority
import harness
from authority import bundle

ROOT = authority.Authority("root")
MIDDLE = authority.Authority("middle", ROOT)
OTHER = authority.Authority("other")
NOBODY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
SPARE = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="

POLICY = """\
defaults { trust = { "tests" } }
trust "tests" { file = { "%(root)s" } }
trust "fenced" { file = { "%(root)s" } excluded-ip = { "10.9.0.0/16" } }
trust "corp" { file = { "%(root)s" } permitted-dns = { "corp.example" } }
pinset "root" { spki-sha256 = { "%(root_pin)s", "%(nobody)s" } scope = anchor }
pinset "middle" { spki-sha256 = { "%(middle_pin)s", "%(nobody)s" } scope = issuer }
pinset "leaf" { spki-sha256 = { "%(middle_pin)s", "%(nobody)s" } scope = leaf }
pinset "any" { spki-sha256 = { "%(middle_pin)s", "%(nobody)s" } }
pinset "bad" { spki-sha256 = { "%(middle_pin)s", "%(nobody)s" } bad-spki-sha256 = { "%(root_pin)s" } }
pinset "watched" { spki-sha256 = { "%(nobody)s", "%(spare)s" } mode = report }
domain "root.example" { subdomains = all pinset = "root" }
domain "middle.example" { subdomains = all pinset = "middle" }
domain "leaf.example" { subdomains = all pinset = "leaf" }
domain "any.example" { subdomains = all pinset = "any" }
domain "bad.example" { subdomains = all pinset = "bad" }
domain "watched.example" { subdomains = all pinset = "watched" }
domain "always.example" { subdomains = all path = always }
domain "reported.example" { subdomains = all path = report }
domain "corp.example" { subdomains = all trust = { "corp" } }
domain "confined.example" { subdomains = all trust = { "corp" } }
domain "fenced.example" { subdomains = all trust = { "fenced" } }
domain "denied.example" { subdomains = all }
deny "names" { names = { "denied.example" } }
deny "watched" { names = { "looked-at.example" } mode = report }
deny "other" { issuer-spki-sha256 = { "%(other_pin)s" } }
"""


class Paths(harness.DaemonTestCase):
    policy = POLICY % {
        "root": ROOT.path, "root_pin": ROOT.pin(), "middle_pin": MIDDLE.pin(), "other_pin": OTHER.pin(),
        "nobody": NOBODY, "spare": SPARE, "uid": os.getuid(),
    }

    def ask(self, host, *chain, status, path=True):
        arguments = ["--path"] if path else []
        return self.verify(*arguments, host, bundle(*chain), status=status)

    def codes(self, verdict, key="failures"):
        return [one["code"] for one in verdict.get(key, [])]

    def issued(self, host):
        return MIDDLE.issue("DNS:" + host)

    def test_valid(self):
        """A path is found and named in the verdict when the request asks for it; otherwise no path is looked for."""
        leaf = self.issued("www.example.com")
        verdict = self.ask("www.example.com", leaf, MIDDLE.certificate, status=0)
        self.assertEqual(verdict["checked"], ["identity", "path", "revocation"][: len(verdict["checked"])])
        self.assertEqual(len(verdict["path"]), 3)
        self.assertEqual(verdict["path"][0]["sha256"], verdict["leaf"]["sha256"])
        self.assertEqual([one.get("store") for one in verdict["path"]], [None, None, "tests"])
        self.assertNotIn("path", self.ask("www.example.com", leaf, MIDDLE.certificate, status=0, path=False))

    def test_no_path(self):
        """Without the intermediate, or under a root that is not trusted, there is no path, and the verdict has
        Python's number for that."""
        leaf = self.issued("www.example.com")
        verdict = self.ask("www.example.com", leaf, status=1)
        self.assertEqual((verdict["verify_code"], verdict["alert"]), (20, "unknown_ca"))
        self.assertEqual(verdict["verify_message"], "unable to get local issuer certificate")
        foreign = OTHER.issue("DNS:www.example.com")
        verdict = self.ask("www.example.com", foreign, OTHER.certificate, status=1)
        self.assertIn(verdict["verify_code"], (19, 20))

    def test_a_thousand_names(self):
        """A certificate with 1,000 names, 22 KB long, is as good as any other, and so is one just below 32 KiB; a
        longer one is refused for its size, without another reason."""
        for count, least, most, accepted in ((1000, 22000, 23000, True), (1450, 32000, 32768, True),
                                             (1500, 32769, 34000, False)):
            with self.subTest(count):
                names = ["h%04d.large1.example" % number for number in range(count)]
                leaf = MIDDLE.issue(*("DNS:" + name for name in names))
                self.assertTrue(least <= len(leaf.der) <= most, len(leaf.der))
                if accepted:
                    verdict = self.ask(names[-1], leaf, MIDDLE.certificate, status=0)
                    self.assertIn("path", verdict["checked"])
                    self.assertGreater(verdict["presented_more"], 900)
                    self.assertEqual(self.codes(self.ask("other.example", leaf, MIDDLE.certificate, status=1)),
                                     ["hostname-mismatch"])
                else:
                    code, out, err = self.daemon.ctl("verify", "--json", "--path", names[-1],
                                                     bundle(leaf, MIDDLE.certificate))
                    self.assertNotIn(code, (0, 1), out + err)
                    self.assertIn("32,768", out + err)

    def test_all_failures(self):
        """When both path and name fail, the path's failure comes first and the name's second, in the order in which
        Python would choose."""
        verdict = self.ask("x.example.com", self.issued("www.example.com"), status=1)
        self.assertEqual([one["verify_code"] for one in verdict["failures"]], [20, 62])
        verdict = self.ask("x.example.com", self.issued("www.example.com"), MIDDLE.certificate, status=1)
        self.assertEqual([one["verify_code"] for one in verdict["failures"]], [62])

    def test_pin_scopes(self):
        """Pins are compared with the certificates of the validated path that their scope names; without a path, with
        the leaf."""
        rows = (
            ("root.example", True, 0), ("root.example", False, 1), ("middle.example", True, 0),
            ("middle.example", False, 1), ("leaf.example", True, 1), ("leaf.example", False, 1),
            ("any.example", True, 0), ("any.example", False, 1), ("bad.example", True, 1), ("bad.example", False, 1),
        )
        for host, path, status in rows:
            with self.subTest(host, path=path):
                verdict = self.ask(host, self.issued(host), MIDDLE.certificate, status=status, path=path)
                self.assertIn("pins-path" if path else "pins-leaf", verdict["checked"])
        verdict = self.ask("bad.example", self.issued("bad.example"), MIDDLE.certificate, status=1)
        self.assertEqual(self.codes(verdict), ["pin-forbidden"])
        self.assertEqual(verdict["failures"][0]["depth"], 2)

    def test_appended_pin(self):
        """A pinned authority that an attacker appends to a chain that does not need it does not satisfy the pin."""
        leaf = ROOT.issue("DNS:any.example", key_name="attacker")
        verdict = self.ask("any.example", leaf, MIDDLE.certificate, status=1)
        self.assertEqual(self.codes(verdict), ["pin-mismatch"])
        self.assertEqual(len(verdict["path"]), 2)

    def test_pins_reported(self):
        """A pinset that only reports accepts everything, and the verdict has the report."""
        leaf = self.issued("watched.example")
        for path in (True, False):
            verdict = self.ask("watched.example", leaf, MIDDLE.certificate, status=0, path=path)
            self.assertEqual(self.codes(verdict, "reported"), ["pin-mismatch"])

    def test_path_always(self):
        """Where the policy demands the path, it is checked for requests that do not ask for it too; where the policy
        only reports it, the verdict has the report."""
        for host, codes, reported in (("always.example", True, False), ("reported.example", False, True)):
            leaf = self.issued(host)
            verdict = self.ask(host, leaf, MIDDLE.certificate, status=0, path=False)
            self.assertIn("path", verdict["checked"])
            verdict = self.ask(host, leaf, status=int(codes), path=False)
            self.assertEqual("no-issuer" in " ".join(self.codes(verdict, "reported")), reported, verdict)
            self.assertEqual(verdict["accepted"], reported)
        verdict = self.ask("reported.example", self.issued("reported.example"), status=1)
        self.assertEqual(verdict["verify_code"], 20)

    def test_confined_trust(self):
        """An authority that is trusted for some names alone is not trusted for other names."""
        self.ask("a.corp.example", self.issued("a.corp.example"), MIDDLE.certificate, status=0)
        self.ask("a.confined.example", self.issued("a.confined.example"), MIDDLE.certificate, status=1)
        both = MIDDLE.issue("DNS:b.corp.example", "DNS:www.example.com")
        self.ask("b.corp.example", both, MIDDLE.certificate, status=1)

    def test_excluded_network(self):
        """An authority that must not vouch for addresses is refused for a certificate that also holds an excluded
        address, although the question is about a name."""
        self.ask("a.fenced.example", self.issued("a.fenced.example"), MIDDLE.certificate, status=0)
        for address, status in (("10.8.0.1", 0), ("10.9.0.1", 1)):
            both = MIDDLE.issue("DNS:b.fenced.example", "IP:" + address)
            self.ask("b.fenced.example", both, MIDDLE.certificate, status=status)

    def test_denied(self):
        """Denied names and authorities are refused with and without a path, or only reported where the policy says
        so."""
        leaf = self.issued("denied.example")
        for path in (True, False):
            verdict = self.ask("denied.example", leaf, MIDDLE.certificate, status=1, path=path)
            self.assertEqual(self.codes(verdict), ["denied"])
        leaf = self.issued("looked-at.example")
        verdict = self.ask("looked-at.example", leaf, MIDDLE.certificate, status=0)
        self.assertEqual(self.codes(verdict, "reported"), ["denied"])
        foreign = OTHER.issue("DNS:www.example.com")
        verdict = self.ask("www.example.com", foreign, OTHER.certificate, status=1, path=False)
        self.assertEqual((self.codes(verdict), verdict["failures"][0]["depth"]), (["denied"], 1))


if __name__ == "__main__":
    harness.main()
