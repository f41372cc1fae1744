#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Real certificates: every root that this machine trusts."""

import base64
import hashlib
import json
import os
import re
import ssl
import tempfile
import unittest

import harness
from certificates import openssl

STORE = "/etc/ssl/certs/ca-certificates.crt"


def roots():
    with open(STORE) as file:
        return re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", file.read(), re.S)


@unittest.skipUnless(os.path.exists(STORE), "no %s: install ca-certificates" % STORE)
class Roots(harness.DaemonTestCase):
    def test_batch(self):
        """Each root gets a verdict, and the facts in the verdict equal those in the certificate's bytes."""
        ders = [ssl.PEM_cert_to_DER_cert(pem) for pem in roots()]
        self.assertGreater(len(ders), 100)
        lines = "".join(json.dumps({"host": "www.example.com", "certificates": [base64.b64encode(one).decode()]})
                        + "\n" for one in ders)
        code, out, err = self.daemon.ctl("verify", "--batch", stdin=lines.encode())
        self.assertEqual((code, err), (0, ""))
        verdicts = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(verdicts), len(ders))
        for one, verdict in zip(ders, verdicts):
            self.assertEqual((verdict["accepted"], verdict["verify_code"]), (False, 62))
            self.assertEqual(verdict["leaf"]["sha256"], hashlib.sha256(one).hexdigest())
            self.assertIn(base64.b64decode(verdict["leaf"]["spki"] or ""), one)
        harness.report("%d roots" % len(ders))

    def test_facts(self):
        """Key and dates of some roots equal what the openssl program prints of them, and `verify` reads each file."""
        for pem in roots()[::12]:
            with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
                file.write(pem)
                file.flush()
                leaf = self.verify("www.example.com", file.name, status=1)["leaf"]
                key = openssl("x509", "-in", file.name, "-noout", "-pubkey")
                dates = openssl("x509", "-in", file.name, "-noout", "-dates", "-dateopt", "iso_8601").decode()
            body = b"".join(key.splitlines()[1:-1])
            self.assertEqual(leaf["spki"].encode(), body)
            expected = [line.split("=", 1)[1].replace(" ", "T") for line in dates.splitlines()]
            self.assertEqual([leaf["not_before"], leaf["not_after"]], expected)


if __name__ == "__main__":
    harness.main()
