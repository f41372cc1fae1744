#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The library that certname-run preloads, built with sanitizers, and as it is under valgrind, in programs that nobody changed.
`make check-reach-sanitizers` runs this.

A sanitizer's run-time has to be the first library of a program, so that it is preloaded before the library, without
certname-run; children inherit both. A third preloaded library has the run-time begin its work before the constructors of
all other libraries: p11-kit's, in every program with GnuTLS, would be the first that allocates memory, and do so while it
holds a lock of libc that the run-time's beginning takes too.
"""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import harness
import programs
from daemon import Daemon
from programs import Https, run, run_environment
from reach import World

COMPILER = (os.environ.get("CC") or "cc").split()
# The sources of the library, and the options with which they are compiled.
SOURCES = os.environ.get("CERTNAMED_RUN_SOURCES", "").split()
OPTIONS = os.environ.get("CERTNAMED_RUN_OPTIONS", "").split()
EARLY = """#include <stdlib.h>
__attribute__((constructor)) static void begin(void)
{
    void *volatile memory = malloc(1);

    free(memory);
}
"""
# Memory that git allocates and loses itself.
SUPPRESSIONS = """{
    git
    Memcheck:Leak
    match-leak-kinds: definite
    fun:malloc
    obj:*/git
}
"""
# The exit status of a program in which a sanitizer or valgrind found a fault.
FOUND = 97

# Connects with several threads at the same time, to a server that is accepted and to one that is not.
THREADS = """
import socket, ssl, sys, threading
root, good, pinned = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
results = []
def connect(name, port):
    context = ssl.create_default_context(cafile=root)
    try:
        with context.wrap_socket(socket.create_connection(("127.0.0.1", port), 30), server_hostname=name) as one:
            one.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            results.append((name, b"200" in one.recv(1000)))
    except ssl.SSLError as error:
        results.append((name, "certnamed: " in str(error)))
for _ in range(4):
    threads = [threading.Thread(target=connect, args=one) for one in (("good.test", good), ("pinned.test", pinned)) * 4]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
assert len(results) == 32, len(results)
"""


def run_time(name):
    """Returns the path of the compiler's run-time for a sanitizer; None if there is none."""
    path = subprocess.run([*COMPILER, "-print-file-name=lib%s.so" % name], capture_output=True, text=True).stdout.strip()
    return os.path.realpath(path) if os.path.isabs(path) else None


