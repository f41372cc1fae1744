#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command line of certnamectl: the questions it asks, the output it shows and the input it refuses."""

import base64
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import unittest

import fake
import harness
import wire
from certificates import certificate, key, openssl
from daemon import RELAXED, WRAPPER, run_ctl, wrapped

COMMANDS = ("verify", "explain", "pin", "status", "metrics", "reload", "trial")


class FakeTestCase(harness.TestCase):
    def setUp(self):
        self.daemon = self.enterContext(fake.FakeDaemon())
        self.one = certificate("DNS:a.example")
        self.folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))

    def ctl(self, *arguments, stdin=b""):
        return run_ctl("--socket", self.daemon.socket, *arguments, stdin=stdin)

    def asked(self, *arguments, status=0):
        """Returns the one question that certnamectl asks with these arguments."""
        del self.daemon.asked[:]
        code, out, err = self.ctl(*arguments)
        self.assertEqual((code, err), (status, ""), out)
        self.assertEqual(len(self.daemon.asked), 1)
        return self.daemon.asked[0]

    def assert_usage(self, *arguments, stdin=b""):
        """Checks that certnamectl prints one line that says what is wrong, then the usage, and asks nothing."""
        del self.daemon.asked[:]
        code, out, err = self.ctl(*arguments, stdin=stdin)
        self.assertEqual((code, out), (2, ""), arguments)
        lines = err.splitlines()
        self.assertRegex(lines[0], "^certnamectl: .", arguments)
        self.assertRegex(lines[1], "^usage: certnamectl ", arguments)
        self.assertEqual([line for line in lines[2:] if not line.startswith("       certnamectl ")], [])
        self.assertEqual(self.daemon.asked, [])

    def assert_fails(self, *arguments, says):
        """Checks that certnamectl prints one line of error without the usage."""
        code, out, err = self.ctl(*arguments)
        self.assertEqual((code, out), (2, ""), arguments)
        self.assertRegex(err, "^certnamectl: .*%s.*\n$" % says, arguments)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path


