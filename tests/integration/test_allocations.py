#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every allocation fails in turn: no failure becomes a verdict or an epoch, and no process crashes.

By default the tests make only a part of the allocations fail. With CERTNAMED_FAULTS=full, as `make check-faults` sets
it, every allocation fails in turn."""

import os
import time
import unittest

import authority
import harness
from daemon import RELAXED, wait_for
from faults import FIRST, FORK, Programs

FULL = os.environ.get("CERTNAMED_FAULTS") == "full"

ROOT = authority.Authority("root")
MIDDLE = authority.Authority("middle", ROOT)
OTHER = authority.Authority("other")
NOBODY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

# Without a cache, so that every question is verified.
POLICY = """\
limits { cache = 0 cpu-per-uid = 0 workers = 1 }
defaults { trust = { "tests" } }
trust "tests" { file = { "%(root)s" } }
pinset "root" { spki-sha256 = { "%(root_pin)s", "%(nobody)s" } scope = anchor }
pinset "wrong" { spki-sha256 = { "%(other_pin)s", "%(nobody)s" } scope = anchor }
domain "pinned.example" { subdomains = all pinset = "root" path = always }
domain "wrong.example" { subdomains = all pinset = "wrong" path = always }
domain "denied.example" { subdomains = all }
domain "strict.example" { subdomains = all wildcards = none }
deny "names" { names = { "denied.example" } }
""" % {"root": ROOT.path, "root_pin": ROOT.pin(), "other_pin": OTHER.pin(), "nobody": NOBODY}

# The answers that a question may get whose verification met a failure.
TYPED = ("resources", "internal", "busy")


def questions():
    def chain(host, issuer=MIDDLE):
        return host, [issuer.issue("DNS:" + host).der, issuer.certificate.der]

    yield "a name", (*chain("www.example.com"), {})
    yield "another name", ("x.example.com", chain("www.example.com")[1], {})
    yield "a wildcard refused", ("a.strict.example", [MIDDLE.issue("DNS:*.strict.example").der], {})
    yield "an address", ("192.0.2.1", [MIDDLE.issue("IP:192.0.2.1").der], {})
    yield "a path", (*chain("www.example.com"), {"path": True})
    yield "no path", (*chain("www.example.com", OTHER), {"path": True})
    yield "a pin", (*chain("www.pinned.example"), {})
    yield "a wrong pin", (*chain("www.wrong.example"), {})
    yield "a denied name", (*chain("denied.example"), {})
    yield "an IDN", ("b\xfccher.example".encode("utf-8"), [MIDDLE.issue("DNS:xn--bcher-kva.example").der], {})


def asked():
    """Returns all questions, or those that every stage of a verification takes part in."""
    some = ("a name", "a path", "a wrong pin", "a denied name")
    return [(name, question) for name, question in questions() if FULL or name in some]


def numbers(step):
    """Returns the numbers of the allocations that fail: each in turn, or one out of every so many."""
    n = 1
    while True:
        yield n
        n += 1 if FULL else step


@unittest.skipIf(RELAXED, "a sanitizer's or valgrind's allocator cannot be replaced")
class Faults(harness.TestCase):
    def setUp(self):
        self.programs = self.enterContext(Programs())
        self.daemon = self.enterContext(self.programs.run(POLICY))
        # Verifiers that meet a failure end; this test does not judge what is logged about that.
        self.daemon.expect("")

    def ask(self, question):
        host, chain, settings = question
        with self.daemon.client() as client:
            return client.call(host, *chain, **settings)

    def assert_no_crash(self):
        crashes = self.daemon.find_log(r".*ended by signal (?!9\b|15\b).*")
        self.assertEqual(crashes, [])
        self.assertIsNone(self.daemon.process.poll())

    def assert_recovers(self, question, expected):
        wait_for("the question has its verdict again", lambda: self.ask(question).payload == expected)

    def settle(self):
        """Waits until no verifier is just starting: libseccomp crashes without memory, which ends only the starting
        verifier."""
        wait_for("all verifiers are there", lambda: len(self.daemon.children("certname-verify")) == 2)
        time.sleep(0.03)

    def exhaust(self, control, process, step, goes_on, attempt):
        """Makes one allocation after the other fail while something is attempted, until no allocation is left.
        Returns how many failed."""
        n_failed = 0
        for n in numbers(step):
            self.settle()
            control.arm(process, n, goes_on)
            attempt(n)
            if control.disarm()[1] == 0:
                return n_failed
            n_failed += 1


class Verifier(Faults):
    def test_questions(self):
        """Allocations fail in a verifier: each question gets its own verdict, byte for byte, or a typed error that is
        not cached."""
        for name, question in asked():
            expected = self.ask(question).payload
            errors = []

            def attempt(n, question=question, expected=expected, errors=errors):
                reply = self.ask(question)
                if reply.error:
                    self.assertIn(reply.error, TYPED, n)
                    errors.append(n)
                else:
                    self.assertEqual(reply.payload, expected, n)

            for goes_on in (False, True):
                with self.subTest(name, goes_on=goes_on):
                    self.assertGreater(self.exhaust(self.programs.daemon, FORK, 113, goes_on, attempt), 0)
                    self.assert_recovers(question, expected)
                    self.assert_no_crash()
            self.assertGreater(len(errors), 0)
            harness.report("%s: %d failures answered by errors" % (name, len(errors)))


class Reload(Faults):
    def test_reload(self):
        """Allocations fail during a reload, in the supervisor or in its child: the reload succeeds or is refused, and
        the policy holds."""
        expected = {name: self.ask(question).payload for name, question in questions()}

        def attempt(n):
            status = self.daemon.ctl("reload")[0]
            self.assertIn(status, (0, 1, 2, 3), n)

        for process in (FIRST, FORK):
            for goes_on in (False, True):
                with self.subTest(process=process, goes_on=goes_on):
                    self.exhaust(self.programs.daemon, process, 997, goes_on, attempt)
                    for name, question in questions():
                        self.assert_recovers(question, expected[name])
                    self.assertIsNone(self.daemon.process.poll())


class Front(Faults):
    def test_front(self):
        """Allocations fail in the front: the client gets the verdict, byte for byte, or a typed error, or its
        connection ends."""
        for name, question in asked():
            expected = self.ask(question).payload

            def attempt(n, question=question, expected=expected):
                try:
                    reply = self.ask(question)
                except OSError:
                    return
                if reply and not reply.error:
                    self.assertEqual(reply.payload, expected, n)
                elif reply:
                    self.assertIn(reply.error, TYPED, n)

            for goes_on in (False, True):
                with self.subTest(name, goes_on=goes_on):
                    self.exhaust(self.programs.front, FIRST, 3, goes_on, attempt)
                    self.assert_recovers(question, expected)
                    self.assert_no_crash()


if __name__ == "__main__":
    harness.main()
