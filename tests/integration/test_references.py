#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Requests with typed references, with several references, and with the further fields of a path question: from a
batch to the verdict."""

import base64
import json
import os

import authority
import harness
from certificates import certificate

ROOT = authority.Authority("references")
POLICY = """\
defaults { trust = { "tests" } }
trust "tests" { file = { "%(root)s" } }
domain "strict.example" { subdomains = all wildcards = none }
domain "handed.example" { subdomains = all request-time = yes request-anchors = add }
domain "alone.example" { subdomains = all request-anchors = replace }
client "us" { uid = { %(uid)d } max-depth = 1 }
""" % {"root": ROOT.path, "uid": os.getuid()}

SPIFFE = "spiffe://trust.example/workload"
MAIL = certificate("email:jo@mail.example", "DNS:mail.example")
WORKLOAD = certificate("URI:" + SPIFFE, ca="FALSE")
AUTHORITY = certificate("URI:" + SPIFFE)
TWO_URIS = certificate("URI:" + SPIFFE, "URI:https://www.example", ca="FALSE")
SERVICE = certificate("otherName:1.3.6.1.5.5.7.8.7;IA5:_imaps.example.org", "DNS:other.example")
WEB = certificate("URI:https://www.example/path", "DNS:host.example")

# Each row: intent, certificate, question, verify_code, and the type of the matched identity or of the refused
# reference.
ROWS = (
    ("a mailbox", MAIL, {"email": "jo@MAIL.example"}, 0, "email"),
    ("the local part counts letter for letter", MAIL, {"email": "Jo@mail.example"}, 63, "email"),
    ("a mailbox is no host", certificate("email:jo@mail.example"), {"host": "mail.example"}, 62, "DNS-ID"),
    ("a host is no mailbox", certificate("DNS:mail.example"), {"email": "jo@mail.example"}, 63, "email"),
    ("a SPIFFE ID", WORKLOAD, {"spiffe": SPIFFE}, 0, "URI-ID"),
    ("another workload of the same trust domain", WORKLOAD, {"spiffe": SPIFFE + "2"}, 50, "SPIFFE-ID"),
    ("a SPIFFE ID in a certificate that may sign others", AUTHORITY, {"spiffe": SPIFFE}, 50, "SPIFFE-ID"),
    ("a SPIFFE ID beside another URI", TWO_URIS, {"spiffe": SPIFFE}, 50, "SPIFFE-ID"),
    ("scheme and host of a URI", WEB, {"uri": "https://WWW.example/elsewhere"}, 0, "URI-ID"),
    ("another scheme", WEB, {"uri": "sip:www.example"}, 50, "URI-ID"),
    ("a URI is no host", WEB, {"host": "www.example"}, 62, "DNS-ID"),
    ("a service", SERVICE, {"srv": "_IMAPS.Example.org"}, 0, "SRV-ID"),
    ("another service of the domain", SERVICE, {"srv": "_imap.example.org"}, 50, "SRV-ID"),
    ("otherName is no host", SERVICE, {"host": "example.org"}, 62, "DNS-ID"),
    ("the first of two", MAIL, {"host": ["mail.example", "x.example"]}, 0, "DNS-ID"),
    ("the second of two", MAIL, {"host": ["x.example", "mail.example"]}, 0, "DNS-ID"),
    ("any type suffices", MAIL, {"host": "x.example", "srv": "_a.b.example", "email": "jo@mail.example"}, 0, "email"),
    ("none of several", MAIL, {"host": "x.example", "email": "x@mail.example"}, 62, "DNS-ID"),
)


class References(harness.DaemonTestCase):
    policy = POLICY

    def ask(self, *lines):
        stdin = "".join(json.dumps(line) + "\n" for line in lines).encode()
        _, out, err = self.daemon.ctl("verify", "--batch", stdin=stdin)
        self.assertEqual(err, "")
        replies = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(replies), len(lines))
        return replies

    def test_rows(self):
        """Each type of reference is compared with names of its own kind alone, and one match among several references
        is enough."""
        replies = self.ask(*({**question, "certificates": [one.base64]} for _, one, question, _, _ in ROWS))
        for reply, (intent, _, _, code, kind) in zip(replies, ROWS):
            with self.subTest(intent):
                self.assertEqual(reply.get("verify_code"), code, reply)
                self.assertEqual((reply["matched"] if code == 0 else reply["reference"])["type"], kind)

    def test_all_mismatches_are_told(self):
        """When several references all fail, the verdict names each of them, and the one that Python would choose
        comes first."""
        (reply,) = self.ask({"host": ["x.example", "y.example"], "email": "x@mail.example", "certificates": [MAIL.base64]})
        self.assertEqual([one["code"] for one in reply["failures"]],
                         ["hostname-mismatch", "hostname-mismatch", "email-mismatch"])
        self.assertEqual(reply["verify_message"], "Hostname mismatch, certificate is not valid for 'x.example'.")
        self.assertEqual(reply["failures"][2]["message"], "email address mismatch")

    def test_each_by_its_own_rule(self):
        """A reference is judged by the policy of its own domain, whatever other references the request has."""
        one = certificate("DNS:*.strict.example", "DNS:*.lax.example")
        replies = self.ask(*({"host": hosts, "certificates": [one.base64]}
                             for hosts in ("a.strict.example", ["a.strict.example", "a.lax.example"])))
        self.assertEqual([reply["verify_code"] for reply in replies], [62, 0])
        self.assertEqual(replies[1]["reference"]["value"], "a.lax.example")

    def test_bad_references(self):
        """A reference that is malformed for its type is an error, also beside a good one."""
        rows = ({"email": "nobody"}, {"uri": "https://192.0.2.1/"}, {"spiffe": "spiffe://Trust.example/x"},
                {"srv": "imap.example"}, {"host": "a.example", "email": ""}, {"uri": "www.example"})
        for row, reply in zip(rows, self.ask(*({**row, "certificates": [MAIL.base64]} for row in rows))):
            with self.subTest(row):
                self.assertEqual(reply["error"]["code"], "invalid-reference", reply)

    def test_path_without_identity(self):
        """A request may ask about the path without a name only if it says so on purpose; the verdict then says that
        no identity was checked."""
        leaf = ROOT.issue("DNS:a.example")
        question = {"certificates": [leaf.base64], "path": True}
        replies = self.ask({**question, "identity": False}, question, {**question, "identity": False, "host": "a.example"})
        self.assertIs(replies[0]["accepted"], True)
        self.assertNotIn("identity", replies[0]["checked"])
        self.assertIsNone(replies[0]["reference"])
        self.assertIsNone(replies[0]["matched"])
        for reply in replies[1:]:
            self.assertEqual(reply["error"]["code"], "invalid-request", reply)

    def test_time(self):
        """The time in a request is used where the policy allows it, and is an error elsewhere."""
        leaf = ROOT.issue("DNS:a.handed.example", "DNS:a.example")
        question = {"certificates": [leaf.base64], "path": True}
        replies = self.ask({**question, "host": "a.handed.example"},
                           {**question, "host": "a.handed.example", "time": "2020-01-01T00:00:00Z"},
                           {**question, "host": "x.handed.example", "time": "2099-01-01T00:00:00Z"},
                           {**question, "host": "a.example", "time": "2020-01-01T00:00:00Z"})
        self.assertEqual(replies[0]["verify_code"], 0)
        self.assertEqual(replies[1]["verify_code"], 9)
        self.assertEqual([one["verify_code"] for one in replies[2]["failures"]][0], 62, "the name before the dates")
        self.assertIn(10, [one["verify_code"] for one in replies[2]["failures"]])
        self.assertEqual(replies[3]["error"]["code"], "unsupported")

    def test_anchors(self):
        """As the policy says, the anchors in a request are added to the policy's, replace them, or are an error."""
        own = authority.Authority("own")
        names = ("DNS:a.handed.example", "DNS:a.alone.example", "DNS:a.example")
        by_own, by_root = own.issue(*names), ROOT.issue(*names)
        rows = ((by_own, "a.handed.example", 0), (by_root, "a.handed.example", 0), (by_own, "a.alone.example", 0),
                (by_root, "a.alone.example", 20), (by_own, "a.example", "unsupported"))
        replies = self.ask(*({"certificates": [leaf.base64], "host": host, "path": True,
                              "anchors": [own.certificate.base64]} for leaf, host, _ in rows))
        for reply, (_, host, expected) in zip(replies, rows):
            with self.subTest(host):
                self.assertEqual(reply["error"]["code"] if "error" in reply else reply["verify_code"], expected, reply)
        self.assertEqual(replies[0]["path"][-1]["store"], "request")

    def test_crl(self):
        """A CRL in the request revokes; a CRL of another issuer does not; and neither makes a refused certificate
        good. The verdict says that revocation was checked only if there was a CRL of an issuer's."""
        leaf = ROOT.issue("DNS:revoked.example", key_name="revoked")
        crl = ROOT.revoke(leaf)
        other = authority.Authority("crl-other").revoke()
        question = {"certificates": [leaf.base64], "host": "revoked.example", "path": True}
        replies = self.ask(question, {**question, "crls": [base64.b64encode(crl).decode()]},
                           {**question, "crls": [base64.b64encode(other).decode()]}, {**question, "crls": ["AAAA"]},
                           {**question, "crls": [base64.b64encode(ROOT.revoke()).decode()]})
        self.assertEqual([reply.get("verify_code") for reply in replies], [0, 23, 0, None, 0])
        self.assertNotIn("revocation", replies[0]["checked"])
        self.assertNotIn("revocation", replies[2]["checked"])
        self.assertIn("revocation", replies[4]["checked"])
        self.assertEqual(replies[1]["alert"], "certificate_revoked")
        self.assertEqual(replies[3]["error"]["code"], "invalid-request")

    def test_client_section(self):
        """The section of the client that asks is used before any other, and the verdict says so."""
        middle = authority.Authority("references-middle", ROOT)
        low = authority.Authority("references-low", middle)
        leaf = low.issue("DNS:deep.example")
        chain = [one.certificate.base64 for one in (low, middle)]
        (reply,) = self.ask({"certificates": [leaf.base64, *chain], "host": "deep.example", "path": True})
        self.assertEqual((reply["verify_code"], reply["client_rule"]["section"]), (22, 'client "us"'))
        self.assertEqual(reply["rule"]["section"], "defaults")

    def test_max_depth(self):
        """A depth in the request can tighten the policy's depth and never loosens it."""
        middle = authority.Authority("references-depth", ROOT)
        leaf = middle.issue("DNS:deep.example")
        question = {"certificates": [leaf.base64, middle.certificate.base64], "host": "deep.example", "path": True}
        replies = self.ask(question, {**question, "max_depth": 0}, {**question, "max_depth": 9})
        self.assertEqual([reply["verify_code"] for reply in replies], [0, 22, 0])


if __name__ == "__main__":
    harness.main()