class Questions(FakeTestCase):
    def test_references(self):
        """Each option gives a reference of its type and may be repeated; with such an option there is no HOST."""
        fields = self.asked("verify", "--email", "jo@a.example", "--email", "x", "--uri", "sip:a.example", "--spiffe",
                            "spiffe://a/b", "--srv", "_x.a.example", "--host", "a.example", self.one.path)
        self.assertEqual(fields, {
            fake.REFERENCE_EMAIL: [b"jo@a.example", b"x"], fake.URI: [b"sip:a.example"],
            fake.SPIFFE: [b"spiffe://a/b"], fake.SRV: [b"_x.a.example"], fake.HOST: [b"a.example"],
            fake.CERTIFICATES: [self.one.der]})
        fields = self.asked("explain", "--srv", "_x.a.example", self.one.path, self.one.path)
        self.assertEqual(fields, {fake.SRV: [b"_x.a.example"], fake.CERTIFICATES: [self.one.der] * 2, fake.EXPLAIN: [1]})

    def test_path(self):
        """An option that makes sense only with a path makes certnamectl ask for the path."""
        usual = {fake.HOST: [b"a.example"], fake.CERTIFICATES: [self.one.der], fake.PATH: [1]}
        crl_der = self.write("crl.der", b"0\x81\x80" + bytes(128))
        crl_pem = self.write("crl.pem", b"".join(
            openssl("crl", "-in", self.make_crl()) for _ in range(2)))
        response = self.write("response", b"0\x03\n\x01\x06")
        rows = (
            (("--path",), {}),
            (("--max-depth", "0"), {fake.MAX_DEPTH: [b""]}),
            (("--time", "1970-01-01T00:00:05Z"), {fake.TIME: [wire.field_varint(1, 5)]}),
            (("--anchors", self.one.path, "--anchors", self.one.path), {fake.ANCHORS: [self.one.der] * 2}),
            (("--crl", crl_der), {fake.CRLS: [b"0\x81\x80" + bytes(128)]}),
            (("--ocsp", response), {fake.OCSP: [b"0\x03\n\x01\x06"]}),
            (("--path", "--purpose", "client"), {fake.PURPOSE: [2]}),
        )
        for arguments, expected in rows:
            self.assertEqual(self.asked("verify", *arguments, "a.example", self.one.path), {**usual, **expected})
        self.assertEqual(len(self.asked("verify", "--crl", crl_pem, "a.example", self.one.path)[fake.CRLS]), 2)
        self.assertEqual(self.asked("verify", "--no-identity", self.one.path),
                         {fake.CERTIFICATES: [self.one.der], fake.PATH: [1], fake.NO_IDENTITY: [1]})

    def make_crl(self):
        """Makes an empty CRL, which takes a configuration and a database of `openssl ca`."""
        config = self.write("ca.cnf", ("[ca]\ndefault_ca=x\n[x]\ndatabase=%s/index\ndefault_md=sha256\n"
                                       "default_crl_days=3\n" % self.folder).encode())
        self.write("index", b"")
        path = os.path.join(self.folder, "made.crl")
        openssl("ca", "-config", config, "-gencrl", "-keyfile", self.one.key_path, "-cert", self.one.path, "-out", path)
        return path

    def test_usage(self):
        """Wrong usage is explained in one line, and the usage follows it."""
        file = self.one.path
        for arguments in (
            (), ("nonsense",), ("--nonsense",), ("verify",), ("verify", "a.example"), ("verify", "--email", "x"),
            ("verify", "--no-identity"), ("verify", "--no-identity", "--srv", "x", file), ("verify", "--nonsense"),
            ("verify", "-x"), ("verify", "--time"), ("verify", "--json=yes", "a.example", file),
            ("verify", "--purpose", "any", "a.example", file), ("verify", "--time", "today", "a.example", file),
            ("verify", "--max-depth", "-1", "a.example", file), ("verify", "--max-depth", "", "a.example", file),
            ("verify", "--max-depth", "4294967296", "a.example", file), ("verify", "--max-depth", "1x", "a.example", file),
            ("verify", "--max-depth", "99999999999999999999", "a.example", file),
            ("verify", "--ocsp", "a", "--ocsp", "b", "a.example", file),
            ("verify", "--time", "2026-01-01T00:00:00Z", "--time", "2026-01-01T00:00:00Z", "a.example", file),
            ("verify", *["--host", "x"] * 17, file), ("verify", *["--crl", file] * 17, "a.example", file),
            ("verify", "--no-path", "a.example", file), ("verify", "--starttls", "smtp", "a.example", file),
            ("verify", "--starttls", "pop3", "--connect", "a.example"), ("verify", "--batch", "a.example"),
            ("verify", "--batch", "--path"), ("verify", "--batch", "--connect", "a.example"),
            ("verify", "--batch", "--time", "2026-01-01T00:00:00Z"), ("explain", "--batch"),
            ("explain", "a.example"), ("verify", "--connect", "a.example", file),
            ("verify", "--connect", "a.example", "--no-path", "--path"),
            ("verify", "--connect", "a.example", "--no-path", "--crl", "x"),
            ("verify", "--connect", "a.example", "--ocsp", "x"),
            ("verify", "--deny", "a.example", file), ("status", "x"), ("metrics", "--json"), ("reload", "x"),
            ("pin",), ("pin", file), ("--socket", "/x", "verify", "a.example", file), ("trial", "x", "--replay", "y"),
        ):
            self.assert_usage(*arguments)

    def test_bad_files(self):
        """A file that does not hold what certnamectl looks for is named in the error, and nothing is asked."""
        empty = self.write("empty", b"")
        text = self.write("text", b"0Y hello\n")
        broken = self.write("broken", b"-----BEGIN CERTIFICATE-----\nAAAA\n")
        large = self.write("large", bytes(1048577))
        response = self.write("response", bytes(200000))
        trusted = self.write("trusted", openssl("x509", "-in", self.one.path, "-trustout"))
        for path in (empty, text, key("a")):
            self.assert_fails("verify", "a.example", path, says="%s: the file holds no certificate" % path)
            self.assert_fails("verify", "--anchors", path, "a.example", self.one.path, says="holds no trust anchor")
            self.assert_fails("verify", "--crl", path, "a.example", self.one.path, says="holds no CRL")
        self.assert_fails("verify", "--crl", self.one.path, "a.example", self.one.path, says="holds no CRL")
        self.assert_fails("verify", "a.example", broken, says="%s: the PEM is damaged" % broken)
        self.assert_fails("verify", "a.example", large, says="%s: the file is larger than" % large)
        self.assert_fails("verify", "a.example", trusted, says="TRUSTED CERTIFICATE")
        self.assert_fails("verify", "--ocsp", response, "a.example", self.one.path, says="larger than 196,608 bytes")
        self.assert_fails("verify", "a.example", self.one.path, empty + ".none", says="No such file")
        self.assert_fails("verify", "x" * 2049, self.one.path, says="longer than 2,048 bytes")
        self.assertEqual(self.daemon.asked, [])

    def test_keys_are_not_sent(self):
        """A private key, a PKCS #12 or PKCS #7 file or a signing request in place of a certificate is named, in PEM
        and in DER, as a file and in a batch, and nothing of it is sent."""
        path = key("a")
        request = ("req", "-new", "-key", path, "-subj", "/CN=a.example")
        rsa = self.write("rsa", openssl("genrsa", "-traditional", "2048"))
        for name, is_called, der in (
            ("pkcs8", "a private key", openssl("pkcs8", "-topk8", "-nocrypt", "-in", path, "-outform", "DER")),
            ("sec1", "a private key", openssl("ec", "-in", path, "-outform", "DER")),
            ("pkcs1", "a private key", openssl("rsa", "-in", rsa, "-traditional", "-outform", "DER")),
            ("encrypted", "an encrypted private key",
             openssl("pkcs8", "-topk8", "-in", path, "-passout", "pass:x", "-outform", "DER")),
            ("public", "a public key", openssl("pkey", "-in", path, "-pubout", "-outform", "DER")),
            ("request", "a certificate signing request", openssl(*request, "-outform", "DER")),
            ("pkcs12", "a PKCS #12 file",
             openssl("pkcs12", "-export", "-nokeys", "-in", self.one.path, "-passout", "pass:x")),
            ("pkcs7", "a PKCS #7 file",
             openssl("crl2pkcs7", "-nocrl", "-certfile", self.one.path, "-outform", "DER")),
        ):
            file = self.write(name, der)
            says = "%s: this is %s and no certificate: it is not sent" % (file, is_called)
            with self.subTest(name):
                self.assert_fails("verify", "a.example", file, says=says)
                self.assert_fails("verify", "--anchors", file, "a.example", self.one.path, says=is_called)
                self.assert_fails("verify", "--crl", file, "a.example", self.one.path, says=is_called)
                self.assert_fails("verify", "--ocsp", file, "a.example", self.one.path, says=is_called)
                # An object that is cut is recognised by its beginning.
                for part in (der, der[:len(der) - 5]):
                    line = {"host": "a.example", "certificates": [base64.b64encode(part).decode()]}
                    code, out, _ = self.ctl("verify", "--batch", stdin=(json.dumps(line) + "\n").encode())
                    self.assertEqual(code, 2, out)
                    self.assertIn("this is %s and no certificate" % is_called, out)
        self.assert_fails("verify", "a.example", path, says="named \"PRIVATE KEY\"")
        self.assertEqual(self.daemon.asked, [])

    def test_asked_for_a_path(self):
        """A user who asked for a path never gets an acceptance for a name alone, even if a daemon were to send
        one."""
        self.daemon.verify = lambda fields: fake.answer_as_asked({fake.HOST: []})
        code, out, _ = self.ctl("verify", "--json", "--max-depth", "3", "a.example", self.one.path)
        self.assertEqual((code, json.loads(out)["error"]["code"]), (2, "protocol"))


