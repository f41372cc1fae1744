#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What administrators are told of the files of their trust sections: damaged and indented blocks, and certificates that
are more than they seem. What --check-config prints is in the log and the status too."""

import json
import os
import subprocess

import authority
import certificates
import harness
from certificates import certificate
from daemon import PATIENCE, Daemon, wrapped

ONE = authority.Authority("files-one")
TWO = authority.Authority("files-two")
END = "-----END CERTIFICATE-----\n"


def read(one):
    with open(one.path) as file:
        text = file.read()
    return text[text.index("-----BEGIN"):]


def indent(text):
    return "".join("  " + line for line in text.splitlines(keepends=True))


def check(policy):
    """Runs --check-config on a policy. Returns its exit status and what it prints."""
    path = authority.write("trust-files.conf", policy)
    done = subprocess.run([*wrapped("certnamed"), "--check-config", path], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Blocks(harness.TestCase):
    def policy(self, text, keys=""):
        path = authority.write("trust-files.pem", text)
        return path, 'defaults { trust = { "own" } }\ntrust "own" { file = { "%s" } %s }\n' % (path, keys)

    def ask(self, daemon, issuer):
        leaf = issuer.issue("DNS:www.example.com")
        code, out, err = daemon.ctl("verify", "--json", "--path", "www.example.com", leaf.path)
        self.assertEqual(err, "")
        return code, json.loads(out)

    def test_indented(self):
        """An indented block is passed over, the others are read, and --check-config, the log and the status name the
        file, the line and the reason."""
        path, policy = self.policy(read(ONE) + indent(read(TWO)))
        said = 'in trust "own" a block was passed over: %s:%d: white space stands before BEGIN' % (
            path, read(ONE).count("\n") + 1)
        code, out, err = check(policy)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("note: " + said, out)
        with Daemon(policy) as daemon:
            daemon.expect("a block was passed over")
            self.assertEqual(self.ask(daemon, ONE)[0], 0)
            code, verdict = self.ask(daemon, TWO)
            self.assertEqual((code, verdict["failures"][0]["code"]), (1, "no-issuer"))
            daemon.wait_for_log("warning: .*a block was passed over")
            self.assertIn(said, daemon.log())
            status = json.loads(daemon.ctl("status", "--json")[1])
            self.assertIn(said, json.dumps(status).replace('\\"', '"'))

    def test_refused(self):
        """A block that is damaged, or whose trust settings would be lost, refuses a section's own file, with the line
        and the reason."""
        trusted = certificates.openssl("x509", "-in", ONE.path, "-trustout").decode()
        lines = read(ONE).count("\n")
        rows = (
            (read(ONE).rstrip("\n") + read(TWO), lines, "END and BEGIN stand on one line"),
            (trusted + read(TWO), 1, "trust settings"),
            (read(ONE) + read(TWO).replace("M", "*", 1), lines + 1, "cannot be decoded"),
        )
        for text, line, reason in rows:
            with self.subTest(reason):
                path, policy = self.policy(text)
                code, out, err = check(policy)
                self.assertEqual((code, out), (1, ""))
                self.assertIn("%s:%d: " % (path, line), err)
                self.assertIn(reason, err)

    def test_host_and_authority(self):
        """A certificate of a host that is an authority as well vouches for every other host where end-entities = yes,
        which is the default: --check-config remarks on it. It does not on an authority, nor on an end entity."""
        host = certificate("DNS:www.example.com", key_name="files-host")
        leaf = certificate("DNS:www.example.com", key_name="files-leaf", ca="FALSE")
        said = "1 of its certificates are those of hosts, and also authorities"
        rows = ((host, "", True), (host, "end-entities = yes", True), (host, "end-entities = only", False),
                (host, "end-entities = no", False), (leaf, "", False), (ONE, "", False))
        for one, keys, is_remarked in rows:
            with self.subTest(one.path, keys=keys):
                path, policy = self.policy(read(one), keys)
                code, out, err = check(policy)
                self.assertEqual((code, err), (0, ""))
                self.assertEqual(said in out, is_remarked, out)
                if is_remarked:
                    self.assertIn('trust-files.conf:2: trust "own": ' + said, out)


class Conflicts(harness.TestCase):
    def test_remarks(self):
        """--check-config remarks on settings that cannot work together, and on none that can."""
        path = ONE.path
        pins = 'pinset "p" { spki-sha256 = { "%s", "%s" } scope = %%s }\n' % (ONE.pin(), TWO.pin())
        trust = 'trust "lax" { file = { "%s" } certificates = compatible permitted-dns = { "a.example" } }\n' % path
        names = "but validates paths by profile webpki, which demands a subjectAltName"
        keys = "its pins are of authorities, which only a path shows"
        rows = (
            ('domain "a.example" { common-name = yes path = always }', names),
            ('domain "a.example" { common-name = yes path = report }', names),
            ('domain "a.example" { common-name = yes }', None),
            ('domain "a.example" { common-name = yes path = always certificates = compatible }', None),
            ('domain "a.example" { common-name = yes path = always certificates = rfc5280 }', None),
            (trust + 'domain "a.example" { common-name = yes path = always trust = { "lax" } }', None),
            (trust + 'domain "a.example" { common-name = yes path = always trust = { "lax" } certificates = webpki }',
             names),
            ("defaults { common-name = yes path = always }", names),
            ("defaults { common-name = yes path = always }\n" + 'domain "a.example" { path = on-request }', names),
            ('client "c" { uid = 0 common-name = yes path = always }', names),
            (pins % "issuer" + 'domain "a.example" { pinset = "p" }', keys),
            (pins % "anchor" + 'domain "a.example" { pinset = "p" }', keys),
            (pins % "issuer" + 'domain "a.example" { pinset = "p" path = always }', None),
            (pins % "issuer" + 'defaults { path = always }\ndomain "a.example" { pinset = "p" }', None),
            (pins % "leaf" + 'domain "a.example" { pinset = "p" }', None),
            (pins % "any" + 'domain "a.example" { pinset = "p" }', None),
        )
        for policy, said in rows:
            with self.subTest(policy):
                code, out, err = check(policy + "\n")
                self.assertEqual((code, err), (0, ""))
                for one in (names, keys):
                    self.assertEqual(out.count(one), int(one == said), out)


if __name__ == "__main__":
    harness.main()
