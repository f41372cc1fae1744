# SPDX-License-Identifier: MIT
"""A daemon that judges by filters of CRLite, and certificates that they know."""

import json
import os
import shutil
import time

import authority
import crlite
import harness
from daemon import Daemon

ROOT = authority.Authority("crlite-root")
OTHER = authority.Authority("crlite-other")
NOW_MS = int(time.time() * 1000)
HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
POLICY = """\
defaults { trust = { "corp" } revocation = %s request-time = yes }
trust "corp" { file = { "%s", "%s" } crlite = "%s" %s }
"""


class CrliteTestCase(harness.TestCase):
    def setUp(self):
        super().setUp()
        self.folder = os.path.join(os.path.dirname(ROOT.path), "crlite-%s" % os.urandom(4).hex())
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        covered = (crlite.LOG, NOW_MS - 2 * DAY_MS)
        self.good = crlite.issue(ROOT, "good.example", covered)
        self.revoked = crlite.issue(ROOT, "revoked.example", covered)
        self.filter = self.make_filter(NOW_MS - HOUR_MS)

    def make_filter(self, until):
        """A filter that knows a thousand more certificates of the authority."""
        others = [i.to_bytes(16, "big") for i in range(1, 1000)]
        return crlite.Filter(until).add(ROOT, [crlite.serial(self.revoked)] + others[:50],
                                        [crlite.serial(self.good)] + others[50:])

    def serve(self, mode="if-known", keys=""):
        return self.enterContext(Daemon(POLICY % (mode, ROOT.path, OTHER.path, self.folder, keys)))

    def ask(self, daemon, one, host=None, *options):
        """Returns the code of the first failure; None for an acceptance."""
        code, out, err = daemon.ctl("verify", "--json", "--path", *options, host or "good.example", one.path)
        self.assertEqual(err, "")
        failures = json.loads(out)["failures"]
        self.assertEqual(code, 1 if failures else 0)
        return failures[0]["code"] if failures else None

    def facts(self, daemon):
        code, out, _ = daemon.ctl("status", "--json")
        self.assertEqual(code, 0)
        return json.loads(out)["supervisor"]
