#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Programs that a user of the client library writes: README's and the header's examples and those of doc/examples,
compiled against the library that was built, and asked under policies with and without a path."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import authority
import harness
from certificates import certificate
from daemon import BUILD, PATIENCE, Daemon

SOURCE = os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__), "..", ".."))
COMPILER = shutil.which("cc") or shutil.which("gcc")
SANITIZERS = os.environ.get("CERTNAMED_SANITIZERS") == "yes"

MAIN = """
#include <stdio.h>
#include <stdlib.h>
%s
int main(int argc, char **argv)
{
    static unsigned char der[32768];
    FILE *file = fopen(argv[argc - 1], "rb");
    size_t len = fread(der, 1, sizeof(der), file);

    return may_talk_to(argv[1], der, len) == 1 ? 0 : 1;
}
"""


def read(*path):
    with open(os.path.join(SOURCE, *path)) as file:
        return file.read()


def readme_example():
    """Returns the block of README in C."""
    return re.search(r"^```c\n(.*?)^```$", read("README.md"), re.M | re.S).group(1)


def header_example():
    """Returns the statements in the header's first comment, made into the function of README's example."""
    comment = read("client", "include", "certname", "client.h").split("*/")[1]
    block = re.search(r"( \*     struct certname_client \*client = .*?certname_client_free\(client\);\n)", comment, re.S)
    code = re.sub(r"^ \* ?", "", block.group(1), flags=re.M)
    code = code.replace('"www.example.org"', "host").replace('puts("', 'accepted = 1, puts("')
    return (
        "#include <stdio.h>\n#include <certname/client.h>\n"
        "int may_talk_to(const char *host, const void *der, size_t der_len)\n{\nint accepted = 0;\n%s"
        "return accepted;\n}\n" % code
    )


def pkg_config(package):
    """Returns the compiler flags for a library, or None where pkg-config does not find the library."""
    if not package:
        return []
    done = subprocess.run(["pkg-config", "--cflags", "--libs", package], capture_output=True, text=True)
    return done.stdout.split() if done.returncode == 0 else None


