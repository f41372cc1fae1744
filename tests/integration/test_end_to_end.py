#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The main job through the real processes: from a policy file to what certnamectl prints."""

import json
import os
import re
import subprocess
import tempfile

import harness
from certificates import certificate, pin
from daemon import PATIENCE, Daemon, program, run_ctl

BACKUP = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

# The lines are counted below.
POLICY = """\
defaults { common-name = no }
pinset "trusted" { spki-sha256 = { "%s", "%s" } }
pinset "other"   { spki-sha256 = { "%s", "%s" } }
domain "pinned.example" { subdomains = all pinset = "trusted" }
domain "wrong.example" { pinset = "other" }
domain "cn.example" { common-name = yes }
""" % (
    pin("a"),
    BACKUP,
    pin("b"),
    BACKUP,
)
LINE_DEFAULTS, LINE_PINNED, LINE_WRONG, LINE_CN = 1, 4, 5, 6


class Verdicts(harness.DaemonTestCase):
    policy = POLICY

    def rule(self, section, line):
        return {"section": section, "file": self.daemon.config, "line": line}

    def test_trusted_pin(self):
        """A name that matches and a leaf whose key is in the pinset of its domain are accepted. The verdict says that
        the leaf alone was looked at, and which section, file and line decided."""
        verdict = self.verify("www.pinned.example", certificate("DNS:*.pinned.example").path, status=0)
        self.assertIs(verdict["accepted"], True)
        self.assertEqual(verdict["verify_code"], 0)
        self.assertEqual(verdict["code"], "name-matches")
        self.assertEqual(verdict["failures"], [])
        self.assertEqual(verdict["checked"], ["identity", "pins-leaf"])
        self.assertEqual(verdict["rule"], self.rule('domain "pinned.example"', LINE_PINNED))
        self.assertEqual(verdict["reference"], {"type": "DNS-ID", "value": "www.pinned.example"})
        self.assertEqual(verdict["matched"], {"type": "DNS-ID", "value": "*.pinned.example"})
        self.assertEqual(verdict["generation"], 1)
        self.assertRegex(verdict["digest"], "^[0-9a-f]{64}$")

    def test_trusted_pin_on_an_issuer(self):
        """Without a validated path a pinned certificate behind the leaf counts for nothing, because anybody can
        append such a certificate."""
        leaf = certificate("DNS:pinned.example", key_name="b")
        verdict = self.verify("pinned.example", leaf.path, certificate("DNS:x.example").path, status=1)
        self.assertEqual(verdict["code"], "pin-mismatch")

    def test_wrong_pin(self):
        """A name that matches does not help where the pinset does not hold the leaf's key: the verdict has OpenSSL's
        code 50 and certnamed's own code."""
        verdict = self.verify("wrong.example", certificate("DNS:wrong.example").path, status=1)
        self.assertIs(verdict["accepted"], False)
        self.assertEqual((verdict["verify_code"], verdict["code"]), (50, "pin-mismatch"))
        self.assertEqual(verdict["matched"], {"type": "DNS-ID", "value": "wrong.example"})
        self.assertEqual(verdict["rule"], self.rule('domain "wrong.example"', LINE_WRONG))
        self.assertIn("pins-leaf", verdict["checked"])

    def test_all_failures_are_reported(self):
        """For a wrong name and a wrong pin the verdict reports both failures, the name first, as Python would
        choose."""
        verdict = self.verify("wrong.example", certificate("DNS:other.example").path, status=1)
        self.assertEqual([one["code"] for one in verdict["failures"]], ["hostname-mismatch", "pin-mismatch"])
        self.assertEqual([one["verify_code"] for one in verdict["failures"]], [62, 50])
        self.assertEqual([one["depth"] for one in verdict["failures"]], [0, 0])
        self.assertEqual((verdict["verify_code"], verdict["code"]), (62, "hostname-mismatch"))

    def test_common_name_off(self):
        """Without SAN the common name counts for nothing by default."""
        verdict = self.verify("host.example", certificate(cn="host.example").path, status=1)
        self.assertEqual(verdict["verify_code"], 62)
        self.assertIsNone(verdict["matched"])
        self.assertEqual(verdict["rule"], self.rule("defaults", LINE_DEFAULTS))

    def test_common_name_on_for_a_domain(self):
        """The switch of one domain makes the common name the last resort for that domain alone, and never where the
        certificate has a SAN or the reference is an address."""
        verdict = self.verify("cn.example", certificate(cn="cn.example").path, status=0)
        self.assertEqual(verdict["matched"], {"type": "CN-ID", "value": "cn.example"})
        self.assertEqual(verdict["rule"], self.rule('domain "cn.example"', LINE_CN))
        with_san = certificate("DNS:other.example", cn="cn.example")
        self.assertEqual(self.verify("cn.example", with_san.path, status=1)["verify_code"], 62)
        below = certificate(cn="www.cn.example")
        self.assertEqual(self.verify("www.cn.example", below.path, status=1)["verify_code"], 62)

    def test_wildcard(self):
        """A star stands for exactly one whole label: neither for two labels nor for none. The nearest miss says why a
        name does not match."""
        path = certificate("DNS:*.wild.example").path
        self.assertIs(self.verify("a.wild.example", path, status=0)["accepted"], True)
        for host in ("a.b.wild.example", "wild.example"):
            verdict = self.verify(host, path, status=1)
            self.assertEqual(verdict["nearest"]["value"], "*.wild.example")
            self.assertTrue(verdict["nearest"]["why"])

    def test_wildcard_on_a_public_suffix(self):
        """A certificate for `*.co.uk` matches no name, because nobody owns a public suffix."""
        verdict = self.verify("a.co.uk", certificate("DNS:*.co.uk").path, status=1)
        self.assertEqual(verdict["nearest"]["why"], "wildcard-public-suffix")

    def test_addresses(self):
        """An address is compared with iPAddress octet for octet, however the address is written. A dNSName that holds
        an address does not match it, and an IPv4 address does not equal its mapped form."""
        path = certificate("IP:192.0.2.1", "IP:2001:db8::1", "DNS:192.0.2.7").path
        verdict = self.verify("192.0.2.1", path, status=0)
        self.assertEqual(verdict["matched"], {"type": "IP-ID", "value": "192.0.2.1"})
        verdict = self.verify("2001:0DB8:0:0::1", path, status=0)
        self.assertEqual(verdict["reference"], {"type": "IP-ID", "value": "2001:db8::1"})
        self.assertEqual(verdict["matched"], {"type": "IP-ID", "value": "2001:db8::1"})
        for host in ("192.0.2.2", "2001:db8::2", "192.0.2.7", "::ffff:192.0.2.1"):
            verdict = self.verify(host, path, status=1)
            self.assertEqual((verdict["verify_code"], verdict["code"]), (64, "ip-address-mismatch"), host)

    def test_u_label(self):
        """A U-label is compared as its A-label."""
        path = certificate("DNS:xn--bcher-kva.example").path
        for host in ("bücher.example", "BÜCHER.Example", "xn--bcher-kva.example"):
            verdict = self.verify(host, path, status=0)
            self.assertEqual(verdict["reference"]["value"], "xn--bcher-kva.example")

    def test_mismatch_says_all_there_is(self):
        """A refusal reports what was expected, the identities that the certificate presents in their order, and the
        nearest miss."""
        path = certificate("DNS:a.example", "IP:192.0.2.1", "DNS:www.other.example").path
        verdict = self.verify("mail.other.example", path, status=1)
        self.assertIs(verdict["accepted"], False)
        self.assertEqual(verdict["reason"], "CERTIFICATE_VERIFY_FAILED")
        self.assertEqual(verdict["library"], "SSL")
        self.assertEqual(
            verdict["verify_message"], "Hostname mismatch, certificate is not valid for 'mail.other.example'."
        )
        self.assertEqual(
            verdict["presented"],
            [
                {"type": "DNS-ID", "value": "a.example"},
                {"type": "IP-ID", "value": "192.0.2.1"},
                {"type": "DNS-ID", "value": "www.other.example"},
            ],
        )
        self.assertEqual((verdict["nearest"]["type"], verdict["nearest"]["value"]), ("DNS-ID", "www.other.example"))
        self.assertEqual(set(verdict["nearest"]), {"type", "value", "why"})

    def test_text_of_an_acceptance(self):
        """The text of an acceptance says that the chain was not validated, and which rule decided."""
        text = self.verify_text("www.pinned.example", certificate("DNS:*.pinned.example").path, status=0)
        self.assertEqual(text.splitlines()[0], "name matches; chain not validated")
        self.assertIn("*.pinned.example", text)
        self.assertIn('domain "pinned.example" in %s:%d' % (self.daemon.config, LINE_PINNED), text)
        self.assertIn("generation 1", text)
        self.assertNotIn("verified", text)

    def test_text_of_a_refusal(self):
        """The text of a refusal says what was expected, what the certificate presents and which rule decided."""
        text = self.verify_text("mail.other.example", certificate("DNS:www.other.example").path, status=1)
        self.assertIn("refused: Hostname mismatch, certificate is not valid for 'mail.other.example'.", text)
        self.assertRegex(text, "expected +DNS-ID mail.other.example")
        self.assertRegex(text, "presented +DNS-ID www.other.example")
        self.assertRegex(text, "nearest +DNS-ID www.other.example: .")
        self.assertIn("defaults in %s:%d" % (self.daemon.config, LINE_DEFAULTS), text)

    def test_self_signed_has_no_path(self):
        """A question that asks for a path is never answered with "name matches" for a self-signed certificate."""
        path = certificate("DNS:a.example").path
        verdict = self.verify("--path", "a.example", path, status=1)
        self.assertEqual((verdict["verify_code"], verdict["verify_message"]), (18, "self-signed certificate"))
        self.assertEqual(verdict["checked"], ["identity", "path"])
        self.assertIsNotNone(verdict["matched"])
        self.assertEqual(verdict["alert"], "unknown_ca")

    def test_invalid_references(self):
        """A reference that is neither a name nor an address gets an error that says why, and no verdict."""
        path = certificate("DNS:a.example").path
        for host in ("", ".a.example", "*.a.example", "a..example", "127.1", "host.123", "[::1]", "fe80::1%lo",
                     "a.example:443", "a example", "a" * 64 + ".example", "a." * 127 + "example"):
            answer = self.verify(host, path, status=2)
            self.assertEqual(answer["error"]["code"], "invalid-reference", host)
            self.assertTrue(answer["error"]["message"], host)

    def test_der_file_and_standard_input(self):
        """A certificate is read from DER as well as from PEM, and `-` means standard input."""
        one = certificate("DNS:a.example")
        with tempfile.NamedTemporaryFile() as file:
            file.write(one.der)
            file.flush()
            self.assertIs(self.verify("a.example", file.name, status=0)["accepted"], True)
        code, out, err = self.daemon.ctl("verify", "a.example", "-", stdin=one.der)
        self.assertEqual((code, err), (0, ""), out)

    def test_no_daemon(self):
        """Without a daemon there is no verdict, and the message names the socket."""
        code, out, err = run_ctl("--socket", self.daemon.socket + ".none", "verify", "--json", "a.example",
                                 certificate("DNS:a.example").path)
        self.assertEqual((code, err), (2, ""))
        error = json.loads(out)["error"]
        self.assertEqual(error["code"], "unavailable")
        self.assertIn(self.daemon.socket + ".none", error["message"])


