#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A disk that is slow, or hangs, delays nobody: neither clients nor the supervisor's other work wait for it."""

import os
import signal
import time

import authority
import harness
from certificates import certificate
from daemon import Daemon, wait_for

FILES = 2
# Each lookup of a file takes this long; see tests/hooks/hook.c.
LATE_SECONDS = 0.2


class SlowDisk(harness.TestCase):
    def setUp(self):
        self.root = authority.Authority("slow")
        self.slow = os.path.join(os.path.dirname(self.root.path), "is-slow-%d" % os.getpid())
        os.environ["CERTNAMED_SLOW"] = self.slow
        self.addCleanup(os.environ.pop, "CERTNAMED_SLOW")
        self.daemon = Daemon("", "certnamed-hooked")
        self.crls = os.path.join(self.daemon.folder, "slow-crls")
        os.mkdir(self.crls)
        with open(self.root.path, "rb") as file:
            root = file.read()
        paths = []
        for number in range(FILES):
            paths.append(self.write(os.path.join(self.daemon.folder, "slow-%d.pem" % number), root))
            self.write(os.path.join(self.crls, "%d.crl" % number), authority.crl(self.root, 1))
        files = ", ".join('"%s"' % path for path in paths)
        self.write(self.daemon.config, ('trust "t" { file = { %s } crls = { "%s" } }\ndefaults { trust = { "t" } }\n'
                                        % (files, self.crls)).encode())
        self.enterContext(self.daemon)
        self.daemon.expect("ended by signal 9")
        self.one = certificate("DNS:good.example").der

    def write(self, path, data):
        with open(path, "wb") as file:
            file.write(data)
        os.chmod(path, 0o644)
        return path

    def set_slow(self, is_slow):
        if is_slow:
            self.write(self.slow, b"")
            self.addCleanup(lambda: os.path.exists(self.slow) and os.unlink(self.slow))
        else:
            os.unlink(self.slow)

    def measure(self, seconds, is_over=lambda: False):
        """Asks questions, and kills verifiers, for so long. Returns the longest time that a question took, and the
        longest until a verifier was replaced."""
        longest_question = longest_replacement = 0
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not is_over():
            with self.daemon.client() as client:
                begun = time.monotonic()
                self.assert_accepted(client.call("good.example", self.one))
                longest_question = max(longest_question, time.monotonic() - begun)
            self.daemon.wait_until_settled()
            killed = self.daemon.verifiers()[0]
            begun = time.monotonic()
            os.kill(killed, signal.SIGKILL)
            wait_for("another verifier", lambda: killed not in self.daemon.verifiers())
            longest_replacement = max(longest_replacement, time.monotonic() - begun)
        return longest_question, longest_replacement

    def assert_not_delayed(self, what, quiet, slow):
        harness.report("%s: a question took %.0f ms (%.0f ms without), a new verifier %.0f ms (%.0f ms)" % (
            what, slow[0] * 1000, quiet[0] * 1000, slow[1] * 1000, quiet[1] * 1000))
        for before, after in zip(quiet, slow):
            # One late lookup would take longer than this; the factor is for a machine that is busy.
            self.assertLess(after, max(LATE_SECONDS * 0.9, 5 * before))

    def test_reload(self):
        """A reload whose files come late, one after the other, delays no question and no replacement of a verifier."""
        quiet = self.measure(1)
        self.set_slow(True)
        self.daemon.process.send_signal(signal.SIGHUP)
        begun = time.monotonic()
        slow = self.measure(15, lambda: self.daemon.find_log("reloaded: "))
        seconds = time.monotonic() - begun
        self.set_slow(False)
        self.daemon.wait_for_log("reloaded: ")
        # The reload did wait for the disk.
        self.assertGreater(seconds, 4 * FILES * LATE_SECONDS)
        self.assert_not_delayed("reload of %.1f s" % seconds, quiet, slow)

    def test_look(self):
        """Nor does the look whether files have changed, which takes place every five seconds."""
        quiet = self.measure(1)
        self.set_slow(True)
        self.write(os.path.join(self.crls, "0.crl"), authority.crl(self.root, 2))
        wait_for("a look", lambda: self.daemon.children("certname-look"))
        slow = self.measure(15, lambda: not self.daemon.children("certname-look"))
        self.assert_not_delayed("a look", quiet, slow)
        # Its result counts all the same.
        self.set_slow(False)
        self.daemon.wait_for_log("CRLs have changed on disk: epoch 2")
        # Nor does a look that waits for the disk delay the end of the daemon.
        self.set_slow(True)
        wait_for("a look", lambda: self.daemon.children("certname-look"))
        self.daemon.stop()
        self.assertLess(self.daemon.stop_seconds, 5)


if __name__ == "__main__":
    harness.main()