class Shown(FakeTestCase):
    PATH = (fake.step(b"\x01" * 32), fake.step(b"\xab" * 32), fake.step(b"\xff" * 32, "corp\n"))

    def show(self, payload, *arguments, status):
        self.daemon.verify = lambda fields: payload
        code, out, err = self.ctl(*arguments, self.one.path)
        self.assertEqual((code, err), (status, ""), out)
        return out

    def test_accepted_path(self):
        """The output shows the path, one certificate a line, with the store of its anchor. It also shows the failures
        that are reported and would have led to a refusal."""
        payload = fake.verdict(
            wire.OUTCOME_VERIFIED, matched=fake.identity(fake.DNS_ID, b"a.example"),
            checked=(fake.CHECK_IDENTITY, fake.CHECK_PATH, fake.CHECK_PINS_PATH, fake.CHECK_REVOCATION),
            path=self.PATH, reported=(fake.failure("pin-mismatch", 50, "no pin\x1b", 0),
                                      fake.failure("weak-key", 66, "weak", 2)),
            client_rule=fake.rule('client "lp"', "/etc/x", 3))
        out = self.show(payload, "verify", "--path", "a.example", status=0)
        self.assertEqual(out.splitlines(), [
            "verified",
            "  matched    DNS-ID a.example",
            "  path       0101010101010101",
            "             abababababababab",
            "             ffffffffffffffff anchor from corp\\x0a",
            '  decided by defaults and client "lp" in /etc/x:3 (generation 7)',
            "  reported   no pin\\x1b",
            "  reported   weak (certificate 2 above the leaf)",
            "  checked    identity, path, pins, revocation"])
        line = json.loads(self.show(payload, "verify", "--json", "--path", "a.example", status=0))
        self.assertEqual(line["path"], [{"sha256": "01" * 32}, {"sha256": "ab" * 32},
                                        {"sha256": "ff" * 32, "store": "corp\n"}])
        self.assertEqual([one["code"] for one in line["reported"]], ["pin-mismatch", "weak-key"])
        self.assertEqual(line["client_rule"], {"section": 'client "lp"', "file": "/etc/x", "line": 3})

    def test_refused_path(self):
        """The output shows all failures, each with its certificate; the path that got furthest is called tried."""
        payload = fake.verdict(
            wire.OUTCOME_NOT_VERIFIED, failures=(fake.failure("expired", 10, "certificate has expired", 1),
                                                 fake.failure("hostname-mismatch", 62, "Hostname mismatch")),
            checked=(fake.CHECK_IDENTITY, fake.CHECK_PATH), path=self.PATH[:2],
            presented=(fake.identity(fake.EMAIL, b"jo@a.example"),))
        out = self.show(payload, "verify", "--path", "a.example", status=1)
        self.assertEqual(out.splitlines()[:6], [
            "refused: certificate has expired (certificate 1 above the leaf)",
            "  also       Hostname mismatch",
            "  expected   DNS-ID a.example",
            "  presented  email jo@a.example",
            "  tried path 0101010101010101",
            "             abababababababab"])

    def test_without_identity(self):
        """The output does not say that a name was checked when the question gave no name."""
        accepted = fake.verdict(wire.OUTCOME_VERIFIED, reference=None, checked=(fake.CHECK_PATH,), path=self.PATH)
        out = self.show(accepted, "verify", "--no-identity", status=0)
        self.assertEqual(out.splitlines()[0], "chain verified; no name was asked for, and none was checked")
        refused = fake.verdict(wire.OUTCOME_NOT_VERIFIED, failures=(fake.failure("no-path", 20, "no path"),),
                               reference=None, checked=(fake.CHECK_PATH,))
        out = self.show(refused, "verify", "--no-identity", status=1)
        self.assertEqual(out.splitlines()[:2], ["refused: no path", "  decided by defaults (generation 7)"])

    def test_explained(self):
        """The output shows identities of every type, and gives a reason for each."""
        kinds = (("DNS-ID", 1), ("email", 4), ("URI-ID", 5), ("SRV-ID", 6), ("SPIFFE-ID", 9), ("UTF8-mailbox", 10))
        payload = fake.verdict(
            wire.OUTCOME_NOT_VERIFIED, failures=(fake.failure("hostname-mismatch", 62, "no"),),
            reference=fake.identity(fake.SRV_ID, b"_x.a.example"),
            presented=[fake.identity(kind, b"x%d" % kind, "other-type", "why %d" % kind) for _, kind in kinds])
        for reference in ("--srv", "--email", "--uri", "--spiffe", "--host"):
            out = self.show(payload, "explain", reference, "x", status=1)
            self.assertIn("compared with SRV-ID _x.a.example:", out)
            for name, kind in kinds:
                self.assertRegex(out, r"(?m)^  %s +x%d\n +why %d$" % (name, kind, kind))


