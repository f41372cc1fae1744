#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The big table: real servers and clients of the distribution that nobody changed, through certname-run, through openssl.cnf
and, for Python, through inject_into_ssl(). `make check-reach` runs it, and `./quickstart test --all` installs what it needs
before. What is not installed is named and skipped.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import harness
import programs
from daemon import Daemon, end_with_test, wait_for
from programs import Https, certname_run, run, run_environment
from reach import BUILD, SANITIZERS, SOURCE, World

POSTGRES = "/usr/lib/postgresql"
# Each server, and what certnamed's reason for a refusal contains.
FATES = (
    ("good.test", None),
    ("pinned.test", 'domain "pinned.test" in '),
    ("cn-only.test", "Hostname mismatch"),
    ("denied.test", 'denied by "authority"'),
    ("revoked.test", "certificate revoked"),
    ("stranger.test", "certnam"),
)

PYTHON = {
    "urllib": "import urllib.request, ssl\nassert urllib.request.urlopen(url, context=ssl.create_default_context(cafile=root)).status == 200",
    "urllib3": "import urllib3\nassert urllib3.PoolManager(ca_certs=root, retries=False).request('GET', url).status == 200",
    "requests": "import requests\nassert requests.get(url, verify=root).status_code == 200",
    "httpx": "import httpx\nassert httpx.get(url, verify=root).status_code == 200",
    "httpx.AsyncClient": "import asyncio, httpx\nasync def main():\n    async with httpx.AsyncClient(verify=root) as client:\n"
                         "        return (await client.get(url)).status_code\nassert asyncio.run(main()) == 200",
    "aiohttp": "import aiohttp, asyncio, ssl\nasync def main():\n    async with aiohttp.ClientSession() as session:\n"
               "        async with session.get(url, ssl=ssl.create_default_context(cafile=root)) as reply:\n            return reply.status\n"
               "assert asyncio.run(main()) == 200",
}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def wait_for_port(process, port):
    def is_open():
        if process.poll() is not None:
            raise AssertionError("the server ended with %d" % process.returncode)
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        return False

    wait_for("port %d is open" % port, is_open)


