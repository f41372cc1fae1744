#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Attacks where parts of the daemon meet: files that others may change, the socket for metrics,
and reloads without end."""

import os
import socket
import struct
import subprocess
import threading
import time

import authority
import harness
import wire
from certificates import certificate
from daemon import PATIENCE, RELAXED, Daemon, program, run_ctl

GOOD = certificate("DNS:good.example").der
KIND_RELOAD, KIND_RELOADED = 4, 132
VISITS = 8


class Material(harness.TestCase):
    """Trust anchors and CRLs that another user could have written."""

    def setUp(self):
        self.root = authority.Authority("seams")
        self.leaf = self.root.issue("DNS:good.example")

    def policy(self, anchor, crls):
        return 'trust "t" { file = { "%s" } crls = { "%s" } }\ndefaults { trust = { "t" } }\n' % (anchor, crls)

    def put(self, path, data, mode=0o644):
        with open(path + ".new", "wb") as file:
            file.write(data)
        os.chmod(path + ".new", mode)
        os.rename(path + ".new", path)
        return path

    def start(self, daemon, folder):
        """Starts a daemon with this configuration, which must be refused, and returns its exit status and what it
        logged."""
        done = subprocess.run([program("certnamed"), "--socket", os.path.join(folder, "no"), "--config", daemon],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
        return done.returncode, done.stderr.decode()

    def test_start(self):
        """The daemon does not start with trust anchors or CRLs that others may write, nor with such a configuration;
        a link is safe only if every folder and link on its way is."""
        with Daemon() as daemon:
            folder = daemon.folder
            with open(self.root.path, "rb") as file:
                pem = file.read()
            anchor = self.put(os.path.join(folder, "anchor.pem"), pem)
            crl = self.put(os.path.join(folder, "list.crl"), authority.crl(self.root, 1))
            shared = os.path.join(folder, "shared")
            os.mkdir(shared)
            other = self.put(os.path.join(shared, "anchor.pem"), pem)
            os.chmod(shared, 0o777)
            link = os.path.join(folder, "link.pem")
            os.symlink(other, link)
            pipe = os.path.join(folder, "pipe.pem")
            os.mkfifo(pipe)
            for what, paths, said in (("a file of its group's", (anchor, crl), "may be written"),
                                      ("a link into an open folder", (link, crl), "may be written"),
                                      ("a CRL by a link", (anchor, link), "may be written"),
                                      ("a pipe", (pipe, crl), "not a regular file"),
                                      ("a CRL that is a pipe", (anchor, pipe), "not a regular file")):
                with self.subTest(what):
                    os.chmod(anchor, 0o664 if what.startswith("a file") else 0o644)
                    config = self.put(os.path.join(folder, "bad.conf"), self.policy(*paths).encode())
                    code, err = self.start(config, folder)
                    self.assertEqual(code, 1, err)
                    self.assertIn("bad.conf:1: trust \"t\": ", err)
                    self.assertIn(said, err)

    def test_crl_that_others_may_write(self):
        """A CRL that others may write is not read, whether it replaces a good one or its mode changes: the CRLs in
        force stay."""
        with Daemon() as daemon:
            crls = os.path.join(daemon.folder, "crls")
            os.mkdir(crls)
            crl = self.put(os.path.join(crls, "one.crl"), authority.crl(self.root, 1, self.leaf))
            self.put(daemon.config, self.policy(self.root.path, crls).encode())
            self.assertEqual(daemon.ctl("reload")[0], 0)
            question = ("good.example", self.leaf.der)
            with daemon.client() as client:
                self.assert_refused(client.call(*question, path=True))
                daemon.expect("the CRLs on disk are refused, those in force stay")
                # The new CRL lists no certificate: if it were read, the certificate would be accepted.
                self.put(crl, authority.crl(self.root, 2), 0o666)
                daemon.wait_for_log("one.crl may be written by its group or by others.*those in force stay")
                self.assert_refused(client.call(*question, path=True))
                os.chmod(crl, 0o644)
                daemon.wait_for_log("CRLs have changed on disk")
                self.assertEqual(client.call(*question, path=True).outcome, wire.OUTCOME_VERIFIED)


class Visitors(harness.TestCase):
    """The socket for metrics and the clients that connect to it."""

    def visit(self, path, data=b""):
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(20)
        client.connect(path)
        self.addCleanup(client.close)
        if data:
            client.sendall(data)
        return client

    def scrape(self, path):
        client = self.visit(path, b"GET /metrics HTTP/1.0\r\n\r\n")
        return b"".join(iter(lambda: client.recv(65536), b""))

    def test_hostile_visitors(self):
        """Visitors that send nothing or too much, or never read, delay the next visitor for two seconds and delay no
        question; and there is never more than a handful of them."""
        with Daemon() as daemon:
            path = os.path.join(daemon.folder, "metrics")
            with open(daemon.config, "w") as file:
                file.write('metrics { socket = "%s" }\n' % path)
            self.assertEqual(daemon.ctl("reload")[0], 0)
            usual = len(os.listdir("/proc/%d/fd" % daemon.front())) if os.geteuid() == 0 else None
            silent = [self.visit(path) for _ in range(4 * VISITS)]
            begun = time.monotonic()
            with daemon.client() as client:
                self.assert_accepted(client.call("good.example", GOOD))
            harness.report("a verdict beside %d silent visitors took %.0f ms" % (len(silent), (time.monotonic() - begun) * 1e3))
            if usual:
                self.assertLessEqual(len(os.listdir("/proc/%d/fd" % daemon.front())), usual + VISITS + 2)
            for client in silent:
                client.close()
            for data in (b"GET /metrics HTTP/1.0\r\nX: " + b"x" * 4096, b"\0" * 4096):
                with self.subTest(data=data[:10]):
                    self.assertIn(b" 400 ", self.visit(path, data).recv(100))
            # The visitor asks and does not read.
            deaf = [self.visit(path, b"GET /metrics HTTP/1.0\r\n\r\n") for _ in range(VISITS)]
            self.assertTrue(self.scrape(path).endswith(b"# EOF\n"))
            del deaf


class Servers(harness.TestCase):
    """A server that certnamectl connects to need not be the one that it claims to be, and may send without end."""

    def flood(self, data):
        """Starts a server that sends nothing but these bytes, as fast as they are read, and returns its port."""
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)

        def serve():
            try:
                with listener.accept()[0] as client:
                    while True:
                        client.sendall(data)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    def test_endless(self):
        """A server sends records that TLS ignores, or a banner that never ends: certnamectl gives up after ten
        seconds at the most."""
        for what, data, arguments in (("requests for another handshake", b"\x16\x03\x03\0\x04\0\0\0\0", ()),
                                      ("warnings", b"\x15\x03\x03\0\x02\x01\x5a", ()),
                                      ("changes of the cipher", b"\x14\x03\x03\0\x01\x01", ()),
                                      ("a banner", b"220-hello\r\n", ("--starttls", "smtp")),
                                      ("untagged lines", b"* OK hello\r\n", ("--starttls", "imap"))):
            with self.subTest(what):
                begun = time.monotonic()
                code, out, err = run_ctl("verify", "--connect", "127.0.0.1:%d" % self.flood(data * 4096), *arguments,
                                         timeout=30 + PATIENCE)
                self.assertEqual((code, out), (2, ""))
                self.assertRegex(err, "^certnamectl: 127.0.0.1 port .*\n$")
                self.assertLess(time.monotonic() - begun, 10 + PATIENCE)


class Reloads(harness.TestCase):
    def test_storm(self):
        """A thousand requests to reload at once cause a few reloads: each request is answered, and verdicts are given
        meanwhile."""
        count = 120 if RELAXED else 1000
        with Daemon("defaults { wildcards = none }\n") as daemon, daemon.client() as asker:
            clients = [self.enterContext(daemon.admin()) for _ in range(20)]
            for number in range(count):
                clients[number % len(clients)].send(wire.frame(b"", number + 1, KIND_RELOAD))
            # Some clients do not wait for the answer.
            for client in clients[-4:]:
                client.close()
            answered = 0
            for position, client in enumerate(clients[:-4]):
                self.assert_accepted(asker.call("good.example", GOOD))
                for _ in range(position, count, len(clients)):
                    length, _, kind, _, _ = struct.unpack(">IBBHQ", client._take(wire.HEADER_BYTES))
                    payload = client._take(length - wire.HEADER_BYTES)
                    self.assertEqual((kind, payload[0]), (KIND_RELOADED, 0), payload)
                    answered += 1
            made = len(daemon.find_log("^certnamed: reloaded: "))
            harness.report("%d answers to %d requests for a reload, by %d reloads" % (answered, count, made))
            self.assertLess(made, count / 10)


if __name__ == "__main__":
    harness.main()