STATUS = {
    "requests": {"verified": 12, "refused": 3},
    "supervisor": {
        "version": "0.1.0", "generation": 3, "digest": "ab" * 32, "config": ["/etc/certnamed/certnamed.conf"],
        "files-in-force": True, "reload-refused": None, "sandbox": {"mode": "strict", "landlock": 4},
    },
    "cache": {"hits": 7, "bytes": 4096, "ratio": 0.5},
    "users": [{"uid": 0, "requests": 2}, {"uid": 7, "requests": 1}],
    "remarks": [],
    "empty": {},
    "odd": {"": 0, "x": ""},
    "many": {"long-key-%d" % number: 1000000000 for number in range(10)},
    "novelty\x1b": "x\x1b[2Jy",
    "deep": {"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}},
}


class Service(FakeTestCase):
    def answer(self, kind, payload):
        self.daemon.texts = {kind: payload}

    def test_status(self):
        """A person sees every value, with the most important values first, and no character that moves a cursor."""
        self.answer(fake.KIND_STATUS, json.dumps(STATUS).encode())
        code, out, err = self.ctl("status")
        self.assertEqual((code, err), (0, ""))
        for pattern in (
            r"^  version +0\.1\.0$", r"^  generation +3$", r"^  files-in-force +yes$", r"^  reload-refused +none$",
            r"^  config +/etc/certnamed/certnamed\.conf$", r"^  sandbox +mode strict, landlock 4$",
            r"^requests +verified 12, refused 3$", r"^cache +hits 7, bytes 4 KiB, ratio 0\.5$",
            r"^  - uid 7( \(\S+\))?, requests 1$", r"^remarks +none$", r"^empty +none$", r"^many +long-key-0 1000000000, ",
            r"^ {25}long-key-[0-9] 1000000000", r'^odd +"" 0, x ""$',
            r"^novelty\\x1b +x\\x1b\[2Jy$", r'"f":1',
        ):
            self.assertRegex(out, "(?m)" + pattern)
        self.assertLess(out.index("remarks"), out.index("supervisor"))
        self.assertLess(out.index("supervisor"), out.index("requests"))
        self.assertNotIn("\x1b", out)
        self.assertEqual(out.splitlines()[:2], ["certnamed 0.1.0, generation 3", ""])
        self.assertEqual([line for line in out.splitlines() if line != line.rstrip() or len(line) > 101], [])

    def test_status_repeated(self):
        """A value that front and supervisor both report is shown once, or twice where the two reports differ."""
        status = {"epoch": 2, "generation": 3, "supervisor": {"epoch": 2, "generation": 4}}
        self.answer(fake.KIND_STATUS, json.dumps(status).encode())
        out = self.ctl("status")[1]
        self.assertEqual([line.split() for line in out.splitlines()[2:]], [
            ["generation", "3"], ["epoch", "2"], ["supervisor", "generation", "4"]])

    def test_status_counters(self):
        """A counter with the same name as a value in the head is not taken for that value: there is a code
        `version`."""
        status = {"codes": {"version": 7}, "generation": 1, "supervisor": {"version": "0.1.0"}}
        self.answer(fake.KIND_STATUS, json.dumps(status).encode())
        self.assertEqual(self.ctl("status")[1].splitlines()[0], "certnamed 0.1.0, generation 1")

    def test_status_not_in_force(self):
        """The status begins by saying that the files are not in force, and why."""
        refused = {"line": 3, "file": "/etc/x\n", "message": "no such key", "at": "2026-01-01T00:00:00Z"}
        status = {"supervisor": {"files-in-force": False, "reload-refused": refused, "version": "1"}}
        self.answer(fake.KIND_STATUS, json.dumps(status).encode())
        code, out, err = self.ctl("status")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out.splitlines()[:4], [
            "certnamed 1", "the files on disk are NOT in force",
            "the last reload was refused: /etc/x\\x0a:3: no such key", ""])

    def test_status_as_json(self):
        """The JSON is one object on one line and holds all that the daemon reported."""
        self.answer(fake.KIND_STATUS, json.dumps(STATUS, indent=1).encode())
        code, out, err = self.ctl("status", "--json")
        self.assertEqual((code, err, out.count("\n")), (0, "", 1))
        self.assertEqual(json.loads(out), STATUS)

    def test_status_check(self):
        """With --check the exit status says whether the files on disk are in force."""
        for status, expected in (
            ({"files-in-force": True}, 0), ({"supervisor": {"files-in-force": True}}, 0),
            ({"files-in-force": False}, 1), ({"supervisor": {"files-in-force": False}}, 1),
            ({"codes": {"files-in-force": True}}, 2), ({}, 2), ({"files-in-force": "yes"}, 2), ({"files-in-force": None}, 2),
        ):
            self.answer(fake.KIND_STATUS, json.dumps(status).encode())
            code, _, err = self.ctl("status", "--check", "--json")
            self.assertEqual((code, bool(err)), (expected, expected != 0), status)
            self.assertEqual(self.ctl("status", "--json")[0], 0)

    def test_bad_status(self):
        """A status that is not a JSON object is not passed on."""
        for text in (b"", b"hello", b"[]", b"{", b'{"a": 1, "a": 2}', b"\xff", b"[" * 30000, b'{"a": 1}x'):
            self.answer(fake.KIND_STATUS, text)
            for arguments in (("status",), ("status", "--json")):
                self.assert_fails(*arguments, says="not a JSON object")
        self.answer(fake.KIND_STATUS, b"{}\0")
        self.assert_fails("status", says="not text")

    def test_metrics(self):
        """The metrics are printed as the daemon sent them, without characters that would move a cursor; the last line
        ends with a newline."""
        self.answer(fake.KIND_METRICS, b"# TYPE x counter\nx_total{rule=\"\x1b[2J\xc2\x9b2J\xc3\xa9\"} 1\n# EOF")
        code, out, err = self.ctl("metrics")
        self.assertEqual((code, out, err), (0, '# TYPE x counter\nx_total{rule="?[2J??2Jé"} 1\n# EOF\n', ""))

    def test_reload(self):
        """A reload exits with 0 and prints the daemon's words, or exits with 1 and prints what is wrong with the
        configuration."""
        self.answer(fake.KIND_RELOAD, b"\0generation 4")
        self.assertEqual(self.ctl("reload"), (0, "generation 4\n", ""))
        self.answer(fake.KIND_RELOAD, b"\0")
        code, out, err = self.ctl("reload")
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.strip())
        self.answer(fake.KIND_RELOAD, b"\1/etc/x:3: nonsense\n")
        code, out, err = self.ctl("reload")
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(err, "certnamectl: /etc/x:3: nonsense?\n")
        self.answer(fake.KIND_RELOAD, b"\1")
        code, out, err = self.ctl("reload")
        self.assertEqual((code, out), (1, ""))
        self.assertRegex(err, "^certnamectl: .*refused.*\n$")
        for odd in (b"", b"\2", b"\xff", b"\0a\0b"):
            self.answer(fake.KIND_RELOAD, odd)
            self.assertEqual(self.ctl("reload")[:2], (2, ""))

    def test_forbidden_and_unavailable(self):
        """certnamectl prints the daemon's refusal, or that nobody listens, in one line."""
        for kind, command in ((fake.KIND_STATUS, "status"), (fake.KIND_METRICS, "metrics"), (fake.KIND_RELOAD, "reload")):
            self.answer(kind, fake.ERROR_FORBIDDEN)
            self.assert_fails(command, says="no")
            self.answer(kind, 11)
            self.assert_fails(command, says="no")
            code, out, err = run_ctl("--socket", self.daemon.socket + ".none", command)
            self.assertEqual((code, out, err.count("\n")), (2, "", 1))
            self.assertIn(self.daemon.socket + ".none", err)