class SwitchOn(harness.DaemonTestCase):
    policy = 'defaults { common-name = yes }\ndomain "strict.example" { common-name = no }\n'

    def test_common_name_on(self):
        """The switch in `defaults` holds for every domain except one that sets the switch otherwise; an address is
        never taken from a common name."""
        verdict = self.verify("host.example", certificate(cn="host.example").path, status=0)
        self.assertEqual(verdict["matched"], {"type": "CN-ID", "value": "host.example"})
        self.verify("strict.example", certificate(cn="strict.example").path, status=1)
        self.assertEqual(self.verify("192.0.2.1", certificate(cn="192.0.2.1").path, status=1)["verify_code"], 64)


class BuiltIn(harness.TestCase):
    def test_without_a_file(self):
        """Without a policy file the built-in policy is in force, and the verdict says so."""
        text = subprocess.run([program("certnamed"), "--help"], stdout=subprocess.PIPE, check=True).stdout.decode()
        usual = re.search(r"default: (\S+certnamed\.conf)", text)[1]
        if os.path.exists(usual):
            self.skipTest("there is a configuration at %s" % usual)
        with Daemon(policy=None) as daemon:
            path = certificate("DNS:a.example", cn="b.example").path
            self.assertEqual(daemon.ctl("verify", "b.example", path)[0], 1)
            code, out, _ = daemon.ctl("verify", "--json", "a.example", path)
            self.assertEqual(code, 0)
            self.assertEqual(json.loads(out)["rule"]["file"], "")
            self.assertEqual(json.loads(out)["rule"]["line"], 0)