@unittest.skipUnless(COMPILER, "there is no C compiler here")
@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class Programs(harness.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def compile(self, source, flags=()):
        path = os.path.join(self.folder, "program")
        libraries = os.path.join(BUILD, ".libs")
        with open(path + ".c", "w") as file:
            file.write(source)
        subprocess.run(
            [COMPILER, "-Wall", "-Wextra", "-Werror", "-o", path, path + ".c", "-I" + os.path.join(SOURCE, "client/include"),
             "-I" + os.path.join(SOURCE, "doc/examples"), "-L" + libraries, "-Wl,-rpath," + libraries,
             "-lcertname-client", *flags], check=True)
        return path

    def run_program(self, daemon, *command):
        done = subprocess.run(command, env={**os.environ, "CERTNAMED_SOCKET": daemon.socket}, capture_output=True,
                              text=True, timeout=PATIENCE)
        return done.returncode, done.stdout, done.stderr

    def der_file(self, der):
        path = os.path.join(self.folder, "certificate.der")
        with open(path, "wb") as file:
            file.write(der)
        return path

    def test_examples(self):
        """README's and the header's function return 1 for a match, and for a verified path, and 0 otherwise."""
        root = authority.Authority("library")
        leaf = self.der_file(root.issue("DNS:good.example").der)
        policies = {
            "names alone": "",
            "always a path": 'trust "t" { file = { "%s" } }\ndefaults { trust = { "t" } path = always }\n' % root.path,
        }
        for name, example in (("README", readme_example()), ("header", header_example())):
            program = self.compile(MAIN % example)
            for intent, policy in policies.items():
                with self.subTest(example=name, policy=intent), Daemon(policy) as daemon:
                    self.assertEqual(self.run_program(daemon, program, "good.example", leaf)[0], 0)
                    code, _, err = self.run_program(daemon, program, "bad.example", leaf)
                    self.assertEqual(code, 1)
                    if name == "README":
                        self.assertIn("bad.example", err)

    def test_refused_path(self):
        """Where the policy asks for a path, the same function refuses a certificate without a path."""
        root = authority.Authority("library")
        stranger = self.der_file(certificate("DNS:good.example").der)
        program = self.compile(MAIN % readme_example())
        with Daemon('trust "t" { file = { "%s" } }\ndefaults { trust = { "t" } path = always }\n' % root.path) as daemon:
            self.assertEqual(self.run_program(daemon, program, "good.example", stranger)[0], 1)

    def test_no_daemon(self):
        program = self.compile(MAIN % readme_example())
        path = self.der_file(certificate("DNS:good.example").der)
        done = subprocess.run([program, "good.example", path], env={"CERTNAMED_SOCKET": "/nonexistent/socket"},
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent/socket", done.stderr)


@unittest.skipUnless(COMPILER, "there is no C compiler here")
@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
@harness.needs_sandbox
class Storm(Programs):
    """20,000 questions through the asynchronous form while the front is stopped, which is killed after 3 seconds."""

    test_examples = test_refused_path = test_no_daemon = None
    COUNT = 20000
    # How late a question may end by itself; and the longest step of the loop.
    LATE_US, GAP_US = 50000, 5000

    def storm(self, timeout_ms, stop):
        """Returns what the program measured; time that the machine gave to other processes is apart."""
        sources = ["tests/integration/client_storm.c", "tests/unit/client/loop_watch.c", "base/clock.c"]
        program = self.compile("".join('#include "%s"\n' % name for name in sources),
                               ["-D_GNU_SOURCE", "-O2", "-I" + SOURCE])
        path = self.der_file(certificate("DNS:good.example").der)
        with Daemon() as daemon:
            daemon.expect("no sign of life", "ended by signal 9")
            front = daemon.front()
            with subprocess.Popen([program, daemon.socket, "good.example", path, str(self.COUNT), str(timeout_ms)],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as storm:
                self.assertEqual(storm.stdout.readline(), "connected\n")
                if stop:
                    os.kill(front, signal.SIGSTOP)
                out, _ = storm.communicate("\n", timeout=PATIENCE)
        measured = json.loads(out)
        harness.report("%d questions, %s: %s" % (self.COUNT, "stopped" if stop else "serving", out.strip()))
        self.assertEqual((measured["result"], measured["answers"]), (0, self.COUNT), measured)
        self.assertLessEqual(measured["gap_us"], self.GAP_US)
        self.assertLessEqual(measured["late_us"], self.LATE_US + measured["stolen_us"])
        return measured

    def test_stopped(self):
        """While nobody answers, each question ends by its deadline, and no step of the loop is long."""
        measured = self.storm(2000, stop=True)
        self.assertEqual(measured["accepted"], 0)
        self.assertLessEqual(measured["early_us"], 1000)

    def test_replaced(self):
        """Questions with a deadline after the front's replacement are all answered by the next front."""
        self.assertEqual(self.storm(15000, stop=True)["accepted"], self.COUNT)

    def test_serving(self):
        self.assertEqual(self.storm(15000, stop=False)["accepted"], self.COUNT)


@unittest.skipUnless(COMPILER, "there is no C compiler here")
@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class Boxes(Programs):
    """The library in sandboxes that a program enters by itself; test_user_namespaces.py has those of bubblewrap."""

    test_examples = test_refused_path = test_no_daemon = None

    def ask(self, box, folder, socket, host):
        program = self.compile('#include "tests/integration/client_boxed.c"\n', ["-D_GNU_SOURCE", "-I" + SOURCE])
        path = self.der_file(certificate("DNS:good.example").der)
        done = subprocess.run([program, box, folder, socket, host, path], capture_output=True, text=True, timeout=PATIENCE)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.returncode, done.stdout.strip()

    @unittest.skipUnless(os.geteuid() == 0, "only root may call chroot")
    def test_chroot(self):
        """Below another root there is no /proc and no /etc: the socket alone suffices."""
        with Daemon() as daemon:
            os.chmod(daemon.folder, 0o755)
            self.assertEqual(self.ask("chroot", daemon.folder, "/socket", "good.example"), (0, "accepted"))
            code, text = self.ask("chroot", daemon.folder, "/socket", "bad.example")
            self.assertEqual(code, 1)
            self.assertIn("bad.example", text)
            code, text = self.ask("chroot", daemon.folder, "/absent", "good.example")
            self.assertEqual(code, 1)
            self.assertIn("/absent", text)

    def test_address_families(self):
        """Where no other sockets than Unix sockets can be made, as by RestrictAddressFamilies=AF_UNIX."""
        with Daemon() as daemon:
            self.assertEqual(self.ask("families", "-", daemon.socket, "good.example"), (0, "accepted"))
            self.assertEqual(self.ask("families", "-", daemon.socket, "bad.example")[0], 1)


@unittest.skipUnless(COMPILER, "there is no C compiler here")
@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class Loops(Programs):
    """The examples for event loops."""

    test_examples = test_refused_path = test_no_daemon = None

    def run_loop(self, name, package):
        flags = pkg_config(package)
        if flags is None:
            self.skipTest("%s is not installed" % package)
        program = self.compile(read("doc", "examples", name), flags)
        path = self.der_file(certificate("DNS:*.good.example").der)
        hosts = ["n%d.good.example" % i for i in range(300)] + ["n%d.bad.example" % i for i in range(20)]
        with Daemon() as daemon:
            code, out, err = self.run_program(daemon, program, path, *hosts)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out.count(": name-matches\n"), 300)
        self.assertEqual(out.count(": not-verified\n"), 20)
        done = subprocess.run([program, path, "a.example"], env={"CERTNAMED_SOCKET": "/nonexistent/socket"},
                              capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.stdout, "a.example: unavailable\n")

    def test_poll(self):
        self.run_loop("poll.c", None)

    def test_libevent(self):
        self.run_loop("libevent.c", "libevent_core")

    def test_sd_event(self):
        self.run_loop("sd_event.c", "libsystemd")

    def test_glib(self):
        self.run_loop("glib.c", "glib-2.0")


if __name__ == "__main__":
    harness.main()
