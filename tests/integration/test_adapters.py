#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The adapters for TLS libraries: the examples of doc/examples, compiled and run against local servers of every fate, and
what the server sees; and the module for OpenSSL's configuration under programs that nobody changed.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

import harness
import programs
from daemon import Daemon, wait_for
from programs import Https, run, run_environment
from reach import BUILD, SANITIZERS, SOURCE, World

COMPILER = shutil.which("cc") or shutil.which("gcc")
LIBRARIES = os.path.join(BUILD, ".libs")
# Each server, and what the reason of a refusal contains.
FATES = (
    ("good.test", None),
    ("pinned.test", 'domain "pinned.test" in '),
    ("cn-only.test", "Hostname mismatch"),
    ("denied.test", 'denied by "authority"'),
    ("revoked.test", "certificate revoked"),
    ("stranger.test", ""),
    ("expired.test", "expired"),
)
# The alert that the server sees for a refusal by the adapter for OpenSSL.
ALERTS = {"pinned.test": "HANDSHAKE_FAILURE", "cn-only.test": "BAD_CERTIFICATE", "revoked.test": "CERTIFICATE_REVOKED",
          "expired.test": "CERTIFICATE_EXPIRED"}


def flags(package):
    done = subprocess.run(["pkg-config", "--cflags", "--libs", package], capture_output=True, text=True)
    return done.stdout.split() if done.returncode == 0 else None


def close_during_handshake(listener):
    """Answers a ClientHello with the alert close_notify."""
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(bytes.fromhex("15030300020100"))
        connection.recv(4096)


