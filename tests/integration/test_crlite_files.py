#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Filters of CRLite change on the disk, are not there, cannot be used, or belong to somebody else."""

import os
import unittest

import crlite
import harness
from crlite_case import HOUR_MS, NOW_MS, ROOT, CrliteTestCase
from daemon import wait_for


class Files(CrliteTestCase):
    def test_renewed(self):
        """New filters make an epoch without a reload; files that are written anew with the same bytes make none."""
        crlite.put(self.folder, {"a.filter": crlite.Filter(NOW_MS - HOUR_MS).add(ROOT, good=[crlite.serial(self.revoked)])})
        daemon = self.serve()
        self.assertIsNone(self.ask(daemon, self.revoked, "revoked.example"))
        crlite.put(self.folder, {"a.filter": self.filter})
        wait_for("the new filter", lambda: self.facts(daemon)["epoch"] == 2)
        self.assertEqual(self.ask(daemon, self.revoked, "revoked.example"), "revoked")
        verifiers = daemon.verifiers()
        crlite.put(self.folder, {"a.filter": self.filter})
        daemon.wait_for_log("with the same bytes")
        self.assertEqual(self.facts(daemon)["epoch"], 2)
        self.assertEqual(set(daemon.verifiers()) & set(verifiers), set(verifiers))

    def test_unusable(self):
        """While the files on disk cannot be used, what is in force stays, and log and status name file and reason."""
        data = self.filter.encode(4)
        crlite.put(self.folder, {"a.filter": self.filter})
        daemon = self.serve()
        daemon.expect("the filters of CRLite on disk cannot be used")
        crlite.put(self.folder, {"b.filter": self.filter, "a.filter": data[:-1]})
        facts = wait_for("the problem", lambda: (lambda f: f["epoch"] == 2 and f)(self.facts(daemon)))
        self.assertIn("a.filter: a column has more words than there is room for", facts["crlite"]["problem"])
        self.assertEqual((facts["crlite"]["state"], facts["crlite"]["filters"]), ("unusable", 1))
        self.assertEqual(self.ask(daemon, self.revoked, "revoked.example"), "revoked")
        os.rename(os.path.join(self.folder, "index.bin"), os.path.join(self.folder, "gone"))
        facts = wait_for("the problem", lambda: (lambda f: f["epoch"] == 3 and f)(self.facts(daemon)))
        self.assertIn("index.bin: No such file", facts["crlite"]["problem"])
        self.assertEqual(self.ask(daemon, self.revoked, "revoked.example"), "revoked")

    def test_absent(self):
        """Filters that are not there refuse nobody, except where an answer is required."""
        tolerant, strict = self.serve(), self.serve("required")
        for daemon in (tolerant, strict):
            daemon.expect("the filters of CRLite cannot be used, nothing is judged by them")
            self.assertEqual(self.facts(daemon)["crlite"]["state"], "unusable")
        self.assertIsNone(self.ask(tolerant, self.good))
        self.assertEqual(self.ask(strict, self.good), "revocation-unknown")

    @unittest.skipIf(os.geteuid() != 0, "only root can give files to another user")
    def test_owner(self):
        """Filters of another user are used only if crlite-owner names this user."""
        crlite.put(self.folder, {"a.filter": self.filter})
        for name in ["", *os.listdir(self.folder)]:
            os.chown(os.path.join(self.folder, name), 4242, 4242)
        stranger, named = self.serve(), self.serve(keys="crlite-owner = 4242")
        stranger.expect("the filters of CRLite cannot be used, nothing is judged by them: .*belongs to uid 4242")
        self.assertIsNone(self.ask(stranger, self.revoked, "revoked.example"))
        self.assertEqual(self.ask(named, self.revoked, "revoked.example"), "revoked")


if __name__ == "__main__":
    harness.main()