PROGRAM = b"""#!%s
import signal, sys
print(*sys.argv[1:], signal.pthread_sigmask(signal.SIG_BLOCK, []), sep="\\n")
sys.exit(7)
"""


class Trial(FakeTestCase):
    def setUp(self):
        super().setUp()
        self.program = self.write("program", PROGRAM % sys.executable.encode())
        os.chmod(self.program, 0o755)

    def test_arguments_and_status(self):
        """The program gets the arguments, and the signals as they were; its output and its exit status are passed
        on."""
        code, out, err = run_ctl("trial", "--certnamed", self.program, "new conf", "--replay", "-r", "--old", "old")
        self.assertEqual((code, err), (7, ""))
        lines = out.splitlines()
        self.assertEqual(lines[:-1], ["--trial", "new conf", "--replay", "-r", "--old", "old"])
        self.assertEqual(lines[-1], "set()")
        code, out, _ = run_ctl("trial", "new", "--replay", "r", "--certnamed", self.program)
        self.assertEqual((code, out.splitlines()[:-1]), (7, ["--trial", "new", "--replay", "r"]))

    def test_misuse(self):
        """A program that does not exist is reported in one line; a missing argument is reported with the usage."""
        code, out, err = run_ctl("trial", "--certnamed", self.program + ".none", "new", "--replay", "r")
        self.assertEqual((code, out, err.count("\n")), (2, "", 1))
        self.assertIn(self.program + ".none", err)
        for arguments in (("new",), ("--replay", "r"), ("new", "other", "--replay", "r"),
                          ("new", "--replay", "r", "--replay", "s")):
            code, out, err = run_ctl("trial", "--certnamed", self.program, *arguments)
            self.assertEqual((code, out), (2, ""))
            self.assertIn("\nusage: ", err)


