# SPDX-License-Identifier: MIT
"""The protocol written by hand: frames, the little of protobuf that they hold, and a client that keeps to no rule."""

import fcntl
import socket
import struct
import termios
import time

VERSION = 1
HEADER_BYTES = 16
FRAME_BYTES = 196608
CERTIFICATE_BYTES = 32768

KIND_VERIFY = 1
KIND_HELLO = 5
KIND_VERDICT = 129
KIND_HELLO_REPLY = 133
KIND_ERROR = 255

OUTCOME_NOT_VERIFIED = 0
OUTCOME_NAME_MATCHES = 0x35A6C993
OUTCOME_VERIFIED = 0x5CA96C6C

ERRORS = {
    1: "internal",
    2: "malformed-request",
    3: "unknown-field",
    4: "unsupported-version",
    5: "unknown-kind",
    6: "too-large",
    7: "invalid-request",
    8: "invalid-reference",
    9: "invalid-certificate",
    10: "unsupported",
    11: "busy",
    12: "resources",
}


# --- protobuf ---


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field_varint(number, value):
    return varint(number << 3) + varint(value)


def field_bytes(number, value):
    return varint(number << 3 | 2) + varint(len(value)) + value


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """Returns a message as {number: [values]}; a value is a number or bytes."""
    found, at = {}, 0
    while at < len(data):
        key, at = read_varint(data, at)
        if key & 7 == 0:
            value, at = read_varint(data, at)
        elif key & 7 == 2:
            length, at = read_varint(data, at)
            value, at = data[at : at + length], at + length
            if len(value) != length:
                raise ValueError("a field is cut off")
        else:
            raise ValueError("wire type %d" % (key & 7))
        found.setdefault(key >> 3, []).append(value)
    return found


# --- frames ---


def frame(payload=b"", tag=1, kind=KIND_VERIFY, version=VERSION, reserved=0, length=None):
    if length is None:
        length = HEADER_BYTES + len(payload)
    return struct.pack(">IBBHQ", length, version, kind, reserved, tag) + payload


def question(host, *certificates, path=False, purpose=0):
    payload = field_bytes(1, host if isinstance(host, bytes) else host.encode())
    for certificate in certificates:
        payload += field_bytes(2, certificate)
    if path:
        payload += field_varint(3, 1)
    if purpose:
        payload += field_varint(4, purpose)
    return payload


def ask(host, *certificates, tag=1, **settings):
    return frame(question(host, *certificates, **settings), tag)


class Reply:
    """A verdict or an error: `outcome` or `error` is set, never both."""

    def __init__(self, kind, tag, payload):
        self.tag = tag
        self.size = HEADER_BYTES + len(payload)
        self.payload = payload
        self.outcome = self.error = None
        self.message = ""
        self.fields = fields(payload)
        if kind == KIND_VERDICT:
            self.outcome = self.fields.get(1, [OUTCOME_NOT_VERIFIED])[0]
        elif kind == KIND_ERROR:
            self.error = ERRORS[self.fields[1][0]]
            self.message = self.fields.get(2, [b""])[0].decode()
        else:
            raise ValueError("a reply of kind %d" % kind)

    @property
    def accepted(self):
        return self.outcome == OUTCOME_NAME_MATCHES

    @property
    def refused(self):
        return self.outcome == OUTCOME_NOT_VERIFIED

    def __repr__(self):
        what = self.error or {OUTCOME_NOT_VERIFIED: "refused", OUTCOME_NAME_MATCHES: "accepted"}.get(
            self.outcome, self.outcome
        )
        return "<reply %d: %s %s>" % (self.tag, what, self.message)


class Client:
    """One connection. `receive` returns None once the daemon has closed the connection."""

    def __init__(self, path, patience):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(patience)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.patience = patience
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def wait_until_taken(self):
        """Waits until the daemon has read all that was sent, so that the daemon gets what is sent next by another
        read."""
        deadline = time.monotonic() + self.patience
        while struct.unpack("i", fcntl.ioctl(self.socket, termios.TIOCOUTQ, b"\0" * 4))[0] > 0:
            if time.monotonic() > deadline:
                raise TimeoutError("the daemon does not read")
            time.sleep(0)

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def _take(self, count):
        while len(self.unread) < count:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self.unread += data
        data, self.unread = self.unread[:count], self.unread[count:]
        return data

    def receive(self):
        header = self._take(HEADER_BYTES)
        if header is None:
            if self.unread:
                raise ValueError("the daemon closed in the middle of a header")
            return None
        length, version, kind, reserved, tag = struct.unpack(">IBBHQ", header)
        if version != VERSION or reserved or not HEADER_BYTES <= length <= 32768:
            raise ValueError("a header that breaks the protocol: %r" % header)
        payload = self._take(length - HEADER_BYTES)
        if payload is None:
            raise ValueError("the daemon closed in the middle of a reply")
        return Reply(kind, tag, payload)

    def receive_all(self, count):
        """Returns `count` replies by tag; two replies with the same tag are an error."""
        replies = {}
        for _ in range(count):
            reply = self.receive()
            if reply is None:
                raise ValueError("the daemon closed after %d of %d replies" % (len(replies), count))
            if reply.tag in replies:
                raise ValueError("two replies to one request: %r" % reply)
            replies[reply.tag] = reply
        return replies

    def call(self, host, *certificates, **settings):
        self.send(ask(host, *certificates, **settings))
        return self.receive()
