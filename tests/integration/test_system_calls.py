#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every system call fails in turn, whoever makes it: no failure becomes a verdict or half a policy, and no process
crashes.

By default the tests make only a part of the calls fail. With CERTNAMED_FAULTS=full, as `make check-faults` sets it,
every call fails in turn."""

import contextlib
import os
import signal
import subprocess
import time
import unittest

import harness
import tracer
from daemon import BUILD, PATIENCE, RELAXED, Daemon, wait_for
from faults import MIDDLE, POLICY, TYPED, FaultsTestCase, asked, numbers, verdict_of

SUPERVISOR, CHECKER, FRONT, BIN, VERIFIER = (
    "certnamed", "certname-check", "certnamed-front", "certnamed-bin", "certname-verify")


@unittest.skipIf(RELAXED, "a sanitizer or valgrind makes system calls of its own")
@unittest.skipIf(tracer.reason_to_skip(), tracer.reason_to_skip() or "")
class Traced(FaultsTestCase):
    def setUp(self):
        self.control = tracer.Control()
        self.addCleanup(self.control.close)
        self.daemon = self.enterContext(Daemon(POLICY, command=self.control.command()))
        # A process that meets a failure logs it or ends; this test does not judge what is logged.
        self.daemon.expect("")

    def restart_if_ended(self):
        """Starts the daemon again if its first process has ended, which may only be by itself, with a message."""
        if self.daemon.process.poll() is None:
            return False
        self.check_start({})
        self.daemon.start()
        self.daemon.wait_until_it_answers()
        return True

    def check_after(self, expected, n):
        """Checks that the daemon is whole again after a failure, or has ended, and is so after a start."""
        where = "call %d of %d" % (self.control.number(), n)
        with self.subTest(where):
            self.restart_if_ended()
            for name, question in asked():
                self.assert_recovers(question, expected[name])
            self.assert_no_crash()
            self.settle()

    def exhaust(self, name, is_first, step, expected, attempt):
        """Makes one call after the other fail while something is attempted, until no call is left. Returns how many
        failed."""
        n_failed = 0
        for n in numbers(step):
            self.control.fail(name, n, is_first)
            attempt(n)
            was_met = self.control.count_tampered() > 0
            self.control.disarm()
            self.check_after(expected, n)
            if not was_met:
                return n_failed
            n_failed += 1


class Start(Traced):
    def test_start(self):
        """Calls fail while the daemon starts, in each of its processes: it serves by the whole policy, or ends with a
        message."""
        expected = self.expected()
        self.daemon.stop()
        for name, is_first, step in ((SUPERVISOR, True, 61), (CHECKER, False, 97), (SUPERVISOR, False, 29),
                                     (FRONT, False, 47), (BIN, False, 17), (VERIFIER, False, 37)):
            with self.subTest(name, is_first=is_first):
                outcomes = []
                for n in numbers(step):
                    self.control.fail(name, n, is_first)
                    self.daemon.start()
                    serves = self.check_start(expected)
                    if self.control.count_tampered() == 0:
                        self.assertTrue(serves)
                        break
                    outcomes.append(serves)
                self.control.disarm()
                self.assertGreater(len(outcomes), 0)
                harness.report("start, %s%s: %d failures, %d ended the daemon" % (
                    name, "" if is_first or name != SUPERVISOR else "'s forks", len(outcomes), outcomes.count(False)))
        self.daemon.start()
        self.daemon.wait_until_it_answers()


class Serving(Traced):
    def test_verifier(self):
        """Calls fail in a verifier: each question gets its own verdict, or a typed error."""
        expected = self.expected()
        for name, question in asked():
            def attempt(n, name=name, question=question):
                reply = self.ask(question)
                if reply.error:
                    self.assertIn(reply.error, TYPED, n)
                else:
                    self.assertEqual(verdict_of(reply), expected[name], n)

            n_failed = self.exhaust(VERIFIER, False, 7, expected, attempt)
            self.assertGreater(n_failed, 0)
            harness.report("%s: %d failures" % (name, n_failed))

    def test_front(self):
        """Calls fail in the front: a question gets its own verdict, a typed error, or its connection ends."""
        expected = self.expected()
        for name, question in asked():
            def attempt(n, name=name, question=question):
                try:
                    reply = self.ask(question)
                except OSError:
                    return
                if reply and not reply.error:
                    self.assertEqual(verdict_of(reply), expected[name], n)
                elif reply:
                    self.assertIn(reply.error, TYPED, n)

            self.assertGreater(self.exhaust(FRONT, False, 11, expected, attempt), 0)

    def test_supervisor(self):
        """Calls fail in the supervisor while it replaces a verifier and a front: questions get their verdicts, or it
        ends with a message."""
        expected = self.expected()

        def attempt_with(name):
            def attempt(_):
                pid = wait_for("there is a " + name, lambda: self.daemon.children(name))[0].pid
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.1)
            return attempt

        for name, step in ((VERIFIER, 17), (FRONT, 41)):
            with self.subTest(name):
                self.assertGreater(self.exhaust(SUPERVISOR, True, step, expected, attempt_with(name)), 0)

    def test_reload(self):
        """Calls fail during a reload, in the supervisor and in the checker: the reload succeeds or is refused, and the
        policy holds whole."""
        expected = self.expected()

        def attempt(n):
            self.assertIn(self.daemon.ctl("reload")[0], (0, 1, 2, 3), n)

        for name, is_first, step in ((SUPERVISOR, True, 29), (CHECKER, False, 97), (FRONT, False, 13)):
            with self.subTest(name):
                n_failed = self.exhaust(name, is_first, step, expected, attempt)
                self.assertGreater(n_failed, 0)
                harness.report("reload, %s: %d failures" % (name, n_failed))


class Client(Traced):
    def run_ctl(self, *arguments):
        # certnamectl itself, and not libtool's script.
        libraries = os.path.join(BUILD, ".libs")
        built = os.path.join(libraries, "certnamectl")
        command = [*self.control.command(), built if os.path.exists(built) else os.path.join(BUILD, "certnamectl"),
                   *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=PATIENCE, env={"LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": libraries}, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_client(self):
        """Calls fail in certnamectl and the library: the answer is the same as ever, or the command fails with an
        error; it neither crashes nor accepts."""
        good, bad = MIDDLE.issue("DNS:www.example.com"), MIDDLE.issue("DNS:denied.example")
        here = ("--socket", self.daemon.socket)
        for arguments in ((*here, "verify", "www.example.com", good.path), (*here, "verify", "denied.example", bad.path),
                          ("pin", good.path)):
            expected = self.run_ctl(*arguments)
            self.assertIn(expected[0], (0, 1), expected)
            with self.subTest(arguments):
                for n in numbers(17):
                    self.control.fail("certnamectl", n, True)
                    status, out, err = self.run_ctl(*arguments)
                    if status == expected[0]:
                        self.assertEqual(out, expected[1], n)
                    else:
                        self.assertIn(status, (2, 3), (n, out, err))
                        self.assertNotEqual(err, b"", n)
                    if self.control.count_tampered() == 0:
                        break
                self.control.disarm()
                self.assertGreater(n, 1)


if __name__ == "__main__":
    harness.main()
