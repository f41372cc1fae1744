#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client of certnamed in Python's standard library alone: an example of how to write one from PROTOCOL.md.

    with Client() as client:
        verdict = client.verify(Question(certificates=[der], host=["www.example.org"]))
        if verdict.accepted:
            ...

As a program it asks about a host and a file of PEM certificates, the end entity's first:

    certname_client.py [--socket PATH] [--path] HOST FILE
    certname_client.py [--socket PATH] --hello

It exits with 0 (accepted), 1 (refused) or 2 (no verdict), as certnamectl does.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import random
import re
import socket
import ssl
import struct
import sys
import time

DEFAULT_SOCKET = "/run/certnamed/certnamed.sock"
HEADER = struct.Struct(">IBBHQ")
VERSION = 1
KIND_VERIFY, KIND_HELLO, KIND_VERDICT, KIND_HELLO_REPLY, KIND_ERROR = 1, 5, 129, 133, 255
MAX_REPLY = 32768
MAX_FAILURES = 8
UNKNOWN_FIELD, UNKNOWN_KIND, BUSY = 3, 5, 11
CALL_S = 10  # the daemon answers within 8 seconds

NOT_VERIFIED, NAME_MATCHES, VERIFIED = 0, 0x35A6C993, 0x5CA96C6C
IDENTITY, PATH, PINNED_KEY = 1, 2, 6


class NoVerdict(Exception):
    """There is no verdict: neither an acceptance nor a refusal."""


class ProtocolError(NoVerdict):
    """The daemon sent what it must not send. The connection is closed."""


class DaemonError(NoVerdict):
    """The daemon answered that it does not judge the question; `code` is one of PROTOCOL.md's. With UNKNOWN_FIELD
    `field` is the number of the question's field that the daemon does not know, or 0."""

    def __init__(self, code, message, field=0):
        super().__init__(f"error {code}: {message}")
        self.code = code
        self.field = field


# --- protocol buffers, as far as they are needed ---

def write_varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def write_number(field, number):
    return write_varint(field << 3) + write_varint(number)


def write_bytes(field, data):
    return write_varint(field << 3 | 2) + write_varint(len(data)) + data


def read_varint(data, at):
    """The number at an offset, and the offset behind it."""
    number = 0
    for i in range(10):
        if at + i >= len(data):
            raise ProtocolError("a number is cut off")
        number |= (data[at + i] & 0x7F) << 7 * i
        if data[at + i] < 0x80:
            return number & (1 << 64) - 1, at + i + 1
    raise ProtocolError("a number is too long")


