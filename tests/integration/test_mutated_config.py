#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hundreds of mutated configurations are reloaded under load: a bad one changes nothing but the log, and a good one
is in force as it is written. What is printed of a configuration is read back as the same policy."""

import hashlib
import os
import random
import re
import subprocess
import threading
import time
import unittest

import authority
import harness
import wire
from daemon import RELAXED, WRAPPER, count_descriptors, wait_for, wrapped
from test_reload import ReloadTestCase

CONFIGURATIONS = 40 if RELAXED else 330
SEED = 5

ROOT = authority.Authority("mutated")
LEAF = ROOT.issue("DNS:www.site.example")
HOST, STRANGER = "www.site.example", "www.other.example"

# The configuration that is mutated: every kind of section, a comment, and lists over several lines.
BASE = """\
# These lines are never mutated: the two questions that the test asks depend on them.
defaults {
  rules = rfc9525
  common-name = no
  path = on-request
  trust = { "corp" }
  revocation = if-known
}
trust "corp" {
  file = { "%(root)s" }
  permitted-dns = { "site.example", "shop.example" }
}
pinset "site" {
  spki-sha256 = {
    "%(pin)s",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
  }
  scope = anchor
  expires = "2199-12-31"
  on-expiry = closed
}
pinset "shop" {
  mode = report
  spki-sha256 = { "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=", "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCA=" }
}
domain "site.example" {
  subdomains = all
  exempt = { "old.site.example" }
  path = always
  pinset = "site"
}
domain "shop.example" { subdomains = one pinset = "shop" wildcards = none }
domain "192.0.2.0/24" { rules = openssl }
deny "names" { names = { "bad.example", "198.51.100.0/24" } }
deny "keys" { mode = report issuer-spki-sha256 = { "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDA=" } }
client "other" { uid = 54321 rules = "python-3.7" }
limits { cpu-per-uid = 0 }
""" % {"root": ROOT.path, "pin": ROOT.pin()}


# --- spoiling ---


def cut(chance, text):
    return text[: chance.randrange(len(text))]


def swap(chance, text):
    """Swaps two lines."""
    lines = text.split(b"\n")
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def change(chance, text):
    """Changes up to four bytes into arbitrary others."""
    data = bytearray(text)
    for _ in range(chance.randrange(1, 5)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def repeat(chance, text):
    """Repeats one line or a few at another place."""
    lines = text.split(b"\n")
    begin = chance.randrange(len(lines))
    some = lines[begin : begin + chance.randrange(1, 7)]
    at = chance.randrange(len(lines))
    return b"\n".join(lines[:at] + some + lines[at:])


def move(chance, text):
    """Moves a stretch of the text elsewhere."""
    begin = chance.randrange(len(text))
    end = min(len(text), begin + chance.randrange(1, 60))
    rest = text[:begin] + text[end:]
    at = chance.randrange(len(rest) + 1)
    return rest[:at] + text[begin:end] + rest[at:]


WAYS = (cut, swap, change, repeat, move)


class Inspected:
    """The output of certnamed about a file that it inspects without serving by it: the text and digest of its policy,
    or the fault."""

    def __init__(self, path):
        done = subprocess.run([*wrapped("certnamed"), "--print-config", path], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        self.good = done.returncode == 0
        self.fault = done.stderr.decode().rstrip("\n")
        self.text, _, comment = done.stdout.rpartition(b"#")
        self.digest = comment.split()[-1].decode() if self.good else None
        if done.returncode not in (0, 1) or self.good == bool(self.fault) or self.fault.count("\n"):
            raise AssertionError("status %d: %r" % (done.returncode, self.fault))


class InspectingTestCase(ReloadTestCase):
    def inspect(self, policy, name="inspected.conf"):
        path = os.path.join(self.daemon.folder, name)
        with open(path, "wb") as file:
            file.write(policy if isinstance(policy, bytes) else policy.encode())
        os.chmod(path, 0o644)
        return Inspected(path)


class Spoilt(InspectingTestCase):
    CLIENTS = 4

    def setUp(self):
        super().setUp()
        self.questions = ((wire.question(HOST, LEAF.der), wire.OUTCOME_VERIFIED),
                          (wire.question(STRANGER, LEAF.der, path=True), wire.OUTCOME_NOT_VERIFIED))
        self.ended, self.lock = threading.Event(), threading.Lock()
        self.answers, self.errors, self.digests = 0, [], set()
        self.chance = random.Random(SEED)

    # --- the load ---

    def keep_asking(self):
        """Keeps several questions in flight; each gets its own verdict, by a policy that is known and not older than
        the last."""
        answers = generation = 0
        with self.daemon.client() as client:
            while not self.ended.is_set():
                client.send(b"".join(wire.frame(self.questions[n % 2][0], n) for n in range(8)))
                replies = client.receive_all(8)
                for n in range(8):
                    reply = replies[n]
                    if reply.error or reply.outcome != self.questions[n % 2][1]:
                        raise AssertionError("question %d: %r" % (n % 2, reply))
                    if reply.fields[11][0].hex() not in self.digests:
                        raise AssertionError("a policy that nobody made: %r" % reply.fields)
                if replies[0].fields[10][0] < generation:
                    raise AssertionError("generation %d came back" % replies[0].fields[10][0])
                generation = replies[7].fields[10][0]
                answers += 8
        with self.lock:
            self.answers += answers

    def guard(self):
        try:
            self.keep_asking()
        except Exception as error:  # for the test's thread to show
            self.errors.append(error)

    # --- what is reloaded ---

    def variant(self, n):
        """Makes a good configuration that differs only in something that no question is about."""
        return (BASE + 'domain "d%d.unasked.example" { }\n' % n).encode()

    def spoil(self):
        """Makes a mutant whose result is known: it is bad, or it is the same policy that it was made from. A mutant
        that is good and says something else is left out, because the test could not tell what its verdicts ought to
        be."""
        while True:
            way = self.chance.choice(WAYS)
            text = way(self.chance, self.good)
            inspected = self.inspect(text)
            if inspected.good and inspected.digest != self.base.digest:
                self.left_out += 1
                continue
            return way, text, inspected

    def resources(self):
        pids = [self.daemon.process.pid, self.daemon.front()]
        self.daemon.verifiers()
        return [count_descriptors(pid) for pid in pids] + [len(self.daemon.children("certname-check"))]

    def now(self):
        reply = self.client.call(HOST, LEAF.der)
        return reply.fields[10][0], reply.fields[11][0].hex()

    def use_good(self, text):
        self.good, self.base = text, self.inspect(text)
        self.assertTrue(self.base.good, self.base.fault)
        self.digests.add(self.base.digest)
        generation, _ = self.now()
        self.assert_reloaded(self.reload(text), generation + 1)
        self.assertEqual(self.now(), (generation + 1, self.base.digest))

    def use_spoilt(self):
        way, text, inspected = self.spoil()
        before, lines = self.now(), self.lines()
        line = self.reload(text)
        if inspected.good:
            self.assert_reloaded(line, before[0] + 1)
            self.assertEqual(self.now(), (before[0] + 1, self.base.digest))
            return way, "good"
        # Log and status have the same message apart from the file's name, and the message always has a line number.
        fault = inspected.fault.replace("inspected.conf", os.path.basename(self.daemon.config))
        self.assertEqual(line, "certnamed: error: %s: reload refused, generation %d stays in force" % (fault, before[0]))
        self.assertRegex(line, r"\Acertnamed: error: %s:\d+: \S" % re.escape(self.daemon.config))
        self.assertEqual(self.now(), before)
        self.assertEqual(self.lines(), lines + [line])
        return way, "bad"

    def lines(self):
        """Returns the lines of the log, except those about questions that were refused."""
        return self.daemon.find_log(r"^(?!certnamed: uid \d).+$")

    def count(self, counts, kind):
        counts[kind] = counts.get(kind, 0) + 1

    @unittest.skipIf(WRAPPER, "the wrapper has descriptors of its own")
    def test_under_load(self):
        """No verdict is wrong, no question fails, no bad file makes a generation, each reload logs one line, and
        nothing is left over."""
        self.left_out = 0
        for n in range(2):
            self.use_good(self.variant(n))
        before = self.resources()
        threads = [threading.Thread(target=self.guard) for _ in range(self.CLIENTS)]
        for thread in threads:
            thread.start()
        kinds, ways, begun = {}, {}, time.monotonic()
        try:
            for n in range(CONFIGURATIONS):
                if n % 20 == 0:
                    self.use_good(self.variant(n))
                way, kind = self.use_spoilt()
                self.count(kinds, kind)
                self.count(ways, way.__name__)
                self.assertEqual(self.errors, [])
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()
        seconds = time.monotonic() - begun
        self.assertEqual(self.errors, [])
        self.assertGreater(self.answers, CONFIGURATIONS)
        self.assertEqual(sorted(ways), sorted(way.__name__ for way in WAYS))
        self.assertGreater(kinds["bad"], CONFIGURATIONS * 3 // 4)
        self.assertEqual(self.daemon.find_log("restart|ended|lost"), [])
        wait_for("as many descriptors and processes as before", lambda: self.resources() == before)
        harness.report("%d spoilt configurations (%s; %s; %d others left out) in %.1f s, %d answers meanwhile"
                       % (CONFIGURATIONS, kinds, ways, self.left_out, seconds, self.answers))


class RoundTrip(InspectingTestCase):
    def test_printed(self):
        """A printed policy is a configuration that prints to itself, and its digest is that of the bytes above the
        digest's line."""
        first = self.inspect(BASE)
        self.assertTrue(first.good, first.fault)
        self.assertEqual(first.digest, hashlib.sha256(first.text).hexdigest())
        again = self.inspect(first.text, "again.conf")
        self.assertEqual((again.text, again.digest), (first.text, first.digest))

    def test_elsewhere(self):
        """The same words in a file of another name and folder are the same policy; other words are another policy."""
        folder = os.path.join(self.daemon.folder, "else", "where")
        os.makedirs(folder)
        first = self.inspect(BASE)
        for name in ("else/a.conf", "else/where/x"):
            with self.subTest(name):
                self.assertEqual(self.inspect(BASE, name).digest, first.digest)
        reordered = "\n\n# otherwise written\n" + BASE.replace("  ", "\t").replace("scope = anchor", "scope = 'anchor'")
        self.assertEqual(self.inspect(reordered).digest, first.digest)
        self.assertNotEqual(self.inspect(BASE.replace("scope = anchor", "scope = any")).digest, first.digest)

    def test_served(self):
        """The daemon names the same digest for the file and for what was printed of it, and gives the same verdicts."""
        seen = []
        first = self.inspect(BASE)
        for n, policy in enumerate((BASE, first.text)):
            self.assert_reloaded(self.reload(policy), n + 2)
            replies = [self.client.call(host, LEAF.der) for host in (HOST, STRANGER, "x.shop.example", "bad.example")]
            self.assertEqual(replies[0].fields[11][0].hex(), first.digest)
            # The line at which a section stands differs.
            seen.append([(reply.outcome, [re.sub(rb"\.conf:\d+", b".conf", one) for one in reply.fields.get(2, ())])
                         for reply in replies])
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0][0][0], wire.OUTCOME_VERIFIED)

    def test_spoilt_ones(self):
        """Good configurations that come of mutating are printed and read back as the same policy too."""
        chance, n_good = random.Random(SEED), 0
        for _ in range(20 if RELAXED else 150):
            inspected = self.inspect(chance.choice(WAYS)(chance, BASE.encode()))
            if inspected.good:
                n_good += 1
                again = self.inspect(inspected.text, "again.conf")
                self.assertEqual((again.text, again.digest, again.fault), (inspected.text, inspected.digest, ""))
        self.assertGreater(n_good, 1)
        harness.report("%d good ones printed, read and printed again" % n_good)


if __name__ == "__main__":
    harness.main()
