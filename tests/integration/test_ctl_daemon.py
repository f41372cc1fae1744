#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""certnamectl and the daemon together: references of every kind, paths from files and servers, pins and denials."""

import json

import authority
import harness
from authority import bundle
from certificates import certificate
from daemon import Daemon, run_ctl
from test_connect import Server

ROOT = authority.Authority("ctl-root")
MIDDLE = authority.Authority("ctl-middle", ROOT)
OTHER = authority.Authority("ctl-other")

POLICY = """\
defaults { trust = { "tests" } request-time = yes request-anchors = add }
trust "tests" { file = { "%s" } }
domain "closed.example" { subdomains = all request-time = no request-anchors = no }
"""


class Together(harness.DaemonTestCase):
    policy = POLICY % ROOT.path

    def chain(self, *names):
        return bundle(MIDDLE.issue(*names), MIDDLE.certificate)

    def test_kinds(self):
        """A certificate presents an identity of each kind: each identity is found by its option, and other identities
        are not; of several references one match is enough."""
        one = certificate("DNS:a.example", "IP:192.0.2.1", "email:jo@a.example", "URI:sip:a.example",
                          "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_imaps.a.example")
        rows = (
            ("--host", "a.example", "b.example", "DNS-ID"),
            ("--host", "192.0.2.1", "192.0.2.2", "IP-ID"),
            ("--email", "jo@a.example", "joe@a.example", "email"),
            ("--uri", "sip:a.example", "sip:b.example", "URI-ID"),
            ("--srv", "_imaps.a.example", "_imap.a.example", "SRV-ID"),
        )
        for option, good, bad, kind in rows:
            with self.subTest(good):
                verdict = self.verify(option, good, one.path, status=0)
                self.assertEqual(verdict["matched"]["type"], kind)
                self.verify(option, bad, one.path, status=1)
                verdict = self.verify("--srv", "_x.y.example", option, bad, option, good, one.path, status=0)
                self.assertEqual(verdict["matched"]["type"], kind)
                key = option[2:]
                line = json.dumps({key: [bad, good], "certificates": [one.base64]}).encode()
                code, out, _ = self.daemon.ctl("verify", "--batch", stdin=line)
                self.assertEqual((code, json.loads(out)["accepted"]), (0, True), out)
                code, out, err = self.daemon.ctl("explain", option, bad, one.path)
                self.assertEqual((code, err), (1, ""))
                self.assertIn("compared with ", out)
                self.assertGreaterEqual(len([text for text in out.splitlines() if text.startswith("           ")]), 5)

    def test_spiffe(self):
        """A SPIFFE id matches only the same SPIFFE id, and only where it is the one URI."""
        one = certificate("URI:spiffe://a.example/web", ca="FALSE")
        two = certificate("URI:spiffe://a.example/web", "URI:spiffe://a.example/db", ca="FALSE")
        authority = certificate("URI:spiffe://a.example/web")
        self.verify("--spiffe", "spiffe://a.example/web", one.path, status=0)
        self.verify("--spiffe", "spiffe://a.example/db", one.path, status=1)
        self.verify("--spiffe", "spiffe://a.example/web", two.path, status=1)
        self.verify("--spiffe", "spiffe://a.example/web", authority.path, status=1)

    def test_path(self):
        """The path is shown from the leaf to the store; without a name the chain alone is judged."""
        chain = self.chain("DNS:www.example.com")
        out = self.verify_text("--path", "www.example.com", chain, status=0)
        self.assertEqual(out.splitlines()[0], "verified")
        self.assertRegex(out, r"(?m)^  path       [0-9a-f]{16}\n             [0-9a-f]{16}\n             [0-9a-f]{16} "
                              r"anchor from tests$")
        out = self.verify_text("--no-identity", chain, status=0)
        self.assertEqual(out.splitlines()[0], "chain verified; no name was asked for, and none was checked")
        self.verify("--path", "other.example", chain, status=1)
        self.verify("--max-depth", "0", "www.example.com", chain, status=1)
        self.verify("--max-depth", "1", "www.example.com", chain, status=0)

    def test_time_and_anchors(self):
        """A time and anchors are accepted where the policy allows them, and are an error elsewhere: they are never
        ignored."""
        chain = self.chain("DNS:www.example.com", "DNS:www.closed.example")
        foreign = bundle(OTHER.issue("DNS:www.example.com", "DNS:www.closed.example"))
        self.verify("--time", "2001-01-01T00:00:00Z", "www.example.com", chain, status=1)
        self.verify("--anchors", OTHER.path, "www.example.com", foreign, status=0)
        self.verify("--path", "www.example.com", foreign, status=1)
        for arguments in (("--time", "2001-01-01T00:00:00Z", "www.closed.example", chain),
                          ("--anchors", OTHER.path, "www.closed.example", foreign)):
            answer = self.verify(*arguments, status=2)
            self.assertEqual(answer["error"]["code"], "unsupported")

    def test_connect(self):
        """The daemon judges the chain of a running server: with its name, with another name, and without the
        intermediate."""
        leaf = MIDDLE.issue("DNS:localhost", "DNS:www.example.com")
        leaf_path = leaf.path
        leaf.path = bundle(leaf, MIDDLE.certificate)
        try:
            with Server(leaf) as server:
                target = "localhost:%d" % server.port
                verdict = self.verify("--connect", target, status=0)
                self.assertEqual((verdict["code"], len(verdict["path"])), ("verified", 3))
                self.verify("--connect", target, "--host", "www.example.com", status=0)
                self.verify("--connect", target, "--host", "mail.example.com", status=1)
                verdict = self.verify("--connect", target, "--no-path", status=0)
                self.assertEqual(verdict["code"], "name-matches")
                out = self.verify_text("--connect", "127.0.0.1:%d" % server.port, status=1)
                self.assertIn("IP address mismatch", out)
        finally:
            leaf.path = leaf_path
        with Server(leaf) as server:
            self.verify("--connect", "localhost:%d" % server.port, status=1)

    def test_batch_of_paths(self):
        """A batch asks about paths too: each line's options apply to its path, and the answer's keys say what was
        found."""
        leaf, middle = MIDDLE.issue("DNS:www.example.com"), MIDDLE.certificate
        good = {"certificates": [leaf.base64, middle.base64], "host": ["x.example", "www.example.com"], "path": True}
        rows = (
            ({}, True), ({"max_depth": 0}, False), ({"time": "2001-01-01T00:00:00Z"}, False),
            ({"anchors": [OTHER.certificate.base64]}, True), ({"identity": False, "host": None}, True),
            ({"certificates": [leaf.base64]}, False),
        )
        lines = [{key: value for key, value in {**good, **change}.items() if value is not None} for change, _ in rows]
        stdin = "".join(json.dumps(line) + "\n" for line in lines).encode()
        code, out, err = self.daemon.ctl("verify", "--batch", stdin=stdin)
        self.assertEqual((code, err), (0, ""), out)
        for (change, expected), line in zip(rows, out.splitlines()):
            answer = json.loads(line)
            self.assertIs(answer["accepted"], expected, (change, answer))
            self.assertIn("path", answer["checked"])