@unittest.skipUnless(COMPILER, "there is no C compiler here")
@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class Examples(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.daemon = Daemon(cls.world.policy())
        cls.enterClassContext(cls.daemon)
        cls.environment = {**os.environ, "CERTNAMED_SOCKET": cls.daemon.socket}
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())

    def compile(self, name, *libraries, place=("doc", "examples")):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            done = subprocess.run(
                [COMPILER, "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-o", path,
                 os.path.join(SOURCE, *place, name + ".c"), "-I" + os.path.join(SOURCE, "client", "include"),
                 "-L" + LIBRARIES, "-Wl,-rpath," + LIBRARIES, *libraries], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
        return path

    def try_fates(self, command, alerts, environment=None, has_section=True):
        """Runs a client against each server. `command` makes the command line; `alerts` maps a server to what it sees."""
        for name, reason in FATES:
            with self.subTest(name), Https(self.world.servers[name][0]) as server:
                code, out = run(command(name, server), environment or self.environment)
                if reason is None:
                    self.assertEqual((code, out), (0, "connected\n"))
                    continue
                self.assertEqual(code, 1, out)
                self.assertTrue(out.startswith("refused: "), out)
                self.assertIn(reason if has_section or name != "pinned.test" else 'pinset "other"', out)
                self.assertEqual(server.requests, [])
                if name in alerts:
                    wait_for("the server has seen the alert", lambda: server.faults)
                    self.assertIn(alerts[name], server.faults[0])

    def test_openssl(self):
        """Both modes, waiting or not. The server sees handshake_failure for code 50, else the alert of OpenSSL's number."""
        if not os.path.exists(os.path.join(LIBRARIES, "libcertname-openssl.so")):
            self.skipTest("this build has no libcertname-openssl")
        program = self.compile("openssl_client", "-lcertname-openssl", "-lcertname-client", "-lssl", "-lcrypto")
        for words in ((), ("instead",), ("wait",), ("instead", "wait")):
            with self.subTest(words):
                if "instead" in words:
                    self.try_fates(lambda name, server: [program, name, str(server.port), server.served.root, *words], ALERTS)
                else:
                    self.try_besides(program, words)

    def try_besides(self, program, words):
        """OpenSSL refuses some of these by itself, without a reason of certnamed's."""
        for name, reason in FATES:
            with self.subTest(name), Https(self.world.servers[name][0]) as server:
                code, out = run([program, name, str(server.port), server.served.root, *words], self.environment)
                self.assertEqual(code, 0 if reason is None else 1, out)
                self.assertIn("connected" if reason is None else reason, out)
        with Https(self.world.servers["good.test"][0]) as server:
            code, out = run([program, "good.test", str(server.port), self.world.servers["stranger.test"][0].root, *words], self.environment)
            self.assertEqual((code, out[-4:]), (1, "e; \n"), "what OpenSSL refuses, certnamed is not asked")

    def test_openssl_reused(self):
        """An SSL that is used again while a question is under way: the answer about the first server is not for the second."""
        if not os.path.exists(os.path.join(LIBRARIES, "libcertname-openssl.so")):
            self.skipTest("this build has no libcertname-openssl")
        program = self.compile("openssl_reused", "-lcertname-openssl", "-lcertname-client", "-lssl", "-lcrypto",
                               place=("tests", "integration"))
        servers = self.world.servers
        with Https(servers["good.test"][0]) as good, Https(servers["pinned.test"][0]) as pinned:
            code, out = run([program, "good.test", str(good.port), "pinned.test", str(pinned.port)], self.environment)
            self.assertEqual((code, out.split("\n")[0]), (1, "refused"))
            self.assertIn('domain "pinned.test" in ', out)
            code, out = run([program, "pinned.test", str(pinned.port), "good.test", str(good.port)], self.environment)
            self.assertEqual((code, out), (0, "connected\n\n"))

    def test_openssl_client_certificate(self):
        """A server that has clients judged refuses a client that sends no certificate."""
        if not os.path.exists(os.path.join(LIBRARIES, "libcertname-openssl.so")):
            self.skipTest("this build has no libcertname-openssl")
        libraries = ctypes.CDLL(os.path.join(LIBRARIES, "libcertname-openssl.so"))
        openssl, names = ctypes.CDLL("libssl.so.3"), ctypes.CDLL(os.path.join(LIBRARIES, "libcertname-client.so"))
        for function in (openssl.TLS_server_method, openssl.SSL_CTX_new, names.certname_client_new, names.certname_pool_new):
            function.restype = ctypes.c_void_p
        ctx = ctypes.c_void_p(openssl.SSL_CTX_new(ctypes.c_void_p(openssl.TLS_server_method())))
        pool = ctypes.c_void_p(names.certname_pool_new(ctypes.c_void_p(names.certname_client_new())))
        self.assertEqual(libraries.certname_openssl_use(ctx, pool, 1), 0)
        self.assertEqual(openssl.SSL_CTX_get_verify_mode(ctx), 3, "SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT")

    def test_gnutls(self):
        package = flags("gnutls")
        if package is None or not os.path.exists(os.path.join(LIBRARIES, "libcertname-gnutls.so")):
            self.skipTest("this build has no libcertname-gnutls")
        program = self.compile("gnutls_client", "-lcertname-gnutls", "-lcertname-client", *package)
        for words in (("instead",), ("instead", "wait")):
            with self.subTest(words):
                self.try_fates(lambda name, server: [program, name, str(server.port), server.served.root, *words], {})
        for words in ((), ("wait",)):
            for name, reason in FATES:
                with self.subTest(words, name=name), Https(self.world.servers[name][0]) as server:
                    code, out = run([program, name, str(server.port), server.served.root, *words], self.environment)
                    self.assertEqual(code, 0 if reason is None else 1, out)
                    if name in ("pinned.test", "revoked.test", "denied.test"):
                        self.assertIn(reason, out)

    def test_mbedtls(self):
        if not os.path.exists("/usr/include/mbedtls/ssl.h"):
            self.skipTest("mbedTLS is not installed")
        program = self.compile("mbedtls_client", "-lcertname-client", "-lmbedtls", "-lmbedx509", "-lmbedcrypto")
        self.try_fates(lambda name, server: [program, name, str(server.port), server.served.root], {}, has_section=False)

    def test_bearssl(self):
        if not os.path.exists("/usr/include/bearssl.h"):
            self.skipTest("BearSSL is not installed")
        program = self.compile("bearssl_client", "-lcertname-client", "-lbearssl")
        self.try_fates(lambda name, server: [program, name, str(server.port)], {}, has_section=False)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            closing = threading.Thread(target=close_during_handshake, args=(listener,))
            closing.start()
            code, out = run([program, "good.test", str(listener.getsockname()[1])], self.environment)
            closing.join()
            self.assertEqual((code, out[:8]), (1, "refused:"), "the server sent no certificate")

    def test_no_daemon(self):
        environment = {**self.environment, "CERTNAMED_SOCKET": "/nonexistent/socket"}
        if not os.path.exists(os.path.join(LIBRARIES, "libcertname-openssl.so")):
            self.skipTest("this build has no libcertname-openssl")
        program = self.compile("openssl_client", "-lcertname-openssl", "-lcertname-client", "-lssl", "-lcrypto")
        for words in ((), ("instead",), ("instead", "wait")):
            with Https(self.world.servers["good.test"][0]) as server:
                code, out = run([program, "good.test", str(server.port), server.served.root, *words], environment)
                self.assertEqual(code, 1, out)
                self.assertIn("/nonexistent/socket", out)

    # --- openssl.cnf ---

    def configure(self, *lines):
        module = os.path.join(LIBRARIES, "certname.so")
        if not os.path.exists(module):
            self.skipTest("this build has no module for OpenSSL's configuration")
        path = os.path.join(self.folder, "openssl-%s.cnf" % os.urandom(4).hex())
        with open(path, "w") as file:
            file.write("openssl_conf = start\n[start]\ncertname = certname_section\n[certname_section]\npath = %s\n" % module)
            file.write("socket = %s\n" % self.daemon.socket)
            file.write("".join(line + "\n" for line in lines))
        return {**run_environment(self.daemon.socket), "OPENSSL_CONF": path}

    def test_configuration(self):
        """Programs with OpenSSL are judged by a line in openssl.cnf, without a preloaded library."""
        environment = self.configure()
        for program in ("curl", "python3", "openssl s_client", "perl IO::Socket::SSL"):
            if not programs.has(program):
                continue
            for name, reason in FATES[:6]:
                with self.subTest(program, server=name), Https(self.world.servers[name][0]) as server:
                    command = programs.PROGRAMS[program][1](name, server)
                    plain = run(command, run_environment(self.daemon.socket))[0]
                    code, out = run(command, environment)
                    self.assertEqual(code == 0, reason is None, out)
                    if plain == 0 and reason:
                        self.assertIn("certname: ", out)
                        self.assertIn(reason, out)

    def test_bad_configuration(self):
        """A section with a mistake refuses everything: programs ignore OpenSSL's own error."""
        environment = self.configure("nameless = perhaps")
        with Https(self.world.servers["good.test"][0]) as server:
            code, out = run(programs.curl("good.test", server), environment)
            self.assertEqual(code, 60, out)
            self.assertIn("cannot be used", out)


if __name__ == "__main__":
    harness.main()
