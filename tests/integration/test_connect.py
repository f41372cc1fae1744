#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""verify --connect: a server's certificates and staple reach the daemon as the server sent them."""

import json
import os
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time

import fake
import harness
from certificates import certificate
from daemon import PATIENCE, run_ctl, wait_for

RESPONSE = b"0\x03\n\x01\x06"  # The OCSP response "tryLater" of RFC 6960.


def free_port(family=socket.AF_INET, address="127.0.0.1"):
    with socket.socket(family) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Server:
    """
    One TLS server per connection, in a thread, after a dialogue that `speak(stream)` holds and that says whether TLS
    begins. Notes what came: server names, and the bytes under TLS.
    """

    def __init__(self, one, speak=None, address="127.0.0.1", family=socket.AF_INET, protocol=None, before_tls=b""):
        self.names, self.received = [], []
        self.speak, self.before_tls = speak, before_tls
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(one.path, one.key_path)
        # A client that closes before it reads a session ticket resets the connection, and what it sent could get lost.
        self.context.num_tickets = 0
        self.context.sni_callback = lambda connection, name, context: self.names.append(name)
        if protocol:
            self.context.maximum_version = protocol
        self.listener = socket.socket(family)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, 0))
        self.listener.listen(8)
        self.port = self.listener.getsockname()[1]
        self.done = threading.Semaphore(0)

    def __enter__(self):
        threading.Thread(target=self.run, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.settimeout(PATIENCE)
            try:
                self.serve(client)
            except (OSError, ssl.SSLError):
                pass
            client.close()
            self.done.release()

    def serve(self, client):
        if self.speak:
            with client.makefile("rwb", buffering=0) as stream:
                if not self.speak(stream):
                    return
        with self.context.wrap_socket(client, server_side=True, suppress_ragged_eofs=True) as session:
            self.received.append(session.recv(1000))


def smtp(stream, greeting=b"220-mail.example\r\n220 ready\r\n", offer=b"250-mail.example\r\n250-SIZE 1\r\n250 STARTTLS\r\n",
         answer=b"220 go ahead\r\n"):
    stream.write(greeting)
    if not greeting.startswith(b"220"):
        return False
    if stream.readline() != b"EHLO localhost\r\n":
        return False
    stream.write(offer)
    if stream.readline() != b"STARTTLS\r\n":
        return False
    stream.write(answer)
    return answer.startswith(b"220")


def imap(stream, greeting=b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", answer=b"* BAD x\r\na1 OK begin\r\n"):
    stream.write(greeting)
    if stream.readline() != b"a1 STARTTLS\r\n":
        return False
    stream.write(answer)
    return b"a1 OK" in answer


class ConnectTestCase(harness.TestCase):
    def setUp(self):
        self.daemon = self.enterContext(fake.FakeDaemon())
        self.one = certificate("DNS:localhost", "IP:127.0.0.1")

    def connect(self, target, *arguments, status=0, timeout=PATIENCE):
        """Returns the question that certnamectl asks about the certificates that a server sends."""
        del self.daemon.asked[:]
        code, out, err = run_ctl("--socket", self.daemon.socket, "verify", "--connect", target, *arguments,
                                 timeout=timeout)
        self.assertEqual((code, err), (status, ""), out)
        self.assertEqual(len(self.daemon.asked), 1)
        return self.daemon.asked[0]

    def assert_fails(self, target, *arguments, says, timeout=PATIENCE):
        """Checks that certnamectl prints one line with host and port, as text and as JSON, and asks nothing."""
        del self.daemon.asked[:]
        host, port = target.rsplit(":", 1)
        place = "%s port %s: " % (host.strip("[]"), port)
        command = ["--socket", self.daemon.socket, "verify", "--connect", target, *arguments]
        code, out, err = run_ctl(*command, timeout=timeout)
        self.assertEqual((code, out), (2, ""))
        self.assertRegex(err, "^certnamectl: %s.*%s.*\n$" % (re.escape(place), says))
        code, out, err = run_ctl(*command, "--json", timeout=timeout)
        self.assertEqual((code, err, out.count("\n")), (2, "", 1))
        self.assertRegex(json.loads(out)["error"]["message"], "^%s.*%s" % (re.escape(place), says))
        self.assertEqual(self.daemon.asked, [])


class Tls(ConnectTestCase):
    def serve(self, *arguments):
        """Runs openssl's own server, which staples."""
        port = free_port()
        process = subprocess.Popen(["openssl", "s_server", "-accept", "127.0.0.1:%d" % port, "-quiet", "-cert",
                                    self.one.path, "-key", self.one.key_path, *arguments], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdin.close)

        def listens():
            with open("/proc/net/tcp") as table:
                return " 0100007F:%04X 00000000:0000 0A " % port in table.read()

        wait_for("the server listens", listens)
        return port

    def test_chain_and_staple(self):
        """The question holds the leaf first, then the other certificates that the server sent, then the staple, and
        asks for the path."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        response = os.path.join(folder, "response")
        with open(response, "wb") as file:
            file.write(RESPONSE)
        other = certificate("DNS:other.example", key_name="b")
        for version in ("-tls1_2", "-tls1_3"):
            port = self.serve("-cert_chain", other.path, "-status_file", response, version)
            usual = {fake.HOST: [b"127.0.0.1"], fake.CERTIFICATES: [self.one.der, other.der]}
            self.assertEqual(self.connect("127.0.0.1:%d" % port), {**usual, fake.PATH: [1], fake.OCSP: [RESPONSE]})
            self.assertEqual(self.connect("127.0.0.1:%d" % port, "--no-path"), usual)
            self.assertEqual(self.connect("127.0.0.1:%d" % port, "--time", "1970-01-01T00:00:00Z", "--srv", "_x.y",
                                          "--purpose", "server"),
                             {fake.SRV: [b"_x.y"], fake.CERTIFICATES: usual[fake.CERTIFICATES], fake.PATH: [1],
                              fake.PURPOSE: [1], fake.TIME: [b""], fake.OCSP: [RESPONSE]})

    def test_without_staple(self):
        port = self.serve()
        self.assertEqual(self.connect("127.0.0.1:%d" % port, "--no-identity"),
                         {fake.CERTIFICATES: [self.one.der], fake.PATH: [1], fake.NO_IDENTITY: [1]})

    def test_explain(self):
        port = self.serve()
        code, out, err = run_ctl("--socket", self.daemon.socket, "explain", "--connect", "127.0.0.1:%d" % port)
        self.assertEqual((code, err), (0, ""), out)
        self.assertEqual(self.daemon.asked[0][fake.EXPLAIN], [1])

    def test_names(self):
        """A name is sent as server_name and an address never is; nothing is sent after the handshake."""
        for protocol in (None, ssl.TLSVersion.TLSv1_2):
            with Server(self.one, protocol=protocol) as server:
                for target, arguments, name in (
                    ("127.0.0.1", (), None),
                    ("localhost", (), "localhost"),
                    ("localhost", ("--host", "192.0.2.1"), "localhost"),
                    ("127.0.0.1", ("--host", "192.0.2.1", "--host", "www.example.org."), "www.example.org"),
                    ("localhost", ("--email", "jo@x.example"), "localhost"),
                ):
                    self.connect("%s:%d" % (target, server.port), *arguments)
                    self.assertTrue(server.done.acquire(timeout=PATIENCE))
                    self.assertEqual(server.names.pop(), name)
                    self.assertEqual(server.received, [b""] * len(server.received))
                self.assertEqual(len(server.received), 5)

    def test_ipv6(self):
        """An IPv6 address is written in brackets before the port."""
        try:
            server = self.enterContext(Server(self.one, address="::1", family=socket.AF_INET6))
        except OSError:
            return  # This host has no IPv6, so there is nothing to connect to.
        self.assertEqual(self.connect("[::1]:%d" % server.port)[fake.HOST], [b"::1"])
        self.assertTrue(server.done.acquire(timeout=PATIENCE))
        self.assertEqual(server.names, [None])

    def test_targets(self):
        """An argument that is not HOST[:PORT] is refused before certnamectl connects."""
        for target in ("", ":443", "a.example:", "a.example:0", "a.example:65536", "a.example:https", "a.example:4 4",
                       "https://a.example", "a:b:c", "[::1", "[::1]x", "[::1]:", "[]:443", "[127.0.0.1]:443",
                       "[a.example]:443", "bücher.example", "a b", "fe80::1%lo", "[fe80::1%lo]:443", "x" * 256):
            code, out, err = run_ctl("--socket", self.daemon.socket, "verify", "--connect", target)
            self.assertEqual((code, out), (2, ""), target)
            self.assertRegex(err, "^certnamectl: .+\nusage: ", target)
        code, out, err = run_ctl("verify", "--connect", "127.0.0.1:1", "--host", "bücher.example")
        self.assertEqual((code, out), (2, ""))
        self.assertRegex(err, "^certnamectl: --host: .+\nusage: ")

    def test_nobody_there(self):
        self.assert_fails("127.0.0.1:%d" % free_port(), says="Connection refused")
        self.assert_fails("no-such-host.invalid:443", says="cannot be resolved|in time")

    def test_no_tls(self):
        """A server that speaks another protocol, or hangs up, is reported as a failure."""
        with Server(self.one, speak=lambda stream: stream.write(b"220 hello\r\n") and False) as server:
            self.assert_fails("127.0.0.1:%d" % server.port, says="handshake failed .*--starttls")
        with Server(self.one, speak=lambda stream: False) as server:
            self.assert_fails("127.0.0.1:%d" % server.port, says="handshake failed")

    def test_no_shared_protocol(self):
        """A server that wants a certificate of the client is reported as a failure: in TLS 1.2 the handshake says
        so."""
        with Server(self.one, protocol=ssl.TLSVersion.TLSv1_2) as server:
            server.context.verify_mode = ssl.CERT_REQUIRED
            server.context.load_verify_locations(self.one.path)
            self.assert_fails("127.0.0.1:%d" % server.port, says="handshake failed")

    def test_silence(self):
        """A server that sends nothing is given up after ten seconds."""
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(8)
            for arguments, says in (((), "did not end within 10 s"), (("--starttls", "imap"), "in time")):
                target = "127.0.0.1:%d" % silent.getsockname()[1]
                begun = time.monotonic()
                code, out, err = run_ctl("verify", "--connect", target, *arguments, timeout=30 + PATIENCE)
                elapsed = time.monotonic() - begun
                self.assertEqual((code, out), (2, ""))
                self.assertRegex(err, "^certnamectl: 127.0.0.1 port .*%s.*\n$" % says)
                self.assertGreater(elapsed, 9)
                self.assertLess(elapsed, 10 + PATIENCE)


class Starttls(ConnectTestCase):
    def test_starttls(self):
        """Both STARTTLS dialogues lead to TLS, and to the server's certificate."""
        for protocol, speak in (("smtp", smtp), ("imap", imap)):
            with Server(self.one, speak=speak) as server:
                fields = self.connect("localhost:%d" % server.port, "--starttls", protocol)
                self.assertEqual(fields, {fake.HOST: [b"localhost"], fake.CERTIFICATES: [self.one.der], fake.PATH: [1]})
                self.assertTrue(server.done.acquire(timeout=PATIENCE))
                self.assertEqual((server.names, server.received), (["localhost"], [b""]))

    def test_slow_lines(self):
        """A line that comes in pieces is read as a line."""
        def speak(stream):
            for byte in b"220 x\r\n":
                stream.write(bytes([byte]))
                time.sleep(0.01)
            stream.readline()
            stream.write(b"250-x\r\n25")
            time.sleep(0.05)
            stream.write(b"0 starttls\r\n")
            stream.readline()
            stream.write(b"220 ok\n")
            return True

        with Server(self.one, speak=speak) as server:
            self.connect("127.0.0.1:%d" % server.port, "--starttls", "smtp")

    def test_refusals(self):
        """Any line outside of the STARTTLS dialogue ends the dialogue with one line of error, above all clear text
        that comes after the server agreed to TLS."""
        def with_smtp(**settings):
            return lambda stream: smtp(stream, **settings)

        def with_imap(**settings):
            return lambda stream: imap(stream, **settings)

        rows = (
            ("smtp", with_smtp(greeting=b"554 no\r\n"), "does not greet .*`554 no`"),
            ("smtp", with_smtp(greeting=b"* OK imap\r\n"), "does not greet"),
            ("smtp", with_smtp(offer=b"500 what\r\n"), "refuses EHLO"),
            ("smtp", with_smtp(offer=b"250-x\r\n250 SIZE\r\n"), "does not offer STARTTLS"),
            ("smtp", with_smtp(offer=b"250-XSTARTTLS\r\n250 STARTTLSX\r\n"), "does not offer STARTTLS"),
            ("smtp", with_smtp(offer=b"250-x\r\n" * 200), "too many lines"),
            ("smtp", with_smtp(offer=b"250-" + b"x" * 5000 + b"\r\n"), "overlong line"),
            ("smtp", with_smtp(offer=b"250-a\0b\r\n250 STARTTLS\r\n"), "NUL"),
            ("smtp", with_smtp(offer=b"25\r\n"), "refuses EHLO"),
            ("smtp", with_smtp(answer=b"454 not now\x1b[2J\r\n"), r"refuses STARTTLS.*`454 not now\\x1b\[2J`"),
            ("smtp", with_smtp(answer=b"220 go\r\n250 injected\r\n"), "tampering"),
            ("imap", with_imap(greeting=b"* PREAUTH hello\r\n"), "like an IMAP server"),
            ("imap", with_imap(greeting=b"220 smtp\r\n"), "like an IMAP server"),
            ("imap", with_imap(answer=b"a1 NO not here\r\n"), "refuses STARTTLS"),
            ("imap", with_imap(answer=b"a1 OK go\r\n* OK injected\r\n"), "tampering"),
            ("imap", with_imap(answer=b"* x\r\n" * 200), "too many lines"),
            ("imap", lambda stream: False, "broke before TLS"),
        )
        for protocol, speak, says in rows:
            with self.subTest(says=says), Server(self.one, speak=speak) as server:
                target = "127.0.0.1:%d" % server.port
                code, out, err = run_ctl("--socket", self.daemon.socket, "verify", "--connect", target, "--starttls",
                                         protocol)
                self.assertEqual((code, out), (2, ""))
                self.assertRegex(err, "^certnamectl: 127.0.0.1 port %d: .*%s.*\n$" % (server.port, says))
                self.assertRegex(err, r"^[\n -~]*$")
        self.assertEqual(self.daemon.asked, [])


if __name__ == "__main__":
    harness.main()
