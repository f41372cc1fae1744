#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The section that a verdict names is the one that decided: without what it says the verdict is another one. JSON, text and
log name the same section, and a finding of a rule that is only reported names its key."""

import base64
import json

import authority
import certificates
import harness
from daemon import Daemon

ROOT = authority.Authority("deciding-root")
MIDDLE = authority.Authority("deciding-middle", ROOT)
HOST = "www.deciding.example"
LEAF = MIDDLE.issue("DNS:" + HOST, "DNS:extra.example", key_name="deciding")
PINNED = certificates.pin("deciding")
SPARE = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="
OTHER = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
TRUST = 'trust "lab" { file = { "%s" } certificates = rfc5280 %%s }' % ROOT.path
LAB = TRUST % ""

# For each row: what it shows, the lines of the configuration, the number of the line that decides, the line that takes
# its place, and the words by which the deciding key is named.
ROWS = (
    ("a denied name", ["defaults { trust = lab }", LAB, 'deny "incident" { names = { "deciding.example" } }'], 3, "",
     'denied by "incident"'),
    ("a denied key", ["defaults { trust = lab }", 'deny "leaked" { spki-sha256 = { "%s" } }' % PINNED, LAB], 2, "",
     'denied by "leaked"'),
    ("a denied authority", ["defaults { trust = lab }", 'deny "issuer" { issuer-spki-sha256 = { "%s" } }' % MIDDLE.pin(), LAB],
     2, "", 'denied by "issuer"'),
    ("the name that was asked about is not permitted",
     ["defaults { trust = lab }", TRUST % 'permitted-dns = { "other.example" }'], 2, LAB, 'permitted-dns of trust "lab"'),
    ("another name of the certificate is not permitted",
     ["defaults { trust = lab }", TRUST % 'permitted-dns = { "deciding.example" }'], 2, LAB, 'permitted-dns of trust "lab"'),
    ("the name is excluded", ["defaults { trust = lab }", "", TRUST % 'excluded-dns = { "deciding.example" }'], 3, LAB,
     'excluded-dns of trust "lab"'),
    ("issued too late", ["defaults { trust = lab }", TRUST % 'distrust-after = "2020-01-01"'], 2, LAB,
     'distrust-after of trust "lab"'),
    ("valid for too long", ["defaults { trust = lab }", TRUST % "max-lifetime-days = 5"], 2, LAB,
     'max-lifetime-days of trust "lab"'),
    ("a domain without the right authority",
     ["defaults { trust = lab }", LAB, 'domain "deciding.example" { subdomains = all trust = system }'], 3, "", ""),
    ("a domain's pins", ["defaults { trust = lab }", LAB, 'pinset "p" { spki-sha256 = { "%s", "%s" } }' % (SPARE, OTHER),
                         'domain "deciding.example" { subdomains = all pinset = p }'], 4, "", 'pinset "p"'),
)


class DecidingSection(harness.TestCase):
    def ask(self, lines):
        """The verdict under these lines, its text and the daemon's log."""
        question = {"host": HOST, "path": True,
                    "certificates": [base64.b64encode(one.der).decode() for one in (LEAF, MIDDLE.certificate)]}
        with Daemon("".join(line + "\n" for line in lines)) as daemon:
            _, out, err = daemon.ctl("verify", "--batch", stdin=json.dumps(question).encode() + b"\n")
            self.assertEqual(err, "")
            _, text, _ = daemon.ctl("verify", "--path", HOST, authority.bundle(LEAF, MIDDLE.certificate))
            self.file = daemon.config
            return json.loads(out), text, daemon.find_log("refused .*")

    def test_removal_changes_the_verdict(self):
        """A refusal names the section by title, file and line. With that section's line replaced the verdict is another one."""
        for intent, lines, number, other, words in ROWS:
            with self.subTest(intent):
                verdict, text, log = self.ask(lines)
                self.assertFalse(verdict["accepted"])
                section = lines[number - 1].split(" {")[0]
                self.assertEqual(verdict["rule"], {"section": section, "file": self.file, "line": number}, verdict)
                self.assertIn("decided by %s in %s:%d" % (section, self.file, number), text)
                self.assertIn("by %s; leaf" % section, log[0])
                first = verdict["failures"][0]
                self.assertIn(words, first["message"] + first.get("detail", ""))
                if words and "pinset" not in words:
                    self.assertIn("%s:%d" % (self.file, number), first["message"] + first.get("detail", ""))
                changed, _, _ = self.ask(lines[: number - 1] + [other] + lines[number:])
                self.assertTrue(changed["accepted"], changed)

    def test_reports_name_their_key(self):
        """A finding of a rule that is only reported names the key that reports it."""
        rows = (
            ("trust = lab trust-report = system", "trust-report"),
            ("trust = lab revocation-report = required", "revocation-report"),
            ("trust = lab max-depth-report = 0", "max-depth-report"),
        )
        for keys, name in rows:
            with self.subTest(keys):
                verdict, _, _ = self.ask(["defaults { certificates = compatible %s }" % keys,
                                          'trust "lab" { file = { "%s" } }' % ROOT.path])
                self.assertTrue(verdict["accepted"], verdict)
                self.assertGreater(len(verdict["reported"]), 0)
                for finding in verdict["reported"]:
                    self.assertIn(name, finding["message"] + finding.get("detail", ""))


if __name__ == "__main__":
    harness.main()