def read_fields(data):
    """Each field of a message: its number, its wire type, and its number or bytes."""
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        field, wire = key >> 3, key & 7
        if field == 0 or wire not in (0, 1, 2, 5):
            raise ProtocolError("a field has a form that the protocol does not use")
        if wire == 0:
            value, at = read_varint(data, at)
        else:
            length, at = read_varint(data, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
            if length > len(data) - at:
                raise ProtocolError("a field is cut off")
            value, at = data[at:at + length], at + length
        yield field, wire, value


class Message:
    """The fields of a message that this client looks at. Those that it does not know are passed over."""

    def __init__(self, data):
        self.fields = {}
        for field, wire, value in read_fields(data):
            self.fields.setdefault(field, []).append((wire, value))

    def values(self, field, wire):
        found = self.fields.get(field, [])
        if any(its_wire != wire for its_wire, _ in found):
            raise ProtocolError(f"field {field} has another type")
        return [value for _, value in found]

    def number(self, field):
        return self.values(field, 0)[-1] if field in self.fields else 0

    def bytes(self, field):
        return self.values(field, 2)[-1] if field in self.fields else b""

    def text(self, field):
        text = self.bytes(field)
        if b"\0" in text:
            raise ProtocolError("a text holds a NUL")
        return text.decode(errors="replace")

    def has(self, field):
        return field in self.fields

    def messages(self, field):
        return [Message(data) for data in self.values(field, 2)]

    def message(self, field):
        """A submessage that comes in parts is merged, which is to read the parts as one. None if it is not there."""
        return Message(b"".join(self.values(field, 2))) if field in self.fields else None

    def numbers(self, field):
        """The numbers of a repeated field, packed or not."""
        out = []
        for wire, value in self.fields.get(field, []):
            if wire == 0:
                out.append(value)
                continue
            if wire != 2:
                raise ProtocolError(f"field {field} has another type")
            at = 0
            while at < len(value):
                number, at = read_varint(value, at)
                out.append(number)
        return out


# --- question and verdict ---

@dataclasses.dataclass
class Question:
    """Names are str or bytes, everything else that is a list holds DER. PROTOCOL.md describes the fields."""

    certificates: list
    host: list = ()
    email: list = ()
    uri: list = ()
    spiffe: list = ()
    srv: list = ()
    path: bool = False
    client: bool = False  # the certificate is for a TLS client, not for a server
    explain: bool = False
    no_identity: bool = False
    time: int = None
    anchors: list = ()
    crls: list = ()
    ocsp: bytes = b""
    max_depth: int = None

    @property
    def has_reference(self):
        return any((self.host, self.email, self.uri, self.spiffe, self.srv))

    def encode(self):
        """The payload: fields in the order of their numbers, and none at its default, so that equal questions are equal."""
        out = [self.encode_list(1, self.host), self.encode_list(2, self.certificates)]
        out += [write_number(3, 1)] if self.path else []
        out += [write_number(4, 2)] if self.client else []
        out += [write_number(5, 1)] if self.explain else []
        out += [self.encode_list(6, self.email), self.encode_list(7, self.uri)]
        out += [self.encode_list(8, self.spiffe), self.encode_list(9, self.srv)]
        out += [write_number(10, 1)] if self.no_identity else []
        out += [self.encode_boxed(11, self.time), self.encode_list(12, self.anchors)]
        out += [self.encode_list(13, self.crls)]
        out += [write_bytes(14, self.ocsp)] if self.ocsp else []
        out += [self.encode_boxed(15, self.max_depth)]
        return b"".join(out)

    @staticmethod
    def encode_list(field, items):
        return b"".join(write_bytes(field, item.encode() if isinstance(item, str) else bytes(item)) for item in items)

    @staticmethod
    def encode_boxed(field, number):
        """A number whose presence counts stands in a message of its own."""
        if number is None:
            return b""
        return write_bytes(field, write_number(1, number) if number else b"")


@dataclasses.dataclass
class Failure:
    code: str
    verify_code: int
    message: str
    depth: int


class Verdict:
    """A verdict that can be an answer to the question; anything else raises ProtocolError."""

    def __init__(self, payload, question):
        message = Message(payload)
        self.outcome = message.number(1)
        self.failures = [self.read_failure(failure) for failure in message.messages(2)]
        self.failures_more = message.number(18)
        self.checked = set(message.numbers(8))
        self.reference = message.message(3)
        self.matched = message.message(4)
        self.alert = message.number(12)
        self.check(message, question)

    @staticmethod
    def read_failure(message):
        code = message.bytes(1)
        if not re.fullmatch(rb"[a-z0-9-]{1,64}", code):
            raise ProtocolError("a failure has no code")
        failure = Failure(code.decode(), message.number(2), message.text(3), message.number(4))
        if failure.verify_code == 0:
            raise ProtocolError("a failure has the number of success")
        return failure

    def check(self, message, question):
        """Demands what PROTOCOL.md says of every verdict."""
        identity = IDENTITY in self.checked
        self.demand(self.outcome in (NOT_VERIFIED, NAME_MATCHES, VERIFIED), "the outcome is not known")
        self.demand(identity + (PINNED_KEY in self.checked) == question.has_reference, "other names were checked")
        self.demand((self.reference is not None) == question.has_reference, "the reference is missing, or there is one")
        self.demand(PATH in self.checked or not question.path, "the path was not checked")
        self.demand(len(message.bytes(11)) == 32, "the policy's digest is missing")
        self.demand(len(self.failures) <= MAX_FAILURES, "there are too many failures")
        self.demand((self.alert != 0) == (self.outcome == NOT_VERIFIED), "the alert does not fit the outcome")
        if self.outcome == NOT_VERIFIED:
            self.demand(self.failures, "it refuses without a failure")
            return
        self.demand(not self.failures and not self.failures_more, "it accepts in spite of a failure")
        self.demand((self.matched is not None) == identity, "what matched is missing, or there is something")
        if self.outcome == VERIFIED:
            self.demand(PATH in self.checked, "it is verified without a path")
        else:
            self.demand(identity and PATH not in self.checked and not question.path, "the name alone is no answer")

    @staticmethod
    def demand(condition, text):
        if not condition:
            raise ProtocolError("the verdict is none for the question: " + text)

    @property
    def accepted(self):
        return self.outcome == NAME_MATCHES or self.outcome == VERIFIED

    @property
    def message(self):
        """Python's verify_message; empty if the verdict accepts."""
        return self.failures[0].message if self.failures else ""


def read_reply(kind, payload, expected):
    """The payload of a reply of the expected kind; raises DaemonError or ProtocolError if it is another."""
    if kind == KIND_ERROR:
        error = Message(payload)
        code = error.number(1)
        raise DaemonError(code, error.text(2), error.number(3) if code == UNKNOWN_FIELD else 0)
    if kind != expected:
        raise ProtocolError(f"a reply of kind {kind} is no answer")
    return payload


class Hello:
    """What a daemon speaks, knows and takes. A limit of 0 means that the daemon does not say."""

    LIMITS = ("request_bytes", "certificates", "certificate_bytes", "references", "reference_bytes", "anchors", "crls",
              "reply_bytes", "in_flight", "in_flight_per_uid", "connections_per_uid", "queue_ms")

    def __init__(self, payload):
        message = Message(payload)
        limits = message.message(3) or Message(b"")
        self.versions = message.numbers(1)
        self.last_field = message.number(2)
        self.limits = {name: limits.number(field) for field, name in enumerate(self.LIMITS, 1)}
        self.features = [word.decode("ascii", "replace") for word in message.values(4, 2)]
        self.release = message.text(5)
        if VERSION not in self.versions:
            raise ProtocolError("the daemon answers in a version that it does not speak")


# --- the connection ---

class Client:
    """One connection, for one process and one thread at a time. After a fork the child connects anew by itself."""

    def __init__(self, path=DEFAULT_SOCKET, trusted_uids=(), call_s=CALL_S):
        self.path = path
        self.trusted_uids = {0, os.geteuid(), *trusted_uids}
        self.call_s = call_s
        self.socket = None
        self.pid = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def verify(self, question):
        """The verdict on a question. Raises NoVerdict if there is none by the deadline."""
        return self.ask(KIND_VERIFY, question.encode(), lambda kind, payload: Verdict(
            read_reply(kind, payload, KIND_VERDICT), question))

    def hello(self):
        """What the daemon speaks, knows and takes; None if it is too old to say. Raises NoVerdict as verify does."""
        try:
            return self.ask(KIND_HELLO, b"", lambda kind, payload: Hello(read_reply(kind, payload, KIND_HELLO_REPLY)))
        except DaemonError as error:
            if error.code != UNKNOWN_KIND:
                raise
            return None

    def ask(self, kind, payload, read):
        """Sends a request, again while the daemon is busy, and returns what `read` makes of the reply."""
        deadline = time.monotonic() + self.call_s
        pause, retried = 0.05, False
        while True:
            try:
                return self.ask_once(kind, payload, read, deadline)
            except DaemonError as error:
                if error.code != BUSY or time.monotonic() + pause > deadline:
                    raise
                time.sleep(pause * random.uniform(0.5, 1))
                pause *= 2
            except (ConnectionError, EOFError) as error:
                self.close()
                if retried:
                    raise NoVerdict(f"{self.path}: the connection broke: {error}") from error
                retried = True
            except OSError as error:
                self.close()
                raise NoVerdict(f"{self.path}: {error}") from error

    def ask_once(self, kind, payload, read, deadline):
        self.connect(deadline)
        tag = self.make_tag(kind, payload)
        try:
            self.send(HEADER.pack(HEADER.size + len(payload), VERSION, kind, 0, tag) + payload, deadline)
            length, version, its_kind, reserved, its_tag = HEADER.unpack(self.receive(HEADER.size, deadline))
            if not HEADER.size <= length <= MAX_REPLY or version != VERSION or reserved != 0:
                raise ProtocolError("the header of the reply is wrong")
            payload = self.receive(length - HEADER.size, deadline)
            if its_tag == 0 and its_kind == KIND_ERROR:
                self.close()
            elif its_tag != tag:
                raise ProtocolError("the reply has the tag of another question")
            return read(its_kind, payload)
        except DaemonError:
            raise
        except BaseException:
            # An answer that is still to come must not be taken for that to the next question.
            self.close()
            raise

    def connect(self, deadline):
        if self.pid != os.getpid():
            self.close()
            self.pid = os.getpid()
            self.key = os.urandom(32)
            self.counter = 0
        if self.socket:
            return
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.set_timeout(deadline)
        self.socket.connect(self.path)
        credentials = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        uid = struct.unpack("3i", credentials)[1]
        if uid not in self.trusted_uids:
            self.close()
            raise NoVerdict(f"{self.path}: uid {uid} listens there, and is not trusted")

    def make_tag(self, kind, payload):
        """A keyed hash that binds the answer to the question; never 0."""
        self.counter += 1
        digest = hashlib.blake2b(bytes([kind]) + self.counter.to_bytes(8, "big") + payload, digest_size=8, key=self.key)
        return int.from_bytes(digest.digest(), "big") or 1

    def set_timeout(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise NoVerdict(f"{self.path}: no answer within {self.call_s} s")
        self.socket.settimeout(left)

    def send(self, data, deadline):
        self.set_timeout(deadline)
        self.socket.sendall(data)

    def receive(self, n_bytes, deadline):
        data = bytearray()
        while len(data) < n_bytes:
            self.set_timeout(deadline)
            part = self.socket.recv(n_bytes - len(data))
            if not part:
                raise EOFError("the daemon closed the connection")
            data += part
        return bytes(data)


def read_pem(path):
    with open(path) as file:
        text = file.read()
    found = re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.DOTALL)
    return [ssl.PEM_cert_to_DER_cert(pem) for pem in found]


def print_hello(hello):
    """Prints an object of JSON. Returns the exit status."""
    if hello is None:
        print("the daemon is too old to say", file=sys.stderr)
        return 2
    print(json.dumps(vars(hello)))
    return 0


def main():
    parser = argparse.ArgumentParser(description="Asks certnamed whether certificates may stand for a host.")
    parser.add_argument("--socket", default=os.environ.get("CERTNAMED_SOCKET", DEFAULT_SOCKET))
    parser.add_argument("--path", action="store_true", help="ask for the path to a trust anchor too")
    parser.add_argument("--hello", action="store_true", help="print what the daemon speaks, knows and takes")
    parser.add_argument("host", nargs="?")
    parser.add_argument("file", nargs="?")
    options = parser.parse_args()
    if not options.hello and not options.file:
        parser.error("a host and a file of certificates are missing")
    try:
        with Client(options.socket) as client:
            if options.hello:
                return print_hello(client.hello())
            verdict = client.verify(Question(read_pem(options.file), host=[options.host], path=options.path))
    except (NoVerdict, OSError) as error:
        print(f"no verdict: {error}", file=sys.stderr)
        return 2
    print({NAME_MATCHES: "name matches; chain not validated", VERIFIED: "verified"}.get(verdict.outcome)
          or "refused: " + verdict.message)
    return 0 if verdict.accepted else 1


if __name__ == "__main__":
    sys.exit(main())
