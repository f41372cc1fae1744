# SPDX-License-Identifier: MIT
"""What the tests of failing allocations and failing system calls share: the questions with their verdicts, the
programs with tests/faults/faults.c in them, and the control files of these programs."""

import itertools
import mmap
import os
import shutil
import signal
import struct
import tempfile
import time

import authority
import harness
import wire
from daemon import BUILD, PATIENCE, Daemon, reap_orphans, wait_for

# Everything fails in turn, and not only a part, as `make check-faults` sets it.
FULL = os.environ.get("CERTNAMED_FAULTS") == "full"

# With CERTNAMED_FAULTS_PART=2/4 only the second of every four failures takes place, so that four processes share them.
PART, PARTS = (int(number) for number in os.environ.get("CERTNAMED_FAULTS_PART", "1/1").split("/"))

FIRST, FORK = 1, 2

CONTROL_BYTES = 48

# A verdict's generation, in proto/certname.proto.
GENERATION_FIELD = 10

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
client "some" { uid = { "daemon" } gid = { "daemon" } }
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
    """Returns the numbers of what fails: each in turn, or one out of every so many."""
    return itertools.count(PART if FULL else 1, PARTS if FULL else step)


class Control:
    """Tells which allocation of a program fails."""

    def __init__(self, path):
        with open(path, "wb") as file:
            file.write(bytes(CONTROL_BYTES))
        # The front runs as another user and has to be able to write this file.
        os.chmod(path, 0o666)
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), CONTROL_BYTES)
        self.attempts = 0

    def arm(self, process, n, goes_on=False):
        self.attempts += 1
        struct.pack_into("<6q", self.memory, 0, process, 0, int(goes_on), 0, 0, self.attempts)
        struct.pack_into("<q", self.memory, 8, n)

    def count_failed(self):
        return struct.unpack_from("<q", self.memory, 32)[0]

    def disarm(self):
        """Returns how many allocations were counted, and how many of them failed."""
        struct.pack_into("<q", self.memory, 8, 0)
        return struct.unpack_from("<2q", self.memory, 24)


class Programs:
    """Copies of the failing programs under their real names, in a folder of their own."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="certnamed-faults-")
        os.chmod(self.folder, 0o755)
        for name in ("certnamed", "certnamed-front"):
            shutil.copy(os.path.join(BUILD, name + "-faulty"), self.path(name))
        # certnamectl itself, and not libtool's script.
        built = os.path.join(BUILD, ".libs", "certnamectl")
        shutil.copy(built if os.path.exists(built) else os.path.join(BUILD, "certnamectl"), self.path("certnamectl"))
        self.daemon, self.front, self.ctl = (
            Control(self.path(name + ".faults")) for name in ("certnamed", "certnamed-front", "certnamectl"))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, policy):
        """Returns a daemon in the same folder: Landlock lets the front open its control file for writing nowhere else."""
        return Daemon(policy, self.path("certnamed"), folder=self.folder)

    def ctl_environment(self):
        """Returns the environment in which certnamectl fails on demand."""
        libraries = os.path.join(BUILD, ".libs")
        return {"LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": libraries, "LD_PRELOAD": os.path.join(libraries, "faults.so")}


def verdict_of(reply):
    """Returns all that a verdict says, without the number of the generation, which counts reloads."""
    return {number: values for number, values in reply.fields.items() if number != GENERATION_FIELD}


class FaultsTestCase(harness.TestCase):
    """A daemon at which something fails: `self.daemon`."""

    def ask(self, question):
        host, chain, settings = question
        with self.daemon.client() as client:
            return client.call(host, *chain, **settings)

    def expected(self):
        """Returns each question's verdict, from a daemon at which nothing fails."""
        return {name: verdict_of(self.ask(question)) for name, question in questions()}

    def assert_no_crash(self):
        crashes = self.daemon.find_log(r".*ended by signal (?!9\b|15\b).*")
        self.assertEqual(crashes, [])
        self.assertIsNone(self.daemon.process.poll())

    def assert_recovers(self, question, expected, may_end=False):
        """Waits until the question has its verdict again. On the way it gets typed errors, or its connection ends, and
        it never gets another verdict. With `may_end` the daemon may end instead."""

        def is_answered():
            try:
                reply = self.ask(question)
            except OSError:
                return may_end and self.daemon.process.poll() is not None
            if not reply or reply.error:
                self.assertTrue(not reply or reply.error in TYPED, reply)
                return False
            self.assertEqual(verdict_of(reply), expected)
            return True

        wait_for("the question has its verdict again", is_answered)

    def serves_or_ended(self):
        """Returns whether the daemon answers, or its first process has ended. While memory is out, nobody may take the
        connection, so that the answer is waited for only briefly."""
        if self.daemon.process.poll() is not None:
            return True
        try:
            with wire.Client(self.daemon.socket, 1) as client:
                return client.call("", b"") is not None
        except OSError:
            return False

    def check_start(self, expected):
        """Checks a daemon that was started and met a failure: it serves by the whole policy, or has ended by itself and
        logged why. Ends it. Returns whether it served."""
        wait_for("the daemon serves or ends", self.serves_or_ended)
        serves = self.daemon.process.poll() is None
        if serves:
            for name, question in asked():
                self.assert_recovers(question, expected[name])
            # The failing call may also be one that the end needs: a socket may stay behind, and a child of the bin outlive it.
            self.daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(self.daemon.process.wait(PATIENCE), 0, self.daemon.log()[-2000:])
        else:
            self.assertGreater(self.daemon.process.returncode, 0, self.daemon.log()[-2000:])
            self.assertNotEqual(self.daemon.log(), "")
        wait_for("the daemon's children end", reap_orphans)
        return serves

    def settle(self):
        """Waits until all verifiers are there: libseccomp crashes without memory, which ends only the starting
        verifier."""
        wait_for("all verifiers are there", lambda: len(self.daemon.children("certname-verify")) == 2)
        time.sleep(0.03)
