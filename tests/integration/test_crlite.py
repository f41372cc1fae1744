#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Certificates are judged by filters of CRLite that another program puts on the disk."""

import time

import crlite
import harness
from authority import END_ENTITY
from crlite_case import DAY_MS, HOUR_MS, NOW_MS, OTHER, ROOT, CrliteTestCase


class Answers(CrliteTestCase):
    def check_both(self, mode, version, index_version):
        crlite.put(self.folder, {"a.filter": self.filter}, version, index_version)
        daemon = self.serve(mode)
        self.assertIsNone(self.ask(daemon, self.good))
        self.assertEqual(self.ask(daemon, self.revoked, "revoked.example"), "revoked")
        return daemon

    def test_version_3(self):
        self.check_both("if-known", 3, 0)

    def test_version_4(self):
        """The filter's answer suffices where an answer is required, and status and metrics show the data."""
        daemon = self.check_both("required", 4, 1)
        shown = self.facts(daemon)["crlite"]
        self.assertEqual((shown["filters"], shown["state"]), (1, "fresh"))
        self.assertEqual(shown["as-of"], time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime((NOW_MS - HOUR_MS) // 1000)))
        self.assertGreaterEqual(shown["age-s"], 3600)
        code, out, _ = daemon.ctl("metrics")
        self.assertEqual(code, 0)
        self.assertIn('certnamed_data_as_of_seconds{kind="crlite"} %d\n' % ((NOW_MS - HOUR_MS) // 1000), out)
        self.assertIn('certnamed_data_state{kind="crlite",state="fresh"} 1\n', out)

    def test_who_is_not_asked_about(self):
        """A filter that revokes everything of the authority is not asked about a certificate without timestamps, nor
        about a client."""
        crlite.put(self.folder, {"a.filter": crlite.Filter(NOW_MS - HOUR_MS).add(ROOT, inverted=True)})
        daemon = self.serve()
        self.assertEqual(self.ask(daemon, self.good), "revoked")
        self.assertIsNone(self.ask(daemon, ROOT.issue("DNS:good.example")))
        both = END_ENTITY.replace("serverAuth", "serverAuth, clientAuth")
        both = crlite.issue(ROOT, "good.example", (crlite.LOG, NOW_MS - 2 * DAY_MS), extensions=both)
        self.assertEqual(self.ask(daemon, both), "revoked")
        self.assertIsNone(self.ask(daemon, both, None, "--purpose", "client"))

    def test_what_is_not_known(self):
        """A certificate that the filters do not cover, or whose issuer they do not know, is accepted unless an answer
        is required."""
        late = crlite.issue(ROOT, "good.example", (crlite.LOG, NOW_MS))
        other_log = crlite.issue(ROOT, "good.example", (crlite.OTHER_LOG, NOW_MS - 2 * DAY_MS))
        not_enrolled = crlite.issue(OTHER, "good.example", (crlite.LOG, NOW_MS - 2 * DAY_MS))
        crlite.put(self.folder, {"a.filter": self.filter})
        tolerant, strict = self.serve(), self.serve("required")
        for one, code in ((late, "crlite-not-covered"), (other_log, "crlite-not-covered"),
                          (not_enrolled, "crlite-not-enrolled")):
            self.assertIsNone(self.ask(tolerant, one))
            self.assertEqual(self.ask(strict, one), code)

    def test_stale(self):
        """From ten days on, "good" does not count any more, and "revoked" still does. A question about a moment that
        the data reaches to is answered by the data."""
        crlite.put(self.folder, {"a.filter": self.make_filter(NOW_MS - 10 * DAY_MS - HOUR_MS)})
        old = crlite.issue(ROOT, "good.example", (crlite.LOG, NOW_MS - 12 * DAY_MS))
        self.revoked = crlite.issue(ROOT, "revoked.example", (crlite.LOG, NOW_MS - 12 * DAY_MS))
        self.good = old
        crlite.put(self.folder, {"a.filter": self.make_filter(NOW_MS - 10 * DAY_MS - HOUR_MS)})
        tolerant, strict = self.serve(), self.serve("required")
        self.assertEqual(self.facts(strict)["crlite"]["state"], "stale")
        self.assertIsNone(self.ask(tolerant, old))
        self.assertEqual(self.ask(strict, old), "crlite-stale")
        for daemon in (tolerant, strict):
            self.assertEqual(self.ask(daemon, self.revoked, "revoked.example"), "revoked")


if __name__ == "__main__":
    harness.main()
