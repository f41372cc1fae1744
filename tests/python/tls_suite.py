# SPDX-License-Identifier: MIT
"""
Handshakes of Python programs that certname judges. It runs under each Python that the test finds, against a daemon at
CERTNAMED_SOCKET and with the files that CERTNAMED_TEST_FILES lists (see test_python.py).
"""

import asyncio
import contextlib
import http.client
import json
import os
import socket
import ssl
import sys
import threading
import unittest
import urllib.error
import urllib.request

import certname
import certname.aio

FILES = json.loads(os.environ["CERTNAMED_TEST_FILES"])
# Python 3.8 and 3.9 hand over the end entity alone, so that no path with an intermediate can be built.
HAS_CHAIN = sys.version_info >= (3, 10)
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Server:
    """A TLS server on the loopback interface with one certificate. `received` is what it got from its clients."""

    def __init__(self, name, files=None):
        own = (files or FILES)[name]
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(own["chain"], own["key"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.received = b""

    def __enter__(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

    def run(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            plain.settimeout(20)
            with contextlib.suppress(OSError), plain, self.context.wrap_socket(plain, server_side=True) as client:
                self.received += client.recv(4096)
                client.sendall(REPLY)
                client.recv(4096)


def client_context(name):
    """Returns a context that trusts the root of a server, whatever the daemon does."""
    context = ssl.create_default_context(cafile=FILES[name]["root"])
    if hasattr(ssl, "VERIFY_X509_STRICT"):
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def connect(server, context, host, **settings):
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    try:
        return context.wrap_socket(plain, server_hostname=host, **settings)
    except BaseException:
        plain.close()
        raise


@contextlib.contextmanager
def injected(**settings):
    certname.inject_into_ssl(**settings)
    try:
        yield
    finally:
        certname.extract_from_ssl()


class TestCase(unittest.TestCase):
    @contextlib.contextmanager
    def refuses(self, code, kind=certname.CertificateError):
        with self.assertRaises(kind) as caught:
            yield caught
        error = caught.exception
        self.assertIsInstance(error, ssl.SSLCertVerificationError)
        self.assertEqual(error.verdict.code, code)
        self.assertEqual((error.errno, error.reason, error.library), (1, "CERTIFICATE_VERIFY_FAILED", "SSL"))


class Besides(TestCase):
    """inject_into_ssl(): certnamed besides OpenSSL."""

    # A server, and the code with which certnamed refuses what OpenSSL accepts.
    REFUSED = (("pinned.test", "pin-mismatch"), ("cn-only.test", "hostname-mismatch"), ("revoked.test", "revoked"),
               ("denied.test", "denied"), ("stranger.test", None))

    def test_good(self):
        context = client_context("good.test")
        with Server("good.test") as server, injected(), connect(server, context, "good.test") as client:
            self.assertEqual(type(client._sslobj).__module__, "_ssl")
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.assertEqual(client.recv(4096), REPLY)

    def test_refused(self):
        """Contexts that were made before the injection are covered, and the server gets no byte."""
        for name, code in self.REFUSED:
            with self.subTest(name), Server(name) as server:
                context = client_context(name)
                connect(server, context, name).close()
                with injected(), self.assertRaises(certname.CertificateError) as caught:
                    connect(server, context, name)
                if code:
                    self.assertEqual(caught.exception.verdict.code, code)
                else:
                    self.assertIn(caught.exception.verify_code, (19, 20))
                self.assertEqual(server.received, b"")

    def test_extracted(self):
        with Server("pinned.test") as server:
            with injected():
                pass
            connect(server, client_context("pinned.test"), "pinned.test").close()
        self.assertIs(ssl.SSLContext.sslsocket_class, ssl.SSLSocket)
        self.assertIs(ssl.SSLContext.sslobject_class, ssl.SSLObject)

    def test_late_handshake(self):
        """A handshake within send(), recv(), recv_into(), sendall(), read() or write() is judged before a byte is passed
        on, and a refused connection stays refused."""
        calls = (lambda client: client.send(b"secret"), lambda client: client.sendall(b"secret"),
                 lambda client: client.recv(1), lambda client: client.recv_into(bytearray(1)),
                 lambda client: client.read(1), lambda client: client.write(b"secret"))
        for call in calls:
            with Server("pinned.test") as server, injected():
                with connect(server, client_context("pinned.test"), "pinned.test", do_handshake_on_connect=False) as client:
                    for _ in range(2):
                        with self.refuses("pin-mismatch"):
                            call(client)
                self.assertEqual(server.received, b"")
            with Server("good.test") as server, injected():
                with connect(server, client_context("good.test"), "good.test", do_handshake_on_connect=False) as client:
                    client.sendall(b"hello")
                    self.assertEqual(client.recv(len(REPLY)), REPLY)

    def test_connect_later(self):
        """A socket that is wrapped before it is connected is judged as well."""
        with Server("pinned.test") as server, injected(), socket.socket() as plain:
            with client_context("pinned.test").wrap_socket(plain, server_hostname="pinned.test") as client:
                with self.refuses("pin-mismatch"):
                    client.connect(("127.0.0.1", server.port))

    def test_resumed(self):
        """A resumed session is judged like the first."""
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = client_context("good.test")
            context.maximum_version = version
            with self.subTest(version), Server("good.test") as server, injected():
                with connect(server, context, "good.test") as client:
                    client.sendall(b"x")
                    client.recv(4096)
                    session = client.session
                with connect(server, context, "good.test", session=session) as client:
                    self.assertTrue(client.session_reused)
                with self.assertRaises(certname.CertificateError):
                    connect(server, context, "other.good.test", session=session)

    def test_verifies_nothing(self):
        """A context with CERT_NONE stays what it is."""
        context = client_context("pinned.test")
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with Server("pinned.test") as server, injected():
            connect(server, context, "pinned.test").close()

    def test_openssl_refuses(self):
        """What OpenSSL refuses stays refused, with OpenSSL's own exception."""
        with Server("good.test") as server, injected(), self.assertRaises(ssl.SSLCertVerificationError) as caught:
            connect(server, client_context("stranger.test"), "good.test")
        self.assertNotIsInstance(caught.exception, certname.CertificateError)

    def test_nameless(self):
        context = client_context("good.test")
        context.check_hostname = False
        with Server("good.test") as server:
            with injected(), self.assertRaises(certname.DaemonError) as caught:
                connect(server, context, None)
            self.assertEqual(caught.exception.name, "no-name")
            with injected(nameless="path"):
                connect(server, context, None).close()
            with injected(nameless="skip"):
                connect(server, context, None).close()
        context = client_context("revoked.test")
        context.check_hostname = False
        with Server("revoked.test") as server, injected(nameless="path"), self.refuses("revoked"):
            connect(server, context, None)

    def test_urllib(self):
        with Server("good.test") as server, injected():
            opener = urllib.request.build_opener(Redirected(server, client_context("good.test")))
            self.assertEqual(opener.open("https://good.test/").read(), b"ok")
        with Server("pinned.test") as server, injected():
            opener = urllib.request.build_opener(Redirected(server, client_context("pinned.test")))
            with self.assertRaises(urllib.error.URLError) as caught:
                opener.open("https://pinned.test/")
            self.assertIsInstance(caught.exception.reason, certname.CertificateError)

    def test_asyncio(self):
        async def talk(server, name):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=client_context(name), server_hostname=name)
            writer.write(b"hello")
            reply = await reader.readexactly(len(REPLY))
            writer.close()
            return reply

        with Server("good.test") as server, injected():
            self.assertEqual(asyncio.run(talk(server, "good.test")), REPLY)
        with Server("pinned.test") as server, injected(), self.refuses("pin-mismatch"):
            asyncio.run(talk(server, "pinned.test"))

    def test_no_daemon(self):
        """Without a daemon every server is refused, with the path and the errno."""
        with Server("good.test") as server, certname.Client("/nonexistent/socket") as client, injected(client=client):
            with self.assertRaises(ssl.SSLError) as caught:
                connect(server, client_context("good.test"), "good.test")
        self.assertIsInstance(caught.exception, certname.DaemonError)
        self.assertEqual((caught.exception.name, caught.exception.errno), ("unavailable", 2))
        self.assertIn("/nonexistent/socket", str(caught.exception))

    def test_threads(self):
        context, failures = client_context("good.test"), []

        def work(server):
            try:
                for _ in range(5):
                    connect(server, context, "good.test").close()
            except Exception as error:
                failures.append(error)

        with Server("good.test") as server, injected():
            threads = [threading.Thread(target=work, args=(server,)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(failures, [])


class Redirected(urllib.request.HTTPSHandler):
    """Has urllib connect to a server of the test, whatever the host is called."""

    def __init__(self, server, context):
        super().__init__(context=context)
        self.server, self.context = server, context

    def https_open(self, request):
        return self.do_open(self.make_connection, request)

    def make_connection(self, host, **settings):
        connection = http.client.HTTPSConnection(host, context=self.context, timeout=20)
        connection._create_connection = lambda address, *rest: socket.create_connection(("127.0.0.1", self.server.port), *rest)
        return connection


if not HAS_CHAIN:
    # The end entity alone leads to no anchor here, which certnamed refuses: the tests of paths need the chain.
    class LeafAlone(TestCase):
        def test_path(self):
            with Server("good.test", WHOLE) as server, injected(), self.assertRaises(certname.CertificateError) as caught:
                connect(server, client_context("good.test"), "good.test")
            self.assertIn(caught.exception.verify_code, (20, 21))

        def test_name(self):
            with injected(path=False):
                with Server("good.test") as server:
                    connect(server, client_context("good.test"), "good.test").close()
                with Server("pinned.test") as server, self.refuses("pin-mismatch"):
                    connect(server, client_context("pinned.test"), "pinned.test")
                with Server("cn-only.test") as server, self.refuses("hostname-mismatch"):
                    connect(server, client_context("cn-only.test"), "cn-only.test")

    WHOLE = FILES
    FILES = {name: dict(files, chain=files["direct"], root=files["direct-root"]) for name, files in FILES.items()
             if "direct" in files}


class Instead(TestCase):
    """certname.SSLContext: certnamed instead of OpenSSL."""

    FIELDS = ("errno", "verify_code", "verify_message", "reason", "library")

    def test_good(self):
        with Server("good.test") as server, connect(server, certname.SSLContext(), "good.test") as client:
            client.sendall(b"hello")
            self.assertEqual(client.recv(4096), REPLY)

    def test_fields(self):
        """The exception's fields are those of CPython's own handshake with the same certificate, for each code that both
        can give; strerror and the arguments are so except for the line of CPython's source."""
        rows = (("good.test", "other.test", 62), ("good.test", "192.0.2.1", 64), ("expired.test", "expired.test", 10),
                ("future.test", "future.test", 9), ("self.test", "self.test", 18))
        for name, host, code in rows:
            with self.subTest(name, host=host), Server(name) as server:
                root = "good.test" if name == "self.test" else name
                with self.assertRaises(ssl.SSLCertVerificationError) as stock:
                    connect(server, client_context(root), host)
                with self.assertRaises(certname.CertificateError) as ours:
                    connect(server, certname.SSLContext(), host)
                expected, found = stock.exception, ours.exception
                self.assertEqual(found.verify_code, code)
                self.assertEqual({name: getattr(found, name) for name in self.FIELDS},
                                 {name: getattr(expected, name) for name in self.FIELDS})
                self.assertEqual(found.strerror, expected.strerror[: expected.strerror.rindex(" (_ssl.c:")])
                self.assertEqual((len(found.args), str(found)), (len(expected.args), found.strerror))
                self.assertEqual(server.received, b"")

    def test_settings(self):
        context = certname.SSLContext()
        self.assertEqual((context.verify_mode, context.check_hostname), (ssl.CERT_REQUIRED, True))
        with self.assertRaises(ValueError):
            context.verify_mode = ssl.CERT_NONE
        with Server("good.test") as server:
            with self.assertRaises(ValueError):
                connect(server, context, None)
            context.check_hostname = False
            connect(server, context, "other.test").close()
            connect(server, context, None).close()
        with Server("stranger.test") as server:
            with self.assertRaises(certname.CertificateError):
                connect(server, context, None)
            context.verify_mode = ssl.CERT_NONE
            connect(server, context, None).close()
        context.check_hostname = True
        self.assertEqual(context.verify_mode, ssl.CERT_REQUIRED)
        with self.assertRaises(ValueError):
            certname.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def test_no_daemon(self):
        with Server("good.test") as server, certname.Client("/nonexistent/socket") as client:
            with self.assertRaises(certname.DaemonError):
                connect(server, certname.SSLContext(client=client), "good.test")

    def test_asyncio(self):
        async def talk(server, host):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=certname.SSLContext(), server_hostname=host)
            writer.write(b"hello")
            reply = await reader.readexactly(len(REPLY))
            writer.close()
            return reply

        with Server("good.test") as server:
            self.assertEqual(asyncio.run(talk(server, "good.test")), REPLY)
            with self.refuses("hostname-mismatch"):
                asyncio.run(talk(server, "other.test"))


def read_chain(name):
    with open(FILES[name]["chain"]) as file:
        return [part + "-----END CERTIFICATE-----\n" for part in file.read().split("-----END CERTIFICATE-----\n")[:-1]]


class Questions(TestCase):
    """verify(), the client, and the forms for asyncio."""

    def test_verify(self):
        verdict = certname.verify(read_chain("good.test"), "good.test")
        self.assertTrue(verdict.verified and verdict.accepts)
        self.assertEqual(verdict.matched.value, b"good.test")
        self.assertIn("path", verdict.checked)
        self.assertEqual(len(verdict.digest), 32)
        self.assertRaises(TypeError, bool, verdict)
        with self.refuses("hostname-mismatch") as caught:
            certname.verify(read_chain("good.test"), "other.test", explain=True)
        self.assertEqual(caught.exception.verdict.presented[0].why, caught.exception.verdict.nearest.why)
        with self.refuses("pin-mismatch") as caught:
            certname.verify(read_chain("pinned.test"), "pinned.test")
        self.assertEqual(caught.exception.verdict.rule.section, 'domain "pinned.test"')
        self.assertTrue(certname.verify(read_chain("good.test")).verified)
        names = [("host", "wrong.test"), ("host", "good.test")]
        self.assertEqual(certname.verify(read_chain("good.test"), references=names).reference.value, b"good.test")

    def test_client(self):
        with certname.Client(timeout=20) as client:
            self.assertEqual(client.path, os.environ["CERTNAMED_SOCKET"])
            client.verify(read_chain("good.test"), "good.test")
            pid = os.fork()
            if pid == 0:
                code = 1
                with contextlib.suppress(Exception):
                    code = 0 if client.verify(read_chain("good.test"), "good.test").verified else 2
                os._exit(code)
            self.assertEqual(os.waitpid(pid, 0)[1], 0)
            client.verify(read_chain("good.test"), "good.test")
        self.assertRaises(ValueError, client.verify, read_chain("good.test"), "good.test")
        self.assertRaises(ValueError, certname.Client, "")
        with self.assertRaises(certname.DaemonError) as caught:
            certname.verify(b"no certificate", "good.test")
        self.assertEqual(caught.exception.name, "invalid-certificate")

    def test_coroutines(self):
        async def ask():
            async with certname.aio.Client() as client:
                chain = read_chain("good.test")
                found = await asyncio.gather(*(client.verify(chain, "good.test") for _ in range(200)))
                self.assertTrue(all(one.verified for one in found))
                with self.refuses("hostname-mismatch"):
                    await client.verify(chain, "other.test")
                await client.match_hostname(chain[0], "good.test")
                with self.assertRaises(certname.CertificateError):
                    await client.match_hostname(chain[0], "other.test", rules="python-3.5")
            async with certname.aio.Client("/nonexistent/socket", timeout=1) as client:
                with self.assertRaises(certname.DaemonError):
                    await client.verify(chain, "good.test")

        asyncio.run(ask())


if __name__ == "__main__":
    unittest.main(verbosity=1)
