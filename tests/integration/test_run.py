#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
certname-run: unmodified programs against local servers of every fate, and what it refuses to start.

The programs that are installed are tried, the others are named. `make check-reach` runs the rest of the table.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import harness
import programs
from daemon import Daemon
from programs import Https, certname_run, run, run_environment
from reach import SANITIZERS, World

COMPILER = shutil.which("cc") or shutil.which("gcc")
# Each server, whose root the program trusts, and what certnamed's reason for a refusal contains.
FATES = (
    ("good.test", None),
    ("pinned.test", 'domain "pinned.test" in '),
    ("cn-only.test", "certnamed: Hostname mismatch"),
    ("denied.test", "denied by \"authority\""),
    ("revoked.test", "certnamed: certificate revoked"),
    ("stranger.test", "certnamed: "),
)
# Whether each program tries each server, which takes longer.
FULL = os.environ.get("CERTNAMED_REACH") == "full"


needs_curl = unittest.skipUnless(shutil.which("curl"), "there is no curl here")


@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class Programs(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.has_hosts = programs.bind_hosts(cls.world.servers)
        cls.daemon = Daemon(cls.world.policy())
        cls.enterClassContext(cls.daemon)
        cls.environment = run_environment(cls.daemon.socket)

    def serve(self, name):
        return Https(self.world.servers[name][0])

    def run_here(self, *command, options=(), environment=None):
        return run([*certname_run(*options), *command], environment or self.environment)

    def usable(self):
        """Yields the programs that are here, and names the others."""
        for name, (_, make) in programs.PROGRAMS.items():
            if not programs.has(name):
                harness.report("%s is not installed, and was not tried" % name)
            elif name == "wget" and not self.has_hosts:
                harness.report("wget needs an /etc/hosts of the test's own, and was not tried")
            else:
                yield name, make

    def test_programs(self):
        """Each program reaches the good server, and only that; a refusal shows certnamed's reason, and the server is asked
        for nothing."""
        for program, make in self.usable():
            for name, reason in FATES if FULL or program == "curl" else FATES[:2]:
                with self.subTest(program, server=name), self.serve(name) as server:
                    command = make(name, server)
                    plain = run(command, self.environment)[0]
                    asked = len(server.requests)
                    code, out = self.run_here(*command)
                    if reason is None:
                        self.assertEqual((plain, code), (0, 0), out)
                        continue
                    self.assertNotEqual(code, 0, out)
                    self.assertEqual(len(server.requests), asked)
                    if plain == 0:
                        self.assertIn("certnamed: ", out)
                        self.assertIn(reason, out)
                    else:
                        self.assertIn(name, ("cn-only.test",), out)

    @needs_curl
    def test_reason_in_message(self):
        """The program's own message has the reason, with the section and its line."""
        with self.serve("pinned.test") as server:
            code, out = self.run_here(*programs.curl("pinned.test", server))
        self.assertEqual(code, 60)
        self.assertRegex(out, r'curl: \(60\) SSL certificate problem: application verification failure \(certnamed: '
                              r'.*domain "pinned.test" in /.*policy.conf:\d+\)')

    def test_nameless(self):
        """A server without a name is refused unless the user chose otherwise; its path is judged under `path`."""
        with self.serve("good.test") as server:
            command = ["openssl", "s_client", "-connect", "127.0.0.1:%d" % server.port, "-noservername", "-CAfile",
                       server.served.root, "-verify_return_error", "-brief"]
            self.assertEqual(run(command, self.environment)[0], 0)
            for word, expected in ((None, 1), ("refuse", 1), ("path", 0), ("skip", 0)):
                options = ("--nameless=" + word,) if word else ()
                code, out = self.run_here(*command, options=options)
                self.assertEqual(code, expected, out)
                self.assertEqual("--nameless=path" in out, expected != 0)
        with self.serve("revoked.test") as server:
            command[3], command[6] = "127.0.0.1:%d" % server.port, server.served.root
            code, out = self.run_here(*command, options=("--nameless=path",))
            self.assertNotEqual(code, 0)
            self.assertIn("certificate revoked", out)

    @needs_curl
    def test_verifies_nothing(self):
        """curl -k is counted and not asked, and --require finds that nothing was judged."""
        with self.serve("stranger.test") as server:
            command = [*programs.curl("stranger.test", server, "-k", "--cacert", self.world.servers["good.test"][0].root)]
            code, out = self.run_here(*command, options=("--report",))
            self.assertEqual(code, 0, out)
            self.assertIn("0 accepted, 0 refused, 0 without a verdict, 0 without a name and not asked, 1 that the program", out)
            code, out = self.run_here(*command, options=("--require",))
            self.assertEqual(code, 125)
            self.assertIn("judged no handshake", out)

    @needs_curl
    def test_report(self):
        """--report prints what would happen, and changes nothing."""
        for name, word in (("good.test", "good.test: would be accepted"), ("pinned.test", "pinned.test: would be refused: certnamed: ")):
            with self.serve(name) as server:
                code, out = self.run_here(*programs.curl(name, server), options=("--report", "--require"))
                self.assertEqual(code, 0, out)
                self.assertIn("certname-run: curl: " + word, out)

    @needs_curl
    def test_log(self):
        with tempfile.TemporaryDirectory() as folder, self.serve("good.test") as good, self.serve("pinned.test") as pinned:
            log = os.path.join(folder, "log")
            for server, name in ((good, "good.test"), (pinned, "pinned.test")):
                self.run_here(*programs.curl(name, server), options=("--log", log, "--require"))
            with open(log) as file:
                lines = file.read().splitlines()
        self.assertEqual(lines[0], "certname-run: curl: good.test: accepted")
        self.assertTrue(lines[1].startswith("certname-run: curl: pinned.test: refused: certnamed: "), lines)

    @needs_curl
    def test_children(self):
        """Programs that a program starts are covered too, with a cleared environment as well."""
        with self.serve("pinned.test") as server:
            one = programs.curl("pinned.test", server)
            text = " ".join(one)
            for command in (["sh", "-c", text], ["env", "-i", shutil.which("curl"), *one[1:]],
                            ["sh", "-c", "exec env -i sh -c '%s'" % text.replace("curl", shutil.which("curl"), 1)],
                            ["perl", "-e", 'exec(@ARGV)', *one], ["xargs", *one]):
                with self.subTest(command[:3]):
                    code, out = self.run_here(*command)
                    self.assertNotEqual(code, 0, out)
                    self.assertIn("certnamed: ", out)
                    self.assertEqual(server.requests, [])

    def test_resumption(self):
        """A second connection with the session of the first is verified again."""
        with self.serve("good.test") as server, tempfile.TemporaryDirectory() as folder:
            session = os.path.join(folder, "session")
            command = programs.s_client("good.test", server, "-tls1_2", "-sess_out", session)
            request = b"GET / HTTP/1.0\r\n\r\n"
            # s_client's status says how the server closed, which is not the matter here.
            out = run(command, self.environment, request)[1]
            self.assertGreater(os.path.getsize(session), 0, out)
            command = [part if part != "-sess_out" else "-sess_in" for part in command if part != "-brief"]
            self.assertIn("Reused, TLS", run(command, self.environment, request)[1])
            code, out = self.run_here(*command)
            self.assertIn("New, TLS", out)

    def test_compared_later(self):
        """A name that a program compares by itself with a certificate is judged when it has matched."""
        names = ("DNS:later.test", "IP:192.0.2.7", "email:jo@later.test")
        families = ((self.world.family, True), (self.world.denied, False))
        for family, is_good in families:
            path = family.root.issue(*names).path
            for option, name in (("-checkhost", "later.test"), ("-checkip", "192.0.2.7"), ("-checkemail", "jo@later.test")):
                with self.subTest(option, is_good=is_good):
                    command = ["openssl", "x509", "-in", path, "-noout", option, name]
                    self.assertIn("does match", run(command, self.environment)[1])
                    out = self.run_here(*command)[1]
                    self.assertIn("does match" if is_good else "does NOT match", out)
                    self.assertEqual('%s: refused: certnamed: ' % name in out, not is_good)
                    out = self.run_here(*command[:-1], "x" + name if option != "-checkip" else "192.0.2.8", options=("--require",))[1]
                    self.assertIn("judged no handshake", out)

    # --- what is refused before it starts ---

    def compile(self, folder, name, source, *flags):
        path = os.path.join(folder, name)
        with open(path + ".c", "w") as file:
            file.write(source)
        subprocess.run([COMPILER, "-o", path, path + ".c", *flags], check=True, capture_output=True)
        return path

    def refuse(self, path, *words, environment=None, options=()):
        code, out = self.run_here(path, environment=environment, options=options)
        self.assertEqual(code, 125, out)
        for word in words:
            self.assertIn(word, out)
        self.assertNotIn("ran", out)
        code, out = self.run_here("sh", "-c", '"%s"; echo "shell: $?"' % path)
        self.assertIn("shell: 126", out)
        self.assertIn(words[0], out)
        self.assertNotIn("ran", out.replace("ranlib", ""))

    @unittest.skipUnless(COMPILER, "there is no C compiler here")
    def test_refused_programs(self):
        hello = '#include <stdio.h>\n%s\nint main(void) { puts("it ran"); return 0; }\n'
        with tempfile.TemporaryDirectory() as folder:
            self.refuse(self.compile(folder, "static", hello % "", "-static"), "is linked statically")
            carrying = "int X509_verify_cert(void *x) { return x != 0; }"
            self.refuse(self.compile(folder, "carrying", hello % carrying, "-rdynamic"), "carries a TLS library")
            mark = 'const char mark[] = "/src/rustls-0.21.7/src/client.rs";'
            self.refuse(self.compile(folder, "rust", hello % mark), "rustls")
            go = ('__asm__(".section .note.go.buildid,\\"a\\",@note\\n.balign 4\\n.long 4, 4, 4\\n.ascii \\"Go\\\\0\\\\0id\\\\0\\\\0\\"\\n'
                  '.previous");')
            self.refuse(self.compile(folder, "go", hello % go), "is a Go program")
            plain = self.compile(folder, "plain", hello % "")
            self.assertEqual(self.run_here(plain), (0, "it ran\n"))
            script = os.path.join(folder, "script")
            with open(script, "w") as file:
                file.write("#!%s\n" % os.path.join(folder, "static"))
            os.chmod(script, 0o755)
            self.refuse(script, "is a script, and its interpreter")
            if os.geteuid() == 0:
                os.chown(plain, 65534, 65534)
                os.chmod(plain, 0o4755)
                self.refuse(plain, "is set-user-ID")

    def test_missing_library(self):
        code, out = self.run_here("true", environment={**self.environment, "CERTNAME_RUN_PRELOAD": "/nonexistent/library.so"})
        self.assertEqual(code, 125)
        self.assertIn("/nonexistent/library.so cannot be read: No such file", out)

    def test_unnamed_library(self):
        """A library that was preloaded without certname-run, and so does not know its path, starts no program."""
        environment = {**self.environment, "LD_PRELOAD": self.environment["CERTNAME_RUN_PRELOAD"]}
        del environment["CERTNAME_RUN_PRELOAD"]
        by_descriptor = "import os; os.execve(os.open(%r, os.O_RDONLY), ['true'], dict(os.environ))" % shutil.which("true")
        for command, status in ((["env", "true"], 126), ([sys.executable, "-c", by_descriptor], 1)):
            with self.subTest(command[0]):
                code, out = run(command, environment)
                self.assertEqual(code, status, out)
                self.assertIn("cannot be covered, because the library is gone", out)
                self.assertEqual(run(command, {**environment, "CERTNAME_RUN_REPORT": "1"})[0], 0)

    def test_usage(self):
        for arguments, code, word in (((), 125, "no command"), (("--nameless=maybe", "true"), 125, "refuse, path or skip"),
                                      (("no-such-command",), 127, "no such command"), (("true",), 0, ""), (("false",), 1, ""),
                                      (("--help",), 0, "Usage"), (("--require", "true"), 125, "judged no handshake")):
            with self.subTest(arguments):
                found, out = run(certname_run(*arguments), self.environment)
                self.assertEqual(found, code)
                self.assertIn(word, out)

    # --- daemons that do not answer ---

    def test_bad_daemons(self):
        """Each program refuses, with the path and the errno, if the daemon is absent, silent, busy or lying."""
        for program, make in self.usable():
            if not FULL and program not in ("curl", "gnutls-cli"):
                continue
            with self.serve("good.test") as server:
                programs.try_bad_daemons(self, program, make("good.test", server), self.environment)
                self.assertEqual(server.requests, [])

    # --- costs ---

    def test_cost_of_exec(self):
        """A program that is covered starts `true` about as fast as one that is not. The goal is 1.15 times on an idle
        machine; here the two take turns, and the best of each counts."""

        def measure(environment):
            begun = time.perf_counter()
            for _ in range(10):
                os.waitpid(os.posix_spawn(true, ["true"], environment), 0)
            return (time.perf_counter() - begun) / 10

        true = os.path.realpath(shutil.which("true"))
        plain = {"PATH": "/usr/bin:/bin"}
        library = self.environment["CERTNAME_RUN_PRELOAD"]
        covered = {**plain, "LD_PRELOAD": library, "CERTNAME_RUN_PRELOAD": library}
        rounds = [(measure(plain), measure(covered)) for _ in range(20)]
        best = [min(times) for times in zip(*rounds)]
        harness.report("start of true: %.0f us, covered %.0f us, %.2f times" % (best[0] * 1e6, best[1] * 1e6, best[1] / best[0]))
        self.assertLess(best[1], 2.5 * best[0])


if __name__ == "__main__":
    harness.main()
