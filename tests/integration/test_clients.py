#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients in other languages: the example in Python, the vectors that every client can be tested with, and the golden
bytes, which are sent to a running daemon."""

import base64
import importlib.util
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading

import harness
from certificates import certificate
from daemon import PATIENCE, run_ctl

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
EXAMPLES = os.path.join(TOP, "client", "examples")
TAG = 0x0102030405060708
HEADER = struct.Struct(">IBBHQ")


def load_example():
    spec = importlib.util.spec_from_file_location("certname_client", os.path.join(EXAMPLES, "certname_client.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["certname_client"] = module
    spec.loader.exec_module(module)
    return module


example = load_example()

with open(os.path.join(EXAMPLES, "vectors.json")) as vectors_file:
    VECTORS = json.load(vectors_file)


def make_question(values):
    """Returns the question of a vector in the form that the example takes."""
    values = dict(values)
    for key in ("certificates", "anchors", "crls"):
        values[key] = [bytes.fromhex(der) for der in values.get(key, [])]
    return example.Question(**dict(values, ocsp=bytes.fromhex(values.get("ocsp", ""))))


QUESTIONS = {row["name"]: make_question(row["question"]) for row in VECTORS["questions"]}


class Puppet:
    """Listens at a path and answers each request with one frame, in which the vectors' tag becomes the client's."""

    def __init__(self, path, frame):
        self.frame = frame
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(8)
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                self.answer(client)

    def answer(self, client):
        try:
            header = client.recv(HEADER.size, socket.MSG_WAITALL)
            if len(header) < HEADER.size:
                return
            length, *_, tag = HEADER.unpack(header)
            client.recv(length - HEADER.size, socket.MSG_WAITALL)
            client.sendall(self.frame[:8] + struct.pack(">Q", self.tag_for(tag)) + self.frame[16:])
            client.recv(1)
        except ConnectionError:
            pass

    def tag_for(self, tag):
        in_vector = HEADER.unpack(self.frame[:HEADER.size])[-1]
        if in_vector == TAG:
            return tag
        return 0 if in_vector == 0 else tag ^ 1


class Vectors(harness.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))

    def compare_replies(self, ask, expected):
        """Lets a client ask the question of each reply, and compares the client's result with the one that the
        vectors give."""
        self.assertGreaterEqual(len(VECTORS["replies"]), 50)
        for i, row in enumerate(VECTORS["replies"]):
            path = os.path.join(self.folder, str(i))
            with self.subTest(row["name"]), Puppet(path, bytes.fromhex(row["frame"])):
                self.assertEqual(ask(path, QUESTIONS[row["question"]]), expected(row["result"]))

    def test_payloads(self):
        """The example encodes each question in the same bytes as the vectors."""
        self.assertGreaterEqual(len(QUESTIONS), 5)
        for row in VECTORS["questions"]:
            self.assertEqual(QUESTIONS[row["name"]].encode().hex(), row["payload"], row["name"])

    @staticmethod
    def ask_example(path, question):
        with example.Client(path, call_s=5) as client:
            try:
                outcome = client.verify(question).outcome
            except example.DaemonError as error:
                return f"error {error.code}"
            except example.NoVerdict:
                return "none"
        return {0: "refused", example.NAME_MATCHES: "name-matches", example.VERIFIED: "verified"}[outcome]

    def test_replies_to_the_example(self):
        """The example reads each reply as the vectors say."""
        self.compare_replies(self.ask_example, lambda result: result)

    @staticmethod
    def ask_ctl(path, question):
        """Runs certnamectl, and with it libcertname-client: returns the code of its verdict, or says that there is
        none."""
        line = {"host": question.host[0]} if question.host else {"identity": False}
        line["certificates"] = [base64.b64encode(der).decode() for der in question.certificates]
        line["path"] = question.path
        _, out, _ = run_ctl("--socket", path, "verify", "--batch", stdin=json.dumps(line).encode() + b"\n")
        answer = json.loads(out)
        if "accepted" not in answer:
            return "no verdict"
        return answer["code"] if answer["accepted"] else "refused"

    def test_replies_to_the_library(self):
        """libcertname-client reads each reply in the same way, and never takes a reply for an acceptance that is not
        one."""
        with_verdict = ("verified", "name-matches", "refused")
        self.compare_replies(self.ask_ctl, lambda result: result if result in with_verdict else "no verdict")


def read_der(names):
    """Returns a certificate for these names, in DER."""
    return example.read_pem(certificate(names).path)[0]


class WithDaemon(harness.DaemonTestCase):
    def ask(self, data, path=None):
        """Sends bytes to the socket for questions, or to another socket; returns the replies as (kind, tag,
        payload)."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(10)
            client.connect(path or self.daemon.socket)
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            data = b"".join(iter(lambda: client.recv(65536), b""))
        replies = []
        while data:
            length, _, kind, _, tag = HEADER.unpack(data[:HEADER.size])
            replies.append((kind, tag, data[HEADER.size:length]))
            data = data[length:]
        return replies

    def golden(self, name):
        with open(os.path.join(TOP, "tests", "golden", name + ".hex")) as file:
            return bytes.fromhex(" ".join(line.split("#")[0] for line in file))

    def test_golden_requests(self):
        """The running daemon takes the golden requests for what they are, and says that the bytes in them are not
        certificates."""
        for name, code in (("request", 9), ("request-long", 9), ("request-full", 9), ("request-no-identity", 9),
                           ("request-version-2", 4)):
            with self.subTest(name):
                (kind, tag, payload), = self.ask(self.golden(name))
                self.assertEqual((kind, tag), (255, TAG))
                self.assertEqual(example.Message(payload).number(1), code, payload)

    def test_golden_inquiries(self):
        """The administrative socket answers status and metrics with the golden kinds."""
        for name, kind in (("status", 130), ("metrics", 131)):
            with self.subTest(name):
                (its_kind, tag, payload), = self.ask(self.golden(name), self.daemon.admin_socket)
                self.assertEqual((its_kind, tag), (kind, TAG))
                self.assertTrue(payload)

    def test_golden_over_reload(self):
        """Every golden request gets the same bytes before and after a reload, on a connection that stays open and on a
        new one."""
        names = ("request", "request-long", "request-full", "request-no-identity", "request-version-2", "hello")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(PATIENCE)
            client.connect(self.daemon.socket)

            def replies():
                found = []
                for name in names:
                    client.sendall(self.golden(name))
                    header = client.recv(HEADER.size, socket.MSG_WAITALL)
                    found.append(header + client.recv(HEADER.unpack(header)[0] - HEADER.size, socket.MSG_WAITALL))
                return found

            before = replies()
            (kind, tag, payload), = self.ask(self.golden("reload"), self.daemon.admin_socket)
            self.assertEqual((kind, tag, payload[:1]), (132, TAG, b"\0"))
            self.assertEqual(replies(), before)
        for name, reply in zip(names, before):
            (kind, tag, payload), = self.ask(self.golden(name))
            self.assertEqual(HEADER.pack(HEADER.size + len(payload), 1, kind, 0, tag) + payload, reply)

    def test_golden_hello(self):
        """Every socket answers hello with the golden kind, and the example reads the same as certnamectl."""
        for path in (self.daemon.socket, self.daemon.admin_socket):
            (kind, tag, payload), = self.ask(self.golden("hello"), path)
            self.assertEqual((kind, tag), (133, TAG))
            # The golden answer is that of a daemon with the default limits, apart from its release.
            golden = self.golden("hello-reply")[HEADER.size:]
            self.assertEqual(payload[:golden.rindex(b"\x2a")], golden[:golden.rindex(b"\x2a")])
        status, out = self.ask_program("--hello")
        self.assertEqual(status, 0)
        status, its_out, _ = self.daemon.ctl("hello", "--json")
        self.assertEqual(status, 0)
        self.assertEqual(json.loads(out), json.loads(its_out))
        self.assertEqual(json.loads(out)["last_field"], 16)

    def test_hello_with_payload(self):
        (kind, _, payload), = self.ask(HEADER.pack(HEADER.size + 1, 1, 5, 0, 7) + b"x")
        self.assertEqual((kind, example.Message(payload).number(1)), (255, 2))

    def test_unknown_field(self):
        """The error about a field that the daemon does not know names the number, for programs and people, and so does
        the example's exception."""
        known = example.Question([read_der("DNS:a.example")], host=["a.example"], path=True).encode()
        rows = ((example.write_number(24, 1), 24), (example.write_bytes(17, b"x"), 17), (example.write_number(4, 3), 4),
                (example.write_bytes(11, example.write_number(2, 1)), 11),
                (example.write_bytes(15, example.write_number(7, 1)), 15))
        with example.Client(self.daemon.socket) as client:
            for more, field in rows:
                with self.subTest(field=field), self.assertRaises(example.DaemonError) as raised:
                    client.ask(1, known + more, lambda kind, payload: example.read_reply(kind, payload, 129))
                self.assertEqual((raised.exception.code, raised.exception.field), (3, field))
                self.assertIn("field %d" % field, str(raised.exception))

    def test_any_tag(self):
        """The reply to every tag carries the same tag, even the largest, and so does an error about one request."""
        for tag in (1, 1 << 63, (1 << 64) - 1):
            frame = self.golden("request")
            (_, its_tag, _), = self.ask(frame[:8] + struct.pack(">Q", tag) + frame[16:])
            self.assertEqual(its_tag, tag)

    def test_half_close(self):
        """A client that has closed its sending side gets all its answers, and then the end of the stream."""
        frame = self.golden("request")
        replies = self.ask(b"".join(frame[:8] + struct.pack(">Q", tag) + frame[16:] for tag in range(1, 41)))
        self.assertEqual(sorted(tag for _, tag, _ in replies), list(range(1, 41)))

    def test_empty_submessage_counts(self):
        """A `time` of zero bytes means 1970, and needs the policy's permission as any other time."""
        question = example.Question([read_der("DNS:a.example")], host=["a.example"], path=True, time=0)
        self.assertIn(bytes.fromhex("5a00"), question.encode())
        with example.Client(self.daemon.socket) as client, self.assertRaises(example.DaemonError) as raised:
            client.verify(question)
        self.assertEqual(raised.exception.code, 10)

    def test_first_reference(self):
        """The first reference is the one in the lowest field, whatever the order on the wire."""
        payload = example.write_bytes(9, b"_imaps.b.example") + example.write_bytes(1, b"a.example")
        payload += example.write_bytes(2, read_der("DNS:other.example"))
        (kind, _, reply), = self.ask(HEADER.pack(HEADER.size + len(payload), 1, 1, 0, 7) + payload)
        self.assertEqual(kind, 129)
        self.assertEqual(example.Message(reply).message(3).bytes(2), b"a.example")

    def ask_program(self, *arguments):
        """Runs the example as a program: returns its exit status and its output."""
        done = subprocess.run([sys.executable, "-B", os.path.join(EXAMPLES, "certname_client.py"),
                               "--socket", self.daemon.socket, *arguments],
                              stdout=subprocess.PIPE, timeout=PATIENCE, check=False, text=True)
        return done.returncode, done.stdout

    def test_example(self):
        """The example gets the same verdicts as certnamectl."""
        cert = certificate("DNS:www.example.org")
        for host, path in (("www.example.org", False), ("www.example.net", False), ("www.example.org", True)):
            arguments = [*(["--path"] if path else []), host, cert.path]
            status, out, _ = self.daemon.ctl("verify", *arguments)
            its_status, its_out = self.ask_program(*arguments)
            self.assertEqual(its_status, status)
            self.assertTrue(out.startswith(its_out.strip()), (its_out, out))

    def test_fork_pool(self):
        """Processes that were forked with a connected client never take one another's answers: 1,000 wrong names are all
        refused beside 1,000 right ones."""
        der = read_der("DNS:right.example")
        with example.Client(self.daemon.socket) as client:
            self.assertTrue(client.verify(example.Question([der], host=["right.example"])).accepted)
            children = []
            for i in range(8):
                pid = os.fork()
                if pid == 0:
                    os._exit(ask_many(client, der, i % 2 == 0))
                children.append(pid)
            self.assertEqual([os.waitpid(pid, 0)[1] for pid in children], [0] * len(children))


def ask_many(client, der, right):
    """Runs in a child: asks 250 questions, each of which must get the right answer. Returns the exit status."""
    try:
        for i in range(250):
            host = "right.example" if right else f"wrong-{i}.example"
            if client.verify(example.Question([der], host=[host])).accepted != right:
                return 1
        return 0
    except BaseException:
        return 2


if __name__ == "__main__":
    harness.main()
