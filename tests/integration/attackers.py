# SPDX-License-Identifier: MIT
"""The attackers of test_shares.py: each is a loop of one process that does all the harm it can at a socket, as one
user or as many uids of one user, until it is killed."""

import contextlib
import errno
import os
import select
import socket
import struct

import der
import wire
from certificates import certificate
from daemon import RELAXED
from test_neighbours import lingering_socket, pass_descriptor

ATTACKER = 4321
# The attacker's subordinate uids, and how many of them attack.
FIRST_SUBORDINATE, SUBORDINATES = 200000, 700
SUBUID = "%d:%d:65536\n" % (ATTACKER, FIRST_SUBORDINATE)
CONNECTIONS = 16
# Two processes together have almost as many slow connections as one user may have.
SLOW_CONNECTIONS = 120
BATCH_BYTES = 65536

GONE = (BrokenPipeError, ConnectionResetError, ConnectionRefusedError)


def become(uid):
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def connect(path):
    made = socket.socket(socket.AF_UNIX)
    try:
        made.connect(path)
    except BaseException:
        made.close()
        raise
    made.setblocking(False)
    return made


def take(made):
    """Reads what has come. Raises an error of GONE at the end of the stream."""
    with contextlib.suppress(BlockingIOError):
        if not made.recv(1 << 20):
            raise BrokenPipeError


class Writer:
    """A connection on which an endless stream is written as fast as it is taken; replies are read and thrown away."""

    def __init__(self, path, make):
        self.path, self.make = path, make
        self.rest = b""
        self.made = connect(path)

    def fileno(self):
        return self.made.fileno()

    def turn(self):
        try:
            take(self.made)
            if not self.rest:
                self.rest = self.make()
            self.rest = self.rest[self.made.send(self.rest):]
        except BlockingIOError:
            pass
        except GONE:
            self.made.close()
            self.rest = b""
            self.made = connect(self.path)


def write_for_ever(path, make):
    """Writes on all connections that one process keeps."""
    writers = [Writer(path, make) for _ in range(CONNECTIONS)]
    while True:
        readable, writable, _ = select.select(writers, writers, [])
        for writer in {*readable, *writable}:
            writer.turn()


def known(path):
    """Asks a remembered question without a pause."""
    batch = wire.ask("good.example", certificate("DNS:good.example").der)
    batch *= BATCH_BYTES // len(batch)
    write_for_ever(path, lambda: batch)


def garbage(path):
    """Writes frames that are not requests, the smallest there are."""
    batch = b"".join(wire.frame(tag=tag, kind=99) for tag in range(BATCH_BYTES // wire.HEADER_BYTES))
    write_for_ever(path, lambda: batch)


def counted(make):
    """Returns a function that gives another batch of questions at each call."""
    number = os.getpid() << 32

    def next_batch():
        nonlocal number
        parts, size = [], 0
        while size < BATCH_BYTES:
            number += 1
            parts.append(make(number))
            size += len(parts[-1])
        return b"".join(parts)

    return next_batch


def flood(path):
    """Asks a new question each time."""
    one = certificate("DNS:good.example").der
    write_for_ever(path, counted(lambda number: wire.ask("n%d.example" % number, one)))


def hostile(path):
    """Asks about certificates that cost much: 2,000 names that do not match, and questions of which each spins until
    its verifier is ended."""
    many = der.unsigned(der.alternative_names(*((2, b"%03x.b" % number) for number in range(2000))))
    spinning = certificate("DNS:*.hook.test").der

    def make(number):
        # A build that confines no process does not end a verifier that spins.
        if number % 8 or RELAXED:
            return wire.ask("n%d.example" % number, many)
        return wire.ask("spin.hook.test", spinning + number.to_bytes(8, "big"))

    write_for_ever(path, counted(make))


def connects(path):
    """Connects and hangs up without a pause."""
    while True:
        with contextlib.suppress(*GONE, BlockingIOError):
            connect(path).close()


def persons(path):
    """Opens connections under many uids of one person, keeps those that are not refused, asks on all of them, and
    begins anew."""
    question = wire.ask("good.example", certificate("DNS:good.example").der)
    while True:
        held = []
        for number in range(SUBORDINATES):
            os.seteuid(FIRST_SUBORDINATE + number)
            with contextlib.suppress(*GONE, BlockingIOError):
                for _ in range(4):
                    held.append(connect(path))
                    held[-1].send(question)
            os.seteuid(0)
        for made in held:
            with contextlib.suppress(*GONE, BlockingIOError):
                made.send(question)
                take(made)
            made.close()


def descriptors(path):
    """Passes TCP sockets that linger when they are closed; on connections that answer nothing it passes a file, which
    does not hold up whoever drops it."""
    discards = path.endswith("sink")
    kept = []
    while True:
        with contextlib.suppress(*GONE, BlockingIOError), connect(path) as made:
            if discards:
                with open(os.devnull) as file:
                    pass_descriptor(made, b"x", file.fileno())
                continue
            passed, peer = lingering_socket()
            kept.append(peer)
            pass_descriptor(made, b"x", passed.fileno())
            # The last reference is the one in flight: this one goes without lingering.
            passed.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 5))
            os.close(passed.detach())
        if len(kept) > 500:
            kept.pop(0).close()


def slow_readers(path):
    """Asks on many connections and reads nothing, and begins frames that it ends byte by byte."""
    question = wire.ask("good.example", certificate("DNS:good.example").der)
    poll = select.poll()
    held = {}
    while True:
        while len(held) < SLOW_CONNECTIONS:
            made = connect(path)
            held[made.fileno()] = made
            poll.register(made, select.POLLOUT | select.POLLRDHUP)
        for number, _ in poll.poll(10):
            made = held[number]
            try:
                made.send(question * 60 if number % 2 else b"\0")
            except BlockingIOError:
                poll.modify(made, select.POLLRDHUP)
            except OSError as error:
                if error.errno not in (errno.EPIPE, errno.ECONNRESET):
                    raise
                poll.unregister(made)
                del held[number]
                made.close()


ATTACKS = (known, garbage, flood, hostile, connects, persons, descriptors, slow_readers)


def start(attack, path):
    """Starts a process that attacks. Returns its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        if attack is not persons:
            become(ATTACKER)
        attack(path)
    finally:
        os._exit(1)
