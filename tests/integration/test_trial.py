#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A trial: the requests that a daemon has recorded are asked again of another configuration."""

import os
import signal
import subprocess
import tempfile

import harness
from certificates import certificate
from daemon import Daemon, program, reap_orphans, run_ctl, wait_for

POLICY = """\
defaults { rules = openssl }
domain "kept.example" { subdomains = all }
record { file = "%s" sample = 1 }
"""
STRICTER = """\
defaults { rules = rfc9525 }
domain "kept.example" { subdomains = all rules = openssl }
"""
HOSTS = 5


class Trial(harness.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(prefix="certnamed-test-", dir="/tmp"))
        self.record = os.path.join(self.folder, "record")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def record_some(self):
        """Asks about names with a star in a label, under two domains, and about other names."""
        with Daemon(POLICY % self.record) as daemon:
            for number in range(HOSTS):
                for domain in ("kept.example", "lost.example"):
                    one = certificate("DNS:w*.%s" % domain)
                    self.assertEqual(daemon.ctl("verify", "w%d.%s" % (number, domain), one.path)[0], 0)
            one = certificate("DNS:a.example")
            self.assertEqual(daemon.ctl("verify", "b.example", one.path)[0], 1)
            wait_for("all is recorded", lambda: self.count() >= 2 * HOSTS + 1)

    def count(self):
        with open(self.record, "rb") as file:
            return file.read().count(b"CNR1")

    def record_hosts(self, *hosts):
        """Asks about hosts in this order, among them those that make a hooked verifier misbehave when asked again."""
        with Daemon(POLICY % self.record) as daemon:
            one = certificate("DNS:*.hook.test", "DNS:w*.lost.example")
            for host in hosts:
                daemon.ctl("verify", host, one.path)
            wait_for("all is recorded", lambda: self.count() >= len(hosts))

    def run_trial(self, *arguments, name="certnamed"):
        done = subprocess.run([program(name), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=120, text=True)
        return done.returncode, done.stdout, done.stderr

    def test_changes(self):
        """Each request that a stricter configuration would newly refuse is printed, with a count by section; requests
        that it would not change are counted; the same configuration changes nothing."""
        self.record_some()
        old, new = self.write("old.conf", POLICY % self.record), self.write("new.conf", STRICTER)
        status, out, err = self.run_trial("--trial", new, "--replay", self.record, "--old", old)
        self.assertEqual((status, err), (1, ""))
        lines = out.splitlines()
        changes = [line for line in lines if line.startswith("request ")]
        self.assertEqual(len(changes), HOSTS)
        for line in changes:
            self.assertRegex(line, r"name-matches \(by defaults\) becomes hostname-mismatch \(by defaults\): refused DNS-ID w\d.lost")
        self.assertIn("%d requests, %d verdicts would change" % (self.count(), HOSTS), lines)
        self.assertIn("  by defaults: %d newly refused, 0 newly accepted, 0 otherwise, 1 the same" % HOSTS, lines)
        self.assertIn('  by domain "kept.example": 0 newly refused, 0 newly accepted, 0 otherwise, %d the same' % HOSTS, lines)
        self.assertEqual(self.run_trial("--trial", old, "--replay", self.record, "--old", old)[0], 0)
        status, out, err = self.run_trial("--trial", old, "--replay", self.record, "--old", new)
        self.assertEqual((status, err), (1, ""))
        self.assertIn("%d newly accepted" % HOSTS, out)

    def test_socket(self):
        """A request that was asked at a named socket is judged by the section of that socket, and another one of the same
        user by the user's."""
        boxed = os.path.join(self.folder, "boxed.sock")
        policy = 'record { file = "%s" sample = 1 }\nlisten "boxed" { path = "%s" mode = 0666 }\n' % (self.record, boxed)
        box = 'client "box" { socket = "boxed" rules = %s }\n'
        one = certificate("DNS:w*.lost.example")
        os.chmod(self.folder, 0o755)
        with Daemon(policy + box % "openssl") as daemon:
            wait_for("the socket", lambda: os.path.exists(boxed))
            self.assertEqual(run_ctl("--socket", boxed, "verify", "w1.lost.example", one.path)[0], 0)
            self.assertEqual(daemon.ctl("verify", "w1.lost.example", one.path)[0], 1)
            wait_for("all is recorded", lambda: self.count() >= 2)
        old, new = self.write("old.conf", policy + box % "openssl"), self.write("new.conf", policy + box % "rfc9525")
        status, out, err = self.run_trial("--trial", new, "--replay", self.record, "--old", old)
        self.assertEqual((status, err), (1, ""), out)
        self.assertIn("%d requests, 1 verdict would change" % self.count(), out)
        self.assertRegex(out, r"name-matches \(by [^)]*\) becomes hostname-mismatch")
        self.assertEqual(self.run_trial("--trial", old, "--replay", self.record, "--old", old)[0], 0)

    def test_hashed_names(self):
        """With --hash-names either program shows only digests of the names that clients asked about; equal requests
        have equal digests."""
        self.record_some()
        self.record_some()
        old, new = self.write("old.conf", POLICY % self.record), self.write("new.conf", STRICTER)
        arguments = ("--replay", self.record, "--old", old, "--hash-names")
        status, out, err = self.run_trial("--trial", new, *arguments)
        self.assertEqual((status, err), (1, ""))
        self.assertNotIn("lost.example", out)
        digests = [line.split(": ")[-1] for line in out.splitlines() if line.startswith("request ")]
        self.assertEqual(len(digests), 2 * HOSTS)
        self.assertEqual(len(set(digests)), HOSTS)
        for digest in digests:
            self.assertRegex(digest, "^[0-9a-f]{64}$")
        self.assertEqual(run_ctl("trial", new, *arguments, "--certnamed", program("certnamed")),
                         (status, out, ""))
        self.assertEqual(self.run_trial("--check-config", new, "--hash-names")[0], 2)

    def test_spent_verifier(self):
        """A request that takes all memory costs the request behind it nothing: the change of that second request is
        printed."""
        self.record_hosts("exhaust.hook.test", "w1.lost.example")
        old, new = self.write("old.conf", POLICY % self.record), self.write("new.conf", STRICTER)
        status, out, err = self.run_trial("--trial", new, "--replay", self.record, "--old", old, name="certnamed-hooked")
        self.assertEqual(status, 1, out + err)
        self.assertIn("%d requests, 1 verdict would change" % self.count(), out)
        self.assertIn("becomes hostname-mismatch", out)

    def test_interrupted(self):
        """SIGINT, SIGTERM and SIGHUP end the trial at once, and its verifiers with it."""
        self.record_hosts(*["doze.hook.test"] * 20)
        conf = self.write("old.conf", POLICY % self.record)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number), subprocess.Popen(
                    [program("certnamed-hooked"), "--trial", conf, "--replay", self.record, "--old", conf],
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as trial:
                self.assertIn("hook: doze", trial.stderr.readline())
                trial.send_signal(number)
                try:
                    self.assertEqual(trial.wait(timeout=5), -number)
                finally:
                    trial.kill()
                wait_for("its verifiers end with it", reap_orphans)

    def test_unread(self):
        """A change that is found and cannot be printed is not "no change": the status is 2, and standard error says
        why."""
        self.record_some()
        conf = self.write("old.conf", POLICY % self.record)
        with open("/dev/full", "w") as full:
            done = subprocess.run([program("certnamed"), "--trial", conf, "--replay", self.record, "--old", conf],
                                  stdout=full, stderr=subprocess.PIPE, timeout=120, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("standard output: No space left on device", done.stderr)

    def test_bad_input(self):
        """When a record is malformed, cut off or missing, or the configuration is refused, the status is 2, and one
        line names the file."""
        self.record_some()
        new = self.write("new.conf", STRICTER)
        rows = [
            (self.write("empty", ""), 0, ""), (self.write("text", "x" * 200), 2, "text"),
            (os.path.join(self.folder, "nowhere"), 2, "nowhere"),
        ]
        with open(self.record, "rb") as file:
            data = file.read()
        cut = os.path.join(self.folder, "cut")
        with open(cut, "wb") as file:
            file.write(data[:-1])
        rows.append((cut, 0, "cut"))
        for path, expected, says in rows:
            with self.subTest(path):
                status, _, err = self.run_trial("--trial", new, "--replay", path, "--old", new)
                self.assertEqual(status, expected, err)
                self.assertEqual(err.count("\n"), 1 if says else 0)
                self.assertIn(says, err)
        bad = self.write("bad.conf", "defaults { ruels = openssl }\n")
        status, _, err = self.run_trial("--trial", bad, "--replay", self.record, "--old", new)
        self.assertEqual((status, err.count("\n")), (2, 1))
        self.assertIn("bad.conf:1", err)
        self.assertEqual(self.run_trial("--trial", new)[0], 2)


if __name__ == "__main__":
    harness.main()
