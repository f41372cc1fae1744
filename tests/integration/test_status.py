#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Status and metrics of the daemon: which clients get them, and in what form."""

import json
import os
import re
import shutil
import socket
import struct
import tempfile
import unittest

import front
import harness
import wire
from certificates import certificate
from daemon import Daemon, program, wait_for

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
needs_root = unittest.skipIf(os.geteuid() != 0, "only root is several users")
SAMPLE = re.compile(r'^certnamed_[a-z_]+(\{[a-z]+="(?:[^"\\]|\\.)*"(,[a-z]+="[^"]*")?\})? [0-9.]+$')


class Status(harness.TestCase):
    def setUp(self):
        self.one = certificate("DNS:good.example").der

    def test_counts(self):
        """Status has the number of requests by outcome, code and rule, the users and the epoch."""
        with Daemon('domain "good.example" { }\n') as daemon, daemon.client() as client:
            for host in ("good.example", "good.example", "bad.example", "no..name"):
                client.call(host, self.one)
            said = front.status(daemon)
        self.assertEqual(said["requests"]["name-matches"], 2)
        self.assertEqual(said["requests"]["refused"], 1)
        self.assertEqual(said["codes"]["hostname-mismatch"], 1)
        self.assertEqual(sum(said["rules"].values()), 3)
        self.assertEqual(set(said["rules"]), {'domain "good.example"', "built-in defaults", "(other)"})
        self.assertNotIn("", said["codes"])
        self.assertEqual((said["epoch"], said["generation"]), (1, 1))
        self.assertRegex(said["digest"], "^[0-9a-f]{64}$")
        self.assertEqual(said["users"][0]["uid"], os.geteuid())
        self.assertGreater(said["latency_us"]["cold"]["count"], 1)
        self.assertEqual(said["supervisor"]["generation"], 1)

    def test_metrics(self):
        """The metrics are OpenMetrics text: samples, each family begun once, and the end."""
        with Daemon() as daemon, daemon.client() as client, daemon.admin() as admin:
            client.call("good.example", self.one)
            kind, text = front.inquire(admin, front.KIND_METRICS)
        self.assertEqual(kind, front.KIND_METRICS_TEXT)
        self.check_metrics(text.decode())

    def test_manual(self):
        """Each key of the status is described in certnamectl(1)."""
        described = self.section_of_manual()
        # The names in these objects are described elsewhere: codes, sections of the policy and limits.
        elsewhere = {"codes", "rules", "busy", "supervisor"}

        def keys(value, name=""):
            if isinstance(value, list):
                return set().union(*[keys(one) for one in value])
            if not isinstance(value, dict):
                return set()
            found = set(value) if name not in elsewhere or name == "supervisor" else set()
            return found.union(*[keys(inner, key) for key, inner in value.items()])

        with Daemon() as daemon, daemon.client() as client:
            client.call("good.example", self.one)
            found = keys(front.status(daemon)) - {"supervisor"}
        self.assertGreater(len(found), 50)
        self.assertEqual([key for key in sorted(found) if not re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(key), described)],
                         [])

    def test_manual_has_what_is_rare(self):
        """Keys that stand in the status only at times, and the lines of the text for people, are described as well: they are
        taken from the sources that print them."""
        page = self.section_of_manual()
        keys = set()
        for name in ("daemon/supervisor/facts.c", "daemon/front/status.c"):
            with open(os.path.join(TOP, name)) as file:
                text = file.read()
            keys |= set(re.findall(r'\\"([a-z][a-z0-9_-]*)\\":', text))
            keys |= set(re.findall(r'write_\w+\([^,"]*, "([a-z-]+)"', text))
        self.assertGreater(len(keys), 60)
        self.assertTrue({"start-refused", "material", "supervisor"} <= keys, keys)
        self.assertEqual([key for key in sorted(keys) if not re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(key), page)], [])
        with open(os.path.join(TOP, "client/ctl/status.c")) as file:
            head = file.read()
        lines = re.findall(r'"((?:an OLD|the files|no policy|the last)[^":,;]*)', head[head.index("print_head"):head.index("drop_repeated")])
        self.assertEqual(len(lines), 4, lines)
        for line in lines:
            self.assertIn(re.sub(r":.*|\\n", "", line), page)

    @staticmethod
    def section_of_manual():
        with open(os.path.join(TOP, "doc", "certnamectl.1")) as file:
            page = file.read()
        return page[page.index(".Sh STATUS"):page.index(".Sh ENVIRONMENT")]

    def test_replaced_program(self):
        """A daemon whose program has been replaced on disk, as by an upgrade, says so in status; until then it does
        not."""
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            os.chmod(folder, 0o755)
            for name in ("certnamed", "certnamed-front"):
                shutil.copy(program(name), folder)
            path = os.path.join(folder, "certnamed")
            with Daemon(program_name=path) as daemon:
                self.assertIs(front.status(daemon)["supervisor"]["program-replaced"], False)
                self.assertNotIn("OLD program", daemon.ctl("status")[1])
                shutil.copy(program("certnamed"), path + ".new")
                os.rename(path + ".new", path)

                def is_reported():
                    return front.status(daemon)["supervisor"]["program-replaced"]

                wait_for("status has the replaced program", is_reported)
                code, out, err = daemon.ctl("status")
                self.assertEqual((code, err), (0, ""))
                self.assertIn("an OLD program runs", out.splitlines()[1])
                self.assertIn("systemctl restart certnamed", out.splitlines()[1])

    def check_metrics(self, text):
        lines = text.splitlines()
        self.assertEqual(lines.pop(), "# EOF")
        families = [line.split()[2] for line in lines if line.startswith("# TYPE ")]
        self.assertEqual(len(families), len(set(families)))
        for line in lines:
            if not line.startswith("# "):
                self.assertRegex(line, SAMPLE)
        self.assertIn('certnamed_requests_total{outcome="name-matches"} 1', lines)

    def test_http(self):
        """The socket for metrics serves the same text over HTTP, and accepts no other request."""
        with Daemon() as probe:
            path = os.path.join(probe.folder, "metrics")
            with Daemon('metrics { socket = "%s" }\n' % path) as daemon:
                with daemon.client() as client:
                    client.call("good.example", self.one)
                wait_for("there is a socket", lambda: os.path.exists(path))
                head, body = self.get(path, b"GET /metrics HTTP/1.0\r\n\r\n")
                self.assertTrue(head.startswith("HTTP/1.0 200 "), head)
                self.assertIn("application/openmetrics-text", head)
                self.check_metrics(body)
                for request, code in ((b"GET / HTTP/1.0\r\n\r\n", "404"), (b"PUT /metrics HTTP/1.0\r\n\r\n", "405"),
                                      (b"x" * 5000, "400")):
                    self.assertIn(" %s " % code, self.get(path, request)[0])
                with daemon.client() as client:
                    self.assert_accepted(client.call("good.example", self.one))

    @staticmethod
    def get(path, request):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(path)
            client.sendall(request)
            reply = b""
            try:
                while data := client.recv(65536):
                    reply += data
            except ConnectionResetError:
                pass
        head, _, body = reply.decode().partition("\r\n\r\n")
        return head, body

    @needs_root
    def test_forbidden(self):
        """On the socket for requests nobody, not even root, gets status, metrics or a reload; the connection stays
        usable."""
        with Daemon() as daemon:
            for uid in (0, 1234, 65534):
                with front.As(daemon.socket, uid) as client:
                    for kind in (front.KIND_STATUS, front.KIND_METRICS, front.KIND_RELOAD):
                        kind, payload = front.inquire(client, kind)
                        self.assertEqual((kind, payload[:2]), (wire.KIND_ERROR, bytes([8, front.ERROR_FORBIDDEN])))
                    self.assert_accepted(client.call("good.example", self.one))
            self.assertEqual(front.status(daemon)["generation"], 1)

    def test_reload(self):
        """A reload is answered when it is over: with the policy in force, or with the fault."""
        with Daemon() as daemon, daemon.admin() as client:
            daemon.expect("reload refused")
            kind, payload = front.inquire(client, front.KIND_RELOAD)
            self.assertEqual((kind, payload[0]), (front.KIND_RELOADED, 0))
            self.assertIn(b"generation 2", payload)
            with open(daemon.config, "w") as file:
                file.write("nonsense\n")
            kind, payload = front.inquire(client, front.KIND_RELOAD)
            self.assertEqual((kind, payload[0]), (front.KIND_RELOADED, 1))
            self.assertIn(b"policy.conf:1", payload)
            self.assertEqual(front.status(daemon)["generation"], 2)

    def test_record(self):
        """One in so many requests is recorded as it came, and the file never exceeds its bound."""
        with Daemon() as probe:
            path = os.path.join(probe.folder, "record")
            policy = 'record { file = "%s"  sample = 2  max-bytes = 1M }\n' % path
            with Daemon(policy) as daemon, daemon.client() as client:
                payloads = [wire.question("h%d.example" % n, self.one) for n in range(10)]
                for payload in payloads:
                    client.send(wire.frame(payload))
                    client.receive()
            with open(path, "rb") as file:
                data = file.read()
        recorded = []
        while data:
            magic, length, _, uid, _, outcome, _, code, name = struct.unpack(">4sIQIIII32s32s", data[:96])
            self.assertEqual((magic, uid, outcome), (b"CNR1", os.geteuid(), 0))
            self.assertEqual((code.rstrip(b"\0"), name.rstrip(b"\0")), (b"hostname-mismatch", b"certnamed"))
            recorded.append(data[96:length])
            data = data[length:]
        self.assertIn(len(recorded), (5, 6))
        self.assertTrue(set(recorded) <= set(payloads))


if __name__ == "__main__":
    harness.main()
