#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The actions that the supervisor and the checker may not take. The checker is a child of the supervisor and inherits
its confinement, so that a probe in the checker holds for both; what the checker alone may not do is to read other files
than those of trust stores and CRLs, once it has read the configuration."""

import os
import tempfile

import authority
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

    def read_in_checker(self, path):
        """Returns what opening the file returns in the checker after it has confined itself."""
        with open(self.daemon.log_path, "w"):
            pass
        code, _, err = self.reload_with("read " + path)
        self.assertEqual((code, err), (0, ""))
        return int(self.daemon.wait_for_log(r"^hook: read returned (-?\d+) pid")[0])

    def test_reading(self):
        """Once it has read the configuration, the checker can read the trust stores and the CRLs that the configuration
        names, links in their folders included, and neither the configuration nor another file."""
        if "landlock\":\"none" in self.daemon.ctl("status", "--json")[1].replace(" ", ""):
            self.skipTest("this kernel has no Landlock")
        root, other = authority.Authority("confined-root"), authority.Authority("confined-other")
        anchors = os.path.join(self.folder, "anchors")
        os.mkdir(anchors, 0o755)
        os.symlink(other.path, os.path.join(anchors, "link.pem"))
        policy = 'trust "a" { file = { "%s" } }\ntrust "b" { directory = { "%s" } }\n' % (root.path, anchors)
        with open(self.daemon.config, "w") as file:
            file.write(policy)
        for path in (root.path, other.path, os.path.join(anchors, "link.pem")):
            self.assertEqual(self.read_in_checker(path), 0, path)
        for path in (self.daemon.config, self.probe, "/etc/passwd", "/dev/null", "/proc/self/statm"):
            self.assertEqual(self.read_in_checker(path), -13, path)

    def test_filter_in_force(self):
        """The supervisor runs under a seccomp filter."""
        self.assertEqual(status(self.daemon.process.pid)["Seccomp"], "2")


if __name__ == "__main__":
    harness.main()
