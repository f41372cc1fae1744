#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Options of the command line that inspect a configuration without serving by it."""

import hashlib
import os
import subprocess
import tempfile

import harness
from daemon import Daemon, wrapped

POLICY = """\
# A comment, and an order that is not the canonical one.
domain "b.example" { pinset = "p" }
domain "a.example" { wildcards = none subdomains = one }
pinset "p" { spki-sha256 = { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=" } }
defaults { common-name = yes }
limits { workers = 1 }
"""


class Options(harness.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))

    def write(self, text, name="policy.conf"):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    def run_program(self, *arguments):
        done = subprocess.run([*wrapped("certnamed"), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def print_config(self, path):
        code, out, err = self.run_program("--print-config", path)
        self.assertEqual((code, err), (0, ""))
        text, last = out[: out.rindex("#")], out[out.rindex("#") :]
        return text, last.split()[-1]

    def test_print(self):
        """The option prints the effective policy, and its digest as a comment: the digest of the very bytes above
        it."""
        text, digest = self.print_config(self.write(POLICY))
        self.assertEqual(digest, hashlib.sha256(text.encode()).hexdigest())
        self.assertIn('domain "a.example"', text)
        self.assertNotIn("comment", text)

    def test_print_again(self):
        """A printed policy is a configuration that prints to itself; the same configuration in another order and file
        prints the same."""
        text, digest = self.print_config(self.write(POLICY))
        self.assertEqual(self.print_config(self.write(text, "again.conf")), (text, digest))
        lines = POLICY.splitlines()
        self.assertEqual(self.print_config(self.write("\n".join(reversed(lines)) + "\n", "other.conf")), (text, digest))

    def test_printed_digest_is_the_daemons(self):
        """The digest is the one that a daemon with this file names in its verdicts."""
        _, digest = self.print_config(self.write(POLICY))
        with Daemon(POLICY) as daemon, daemon.client() as client:
            reply = client.call("c.example", b"\x30\x00")
            self.assertEqual(reply.error, "invalid-certificate")
            self.assertTrue(daemon.find_log("^certnamed: note: .*:5: defaults: accepts the common name"))
            out = daemon.ctl("status", "--json")[1]
            self.assertIn(digest, out)

    def test_check(self):
        """A good configuration is reported as good, with its warnings; the daemon does not serve."""
        path = self.write(POLICY)
        code, out, err = self.run_program("--check-config", path)
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.startswith(path + ": good\n"))
        self.assertIn("note: %s:5: defaults: accepts the common name" % path, out)

    def test_check_bad(self):
        """A bad configuration is reported with file and line in the form of a compiler's messages, by --check-config
        and --print-config alike; files that the configuration names are checked too."""
        for text, line in (("nonsense\n", 1), ('trust "t" { file = "%s/none.pem" }\n' % self.folder, 1)):
            path = self.write(text)
            for option in "--check-config", "--print-config":
                code, out, err = self.run_program(option, path)
                self.assertEqual((code, out), (1, ""))
                self.assertTrue(err.startswith("%s:%d: " % (path, line)), err)
                self.assertEqual(err.count("\n"), 1)

    @harness.unittest.skipUnless(os.geteuid() == 0, "only root can try what another user may read")
    def test_check_as_service(self):
        """With --service a configuration is read as the service reads it: what only root may read, what lies in
        folders that the service does not see, and what it cannot write is refused with what to do."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/var/lib"))
        os.chmod(folder, 0o755)

        def check(text, mode=0o644):
            path = os.path.join(folder, "policy.conf")
            with open(path, "w") as file:
                file.write(text)
            os.chmod(path, mode)
            self.assertEqual(self.run_program("--check-config", path)[0], 0)
            return self.run_program("--check-config", "--service", path)

        self.assertEqual(check("")[0], 0)
        code, out, err = check("", 0o600)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("Permission denied", err)
        self.assertIn("chmod 644", err)
        code, _, err = check('record { file = "/var/log/requests" }\n')
        self.assertEqual(code, 1)
        self.assertIn("StateDirectory=certnamed", err)
        code, _, err = check('metrics { socket = "/run/metrics.sock" }\n')
        self.assertEqual(code, 1)
        self.assertIn("certnamed-metrics.socket", err)
        code, _, err = self.run_program("--check-config", "--service", self.write(""))
        self.assertEqual(code, 1)

    @harness.unittest.skipUnless(os.geteuid() == 0, "only root can try what another user may read")
    def test_missing_users(self):
        """Users and groups that the service would not find are named with file and line, and nothing is said of files
        that could not be read, because all could."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/var/lib"))
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "policy.conf")
        for section, message in (('client "a" { uid = { "root", "no-such-user" } }', '1: uid: "no-such-user": there is no such user'),
                                 ('client "b" { gid = "no-such-group" }', '1: gid: "no-such-group": there is no such group')):
            with open(path, "w") as file:
                file.write(section + "\n")
            os.chmod(path, 0o644)
            code, out, err = self.run_program("--check-config", "--service", path)
            self.assertEqual((code, out), (1, ""))
            self.assertTrue(err.startswith(path + ":" + message), err)
            self.assertNotIn("chmod", err)

    def test_service_goes_with_check(self):
        """--service without --check-config is a wrong command line; for other users than root it fails with the
        reason."""
        code, _, err = self.run_program("--print-config", "--service")
        self.assertEqual(code, 2)
        self.assertIn("--service goes with --check-config", err)
        if os.geteuid() != 0:
            code, _, err = self.run_program("--check-config", "--service", self.write(""))
            self.assertEqual(code, 1)
            self.assertIn("run it as root", err)

    def test_stand_by(self):
        """--stand-by takes a number of seconds and nothing else."""
        for value in ("", "x", "-1", "1s", "86401", "99999999999999999999"):
            with self.subTest(value):
                code, _, err = self.run_program("--stand-by", value)
                self.assertEqual(code, 2)
                self.assertIn("--stand-by", err)

    def test_print_fails(self):
        """When a policy cannot be written to standard output, the exit status is a failure."""
        path = self.write(POLICY)
        with open("/dev/full", "w") as full:
            done = subprocess.run([*wrapped("certnamed"), "--print-config", path], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output", done.stderr)


if __name__ == "__main__":
    harness.main()