class Without(FakeTestCase):
    """Something that certnamectl needs is missing: certnamectl fails and says so."""

    def limited(self, limit, stdin):
        return subprocess.run(
            [*wrapped("certnamectl"), "--socket", self.daemon.socket, "verify", "--batch"], input=stdin,
            capture_output=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))

    @unittest.skipIf(WRAPPER or RELAXED, "this build takes address space of its own")
    def test_memory(self):
        """However little memory there is, a line is either read whole and answered whole, or not at all."""
        stdin = b'{"id": "%s", "host": 1}\n' % (b"x" * 400000)
        enough, limit = 1 << 30, 1 << 20
        while enough - limit > 65536:
            middle = (enough + limit) // 2
            if len(self.limited(middle, stdin).stdout) > 400000:
                enough = middle
            else:
                limit = middle
        # With less memory than this, certnamectl would not even start.
        for limit in range(limit, limit - 24 * 65536, -65536):
            done = self.limited(limit, stdin)
            self.assertEqual((done.returncode, done.stdout), (2, b""), done.stderr)
            self.assertRegex(done.stderr, b"^certnamectl: no memory.*\n$")


    def test_room(self):
        """An answer that cannot be written counts as no answer, and the reason is printed once."""
        said = "certnamectl: cannot write to standard output: No space left on device\n"
        line = json.dumps({"host": "a.example", "certificates": [self.one.base64]}).encode()
        for arguments, stdin in (
            (("verify", "a.example", self.one.path), b""), (("verify", "--json", "a.example", self.one.path), b""),
            (("verify", "--json", "--path", "a.example", self.one.path), b""), (("verify", "--batch"), line),
            (("verify", "--batch"), line + b"\n{}\n" * 100), (("pin", self.one.path), b""), (("--help",), b""),
        ):
            self.daemon.verify = fake.answer_as_asked if "--path" not in arguments else lambda fields: b"rubbish"
            command = [*wrapped("certnamectl"), *arguments]
            with open("/dev/full", "wb") as full:
                done = subprocess.run(command, input=stdin, stdout=full, stderr=subprocess.PIPE,
                                      env={**os.environ, "CERTNAMED_SOCKET": self.daemon.socket})
            self.assertEqual((done.returncode, done.stderr.decode()), (2, said), arguments)

    @unittest.skipIf(WRAPPER, "the wrapper has descriptors of its own")
    def test_standard_output(self):
        """Where standard output is closed, output that is meant for it does not go to the daemon instead."""
        line = json.dumps({"host": "a.example", "certificates": [self.one.base64]}).encode()
        done = subprocess.run([*wrapped("certnamectl"), "--socket", self.daemon.socket, "verify", "--batch"],
                              input=line, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
        self.assertEqual((done.returncode, done.stderr), (
            2, b"certnamectl: cannot write to standard output: Bad file descriptor\n"))
        self.assertEqual(self.daemon.asked, [{fake.HOST: [b"a.example"], fake.CERTIFICATES: [self.one.der]}])


class Manual(harness.TestCase):
    def page(self):
        with open(os.path.join(os.environ["top_srcdir"], "doc", "certnamectl.1"), encoding="utf-8") as file:
            return file.read()

    def test_help(self):
        """Each command has a help text, and the general help names each command."""
        code, everything, err = run_ctl("--help")
        self.assertEqual((code, err), (0, ""))
        for command in COMMANDS:
            code, out, err = run_ctl(command, "--help")
            self.assertEqual((code, err), (0, ""))
            self.assertTrue(out.startswith("usage: certnamectl "), command)
            self.assertIn("Exit status", out)
            self.assertRegex(everything, "(?m)^  %s +." % command)
            # The path of the program depends on the folder for which this build was configured.
            text = re.sub(r"/\S+/sbin/certnamed\b", "/usr/sbin/certnamed", out.split("\n\n", 1)[1])
            self.assertEqual([line for line in text.splitlines() if len(line) > 100], [])
        self.assertEqual(run_ctl("--version")[:2], run_ctl("verify", "--version")[:2])

    def test_manual(self):
        """The manual page holds every command and every option that the program's help names."""
        page = self.page().replace("\\-", "-")
        for command in COMMANDS:
            self.assertIn(".Ss %s" % command, page)
            for option in set(re.findall(r"--([a-z][a-z-]*)", run_ctl(command, "--help")[1])):
                self.assertRegex(page, r"Fl -%s\b" % option)


if __name__ == "__main__":
    harness.main()
