#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every allocation fails in turn: no failure becomes a verdict or an epoch, and no process crashes.

By default the tests make only a part of the allocations fail. With CERTNAMED_FAULTS=full, as `make check-faults` sets
it, every allocation fails in turn."""

import json
import re
import subprocess
import time
import unittest

import harness
from daemon import PATIENCE, RELAXED, wait_for
from faults import FIRST, FORK, MIDDLE, POLICY, TYPED, FaultsTestCase, Programs, asked, numbers, questions, verdict_of


@unittest.skipIf(RELAXED, "a sanitizer's or valgrind's allocator cannot be replaced")
class Faults(FaultsTestCase):
    def setUp(self):
        self.programs = self.enterContext(Programs())
        self.daemon = self.enterContext(self.programs.run(POLICY))
        # Verifiers that meet a failure end; this test does not judge what is logged about that.
        self.daemon.expect("")

    def exhaust(self, control, process, step, goes_on, attempt):
        """Makes one allocation after the other fail while something is attempted, until no allocation is left.
        Returns how many failed."""
        n_failed = 0
        for n in numbers(step):
            self.settle()
            control.arm(process, n, goes_on)
            was_met = attempt(n)
            if not (was_met or control.disarm()[1]):
                return n_failed
            n_failed += 1


class Verifier(Faults):
    def test_questions(self):
        """Allocations fail in a verifier: each question gets its own verdict, or a typed error that is
        not cached."""
        for name, question in asked():
            expected = verdict_of(self.ask(question))
            errors = []

            def attempt(n, question=question, expected=expected, errors=errors):
                reply = self.ask(question)
                if reply.error:
                    self.assertIn(reply.error, TYPED, n)
                    errors.append(n)
                else:
                    self.assertEqual(verdict_of(reply), expected, n)

            for goes_on in (False, True):
                with self.subTest(name, goes_on=goes_on):
                    self.assertGreater(self.exhaust(self.programs.daemon, FORK, 257, goes_on, attempt), 0)
                    self.assert_recovers(question, expected)
                    self.assert_no_crash()
            self.assertGreater(len(errors), 0)
            harness.report("%s: %d failures answered by errors" % (name, len(errors)))


class Reload(Faults):
    def assert_reloads(self, n):
        """Checks that the daemon reloads. One that has ended by itself, with a message, is started again first."""
        status, _, err = self.daemon.ctl("reload")
        if status == 0:
            return
        wait_for("the supervisor ends after %d: %s" % (n, err), lambda: self.daemon.process.poll() is not None)
        self.check_start({})
        self.daemon.start()
        self.daemon.wait_until_it_answers()
        self.assertEqual(self.daemon.ctl("reload")[0], 0)

    def test_reload(self):
        """Allocations fail during a reload, in the supervisor or in its child: the reload succeeds or is refused, and
        after each the policy holds whole. The next reload succeeds, or the supervisor has ended by itself."""
        expected = self.expected()

        def attempt(n):
            status = self.daemon.ctl("reload")[0]
            self.assertIn(status, (0, 1, 2, 3), n)
            was_met = self.programs.daemon.disarm()[1] > 0
            for name, question in asked():
                self.assert_recovers(question, expected[name], may_end=True)
            self.assert_reloads(n)
            return was_met

        for process, step in ((FIRST, 211), (FORK, 1999)):
            for goes_on in (False, True):
                with self.subTest(process=process, goes_on=goes_on):
                    n_failed = self.exhaust(self.programs.daemon, process, step, goes_on, attempt)
                    harness.report("reload, %s: %d failures" % ("first process" if process == FIRST else "forks", n_failed))
                    for name, question in questions():
                        self.assert_recovers(question, expected[name])
                    self.assertIsNone(self.daemon.process.poll())


class Front(Faults):
    def test_front(self):
        """Allocations fail in the front: the client gets the verdict, or a typed error, or its
        connection ends."""
        for name, question in asked():
            expected = verdict_of(self.ask(question))

            def attempt(n, question=question, expected=expected):
                try:
                    reply = self.ask(question)
                except OSError:
                    return
                if reply and not reply.error:
                    self.assertEqual(verdict_of(reply), expected, n)
                elif reply:
                    self.assertIn(reply.error, TYPED, n)

            for goes_on in (False, True):
                with self.subTest(name, goes_on=goes_on):
                    self.assertGreater(self.exhaust(self.programs.front, FIRST, 7, goes_on, attempt), 0)
                    self.assert_recovers(question, expected)
                    self.assert_no_crash()


class Start(Faults):
    def start(self, control, process, n, goes_on):
        """Starts the daemon while an allocation fails. Returns whether one did, and whether the daemon served."""
        control.arm(process, n, goes_on)
        self.daemon.start()
        wait_for("the daemon meets the failure, serves or ends",
                 lambda: control.count_failed() > 0 or self.serves_or_ended())
        if goes_on:
            time.sleep(0.1)
        was_met = control.disarm()[1] > 0
        return was_met, self.check_start(self.verdicts)

    def test_start(self):
        """Allocations fail while the daemon starts, in each of its processes: it serves by the whole policy or ends
        with a message, and does not crash."""
        self.verdicts = self.expected()
        self.daemon.stop()
        for what, control, process, step in (
                ("supervisor", self.programs.daemon, FIRST, 499), ("checker and verifiers", self.programs.daemon, FORK, 2999),
                ("front", self.programs.front, FIRST, 29)):
            for goes_on in (False, True):
                with self.subTest(what, goes_on=goes_on):
                    outcomes = []
                    for n in numbers(step):
                        was_met, serves = self.start(control, process, n, goes_on)
                        if not was_met:
                            self.assertTrue(serves, self.daemon.log()[-2000:])
                            break
                        outcomes.append(serves)
                    self.assertGreater(len(outcomes), 0)
                    harness.report("start, %s: %d failures, %d ended the daemon"
                                   % (what, len(outcomes), outcomes.count(False)))
        self.daemon.start()
        self.daemon.wait_until_it_answers()


class Client(Faults):
    """The library fails within certnamectl, which passes on what the library answers."""

    def run_ctl(self, *arguments, stdin=b""):
        done = subprocess.run(
            [self.programs.path("certnamectl"), *arguments], input=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE, check=False,
            env=self.programs.ctl_environment())
        return done.returncode, done.stdout, done.stderr

    def test_client(self):
        """Allocations fail in certnamectl and the library: each command prints the same as ever, or it fails with an
        error on standard error; it neither crashes nor accepts."""
        good, bad = MIDDLE.issue("DNS:www.example.com"), MIDDLE.issue("DNS:denied.example")
        lines = "".join(json.dumps({"host": host, "certificates": [one.base64]}) + "\n"
                        for host, one in (("www.example.com", good), ("denied.example", bad), ("x.example", good)))
        here = ("--socket", self.daemon.socket)
        commands = {
            "verify": (*here, "verify", "www.example.com", good.path),
            "verify for a program": (*here, "verify", "--json", "denied.example", bad.path),
            "batch": (*here, "verify", "--batch"),
            "pin": ("pin", good.path),
            "reload": ("--socket", self.daemon.admin_socket, "reload"),
        }
        for what, arguments in commands.items():
            stdin = lines.encode() if what == "batch" else b""
            expected = self.run_ctl(*arguments, stdin=stdin)
            self.assertNotIn(expected[0], (2, 3), expected)
            for goes_on in (False, True):
                with self.subTest(what, goes_on=goes_on):
                    def attempt(n, what=what, arguments=arguments, stdin=stdin, expected=expected, goes_on=goes_on):
                        """Returns the number of allocations if all succeeded, else None."""
                        self.programs.ctl.arm(FIRST, n, goes_on)
                        done = self.run_ctl(*arguments, stdin=stdin)
                        n_seen, n_failed = self.programs.ctl.disarm()
                        self.check_done(what, done, expected, n)
                        return None if n_failed else n_seen

                    n_allocations = next(filter(None, map(attempt, numbers(691))))
                    self.assertGreater(n_allocations, 1)
                    # The last ones are those of printing.
                    for n in range(max(1, n_allocations - 12), n_allocations + 1):
                        attempt(n)

    def check_done(self, what, done, expected, n):
        status, out, err = done
        if what == "batch":
            self.check_batch(done, expected, n)
        elif what == "verify for a program" and status == 2 and out:
            self.assertEqual(list(json.loads(out)), ["error"], n)
        elif what == "reload" and status == 0 and not out:
            self.assertRegex(err, b"^certnamectl: ", n)
        elif status == expected[0]:
            self.assertEqual(self.without_details(out), self.without_details(expected[1]), n)
        else:
            self.assertIn(status, (2, 3), (n, done))
            self.assertEqual(out, b"", n)
            self.assertRegex(err, b"^certnamectl: ", n)

    def check_batch(self, done, expected, n):
        """Each line of a batch has its answer or an error; a batch that ends early ends with an error."""
        status, out, err = done
        self.assertGreaterEqual(status, 0, (n, done))
        lines = [json.loads(line) for line in out.splitlines()]
        for line, usual in zip(lines, (json.loads(line) for line in expected[1].splitlines())):
            if "error" not in line:
                self.assertEqual(line["accepted"], usual["accepted"], n)
        if len(lines) < 3:
            self.assertGreaterEqual(status, 2, (n, done))
            self.assertRegex(err, b"^certnamectl: ", n)

    def without_details(self, out):
        """Removes what differs from one reload to the next, and the names in the comments beside pins, which are left
        out where there is no memory for them."""
        return re.sub(rb"[0-9]+", b"0", re.sub(rb"#.*", b"", out))


if __name__ == "__main__":
    harness.main()