@contextlib.contextmanager
def serving(command, port, **settings):
    """Runs a server, and ends it with the block."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end_with_test, **settings)
        try:
            wait_for_port(process, port)
            yield log
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class Reach(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        if not programs.bind_hosts(cls.world.servers):
            raise unittest.SkipTest("these tests give names to local servers in an /etc/hosts of their own, for which they have to be root")
        cls.daemon = Daemon(cls.world.policy())
        cls.enterClassContext(cls.daemon)
        cls.environment = run_environment(cls.daemon.socket)
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.chmod(cls.folder, 0o755)

    def configure(self, *lines):
        """Returns the environment in which OpenSSL's configuration has the module, with these settings; None if this build has
        no module."""
        module = os.path.join(BUILD, ".libs", "certname.so")
        path = os.path.join(self.folder, "openssl.cnf")
        with open(path, "w") as file:
            file.write("openssl_conf = start\n[start]\ncertname = section\n[section]\npath = %s\nsocket = %s\n" % (module, self.daemon.socket))
            file.write("".join(line + "\n" for line in lines))
        return {**self.environment, "OPENSSL_CONF": path} if os.path.exists(module) else None

    def ways(self, openssl=False, python=False):
        """Yields a name, what precedes the command, and the environment, for each way to have a program judged."""
        yield "certname-run", certname_run(), self.environment
        configured = self.configure() if openssl else None
        if configured:
            yield "openssl.cnf", [], configured
        if python:
            yield "inject_into_ssl", [], {**self.environment, "PYTHONPATH": os.path.join(SOURCE, "client", "python"),
                                          "LD_LIBRARY_PATH": os.path.join(BUILD, ".libs"), "INJECT": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def expect(self, result, reason):
        code, out = result
        if reason is None:
            self.assertEqual(code, 0, out)
        else:
            self.assertNotEqual(code, 0, out)
            self.assertIn("certnam", out)
            self.assertIn(reason, out)

    def test_python(self):
        for library, text in PYTHON.items():
            if subprocess.run([sys.executable, "-c", "import " + library.split(".")[0]], capture_output=True).returncode:
                harness.report("%s is not installed, and was not tried" % library)
                continue
            script = ("import os, sys\nurl, root = sys.argv[1:]\nif os.environ.get('INJECT'):\n    import certname\n    certname.inject_into_ssl()\n" + text)
            for name, reason in FATES:
                with Https(self.world.servers[name][0]) as server:
                    command = [sys.executable, "-c", script, "https://%s:%d/" % (name, server.port), server.served.root]
                    own = run(command, self.environment)[0]
                    self.assertTrue(own == 0 or name == "cn-only.test", library)
                    asked = len(server.requests)
                    for way, before, environment in self.ways(True, True):
                        with self.subTest(library, server=name, way=way):
                            done = run([*before, *command], environment)
                            if own:  # The program refuses by itself.
                                self.assertNotEqual(done[0], 0)
                            else:
                                self.expect(done, "" if way == "inject_into_ssl" and reason else reason)
                            self.assertEqual(len(server.requests), asked + (1 if reason is None else 0))
                            asked = len(server.requests)

    def test_psql(self):
        versions = sorted(os.listdir(POSTGRES)) if os.path.isdir(POSTGRES) else []
        if not versions or "postgres" not in [one.pw_name for one in pwd.getpwall()]:
            self.skipTest("PostgreSQL is not installed")
        programs_folder = os.path.join(POSTGRES, versions[-1], "bin")
        owner = pwd.getpwnam("postgres")
        data = tempfile.mkdtemp(prefix="certnamed-postgres-", dir="/tmp")
        self.addCleanup(shutil.rmtree, data, ignore_errors=True)
        os.chown(data, owner.pw_uid, owner.pw_gid)
        as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}
        subprocess.run([os.path.join(programs_folder, "initdb"), "-D", data, "-A", "trust", "--no-sync"], check=True,
                       capture_output=True, **as_owner)
        for name, reason in FATES:
            served, port = self.world.servers[name][0], free_port()
            for source, target in ((served.chain, "server.crt"), (served.key, "server.key")):
                path = os.path.join(data, target)
                shutil.copy(source, path)
                os.chown(path, owner.pw_uid, owner.pw_gid)
                os.chmod(path, 0o600)
            command = [os.path.join(programs_folder, "postgres"), "-D", data, "-c", "ssl=on", "-c", "port=%d" % port, "-c",
                       "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
            with serving(command, port, **as_owner):
                for mode in ("verify-full", "require"):
                    psql = [os.path.join(programs_folder, "psql"), "-XAtc", "select 1",
                            "host=%s port=%d user=postgres dbname=postgres sslmode=%s sslrootcert=%s" % (name, port, mode, served.root)]
                    wait_for("the database has started", lambda: run(psql, self.environment) == (0, "1\n"))
                    for way, before, environment in self.ways(True):
                        with self.subTest(way, server=name, mode=mode):
                            self.expect(run([*before, *psql], environment), reason)
                    if reason is None and mode == "verify-full":
                        programs.try_bad_daemons(self, "psql", psql, self.environment)

    def test_ldapsearch(self):
        if not shutil.which("slapd") and not os.path.exists("/usr/sbin/slapd") or not shutil.which("ldapsearch"):
            self.skipTest("slapd and ldap-utils are not installed")
        for name, reason in FATES:
            served, port = self.world.servers[name][0], free_port()
            path = os.path.join(self.folder, "slapd.conf")
            with open(path, "w") as file:
                file.write("include /etc/ldap/schema/core.schema\nTLSCertificateFile %s\nTLSCertificateKeyFile %s\ndatabase ldif\ndirectory %s\nsuffix dc=test\n"
                           % (served.chain, served.key, self.folder))
            with serving(["/usr/sbin/slapd", "-h", "ldaps://127.0.0.1:%d" % port, "-f", path, "-d", "0"], port):
                command = ["ldapsearch", "-x", "-H", "ldaps://%s:%d" % (name, port), "-b", "", "-s", "base"]
                environment = {**self.environment, "LDAPTLS_CACERT": served.root}
                own = run(command, environment)[0]
                self.assertTrue(own == 0 or name == "cn-only.test")
                with self.subTest(server=name):
                    code, out = run([*certname_run(), *command], environment)
                    if own:
                        self.assertNotEqual(code, 0, out)
                    else:
                        self.expect((code, out), reason)
                if reason is None:
                    programs.try_bad_daemons(self, "ldapsearch", command, environment)

    def test_nginx(self):
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        if not os.path.exists(nginx):
            self.skipTest("nginx is not installed")
        for name, reason in FATES:
            for way, sni, options in (("certname-run", "on", ()), ("certname-run", "off", ("--nameless=path",)), ("certname-run", "off", ()),
                                      ("openssl.cnf", "on", ()), ("openssl.cnf", "off", ())):
                with Https(self.world.servers[name][0]) as server, self.subTest(name, way=way, sni=sni, options=options):
                    port, log = free_port(), os.path.join(self.folder, "decisions-%s" % os.urandom(4).hex())
                    path = os.path.join(self.folder, "nginx.conf")
                    with open(path, "w") as file:
                        file.write("""daemon off; master_process off; error_log stderr; pid %(folder)s/nginx.pid; user root;