class Sanitized(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.has_hosts = programs.bind_hosts(cls.world.servers)
        cls.daemon = Daemon(cls.world.policy())
        cls.enterClassContext(cls.daemon)
        cls.environment = run_environment(cls.daemon.socket)
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())

    def build(self, *sanitizers):
        """Compiles the library with sanitizers. Returns its path."""
        return self.compile("-".join(sanitizers) + ".so", [*OPTIONS, "-g", "-O1", "-fno-omit-frame-pointer", "-fsanitize=" +
                                                           ",".join(sanitizers), "-fno-sanitize-recover=all", *SOURCES])

    def compile(self, name, words):
        path = os.path.join(self.folder, name)
        done = subprocess.run([*COMPILER, "-fPIC", "-shared", "-o", path, *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return path

    def preload(self, runtime, library):
        source = os.path.join(self.folder, "early.c")
        with open(source, "w") as file:
            file.write(EARLY)
        early = self.compile("early.so", ["-Wl,-z,initfirst", source])
        options = "exitcode=%d:log_path=%s" % (FOUND, os.path.join(self.folder, "report"))
        return {**self.environment, "LD_PRELOAD": ":".join((runtime, library, early)), "CERTNAME_RUN_PRELOAD": library,
                "CERTNAME_RUN_LOG": os.path.join(self.folder, "decisions"), "UBSAN_OPTIONS": "print_stacktrace=1:" + options,
                "ASAN_OPTIONS": "detect_leaks=0:" + options, "TSAN_OPTIONS": "ignore_noninstrumented_modules=1:" + options}

    def check(self, what, code, out):
        """Fails if a sanitizer has reported anything."""
        reports = [name for name in os.listdir(self.folder) if name.startswith("report")]
        for name in reports:
            with open(os.path.join(self.folder, name)) as file:
                self.fail("%s: %s" % (what, file.read()[:4000]))
        self.assertNotEqual(code, FOUND, out)

    def decisions(self):
        """Returns the lines of the log, and empties it."""
        path = os.path.join(self.folder, "decisions")
        with open(path) as file:
            lines = file.read().splitlines()
        os.unlink(path)
        return lines

    def try_program(self, name, make, environment, before=()):
        """Runs a program against a server that is accepted and one that is not."""
        for host, word in (("good.test", "accepted"), ("pinned.test", "refused")):
            with self.subTest(name, server=host), Https(self.world.servers[host][0]) as server:
                code, out = run([*before, *make(host, server)], environment, timeout=120)
                self.check(name, code, out)
                self.assertEqual(code == 0, word == "accepted", out)
                self.assertIn(" %s: %s" % (host, word), "\n".join(self.decisions()))

    def usable(self, *names):
        for name in names or programs.PROGRAMS:
            if programs.has(name) and (name != "wget" or self.has_hosts):
                yield name, programs.PROGRAMS[name][1]
            else:
                harness.report("%s is not installed, and was not tried" % name)

    def test_address(self):
        """AddressSanitizer and UndefinedBehaviorSanitizer find nothing in the library."""
        runtime = run_time("asan")
        if not runtime:
            self.skipTest("the compiler has no AddressSanitizer")
        environment = self.preload(runtime, self.build("address", "undefined"))
        for name, make in self.usable():
            self.try_program(name, make, environment)

    def threads(self, environment, before=()):
        with Https(self.world.servers["good.test"][0]) as good, Https(self.world.servers["pinned.test"][0]) as pinned:
            command = [*before, sys.executable, "-c", THREADS, good.served.root, str(good.port), str(pinned.port)]
            code, out = run(command, environment, timeout=120)
            self.check("threads", code, out)
            self.assertEqual(code, 0, out)
            lines = self.decisions()
            self.assertEqual((sum("accepted" in line for line in lines), sum("refused" in line for line in lines)), (16, 16))
            command = [*before, "curl", "-sS", "--parallel", "--parallel-immediate", "--cacert", good.served.root]
            for name, server in (("good.test", good), ("pinned.test", pinned)) * 10:
                command += ["--resolve", "%s:%d:127.0.0.1" % (name, server.port), "-o", os.devnull,
                            "https://%s:%d/" % (name, server.port)]
            code, out = run(command, environment, timeout=120)
            self.check("curl --parallel", code, out)
            self.assertEqual(code, 60, out)
            self.assertIn("accepted", " ".join(self.decisions()))

    def test_threads(self):
        """ThreadSanitizer finds nothing in the library, where threads of one program connect at the same time."""
        runtime = run_time("tsan")
        if not runtime or not shutil.which("setarch"):
            self.skipTest("the compiler has no ThreadSanitizer, or there is no setarch")
        # ThreadSanitizer does not support all layouts of addresses, and setarch switches their randomization off.
        self.threads(self.preload(runtime, self.build("thread")), ["setarch", "-R"])

    def test_valgrind(self):
        """valgrind finds no fault and no lost memory. The loader is what valgrind starts: certname-run does not start
        valgrind's tool, which is linked statically."""
        loader = glob.glob("/lib64/ld-linux-*.so.2") + glob.glob("/lib/ld-linux-*.so.1")
        if not shutil.which("valgrind") or not loader:
            self.skipTest("valgrind is not installed, or the loader is not where it usually is")
        library = self.environment["CERTNAME_RUN_PRELOAD"]
        environment = {**self.environment, "CERTNAME_RUN_LOG": os.path.join(self.folder, "decisions")}
        suppressions = os.path.join(self.folder, "suppressions")
        with open(suppressions, "w") as file:
            file.write(SUPPRESSIONS)
        before = ["valgrind", "-q", "--suppressions=" + suppressions, "--error-exitcode=%d" % FOUND, "--leak-check=full", "--errors-for-leak-kinds=definite",
                  loader[0], "--preload", library]

        def by_path(make):
            return lambda *arguments: [shutil.which(make(*arguments)[0]), *make(*arguments)[1:]]

        for name, make in self.usable("curl", "git", "openssl s_client", "gnutls-cli"):
            self.try_program(name, by_path(make), environment, before)


if __name__ == "__main__":
    harness.main()
