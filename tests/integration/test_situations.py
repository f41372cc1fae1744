#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Situations in which a path, a name or a policy was once answered wrongly: excluded names that nobody asked for,
policies that a path demands, A-labels that IDNA 2008 does not have, and workloads that may sign."""

import base64
import json
import os
import types

import authority
import certificates
import harness

ROOT = authority.Authority("situations-root")
MIDDLE = authority.Authority("situations-middle", ROOT)
DEMANDING = authority.Authority("situations-demanding", ROOT, authority.AUTHORITY +
                                "certificatePolicies = 1.3.6.1.4.1.55738.666.1\n"
                                "policyConstraints = critical, requireExplicitPolicy:0\n")
EMOJI = "xn--n3h"
NOBODY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
SPARE = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="

POLICY = """\
defaults { trust = { "shut" } }
trust "shut" { file = { "%(root)s" } certificates = compatible excluded-dns = { "secret.example" } }
trust "emoji" { file = { "%(root)s" } permitted-dns = { "%(emoji)s.confined.example" } }
pinset "nobody" { spki-sha256 = { "%(nobody)s", "%(spare)s" } }
domain "%(emoji)s.titled.example" { pinset = "nobody" }
domain "confined.example" { subdomains = all trust = { "emoji" } }
deny "emoji" { names = { "%(emoji)s.denied.example" } }
domain "required.example" { subdomains = all revocation = required }
domain "rfc5280.example" { subdomains = all certificates = rfc5280 }
domain "webpki.example" { subdomains = all certificates = webpki }
""" % {"root": ROOT.path, "emoji": EMOJI, "nobody": NOBODY, "spare": SPARE}


def issue(issuer, name, subject, *lines):
    """A certificate with this subject and these extensions beside the usual ones."""
    path = os.path.join(certificates.folder(), "situations-%s.pem" % name)
    issuer.sign(path, certificates.key("situations"), subject, authority.END_ENTITY + "".join(line + "\n" for line in lines))
    return certificates.Certificate(path, certificates.key("situations"))


def crl_in_der(issuer, number, *revoked):
    """A CRL as a question brings it."""
    pem = authority.crl(issuer, number, *revoked).decode()
    return "".join(line for line in pem.splitlines() if not line.startswith("-"))


class Situations(harness.DaemonTestCase):
    policy = POLICY

    def codes(self, verdict, key="failures"):
        return [failure["code"] for failure in verdict.get(key, [])]

    def ask(self, *chain, **question):
        """The outcome of a question: whether it is accepted, and the codes of its failures."""
        verdict = self.ask_whole(*chain, **question)
        return verdict["accepted"], self.codes(verdict)

    def ask_whole(self, *chain, **question):
        question["certificates"] = [base64.b64encode(one.der).decode() for one in chain]
        _, out, err = self.daemon.ctl("verify", "--batch", stdin=json.dumps(question).encode() + b"\n")
        self.assertEqual(err, "")
        verdict = json.loads(out)
        self.assertNotIn("error", verdict, out)
        return verdict

    def test_renewed_key(self):
        """An authority has renewed its key and signs its CRLs with the new one. Such a CRL revokes where the new
        certificate is known, clears under `required`, and is named beside an acceptance where it could not be used."""
        path = os.path.join(certificates.folder(), "situations-renewed.pem")
        renewed = types.SimpleNamespace(path=path, key=certificates.key("situations-renewed"))
        ROOT.sign(path, renewed.key, "/O=certnamed tests/CN=" + MIDDLE.name,
                  authority.AUTHORITY + "authorityKeyIdentifier = keyid\n")
        new = certificates.Certificate(path, renewed.key)
        leaf, other = MIDDLE.issue("DNS:www.renewed.example"), MIDDLE.issue("DNS:other.renewed.example")
        listing, empty, of_root = (crl_in_der(*one) for one in ((renewed, 1, leaf), (renewed, 1, other), (ROOT, 1)))
        rows = (
            ("revoked", "renewed", [MIDDLE.certificate, new], [listing], ["revoked"], []),
            ("its certificate is not known", "renewed", [MIDDLE.certificate], [listing], [], ["crl-other-key"]),
            ("cleared", "required", [MIDDLE.certificate, new], [empty, of_root], [], []),
            ("not cleared", "required", [MIDDLE.certificate], [empty, of_root], ["crl-other-key"], []),
        )
        for intent, domain, chain, crls, codes, reported in rows:
            with self.subTest(intent):
                one = MIDDLE.issue("DNS:www.%s.example" % domain) if domain != "renewed" else leaf
                verdict = self.ask_whole(one, *chain, host="www.%s.example" % domain, path=True, crls=crls)
                self.assertEqual((verdict["accepted"], self.codes(verdict)), (not codes, codes))
                self.assertEqual(self.codes(verdict, "reported"), reported)
        self.assertEqual(self.daemon.find_log("would refuse"), [])

    def test_excluded_without_a_name(self):
        """What a section excludes is excluded whatever was asked: a certificate whose only identity is of another kind
        is refused when no identity is asked for, and one for another name is not."""
        rows = {
            "uri": ("/O=x", "subjectAltName = URI:https://www.%s/"),
            "mailbox": ("/O=x", "subjectAltName = email:jo@www.%s"),
            "srv": ("/O=x", "subjectAltName = otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_imaps.www.%s"),
            "host": ("/O=x", "subjectAltName = DNS:www.%s"),
            "star": ("/O=x", "subjectAltName = DNS:*.%s"),
            "common-name": ("/CN=www.%s", "subjectKeyIdentifier = hash"),
        }
        for kind, (subject, line) in rows.items():
            for domain, accepted in (("secret.example", False), ("open.example", True)):
                with self.subTest(kind, domain=domain):
                    lines = [line % domain] if "%s" in line else []
                    one = issue(MIDDLE, "%s-%s" % (kind, domain), subject % domain if "%s" in subject else subject, *lines)
                    got, codes = self.ask(one, MIDDLE.certificate, path=True, identity=False)
                    self.assertEqual(got, accepted, codes)
                    if not accepted:
                        self.assertIn("name-excluded", codes)

    def test_demanded_policy(self):
        """A path on which a policy is demanded is valid where the policies satisfy that, and no other one."""
        policy = "certificatePolicies = 1.3.6.1.4.1.55738.666.%d"
        for name, lines, accepted in (("same", [policy % 1], True), ("other", [policy % 2], False), ("none", [], False)):
            with self.subTest(name):
                one = issue(DEMANDING, "policy-" + name, "/O=x", "subjectAltName = DNS:www.example", *lines)
                got, codes = self.ask(one, DEMANDING.certificate, host="www.example", path=True)
                self.assertEqual(got, accepted, codes)

    def test_a_labels_beyond_idna_2008(self):
        """An emoji's A-label is compared as ASCII; it can be a title, be denied and be confined."""
        plain = EMOJI + ".plain.example"
        rows = (
            (plain, plain, True, None), ("*.plain.example", plain, True, None),
            (plain, EMOJI.upper() + ".Plain.example.", True, None), (EMOJI + "2.plain.example", plain, False, "hostname-mismatch"),
            (EMOJI + ".titled.example", EMOJI + ".titled.example", False, "pin-mismatch"),
            (EMOJI + ".denied.example", EMOJI + ".denied.example", False, "denied"),
            (EMOJI + ".confined.example", EMOJI + ".confined.example", True, None),
            ("other.confined.example", "other.confined.example", False, "name-not-permitted"),
        )
        for presented, host, accepted, code in rows:
            with self.subTest(host, presented=presented):
                one = MIDDLE.issue("DNS:" + presented)
                got, codes = self.ask(one, MIDDLE.certificate, host=host, path=True)
                self.assertEqual((got, codes[:1]), (accepted, [code] if code else []))

    def test_workloads_that_may_sign(self):
        """A certificate that may sign is no workload identity (X509-SVID section 5.2), in every profile and without a
        path; another reference of the question may match all the same."""
        usages = {
            "cRLSign": ["keyUsage = critical, digitalSignature, cRLSign"],
            "keyCertSign": ["keyUsage = critical, digitalSignature, keyCertSign"],
            "cA": ["basicConstraints = critical, CA:TRUE"],
            "none": [],
        }
        for usage, lines in usages.items():
            extensions = authority.END_ENTITY
            for line in lines:
                extensions = "".join(old + "\n" for old in extensions.splitlines()
                                     if old.split(" ")[0] != line.split(" ")[0]) + line + "\n"
            for domain in ("plain.example", "rfc5280.example", "webpki.example"):
                name, host = "spiffe://%s/web" % domain, "www." + domain
                one = MIDDLE.issue("URI:" + name, "DNS:" + host, key_name="situations", extensions=extensions)
                for question in ({}, {"path": True}):
                    with self.subTest(usage, domain=domain, question=question):
                        got, codes = self.ask(one, MIDDLE.certificate, spiffe=name, **question)
                        self.assertEqual(got, usage == "none", codes)
                        if domain == "plain.example" or not question:
                            got, codes = self.ask(one, MIDDLE.certificate, host=host, spiffe=name, **question)
                            self.assertTrue(got, codes)


if __name__ == "__main__":
    harness.main()
