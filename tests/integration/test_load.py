#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many connections, slow ones and hostile ones: other users are hardly affected. Figures are reported; the limits
that they are compared with are generous, because the machine may be doing other work too. With CERTNAMED_LOAD=full
everything is as large as the daemon has to withstand, the test takes a quarter of an hour, and the limits are those
for a quiet machine."""

import os
import signal
import socket
import time
import unittest

import front
import harness
import wire
from certificates import certificate
from daemon import RELAXED, Daemon

FULL = os.environ.get("CERTNAMED_LOAD") == "full"
# While connections are held, one more connection asks for the status.
ROOMY = "limits { connections = 5000  cpu-per-uid = 0  idle-time = 0 }\n"
HELD = 4096
HELD_SECONDS = 600 if FULL else 2
USERS = 16
SLOW = 1000 if FULL else 250
SLOW_PER_UID = 250
# After its first round the hostile process makes up to this many new connections in each round.
RECONNECTS = 50
HOSTILE_CONNECTS = 4096 if FULL else 500
POLITE_SECONDS = 20 if FULL else 1


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


class Polite:
    """A user who asks a hundred times a second and measures how long each answer takes."""

    def __init__(self, path, one, uid):
        self.client = front.As(path, uid)
        self.question = wire.ask("good.example", one)
        self.client.send(self.question)
        self.client.receive()

    def ask(self, seconds):
        times, errors = [], 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begun = time.monotonic()
            self.client.send(self.question)
            reply = self.client.receive()
            times.append(time.monotonic() - begun)
            errors += reply is None or not reply.accepted
            time.sleep(max(0, 0.01 - times[-1]))
        return times, errors


@unittest.skipIf(os.geteuid() != 0, "only root is several users")
class Load(harness.TestCase):
    def setUp(self):
        self.one = certificate("DNS:good.example", "DNS:*.hook.test").der

    def many(self, path, count, uid):
        """Opens connections of one user, all of them made by one process of that user."""
        front.let_through(path)
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                for _ in range(count):
                    with socket.socket(socket.AF_UNIX) as made:
                        made.connect(path)
                        socket.send_fds(theirs, [b"x"], [made.fileno()])
            finally:
                os._exit(0)
        theirs.close()
        found = []
        while len(found) < count:
            _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
            self.assertTrue(descriptors, "only %d connections" % len(found))
            found.append(socket.socket(fileno=descriptors[0]))
            self.addCleanup(found[-1].close)
        os.waitpid(pid, 0)
        ours.close()
        return found

    def stuff(self, readers):
        """Sends questions and reads nothing, until the daemon stops reading from every connection."""
        batch = wire.ask("good.example", self.one) * 60
        sent = time.monotonic()
        for made in readers:
            made.setblocking(False)
        while time.monotonic() - sent < 0.2:
            for made in readers:
                try:
                    made.send(batch)
                    sent = time.monotonic()
                except (BlockingIOError, BrokenPipeError, ConnectionResetError):
                    pass

    def test_many_connections(self):
        """4,096 connections of 16 users are held and 64 of them ask; none is refused, and each costs little
        memory."""
        with Daemon(ROOMY) as daemon:
            before = front.memory_kb(daemon.front())
            held = [made for n in range(USERS) for made in self.many(daemon.socket, HELD // USERS, 2000 + n)]
            active = held[:: HELD // 64][:64]
            question = wire.ask("good.example", self.one)
            answered, end = 0, time.monotonic() + HELD_SECONDS
            while time.monotonic() < end:
                for made in active:
                    made.sendall(question)
                for made in active:
                    data = made.recv(65536)
                    self.assertEqual(data[5], wire.KIND_VERDICT)
                    answered += 1
            each = (front.memory_kb(daemon.front()) - before) * 1024 / HELD
            said = front.status(daemon)
        harness.report("%d connections held, %.0f bytes of memory each, %d answers" % (HELD, each, answered))
        self.assertEqual(said["connections"]["open"], HELD + 1)
        if not RELAXED:
            self.assertLessEqual(each, 4096)
        self.assertEqual(said["connections"]["expired"], 0)

    def many_of_many(self, path, count, first_uid):
        """Opens connections of as many users as are needed to reach the number."""
        return [made for n in range(count // SLOW_PER_UID) for made in self.many(path, SLOW_PER_UID, first_uid + n)]

    def become_slow(self, readers, writers):
        """Starts a process that reads and writes a byte a second on those connections that are still open, and
        returns its process id."""
        pid = os.fork()
        if pid:
            return pid
        try:
            while True:
                time.sleep(1)
                for made in readers | writers:
                    try:
                        if made in writers:
                            made.send(b"\0", socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
                        else:
                            made.recv(1, socket.MSG_DONTWAIT)
                    except OSError:
                        pass
        finally:
            os._exit(1)

    def test_slow_ones(self):
        """Connections that read a byte a second, and as many that write a byte a second, are closed in their time;
        meanwhile they hold little memory, and another user is served as before."""
        with Daemon("limits { frame-time = 2s  unread-time = 2s  cpu-per-uid = 0 }\n") as daemon:
            polite = Polite(daemon.socket, self.one, 3000)
            alone, _ = polite.ask(POLITE_SECONDS)
            before = front.memory_kb(daemon.front())
            readers = self.many_of_many(daemon.socket, SLOW, 3100)
            writers = self.many_of_many(daemon.socket, SLOW, 3200)
            self.stuff(readers)
            slow = self.become_slow(set(readers), set(writers))
            try:
                for made in writers:
                    made.sendall(b"\0")
                times, errors = polite.ask(1.5)
                held = front.memory_kb(daemon.front()) - before
                time.sleep(3)
                said = front.status(daemon)
            finally:
                os.kill(slow, signal.SIGKILL)
                os.waitpid(slow, 0)
        ratio = percentile(times, 0.99) / percentile(alone, 0.99)
        harness.report("slow ones: %d and %d, %d kB held, p99 of another %.2f ms, %.1f times its own, %d closed"
                       % (SLOW, SLOW, held, percentile(times, 0.99) * 1000, ratio, said["connections"]["expired"]))
        self.assertEqual(errors, 0)
        if not RELAXED:
            self.assertLess(held, 65536)
        self.assertEqual(said["connections"]["open"], 2)
        # A connection that holds too much in the middle of a frame is sent BUSY, and is closed when that is read, or
        # else in its time: each connection is counted as expired, as told, or as both.
        expired, told = said["connections"]["expired"], said["busy"]["held-per-uid"]
        self.assertLessEqual(expired, 2 * SLOW)
        self.assertLessEqual(told, 2 * SLOW)
        self.assertGreaterEqual(expired + told, 2 * SLOW)
        if FULL:
            self.assertLessEqual(ratio, 3)

    def become_hostile(self, path, uid):
        """Starts a process of one user that connects as often as it may and often more, and without a pause asks
        questions on which its verifiers spin, a different question each time; returns its process id."""
        front.let_through(path)
        pid = os.fork()
        if pid:
            return pid
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            self.be_hostile(path)
        finally:
            os._exit(1)

    def be_hostile(self, path):
        made = []
        number = 0
        while True:
            for _ in range(min(RECONNECTS, HOSTILE_CONNECTS - len(made)) if number else HOSTILE_CONNECTS):
                made.append(socket.socket(socket.AF_UNIX))
                made[-1].connect(path)
                made[-1].setblocking(False)
            time.sleep(0.005)
            for one in list(made):
                number += 1
                try:
                    one.send(wire.ask("spin.hook.test", self.one + b"\0" * (number % 500)))
                    if not one.recv(65536):
                        raise BrokenPipeError
                except BlockingIOError:
                    pass
                except OSError:
                    made.remove(one)
                    one.close()

    def ask_new(self, path, seconds):
        """Asks new questions as another user, and measures how long each answer takes."""
        times, n = [], 0
        with front.As(path, 3003) as other:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                n += 1
                begun = time.monotonic()
                reply = other.call("n%d.hook.test" % n, self.one)
                times.append(time.monotonic() - begun)
                self.assert_accepted(reply)
                time.sleep(0.01)
        return times

    @harness.needs_sandbox
    def test_hostile_user(self):
        """One user sends requests that spin in their verifiers, on as many connections as the user may have and on
        new ones all the time: another user gets every answer, in a bearable time."""
        with Daemon(program_name="certnamed-hooked") as daemon:
            daemon.expect("^hook: ", "ended by signal 27", "used up its CPU time")
            # On a busy machine the second of wall time passes before the hundred milliseconds of CPU time are used.
            daemon.expect("past its deadline: killed", "ended by signal 9", "at work: the request is tried once more",
                          "like the one before it: the request is refused")
            polite = Polite(daemon.socket, self.one, 3000)
            alone, _ = polite.ask(POLITE_SECONDS)
            alone_new = self.ask_new(daemon.socket, POLITE_SECONDS)
            hostile = self.become_hostile(daemon.socket, 3001)
            try:
                time.sleep(1)
                warm, errors = polite.ask(3 * POLITE_SECONDS)
                cold = self.ask_new(daemon.socket, 3 * POLITE_SECONDS)
                said = front.status(daemon)
            finally:
                os.kill(hostile, signal.SIGKILL)
                os.waitpid(hostile, 0)
        figures = [percentile(times, 0.99) * 1000 for times in (warm, alone, cold, alone_new)]
        harness.report("beside a hostile user: p99 of hits %.2f ms (alone %.2f), of new questions %.2f ms (alone %.2f); "
                       "%d killed, %d told BUSY, %d connections refused"
                       % (*figures, said["verifiers"]["ended"]["cpu"], said["busy"]["cpu-per-uid"],
                          said["busy"]["connections-per-uid"]))
        self.assertEqual(errors, 0)
        self.assertGreater(said["verifiers"]["ended"]["cpu"] + said["verifiers"]["ended"]["other"], 0)
        self.assertGreater(said["busy"]["connections-per-uid"], 0)
        self.assertLess(percentile(warm, 0.99), 0.5)
        self.assertLess(percentile(cold, 0.99), 1)
        if FULL:
            self.assertLessEqual(figures[0], 3 * figures[1])


if __name__ == "__main__":
    harness.main()