class Service(harness.TestCase):
    def test_status_metrics_reload(self):
        """The status and the metrics of the daemon before a reload, after a good reload and after a bad one."""
        with Daemon("defaults { }\n") as daemon:
            one = certificate("DNS:a.example")
            for host in ("a.example", "a.example", "b.example"):
                daemon.ctl("verify", host, one.path)
            code, out, err = daemon.ctl("status", "--check", "--json")
            self.assertEqual((code, err, out.count("\n")), (0, "", 1))
            self.assertEqual(json.loads(out)["generation"], 1)
            code, out, err = daemon.ctl("status")
            self.assertEqual((code, err), (0, ""))
            self.assertRegex(out, r"\Acertnamed \S+, generation 1, loaded at \S+\n\n")
            self.assertRegex(out, r"(?m)^requests .*\bname-matches 2\b")
            self.assertIn(daemon.config, out)
            code, out, err = daemon.ctl("metrics")
            self.assertEqual((code, err), (0, ""))
            self.assertTrue(out.endswith("# EOF\n"))
            code, out, err = daemon.ctl("reload")
            self.assertEqual((code, err), (0, ""))
            self.assertIn("generation 2", out)
            with open(daemon.config, "w") as file:
                file.write("defaults { }\nnonsense = 1\n")
            daemon.expect("nonsense")
            code, out, err = daemon.ctl("reload")
            self.assertEqual((code, out, err.count("\n")), (1, "", 1))
            self.assertRegex(err, "^certnamectl: .*%s:2: " % daemon.config)
            code, out, _ = daemon.ctl("status", "--check")
            self.assertEqual(code, 1)
            self.assertIn("the files on disk are NOT in force\n", out)
            self.assertIn("%s:2: " % daemon.config, out)


class Denied(harness.TestCase):
    def test_pasted(self):
        """The section that `pin --deny` prints keeps that certificate out, and no other certificate of the same
        authority."""
        bad, good = MIDDLE.issue("DNS:a.example"), MIDDLE.issue("DNS:a.example", key_name="other-end-entity")
        code, deny, err = run_ctl("pin", "--deny", bad.path)
        self.assertEqual((code, err), (0, ""))
        with Daemon(POLICY % ROOT.path + deny) as daemon:
            for leaf, expected in ((bad, 1), (good, 0)):
                chain = bundle(leaf, MIDDLE.certificate)
                code, out, err = daemon.ctl("verify", "--json", "--path", "a.example", chain)
                self.assertEqual((code, err), (expected, ""), out)


if __name__ == "__main__":
    harness.main()
