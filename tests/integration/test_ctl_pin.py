#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pins and denials from files: the policy accepts what certnamectl prints."""

import base64
import hashlib
import os
import re
import stat
import subprocess
import tempfile

import der
import harness
from certificates import certificate, folder, key, openssl, pin
from daemon import PATIENCE, Daemon, program, run_ctl


class PinTestCase(harness.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def pin(self, *arguments, stdin=b""):
        code, out, err = run_ctl("pin", *arguments, stdin=stdin)
        self.assertEqual((code, err), (0, ""), out)
        return out

    def pins(self, *arguments, stdin=b""):
        """Returns the values of the one list that is printed."""
        out = self.pin(*arguments, stdin=stdin)
        self.assertRegex(out, r'^spki-sha256 = \{\n(    "[^"]{44}",  # .+\n)*    "[^"]{44}"  # .+\n\}\n$')
        return re.findall(r'(?m)^    "([^"]{44})"', out)

    def assert_fails(self, *arguments, says):
        code, _, err = run_ctl("pin", *arguments)
        self.assertEqual(code, 2, arguments)
        self.assertRegex(err, "^certnamectl: .*%s.*\n$" % says)

    def check_config(self, text):
        path = self.write("policy.conf", text.encode())
        os.chmod(path, 0o644)
        done = subprocess.run([program("certnamed"), "--check-config", path], stdout=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)
        return done.returncode


class Pins(PinTestCase):
    def test_every_form(self):
        """The same key gives the same pin in every file format, and the pin is that of its SubjectPublicKeyInfo."""
        private = key("a")
        one = certificate("DNS:a.example")
        config = ["-config", os.path.join(folder(), "openssl.cnf")]
        forms = {
            "certificate": (one.path, ["x509", "-in", one.path]),
            "request": (None, ["req", *config, "-new", "-key", private, "-subj", "/O=x"]),
            "public": (None, ["pkey", "-in", private, "-pubout"]),
            "private": (private, ["pkey", "-in", private]),
            "trusted": (None, ["x509", "-in", one.path, "-trustout"]),
            "old private": (None, ["ec", "-in", private]),
        }
        for name, (path, command) in forms.items():
            with self.subTest(name):
                pem = openssl(*command)
                self.assertEqual(self.pins(path or self.write(name, pem)), [pin("a")])
                self.assertEqual(self.pins("-", stdin=pem), [pin("a")])
                if name != "trusted":
                    self.assertEqual(self.pins(self.write(name + ".der", openssl(*command, "-outform", "DER"))),
                                     [pin("a")])

    def test_other_algorithms(self):
        """RSA keys in their own format have pins, and so have the shortest keys, which are short even in DER."""
        for name, arguments in (("rsa", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
                                ("ed25519", ["-algorithm", "ED25519"])):
            private = os.path.join(self.folder, name)
            openssl("genpkey", *arguments, "-out", private)
            spki = openssl("pkey", "-in", private, "-pubout", "-outform", "DER")
            expected = base64.b64encode(hashlib.sha256(spki).digest()).decode()
            for data in (spki, openssl("pkey", "-in", private, "-outform", "DER"),
                         openssl("pkey", "-in", private, "-pubout")):
                self.assertEqual(self.pins(self.write("data", data)), [expected], name)
        self.assertEqual(len(self.pins(self.write("data", openssl("rsa", "-in", os.path.join(self.folder, "rsa"),
                                                                  "-traditional")))), 1)

    def test_as_it_stands(self):
        """The pin is that of the key as it stands in the certificate or the request, which the daemon compares: libcrypto
        would write these parameters in another way."""
        private = os.path.join(self.folder, "rsa")
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", private)
        common = ("req", "-new", "-config", os.path.join(folder(), "openssl.cnf"), "-key", private, "-subj", "/O=x",
                  "-outform", "DER")
        spki = openssl("pkey", "-in", private, "-pubout", "-outform", "DER")
        null, other = bytes.fromhex("2a864886f70d0101010500"), bytes.fromhex("2a864886f70d0101013b00")
        expected = base64.b64encode(hashlib.sha256(spki.replace(null, other)).digest()).decode()
        for what, data in (("certificate", openssl(*common, "-x509")), ("request", openssl(*common))):
            with self.subTest(what):
                self.assertEqual(data.count(null), 1)
                self.assertEqual(self.pins(self.write(what, data.replace(null, other))), [expected])

    def test_several(self):
        """All certificates of a chain are pinned in their order and each key once, other blocks are left out, and the
        subject stands beside each pin."""
        chain = openssl("x509", "-in", certificate(cn="one.example").path)
        chain += b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
        chain += openssl("x509", "-in", certificate(cn="two.example", key_name="b").path)
        chain += openssl("x509", "-in", certificate(cn="three.example").path)
        path = self.write("chain", chain)
        self.assertEqual(self.pins(path, key("c"), key("b")), [pin("a"), pin("b"), pin("c")])
        out = self.pin(path)
        self.assertIn("# certificate CN=one.example\n", out)
        self.assertIn("# certificate CN=two.example\n", out)
        self.assertNotIn("three", out)

    def test_hostile_subject(self):
        """A subject can neither end its comment, nor move a cursor, nor fill the terminal."""
        evil = "x\n}\nclient \"all\" { }\r\x1b[2J\u00e9" + "y" * 400
        name = der.name((der.OID_COMMON_NAME, evil))
        for arguments in ((), ("--deny",)):
            out = self.pin(*arguments, self.write("evil", der.unsigned(subject=name, issuer=name)))
            self.assertRegex(out, r"^[\n -~]*$")
            self.assertNotIn("\nclient", out)
            self.assertLess(max(len(line) for line in out.splitlines()), 400)
            self.assertIn("...", out)

    def test_in_a_policy(self):
        """A printed pin, pasted into a pinset, makes a policy that accepts that key and no other."""
        pins = self.pin(certificate("DNS:pinned.example").path, key("backup"))
        policy = 'pinset "x" {\n%s}\ndomain "pinned.example" { pinset = "x" }\n' % pins
        self.assertEqual(self.check_config(policy), 0)
        with Daemon(policy) as daemon:
            self.assertEqual(daemon.ctl("verify", "pinned.example", certificate("DNS:pinned.example").path)[0], 0)
            other = certificate("DNS:pinned.example", key_name="b")
            self.assertEqual(daemon.ctl("verify", "pinned.example", other.path)[0], 1)

    def test_bad_files(self):
        """A file that holds no key is named in the error; nothing is guessed."""
        good = key("a")
        encrypted = self.write("encrypted", openssl("pkey", "-in", good, "-aes128", "-passout", "pass:x"))
        old = self.write("old", openssl("ec", "-in", good, "-aes128", "-passout", "pass:x"))
        pem = openssl("x509", "-in", certificate("DNS:a.example").path)
        rows = (
            (self.write("empty", b""), "holds no certificate, key"),
            (self.write("text", b"hello\n"), "holds no certificate, key"),
            (self.write("parameters", openssl("ecparam", "-name", "P-256")), "holds no certificate, key"),
            (self.write("cut", pem[:200]), "the PEM is damaged"),
            (self.write("wrong", pem.replace(b"CERTIFICATE", b"PUBLIC KEY")), "cannot be read"),
            (self.write("more", certificate("DNS:a.example").der + b"\0"), "cannot be read"),
            (self.write("short", b"\x30\x02\x05\x00"), "cannot be read"),
            (encrypted, "is encrypted"),
            (old, "is encrypted"),
            (os.path.join(self.folder, "none"), "No such file"),
        )
        for path, says in rows:
            self.assert_fails(path, says=says)
            self.assert_fails(good, path, says=says)


class Deny(PinTestCase):
    def deny(self, path):
        out = self.pin("--deny", path)
        found = re.fullmatch(r'deny "([a-z0-9-]+)" \{  # [^\n]*\n    issuer-sha256 = "(\S{44})"  # [^\n]*\n'
                             r'    serials = \{ "([0-9a-f]+)" \}\n\}\n', out)
        self.assertTrue(found, out)
        return found.groups()

    def test_issuer_and_serial(self):
        """A denial holds the SHA-256 of the issuer's name in DER, and the serial number without leading zeros."""
        issuer = der.name((der.OID_ORGANIZATION, "an issuer"), (der.OID_COMMON_NAME, "x"))
        plain = der.unsigned(issuer=issuer)
        name, digest, number = self.deny(self.write("plain", plain))
        self.assertEqual(name, "certificate-" + hashlib.sha256(plain).hexdigest()[:16])
        self.assertEqual(base64.b64decode(digest), hashlib.sha256(issuer).digest())
        self.assertEqual(number, "01")

    def with_serial(self, content):
        """Returns a certificate whose serial number has this content."""
        name = der.name((der.OID_ORGANIZATION, "x"))
        validity = der.sequence(der.tlv(0x17, b"260101000000Z"), der.tlv(0x17, b"360101000000Z"))
        tbs = der.sequence(der.tlv(0xa0, b"\x02\x01\x02"), der.tlv(0x02, content), der.ECDSA_SHA256, name, validity, name,
                           der.P256_KEY)
        return der.sequence(tbs, der.ECDSA_SHA256, der.tlv(0x03, b"\x00" + bytes(70)))

    def test_serials(self):
        """Long and odd serial numbers are denied; a certificate that the policy cannot name by its serial number is
        denied by its key."""
        for content, expected in ((b"\x00", "00"), (b"\x7f", "7f"), (b"\x00\xff", "ff"),
                                  (b"\x01" * 20, "01" * 20), (b"\x00" + b"\xff" * 20, "ff" * 20)):
            self.assertEqual(self.deny(self.write("x", self.with_serial(content)))[2], expected)
        for content in (b"\xff", b"\x80\x00", b"\x01" * 21):
            out = self.pin("--deny", self.write("x", self.with_serial(content)))
            self.assertNotIn("serials", out)
            self.assertRegex(out, r'(?m)^    spki-sha256 = \{ "\S{44}" \}$')

    def test_several(self):
        """The output has a section for each certificate, and an error for a block that is not a certificate."""
        both = openssl("x509", "-in", certificate(cn="one.example").path)
        both += openssl("x509", "-in", certificate(cn="two.example").path)
        out = self.pin("--deny", self.write("both", both))
        self.assertEqual(len(set(re.findall(r'(?m)^deny "(\S+)" \{', out))), 2)
        self.assert_fails("--deny", key("a"), says="no issuer")


class Backup(PinTestCase):
    def test_new_backup(self):
        """A new backup key is written to a file that only its owner can read, and its pin is printed; a file that
        exists stays as it is."""
        for arguments, kind in (((), "prime256v1"), (("--rsa",), "3072 bit")):
            path = os.path.join(self.folder, "backup%d" % len(arguments))
            mask = os.umask(0)
            try:
                pins = self.pins("--new-backup", path, *arguments)
            finally:
                os.umask(mask)
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            self.assertIn(kind, openssl("pkey", "-in", path, "-noout", "-text").decode())
            self.assertEqual(self.pins(path), pins)
            with open(path, "rb") as file:
                before = file.read()
            self.assert_fails("--new-backup", path, says="never overwritten")
            with open(path, "rb") as file:
                self.assertEqual(file.read(), before)

    def test_places(self):
        """certnamectl writes neither to a link nor to a folder, and leaves no file behind."""
        target = os.path.join(self.folder, "target")
        link = os.path.join(self.folder, "link")
        os.symlink(target, link)
        self.assert_fails("--new-backup", link, says="%s: " % link)
        self.assertFalse(os.path.exists(target))
        self.assert_fails("--new-backup", self.folder, says="%s: " % self.folder)
        self.assert_fails("--new-backup", os.path.join(self.folder, "none", "x"), says="No such file")
        self.assert_fails("--new-backup", "/dev/full", says="File exists")

    def test_misuse(self):
        for arguments in ((), ("--rsa", key("a")), ("--new-backup", "x", key("a")), ("--new-backup", "x", "--deny"),
                          ("--new-backup",), ("--json", key("a"))):
            code, out, err = run_ctl("pin", *arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertIn("\nusage: certnamectl pin FILE...\n", err)


if __name__ == "__main__":
    harness.main()
