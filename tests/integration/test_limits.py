#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Limits of what a client may use: the client is told when it reaches one, and other clients are not affected."""

import base64
import json
import os
import socket
import subprocess
import time
import unittest

import front
import harness
import wire
from certificates import certificate
from daemon import RELAXED, Daemon, wait_for, wrapped

needs_root = unittest.skipIf(os.geteuid() != 0, "only root is several users")


class Limits(harness.TestCase):
    def setUp(self):
        self.one = certificate("DNS:good.example", "DNS:*.hook.test").der

    def assert_busy(self, reply, word):
        self.assert_error(reply, "busy")
        self.assertIn(word, reply.message)

    def test_connections(self):
        """Connections are limited as the policy says, and the refusal names the limit."""
        with Daemon("limits { connections-per-uid = 3 }\n") as daemon:
            clients = [self.enterContext(daemon.client()) for _ in range(3)]
            with daemon.client() as one_more:
                self.assert_busy(one_more.receive(), "connections-per-uid")
                self.assertIsNone(one_more.receive())
            clients[0].close()
            wait_for("there is room", lambda: self.is_served(daemon))
            self.assertGreaterEqual(front.status(daemon)["busy"]["connections-per-uid"], 1)

    def is_served(self, daemon):
        with daemon.client() as client:
            return client.call("good.example", self.one).accepted

    def test_in_flight(self):
        """Requests in flight are limited as the policy says; remembered verdicts are sent all the same."""
        with Daemon("limits { in-flight-per-connection = 2  in-flight-per-uid = 3  cpu-per-uid = 0 }\n",
                    program_name="certnamed-hooked") as daemon:
            daemon.expect("^hook: ", "past its deadline", "ended by signal 9", "tried once more")
            daemon.wait_until_settled()
            self.assertTrue(self.is_served(daemon))
            first, second = (self.enterContext(daemon.client()) for _ in range(2))
            first.send(b"".join(wire.ask("doze.hook.test", self.one, tag=n, purpose=n % 2) for n in range(2)))
            first.send(wire.ask("other.example", self.one, tag=2) + wire.ask("good.example", self.one, tag=3))
            self.assert_busy(first.receive(), "in-flight-per-connection")
            self.assert_accepted(first.receive())
            second.send(wire.ask("a.example", self.one, tag=4) + wire.ask("b.example", self.one, tag=5))
            self.assert_busy(second.receive(), "in-flight-per-uid")

    @harness.needs_sandbox
    @needs_root
    def test_cpu_time(self):
        """A user who has used up the CPU time of verification is told BUSY at once; other users are not, and a while
        later that user is served again. The rate is so small that the verifiers use more than it, however little of
        the processors a busy machine leaves them."""
        with Daemon("limits { cpu-per-uid = 20ms  cpu-burst = 300ms }\n", program_name="certnamed-hooked") as daemon:
            # On a busy machine the deadline comes before the limit of CPU time.
            daemon.expect("^hook: ", "ended by signal", "used up its CPU time", "past its deadline", "at work")
            with front.As(daemon.socket, 1234) as greedy, front.As(daemon.socket, 1235) as modest:
                errors = []
                for n in range(40):
                    other = certificate("DNS:*.hook.test", "DNS:n%d.example" % n).der
                    reply = greedy.call("spin.hook.test", other)
                    errors.append(reply.error)
                    if reply.error == "busy":
                        self.assertIn("cpu-per-uid", reply.message)
                        break
                self.assertEqual(errors[-1], "busy", errors)
                self.assertIn("resources", errors)
                self.assert_accepted(modest.call("good.example", self.one))
                wait_for("the user is served again", lambda: greedy.call("a.hook.test", self.one).error != "busy")
                self.assert_accepted(greedy.call("a.hook.test", self.one))
                users = {user["uid"]: user for user in front.status(daemon)["users"]}
            self.assertGreaterEqual(users[1234]["cpu_us"], 300000)
            self.assertLess(users[1235]["cpu_us"], 100000)

    def test_times(self):
        """A connection is closed when a frame is not finished in its time, and when the client is silent for too long
        where that is limited."""
        with Daemon("limits { frame-time = 200ms  idle-time = 1s }\n") as daemon:
            for sent, least, most in ((b"\0", 0.2, 0.7), (b"", 1, 3)):
                with daemon.client() as client:
                    begun = time.monotonic()
                    client.send(sent)
                    self.assertIsNone(client.receive() if not sent else self.end_of(client))
                    seconds = time.monotonic() - begun
                self.assertGreaterEqual(seconds, least * 0.9)
                if not RELAXED:
                    self.assertLess(seconds, most)

    def test_silent_program_goes_on(self):
        """A program that asks, is silent until the daemon has closed its connection, and asks again gets its answer:
        certnamectl, which uses the library, asks on a new connection."""
        question = json.dumps({"host": "good.example", "certificates": [base64.b64encode(self.one).decode()]}) + "\n"
        with Daemon("limits { idle-time = 1s }\n") as daemon:
            with subprocess.Popen([*wrapped("certnamectl"), "verify", "--batch", "--socket", daemon.socket],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
                for _ in range(2):
                    program.stdin.write(question)
                    program.stdin.flush()
                    self.assertTrue(json.loads(program.stdout.readline())["accepted"])
                    wait_for("its connection is closed", lambda: front.status(daemon)["connections"]["open"] == 1)
                program.stdin.close()
                self.assertEqual(program.wait(20), 0)

    @staticmethod
    def end_of(client):
        return client.socket.recv(1) or None

    @needs_root
    def test_unfinished_frames(self):
        """The memory that one user's unfinished frames take is bounded, and another user is served as before."""
        with Daemon("limits { frame-time = 30s }\n") as daemon:
            begin = wire.frame(b"", length=wire.FRAME_BYTES) + b"\0" * 150000
            before = front.memory_kb(daemon.front())
            clients, told = [], 0
            for _ in range(250):
                client = self.enterContext(front.As(daemon.socket, 1234))
                clients.append(client)
                try:
                    client.send(begin)
                except (BrokenPipeError, ConnectionResetError):
                    pass
            with front.As(daemon.socket, 1235) as other:
                self.assert_accepted(other.call("good.example", self.one))
            after = front.memory_kb(daemon.front())
            told = front.status(daemon)["busy"]["held-per-uid"]
            harness.report("250 unfinished frames of 150 kB: %d kB held, %d told BUSY" % (after - before, told))
            if not RELAXED:
                self.assertLess(after - before, 16384)
            self.assertGreater(told, 150)

    @needs_root
    def test_classes(self):
        """A client's section is found by its uid, its group or its supplementary groups."""
        policy = ('defaults { common-name = no }\n'
                  'client "user" { uid = 1234  common-name = yes }\n'
                  'client "group" { gid = 4321  common-name = yes }\n')
        by_name = certificate(cn="good.example").der
        with Daemon(policy) as daemon:
            for uid, more, accepted in ((1234, {}, True), (1235, {}, False), (1236, {"gid": 4321}, True),
                                        (1237, {"groups": [7, 4321]}, True),
                                        (1238, {"groups": list(range(5000, 5200)) + [4321]}, True),
                                        (1239, {"groups": list(range(5000, 5200))}, False)):
                with front.As(daemon.socket, uid, **more) as client:
                    for _ in range(2):
                        reply = client.call("good.example", by_name)
                        self.assertEqual(reply.accepted, accepted, (uid, more))


class Descriptors(harness.TestCase):
    @harness.needs_sandbox
    def test_exhausted(self):
        """With all descriptors in use the front stops accepting, uses hardly any CPU, and serves within 100 ms once
        descriptors are free."""
        one = certificate("DNS:good.example").der
        with Daemon(command=["sh", "-c", 'ulimit -n 80; exec "$@"', "sh"]) as daemon:
            daemon.expect("front: cannot accept connections: too few descriptors are left")
            clients = []
            for _ in range(120):
                client = socket.socket(socket.AF_UNIX)
                self.addCleanup(client.close)
                client.connect(daemon.socket)
                clients.append(client)
            daemon.wait_for_log("cannot accept")
            pid = daemon.front()
            before = front.cpu_seconds(pid)
            time.sleep(2)
            used = (front.cpu_seconds(pid) - before) / 2
            waiting = clients[-1]
            waiting.settimeout(10)
            waiting.sendall(wire.ask("good.example", one))
            begun = time.monotonic()
            for client in clients[:-1]:
                client.close()
            self.assertEqual(waiting.recv(16)[5], wire.KIND_VERDICT)
            seconds = time.monotonic() - begun
        harness.report("without descriptors %.1f %% CPU; served %.1f ms after relief" % (used * 100, seconds * 1000))
        self.assertLessEqual(used, 0.02)
        self.assertLess(seconds, 0.1 if os.getloadavg()[0] < 4 else 1)


if __name__ == "__main__":
    harness.main()