class Configuration(harness.TestCase):
    def write(self, text):
        path = os.path.join(self.enterContext(tempfile.TemporaryDirectory(dir="/tmp")), "policy.conf")
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    def run_daemon(self, *arguments):
        done = subprocess.run([program("certnamed"), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_digest(self):
        """The digest is that of the effective policy: the same rules have the same digest, and other rules have
        another."""
        digests = []
        for policy in ("defaults { common-name = no }", "defaults { common-name = yes }"):
            for _ in range(2):
                with Daemon(policy) as daemon:
                    out = daemon.ctl("verify", "--json", "a.example", certificate("DNS:a.example").path)[1]
                    digests.append(json.loads(out)["digest"])
        self.assertEqual(digests[0], digests[1])
        self.assertEqual(digests[2], digests[3])
        self.assertNotEqual(digests[0], digests[2])

    def test_check_config(self):
        """With --check-config the daemon exits with 0 for a good file, and with 1 for a bad one, whose file and line
        it prints."""
        code, _, err = self.run_daemon("--check-config", self.write(POLICY))
        self.assertEqual((code, err), (0, ""))
        for line, text in (
            (2, "defaults { }\nnonsense = 1\n"),
            (3, "\n\ndomain com { }\n"),
            (1, 'pinset "x" { spki-sha256 = { "%s" } }\n' % BACKUP),
            (2, 'defaults { }\ndomain "a.example" { pinset = "none" }\n'),
            (2, "domain a.example { }\ndomain a.example { }\n"),
        ):
            path = self.write(text)
            code, out, err = self.run_daemon("--check-config", path)
            self.assertEqual((code, out), (1, ""), text)
            self.assertRegex(err, r"^%s:%d: ." % (re.escape(path), line), text)

    def test_cut_off_file(self):
        """A file that ends in the middle is refused, because the missing half may be the stricter one."""
        for end in range(POLICY.index("domain"), len(POLICY) - 1, 7):
            if POLICY[:end].count("{") == POLICY[:end].count("}"):
                continue
            self.assertEqual(self.run_daemon("--check-config", self.write(POLICY[:end]))[0], 1, POLICY[:end])

    def test_daemon_does_not_start(self):
        """With a broken or missing file the daemon does not start: the built-in policy does not take the place of the
        file."""
        bad = self.write("defaults { }\nnonsense = 1\n")
        socket = os.path.join(os.path.dirname(bad), "socket")
        code, _, err = self.run_daemon("--socket", socket, "--config", bad)
        self.assertEqual(code, 1)
        self.assertRegex(err, r"(?m)^certnamed: error: %s:2: ." % re.escape(bad))
        code, _, err = self.run_daemon("--socket", socket, "--config", bad + ".none")
        self.assertEqual(code, 1)
        self.assertRegex(err, r"(?m)^certnamed: error: .*%s" % re.escape(bad + ".none"))
        self.assertFalse(os.path.exists(socket))

    def test_unreadable_file(self):
        """The daemon does not start with a file that it may not read or that others may write to."""
        path = self.write("defaults { }\n")
        socket = os.path.join(os.path.dirname(path), "socket")
        modes = [0o666] if os.geteuid() == 0 else [0o666, 0o000]
        for mode in modes:
            os.chmod(path, mode)
            code, _, err = self.run_daemon("--socket", socket, "--config", path)
            self.assertEqual(code, 1, oct(mode))
            self.assertIn(path, err)
        self.assertFalse(os.path.exists(socket))


if __name__ == "__main__":
    harness.main()
