#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The package `certname` for Python, under this Python and those that CERTNAMED_PYTHONS lists (paths, separated by colons):
match_hostname() against what Python 3.6 and 3.7 answered, handshakes, costs, and that a wheel is built without a compiler.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import harness
from certificates import certificate
from daemon import Daemon
from reach import BUILD, SANITIZERS, SOURCE, World

PACKAGE = os.path.join(SOURCE, "client", "python")
SUITES = os.path.join(SOURCE, "tests", "python")
PYTHONS = [sys.executable, *filter(None, os.environ.get("CERTNAMED_PYTHONS", "").split(":"))]
LAX = "defaults { rules = \"python-3.5\" }\n"

# Prints what one call of the function of Python 3.6 takes, in microseconds, with the names of test_cost().
OWN_COST = """
import ssl, timeit
certificate = {"subject": (), "subjectAltName": (("DNS", "a.example"), ("DNS", "b.example"))}
print(min(timeit.repeat(lambda: ssl.match_hostname(certificate, "b.example"), number=1000, repeat=15)) * 1e3)
"""
# The most that one call may take in Python with an answer that the daemon remembers.
WARM_US = 40


def version(python):
    done = subprocess.run([python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True)
    return tuple(int(part) for part in done.stdout.split())


def environment(daemon, **more):
    return {**os.environ, "PYTHONPATH": PACKAGE, "LD_LIBRARY_PATH": os.path.join(BUILD, ".libs"),
            "CERTNAMED_SOCKET": daemon.socket, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore", **more}


def run_match(python, daemon, questions, *arguments):
    done = subprocess.run([python, os.path.join(SUITES, "match_suite.py"), *arguments], input=json.dumps(questions),
                          capture_output=True, text=True, env=environment(daemon), timeout=120)
    if done.returncode:
        raise AssertionError("%s: %s" % (python, done.stderr))
    return json.loads(done.stdout)


def load_table():
    with open(os.path.join(SUITES, "match_hostname.json")) as file:
        return json.load(file)


@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class MatchHostname(harness.TestCase):
    def setUp(self):
        self.daemon = self.enterContext(Daemon(LAX))

    def pythons(self):
        return [python for python in PYTHONS if version(python) >= (3, 8)]

    def test_table(self):
        """Under the rules python-3.5, match_hostname() raises what Python 3.6 and 3.7 raised for the same dict, exception
        and text, and returns where they returned, except where reference.h and match.h say that certnamed is stricter."""
        table = load_table()
        for python in self.pythons():
            for rules in ("python-3.5", "python-3.7"):
                found = run_match(python, self.daemon, [[row["certificate"], row["host"], rules] for row in table])
                for row, result in zip(table, found):
                    with self.subTest(python=python, rules=rules, row=row):
                        self.assertEqual(result[:2] if result else None, row.get("ours", row[rules]))

    def test_oracles(self):
        """The table is what Pythons that still have the function answer."""
        old = {(3, 6): "python-3.5", (3, 7): "python-3.7"}
        oracles = [(python, old[version(python)]) for python in PYTHONS if version(python) in old]
        if not oracles:
            self.skipTest("CERTNAMED_PYTHONS names neither Python 3.6 nor 3.7")
        table = load_table()
        for python, rules in oracles:
            found = run_match(python, self.daemon, [[row["certificate"], row["host"], None] for row in table], "oracle")
            for row, result in zip(table, found):
                with self.subTest(python=python, row=row):
                    self.assertEqual(result[:2] if result else None, row[rules])

    def test_text_is_whole(self):
        """The daemon cuts long lists and escapes what is not ASCII; the exception does neither."""
        names = ["n%d.%s.example" % (i, "a" * 60) for i in range(40)] + ["b\u00fccher.example"]
        dicts = {"subject": [], "subjectAltName": [["DNS", name] for name in names]}
        expected = "hostname 'x.example' doesn't match either of " + ", ".join(map(repr, names))
        one = certificate(*("DNS:" + name for name in names[:-1]))
        whole = "hostname 'x.example' doesn't match either of " + ", ".join(map(repr, names[:-1]))
        for rules in (None, "python-3.5"):
            found = run_match(sys.executable, self.daemon, [[dicts, "x.example", rules], [one.der.hex(), "x.example", rules]])
            self.assertEqual([result[:2] for result in found], [[True, expected], [True, whole]])

    def test_der(self):
        """DER is judged like the dict of the same certificate."""
        one = certificate("DNS:*.a.example", "IP:192.0.2.1", "IP:2001:db8::1", cn="b.example")
        rows = [("x.a.example", None), ("192.0.2.1", None), ("2001:DB8::1", None),
                ("b.example", "hostname 'b.example' doesn't match either of '*.a.example', '192.0.2.1', '2001:DB8:0:0:0:0:0:1'")]
        for rules in (None, "python-3.5", "python-3.7"):
            found = run_match(sys.executable, self.daemon, [[one.der.hex(), host, rules] for host, _ in rows])
            for (host, text), result in zip(rows, found):
                with self.subTest(host, rules=rules):
                    if text is None:
                        self.assertIsNone(result)
                    elif rules == "python-3.7":
                        self.assertEqual(result[2], [text])
                    else:
                        self.assertEqual(result[1], text)

    def test_readme(self):
        """The lines of the backport's manual run with `certname` in its place."""
        program = (
            "from certname import match_hostname, CertificateError\n"
            "certificate = {'subject': (), 'subjectAltName': (('DNS', 'good.example'),)}\n"
            "match_hostname(certificate, 'good.example')\n"
            "try:\n    match_hostname(certificate, 'bad.example')\n"
            "except CertificateError as error:\n    print(error)\n"
            "import ssl\nassert issubclass(CertificateError, ssl.CertificateError) and issubclass(CertificateError, ValueError)\n")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment(self.daemon))
        self.assertEqual((done.stdout, done.stderr), ("hostname 'bad.example' doesn't match 'good.example'\n", ""))

    def test_errors(self):
        """No daemon, an empty certificate and unknown rules are errors and no acceptance."""
        program = (
            "import certname\n"
            "for call in (lambda: certname.match_hostname({}, 'a.example'), lambda: certname.match_hostname(b'', 'a.example'),\n"
            "             lambda: certname.match_hostname(b'x', 'a.example', rules='none'),\n"
            "             lambda: certname.match_hostname(b'x', 'a.example')):\n"
            "    try:\n        call()\n    except ValueError as error:\n        print('ValueError', str(error)[:20])\n"
            "    except certname.DaemonError as error:\n        print(error.name, error.errno, '/nonexistent/s' in str(error))\n")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                              env=environment(self.daemon, CERTNAMED_SOCKET="/nonexistent/s"))
        self.assertEqual(done.stdout.splitlines(), ["ValueError empty or no certific", "ValueError empty or no certific",
                                                    "ValueError rules is one of pyth", "unavailable 2 True"], done.stderr)

    def test_directory_name(self):
        """A directory name in subjectAltName, which getpeercert() gives as a tuple, stands for no host and disturbs nothing."""
        program = (
            "import certname\n"
            "one = {'subjectAltName': (('DirName', ((('commonName', 'x.example'),),)), ('DNS', 'a.example'))}\n"
            "print(certname.match_hostname(one, 'a.example'))\n"
            "try:\n    certname.match_hostname(one, 'x.example')\nexcept certname.CertificateError as error:\n    print(error)\n")
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment(self.daemon))
        self.assertEqual(done.stdout.splitlines(), ["None", "hostname 'x.example' doesn't match 'a.example'"], done.stderr)

    def test_dict_is_not_enough(self):
        """Where the policy needs the certificate, the dict is refused with a reason, and DER is judged."""
        one = certificate("DNS:a.example")
        names = {"subject": [], "subjectAltName": [["DNS", "a.example"]]}
        program = ("import certname, sys\nfor one in (%r, bytes.fromhex(%r)):\n    try:\n"
                   "        print(certname.match_hostname(one, 'a.example'))\n"
                   "    except certname.DaemonError as error:\n        print(error.name, 'send the certificate' in str(error))\n"
                   % (names, one.der.hex()))
        with Daemon('deny "d" { spki-sha256 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }\n') as daemon:
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment(daemon))
            self.assertEqual(done.stdout.splitlines(), ["unsupported True", "None"], done.stderr)

    def test_cost(self):
        """A warm call costs at most 40 µs where the machine is idle; here it is compared with a round trip of the C
        library through the same socket, so that the test does not depend on the machine."""
        one = certificate("DNS:a.example", "DNS:b.example")
        program = (
            "import time, certname, ctypes\nfrom certname._client import default_client\nfrom certname._library import library\n"
            "der = bytes.fromhex(%r)\ncertname.match_hostname(der, 'b.example')\n"
            "handle = default_client()._handle\nfound = ctypes.c_void_p()\n"
            "def ours():\n    certname.match_hostname(der, 'b.example')\n"
            "def c():\n    library.certname_verdict_free(found) if library.certname_verify_host(handle, b'b.example', der, len(der), ctypes.byref(found)) > 0 else 1 / 0\n"
            "def best(call):\n    times = []\n    for _ in range(15):\n        begun = time.perf_counter()\n        for _ in range(200):\n            call()\n"
            "        times.append((time.perf_counter() - begun) / 200)\n    return min(times)\n"
            "print(best(ours) * 1e6, best(c) * 1e6)\n" % one.der.hex())
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment(self.daemon))
        ours, raw = (float(word) for word in done.stdout.split())
        harness.report("match_hostname() warm: %.1f us, of which the C library %.1f us (goal: %d us)" % (ours, raw, WARM_US))
        self.assertLess(ours, 6 * raw)
        for python in PYTHONS:
            if version(python) == (3, 6):
                done = subprocess.run([python, "-c", OWN_COST], capture_output=True, text=True)
                harness.report("Python 3.6's own: %.1f us" % float(done.stdout))

    def test_types(self):
        mypy = shutil.which("mypy")
        if not mypy:
            self.skipTest("mypy is not installed")
        done = subprocess.run([mypy, "--strict", "--cache-dir", os.devnull, os.path.join(PACKAGE, "certname")],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_wheel(self):
        """A wheel is built without a compiler and fits every platform; the package in it is the one that is tested."""
        if subprocess.run([sys.executable, "-c", "import setuptools, wheel"], capture_output=True).returncode:
            self.skipTest("setuptools and wheel are not installed")
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "source")
            shutil.copytree(PACKAGE, source)
            done = subprocess.run([sys.executable, "setup.py", "-q", "bdist_wheel", "-d", folder], cwd=source, text=True,
                                  capture_output=True, env={**os.environ, "CC": "/bin/false", "PYTHONWARNINGS": "ignore"})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("certname-0.1.0-py3-none-any.whl", os.listdir(folder))


@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class Handshakes(harness.TestCase):
    def test_suite(self):
        world = World()
        with Daemon(world.policy()) as daemon:
            for python in PYTHONS:
                if version(python) < (3, 8):
                    continue
                with self.subTest(python):
                    done = subprocess.run([python, os.path.join(SUITES, "tls_suite.py")], capture_output=True, text=True, timeout=300,
                                          env=environment(daemon, CERTNAMED_TEST_FILES=json.dumps(world.files())))
                    self.assertEqual(done.returncode, 0, done.stderr)
                    harness.report("%s: %s" % (python, done.stderr.splitlines()[-3]))


if __name__ == "__main__":
    harness.main()
