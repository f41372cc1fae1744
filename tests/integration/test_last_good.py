#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The last good configuration: after a crash the daemon serves by it although the configuration on disk is refused;
after any other end the daemon does not start with a refused configuration."""

import os
import stat

import harness
from certificates import certificate
from daemon import Daemon, reap_orphans, wait_for

GOOD = 'deny "d" { names = { "denied.example" } }\n'
BAD = "nonsense = 1\n"


class LastGood(harness.TestCase):
    def setUp(self):
        self.daemon = Daemon(GOOD)
        self.addCleanup(self.daemon.destroy)
        self.kept = os.path.join(self.daemon.folder, "last-good")

    def start(self):
        self.daemon.start()
        self.daemon.wait_until_it_answers()

    def crash(self):
        self.daemon.process.kill()
        self.daemon.process.wait()
        wait_for("the daemon's children end", reap_orphans)

    def write(self, text):
        with open(self.daemon.config, "w") as file:
            file.write(text)

    def assert_serves_the_good_one(self):
        one = certificate("DNS:denied.example", "DNS:other.example")
        self.assertEqual(self.daemon.ctl("verify", "denied.example", one.path)[0], 1)
        self.assertEqual(self.daemon.ctl("verify", "other.example", one.path)[0], 0)

    def assert_does_not_start(self, reason):
        self.daemon.start()
        self.assertEqual(self.daemon.process.wait(20), 1)
        self.assertRegex(self.daemon.log(), r"policy.conf:1: no such option 'nonsense'")
        if reason:
            self.assertIn("the last good configuration is not used: " + reason, self.daemon.log())

    def test_crash(self):
        """After a crash the last good configuration serves, and status, metrics and log show it until a reload
        succeeds."""
        self.start()
        mode = os.stat(self.kept)
        self.assertEqual((stat.S_IMODE(mode.st_mode), mode.st_uid), (0o600, os.geteuid()))
        self.write(BAD)
        self.crash()
        self.start()
        self.assert_serves_the_good_one()
        self.assertIn("error: the configuration on disk is refused: after a crash the last good one", self.daemon.log())
        code, out, _ = self.daemon.ctl("status", "--check")
        self.assertNotEqual(code, 0, out)
        self.assertIn('"last-good-in-force":true', self.daemon.ctl("status", "--json")[1].replace(" ", ""))
        self.assertIn("certnamed_last_good_in_force 1", self.daemon.ctl("metrics")[1])
        self.assertNotEqual(self.daemon.ctl("reload")[0], 0)
        self.assert_serves_the_good_one()

        self.write("")
        self.assertEqual(self.daemon.ctl("reload")[0], 0)
        self.assertIn("certnamed_last_good_in_force 0", self.daemon.ctl("metrics")[1])
        one = certificate("DNS:denied.example")
        self.assertEqual(self.daemon.ctl("verify", "denied.example", one.path)[0], 0)
        self.daemon.stop()
        self.assertFalse(os.path.exists(self.kept))

    def test_orderly_end(self):
        """SIGTERM removes the last good configuration: after an operator's stop the daemon does not start with a
        refused one."""
        self.start()
        self.daemon.stop()
        self.assertFalse(os.path.exists(self.kept))
        self.write(BAD)
        self.assert_does_not_start(None)

    def test_three_starts(self):
        """The last good configuration is used for three starts after a crash, and not for a fourth."""
        self.start()
        self.write(BAD)
        for _ in range(3):
            self.crash()
            self.start()
            self.assert_serves_the_good_one()
        self.crash()
        self.assert_does_not_start("it has been started from three times")

    def test_new_denial(self):
        """A reload replaces the last good configuration, so that what the last reload denied is denied after the crash
        too."""
        self.start()
        self.write(GOOD + 'deny "e" { names = { "new.example" } }\n')
        self.assertEqual(self.daemon.ctl("reload")[0], 0)
        self.write(BAD)
        self.crash()
        self.start()
        one = certificate("DNS:new.example")
        self.assertEqual(self.daemon.ctl("verify", "new.example", one.path)[0], 1)

    def test_removed_authority(self):
        """Trust stores are read as they are now: if one has been removed, this start is refused like any other."""
        one = certificate("DNS:a.example")
        store = os.path.join(self.daemon.folder, "store.pem")
        with open(store, "wb") as file, open(one.path, "rb") as source:
            file.write(source.read())
        os.chmod(store, 0o644)
        self.write('trust "t" { file = "%s" }\n' % store)
        self.start()
        self.write(BAD)
        self.crash()
        os.unlink(store)
        self.assert_does_not_start(None)
        self.assertIn("store.pem", self.daemon.log())

    def test_other_file(self):
        """A last good configuration is not used if its file is damaged, has another mode, or is from another boot,
        build or configuration."""
        self.start()
        self.crash()
        self.write(BAD)
        with open(self.kept, "rb") as file:
            whole = file.read()
        config = self.daemon.config.encode()
        rows = [
            (whole.replace(b"certnamed last good 1", b"certnamed last good 0"), "the file is not one"),
            (whole.replace(config, config[:-1] + b"g"), "it is of another configuration file"),
            (whole[:-1], "the file is damaged"),
            (whole[:9], "the file is not one"),
        ]
        for bytes_, reason in rows:
            with open(self.kept, "wb") as file:
                file.write(bytes_)
            self.assert_does_not_start(reason)
        with open(self.kept, "wb") as file:
            file.write(whole)
        os.chmod(self.kept, 0o644)
        self.assert_does_not_start(None)
        os.chmod(self.kept, 0o600)
        self.start()
        self.assert_serves_the_good_one()

    def test_switched_off(self):
        """An option of the command line switches the last good configuration off: none is kept, and an existing one is
        not used."""
        self.daemon.command.append("--no-last-good")
        self.start()
        self.assertFalse(os.path.exists(self.kept))
        self.write(BAD)
        self.crash()
        self.assert_does_not_start(None)


if __name__ == "__main__":
    harness.main()
