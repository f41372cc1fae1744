#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The actions that the supervisor and the checker may not take. The checker is a child of the supervisor, inherits
its confinement and adds none of its own, so that a probe in the checker holds for both."""

import os
import tempfile

import harness
from certificates import certificate
from daemon import Daemon, status

# The supervisor's filter ends a process that makes one of these system calls.
REFUSED = (
    "ptrace", "peek", "pidfd-getfd", "bpf", "perf", "io-uring", "userfaultfd", "keyring", "mount", "chroot", "unshare",
    "setns",
)


@harness.needs_sandbox
class Confinement(harness.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        self.probe = os.path.join(self.folder, "probe")
        os.environ["CERTNAMED_PROBE"] = self.probe
        self.addCleanup(os.environ.pop, "CERTNAMED_PROBE")
        self.daemon = self.enterContext(Daemon("", "certnamed-hooked"))
        self.daemon.expect(".*")

    def reload_with(self, act):
        with open(self.probe, "w") as file:
            file.write(act + "\n")
        return self.daemon.ctl("reload")

    def test_system_calls(self):
        """A forbidden system call ends the checker, the reload is refused, and the daemon goes on."""
        for name in REFUSED:
            with self.subTest(name):
                code, _, err = self.reload_with(name)
                self.assertNotEqual(code, 0)
                self.assertIn("signal 31", err)
                self.assertNotIn("%s returned" % name, self.daemon.log())
        one = certificate("DNS:a.example")
        self.assertEqual(self.daemon.ctl("verify", "a.example", one.path)[0], 0)

    def test_writing(self):
        """Files can be made beside the socket and nowhere else."""
        if "landlock\":\"none" in self.daemon.ctl("status", "--json")[1].replace(" ", ""):
            self.skipTest("this kernel has no Landlock")
        elsewhere = os.path.join(self.folder, "elsewhere")
        self.assertEqual(self.reload_with("write " + elsewhere)[0], 0)
        self.assertFalse(os.path.exists(elsewhere))
        self.assertIn("hook: write returned -13", self.daemon.log())
        beside = os.path.join(self.daemon.folder, "beside")
        self.assertEqual(self.reload_with("write " + beside)[0], 0)
        self.assertTrue(os.path.exists(beside))

    def test_filter_in_force(self):
        """The supervisor runs under a seccomp filter."""
        self.assertEqual(status(self.daemon.process.pid)["Seccomp"], "2")


if __name__ == "__main__":
    harness.main()
