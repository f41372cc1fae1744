# SPDX-License-Identifier: MIT
"""A daemon that gives the answers a test wants, so that the test sees what certnamectl makes of them."""

import contextlib
import os
import shutil
import socket
import struct
import tempfile
import threading

import wire

KIND_STATUS, KIND_METRICS, KIND_RELOAD = 2, 3, 4
REPLY_KIND = 128
KIND_ERROR = 255
ERROR_FORBIDDEN = 13

CHECK_IDENTITY, CHECK_PATH, CHECK_PINS_PATH, CHECK_REVOCATION = 1, 2, 4, 5
DNS_ID, IP_ID, CN_ID, EMAIL, URI_ID, SRV_ID = 1, 2, 3, 4, 5, 6

# Fields of VerifyRequest.
HOST, CERTIFICATES, PATH, PURPOSE, EXPLAIN, REFERENCE_EMAIL, URI, SPIFFE, SRV = 1, 2, 3, 4, 5, 6, 7, 8, 9
NO_IDENTITY, TIME, ANCHORS, CRLS, OCSP, MAX_DEPTH = 10, 11, 12, 13, 14, 15


def failure(code, verify_code, message, depth=0):
    data = wire.field_bytes(1, code.encode()) + wire.field_varint(2, verify_code)
    data += wire.field_bytes(3, message.encode())
    return data + (wire.field_varint(4, depth) if depth else b"")


def identity(kind, value, why="", text=""):
    data = wire.field_varint(1, kind) + wire.field_bytes(2, value)
    if why:
        data += wire.field_bytes(3, why.encode()) + wire.field_bytes(4, text.encode())
    return data


def rule(section, file="", line=0):
    data = wire.field_bytes(1, section.encode())
    return data + (wire.field_bytes(2, file.encode()) + wire.field_varint(3, line) if file else b"")


def step(digest, store=""):
    return wire.field_bytes(1, digest) + (wire.field_bytes(2, store.encode()) if store else b"")


def verdict(outcome, failures=(), reference=identity(DNS_ID, b"a.example"), matched=None, presented=(),
            checked=(CHECK_IDENTITY,), reported=(), path=(), client_rule=None):
    """Returns the payload of a verdict; the fields that a verdict must hold besides are filled in."""
    data = wire.field_varint(1, outcome) if outcome else b""
    data += b"".join(wire.field_bytes(2, one) for one in failures)
    data += wire.field_bytes(3, reference) if reference else b""
    data += wire.field_bytes(4, matched) if matched else b""
    data += b"".join(wire.field_bytes(5, one) for one in presented)
    data += b"".join(wire.field_varint(8, one) for one in checked)
    data += wire.field_bytes(9, rule("defaults")) + wire.field_varint(10, 7) + wire.field_bytes(11, bytes(32))
    data += wire.field_varint(12, 46) if failures else b""
    data += b"".join(wire.field_bytes(15, one) for one in reported)
    data += b"".join(wire.field_bytes(16, one) for one in path)
    return data + (wire.field_bytes(17, client_rule) if client_rule else b"")


def answer_as_asked(fields):
    """Accepts every question, and reports a path only where the question asks for one."""
    named = any(number in fields for number in (HOST, REFERENCE_EMAIL, URI, SPIFFE, SRV))
    asks_path = PATH in fields
    return verdict(
        wire.OUTCOME_VERIFIED if asks_path else wire.OUTCOME_NAME_MATCHES,
        reference=identity(DNS_ID, b"a.example") if named else None,
        matched=identity(DNS_ID, b"a.example") if named else None,
        checked=([CHECK_IDENTITY] if named else []) + ([CHECK_PATH] if asks_path else []),
    )


class FakeDaemon:
    """
    A context manager that listens at `socket`. `verify` maps the fields of a question to the payload of a verdict;
    `texts` maps the other kinds to payloads; an int instead is the error with that code. `asked` holds all questions.
    """

    def __init__(self, verify=answer_as_asked, texts=None):
        self.verify = verify
        self.texts = texts or {}
        self.asked = []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="certnamed-fake-", dir="/tmp")
        self.socket = os.path.join(self.folder, "socket")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.socket)
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, client.makefile("rb") as stream:
            while self.serve_one(client, stream):
                pass

    def serve_one(self, client, stream):
        """Answers a request. Returns whether the connection is used for the next one."""
        header = stream.read(wire.HEADER_BYTES)
        if len(header) < wire.HEADER_BYTES:
            return False
        length, _, kind, _, tag = struct.unpack(">IBBHQ", header)
        payload = stream.read(length - wire.HEADER_BYTES)
        answer = self.reply(kind, tag, payload)
        with contextlib.suppress(OSError):  # The client may have gone.
            client.sendall(answer)
        return True

    def reply(self, kind, tag, payload):
        if kind == wire.KIND_VERIFY:
            fields = wire.fields(payload)
            self.asked.append(fields)
            answer = self.verify(fields)
        else:
            answer = self.texts[kind]
        if isinstance(answer, int):
            error = wire.field_varint(1, answer) + wire.field_bytes(2, b"no")
            return wire.frame(error, tag, KIND_ERROR)
        return wire.frame(answer, tag, kind + REPLY_KIND)