events {} http { access_log off; proxy_temp_path %(folder)s/a; client_body_temp_path %(folder)s/b; fastcgi_temp_path %(folder)s/c;
uwsgi_temp_path %(folder)s/d; scgi_temp_path %(folder)s/e; server { listen 127.0.0.1:%(port)d; location / {
proxy_pass https://127.0.0.1:%(target)d; proxy_ssl_verify on; proxy_ssl_verify_depth 3; proxy_ssl_name %(name)s; proxy_ssl_server_name %(sni)s;
proxy_ssl_trusted_certificate %(root)s; } } }
""" % {"folder": self.folder, "port": port, "target": server.port, "name": name, "sni": sni, "root": server.served.root})
                    command, environment = [nginx, "-c", path, "-e", "stderr"], self.environment
                    if way == "certname-run":
                        command = [*certname_run("--log", log, *options), *command]
                    else:
                        environment = self.configure("log = " + log)
                    if environment is None:
                        continue
                    with serving(command, port, env=environment):
                        try:
                            status = urllib.request.urlopen("http://127.0.0.1:%d/" % port, timeout=30).status
                        except urllib.error.HTTPError as error:
                            status = error.code
                    refused = reason is not None or (sni == "off" and not options)
                    self.assertEqual(status, 502 if refused else 200)
                    self.assertEqual(len(server.requests), 0 if refused else 1)
                    with open(log) as file:
                        text = file.read()
                    if refused:
                        self.assertIn("refused: certnamed: ", text)
                        self.assertIn("--nameless=path" if sni == "off" and not options else reason, text)
                    else:
                        self.assertIn("%s: accepted" % name, text)

    def test_parallel(self):
        """Threads and many connections of one process, each with its own reason."""
        with Https(self.world.servers["good.test"][0]) as good, Https(self.world.servers["pinned.test"][0]) as pinned:
            command = ["curl", "-sS", "--parallel", "--no-keepalive", "--cacert", good.served.root]
            for name, server in (("good.test", good), ("pinned.test", pinned)):
                command += ["--resolve", "%s:%d:127.0.0.1" % (name, server.port)]
            for _ in range(20):
                for name, server in (("good.test", good), ("pinned.test", pinned)):
                    command += ["-o", os.devnull, "https://%s:%d/" % (name, server.port)]
            code, out = run([*certname_run(), *command], self.environment)
            self.assertEqual(code, 60, out)
            self.assertEqual((len(good.requests), len(pinned.requests)), (20, 0))

    def test_cost(self):
        """certnamed adds little to a full handshake of curl's, whose answer the daemon remembers: at most 0.15 ms where the
        machine is idle. Without certnamed curl resumes sessions, which is switched off for the comparison."""
        with Https(self.world.servers["good.test"][0]) as server:
            command = programs.curl("good.test", server, "--no-sessionid") + ["https://good.test:%d/" % server.port] * 60
            ways = {"plain": [], "covered": certname_run()}
            best = dict.fromkeys(ways, float("inf"))
            for _ in range(10):
                for way, before in ways.items():
                    begun = time.perf_counter()
                    self.assertEqual(run([*before, *command], self.environment)[0], 0)
                    best[way] = min(best[way], (time.perf_counter() - begun) / 61)
            harness.report("curl: %.3f ms a handshake, %.3f ms covered" % (best["plain"] * 1e3, best["covered"] * 1e3))


if __name__ == "__main__":
    harness.main()
