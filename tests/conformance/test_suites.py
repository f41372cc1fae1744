#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Asks a daemon what other projects' path-validation suites and the collected cases ask, and compares the verdicts with
what they expect. Every difference has to be listed in differences.py with its reason. The suites and the cases are not
part of this project; without them the tests are skipped.
"""

import base64
import collections
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "integration"))
sys.path.insert(0, os.path.dirname(__file__))

import differences
import listed
import suites
from daemon import Daemon
from harness import TestCase, main, report

# Suites whose cases are all right under profile compatible.
RIGHT_UNDER_COMPATIBLE = ["bssl-paths"]


def find_way(expected, got):
    """How a verdict differs: None, or a word of differences.py."""
    if got == expected:
        return None
    if got == "error":
        return differences.ERROR
    return differences.LAX if got == "accept" else differences.STRICT


def under_compatible(row):
    """The settings with the other profile; None where the row is asked under profile webpki."""
    if "certificates = rfc5280" not in row["conf"]:
        return None
    return row["conf"].replace("certificates = rfc5280", "certificates = compatible")


@unittest.skipIf(suites.read_suites() is None, "../shared/vectors/suites is not there")
class Suites(TestCase):
    def compare(self, settings_of, listed):
        """Asks all rows. Every difference has to be listed, and every one listed has to be met. Returns how many rows there
        were of each way, by suite."""
        counts = collections.defaultdict(collections.Counter)
        met, unlisted = set(), []
        for row, got, codes in suites.ask_suites(suites.read_suites(), settings_of):
            way = find_way(row["expect"], got)
            counts[row["suite"]][way or "right"] += 1
            key = (row["suite"], way, row["id"])
            if way and key not in listed:
                unlisted.append("%s: %s | %s | %s" % (way, row["suite"], row["id"], codes))
            elif way:
                met.add(key)
        for suite, count in sorted(counts.items()):
            report("%s: %s" % (suite, dict(count)))
        self.assertEqual(unlisted, [], "differences without a reason in differences.py")
        self.assertEqual(sorted(set(listed) - met), [], "differences.py lists what does not differ")
        self.assertGreater(sum(count["right"] for count in counts.values()), 0)
        return counts

    def test_own_settings(self):
        """Each row under the settings that the suite was converted for."""
        counts = self.compare(lambda row: None if row.get("na") else row["conf"], differences.OWN_SETTINGS)
        self.assertEqual(counts["pkits"][differences.LAX], 0)

    def test_compatible(self):
        """Each row that is asked under profile rfc5280, under profile compatible instead. Building paths is right without an
        exception."""
        counts = self.compare(lambda row: None if row.get("na") else under_compatible(row), differences.UNDER_COMPATIBLE)
        for suite in RIGHT_UNDER_COMPATIBLE:
            self.assertEqual(set(counts[suite]), {"right"})
        self.assertEqual(counts["pkits"][differences.LAX], 0)

    def test_crl_at_hand(self):
        """Where a status need not be known, a certificate that a CRL at hand lists is refused all the same, under either
        profile."""

        def is_listed(row):
            decode = base64.b64decode
            return row["suite"] == "pkits" and row["expect"] == "refuse" and not row.get("na") and any(
                listed.lists(decode(crl), decode(certificate))
                for crl in row["q"].get("crls", [])
                for certificate in row["q"]["certificates"]
            )

        for profile in ("rfc5280", "compatible"):
            answers = suites.ask_suites(
                suites.read_suites(),
                lambda row: "certificates = %s revocation = if-known" % profile if is_listed(row) else None,
            )
            codes = {row["id"]: codes for row, _, codes in answers}
            report("%d certificates that a CRL lists, under %s" % (len(codes), profile))
            self.assertGreater(len(codes), 10)
            self.assertEqual(set(codes.values()), {"revoked"}, codes)


@unittest.skipIf(suites.read_cases() is None, "../shared/cases is not there")
class Cases(TestCase):
    def ask_case(self, case):
        """The outcome; `error` where the daemon does not take the configuration."""
        with tempfile.TemporaryDirectory(prefix="certnamed-case-") as folder:
            os.chmod(folder, 0o755)
            try:
                with Daemon(suites.write_files(folder, case)) as daemon:
                    return suites.outcome(suites.ask(daemon, [case["ask"]])[0])
            except AssertionError as error:
                return "error", str(error)

    def test_wanted(self):
        """Each case ends as it should. A case that differences.py lists waits for the change that is named there, and is never
        accepted against what is wanted meanwhile."""
        for case in suites.read_cases():
            got, why = self.ask_case(case)
            with self.subTest(case["id"]):
                if case["id"] in differences.CASES:
                    self.assertNotEqual(got, case["want"], "differences.py lists what is as it should be")
                    self.assertNotEqual(got, "accept")
                else:
                    self.assertEqual(got, case["want"], why)


if __name__ == "__main__":
    main()
