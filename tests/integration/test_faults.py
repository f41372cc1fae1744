#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Verifiers that misbehave, crash, spin, are killed or stopped: every request is answered, and none is answered
wrongly."""

import os
import signal
import threading
import time

import harness
import wire
from certificates import certificate
from daemon import RELAXED, Daemon, descriptors, wait_for

# System calls that a verifier under an attacker's control might try; none is needed to verify.
ATTEMPTS = (
    "open", "socket", "exec", "ptrace", "clone", "kill", "mmap-exec", "mprotect-exec", "write", "memfd",
    "connect", "bind", "listen", "socketpair", "recvmsg", "sendto", "dup", "fcntl", "ioctl", "close", "read",
    "getdents", "openat2", "unlink", "chmod", "mount", "chroot", "unshare", "setns", "setuid", "prctl", "prlimit",
    "tgkill", "pidfd-open", "pidfd-getfd", "peek", "bpf", "perf", "io-uring", "userfaultfd", "keyring", "shm",
    "thread", "handler", "alarm", "virtual-timer",
)

LOST_ONCE = r"warning: verifier (\d+): ended with a request of uid \d+ at work: the request is tried once more"
LOST_TWICE = r"warning: verifier (\d+): ended with a request of uid \d+ at work, like the one before it: the request is refused"

IN_FLIGHT = 60
REQUESTS = 1000


# Verifiers that end are charged to the uid that asked; a high limit keeps that out of these tests.
POLICY = "limits { cpu-per-uid = 0 }\n"


class HookedTestCase(harness.TestCase):
    def setUp(self):
        self.daemon = self.enterContext(Daemon(POLICY, "certnamed-hooked"))
        self.daemon.expect("^hook: ")
        self.one = certificate("DNS:*.hook.test", "DNS:good.example").der
        self.client = self.enterContext(self.daemon.client())

    def assert_serves(self):
        self.assert_accepted(self.client.call("good.example", self.one))
        self.assert_refused(self.client.call("bad.example", self.one))

    def ended_by(self, signal_number):
        return self.daemon.find_log(r"warning: verifier (\d+): ended by signal %d " % signal_number)


class Sandbox(HookedTestCase):
    def check_system_calls(self, attempts):
        """The filter ends a verifier that opens a file, makes a socket, executes, traces, forks, signals, makes
        memory executable, writes past its error channel or tries any other of the table's calls: each time, before the call has any effect. The client
        gets `resources`, and the next good request its verdict."""
        self.daemon.expect(r"warning: verifier \d+: ended by signal 31", LOST_ONCE, LOST_TWICE)
        for n, name in enumerate(attempts, 1):
            with self.subTest(name):
                self.daemon.wait_until_settled()
                self.assert_error(self.client.call(name + ".hook.test", self.one), "resources")
                attempted = self.daemon.find_log(r"^hook: %s 0 pid (\d+)$" % name)
                self.assertEqual(len(attempted), 2)
                self.assertEqual(self.ended_by(signal.SIGSYS)[-2:], attempted)
                self.assertEqual(len(self.ended_by(signal.SIGSYS)), 2 * n)
                self.assertEqual(self.daemon.find_log("^hook: %s returned" % name), [])
                self.assert_serves()
        self.assertEqual(len(self.daemon.find_log(LOST_ONCE)), len(attempts))
        self.assertEqual(len(self.daemon.find_log(LOST_TWICE)), len(attempts))

    # A daemon makes a uid pause under whose requests 32 verifiers have crashed, and each attempt costs two: so each
    # quarter of the attempts has a daemon of its own.
    @harness.needs_sandbox
    def test_system_calls_first(self):
        self.check_system_calls(ATTEMPTS[0::4])

    @harness.needs_sandbox
    def test_system_calls_second(self):
        self.check_system_calls(ATTEMPTS[1::4])

    @harness.needs_sandbox
    def test_system_calls_third(self):
        self.check_system_calls(ATTEMPTS[2::4])

    @harness.needs_sandbox
    def test_system_calls_fourth(self):
        self.check_system_calls(ATTEMPTS[3::4])

    @harness.needs_sandbox
    def test_memory(self):
        """A verifier that allocates without end gets the memory that a verifier is allowed and no more, and goes
        on."""
        self.assert_accepted(self.client.call("allocate.hook.test", self.one))
        blocks = int(self.daemon.find_log(r"^hook: allocate returned (\d+) pid \d+$")[0])
        self.assertGreater(blocks, 16)
        self.assertLessEqual(blocks, 64)
        self.assert_serves()


class Ends(HookedTestCase):
    @harness.needs_sandbox
    def test_cpu_time(self):
        """A verification that spins is ended by its CPU timer after about 100 ms of CPU time, well before the second
        that the wall clock allows. The request is not tried again, since it would spin again; other requests are
        answered meanwhile."""
        self.daemon.expect(r"warning: verifier \d+: ended by signal 27", r"used up its CPU time: the request is refused")
        self.daemon.wait_until_settled()
        begun = time.monotonic()
        self.client.send(wire.ask("spin.hook.test", self.one, tag=7))
        self.daemon.wait_for_log("^hook: spin 0")
        meanwhile = 0
        with self.daemon.client() as other:
            while self.daemon.count_workers() > 1 and not self.ended_by(signal.SIGPROF):
                self.assert_accepted(other.call("good.example", self.one))
                meanwhile += 1
                time.sleep(0.005)
        self.assert_error(self.client.receive(), "resources")
        seconds = time.monotonic() - begun
        self.assertGreaterEqual(seconds, 0.095)
        self.assertEqual(len(self.daemon.find_log("^hook: spin 0")), 1)
        self.assertEqual(len(self.ended_by(signal.SIGPROF)), 1)
        self.assertEqual(self.daemon.find_log("past its deadline"), [])
        if self.daemon.count_workers() > 1:
            self.assertGreater(meanwhile, 0)
        harness.report("spinning request refused after %.0f ms, %d others answered meanwhile"
                       % (seconds * 1000, meanwhile))
        self.assert_serves()

    def test_crash(self):
        """A request under which a verifier crashes is tried once more, since the request may not have caused the
        crash. After the second crash the request is refused, and it can do no further harm."""
        self.daemon.expect(r"warning: verifier \d+: ended by signal (4|5) ", LOST_ONCE, LOST_TWICE)
        self.daemon.wait_until_settled()
        self.assert_error(self.client.call("crash.hook.test", self.one), "resources")
        crashed = self.daemon.find_log(r"^hook: crash 0 pid (\d+)$")
        self.assertEqual(len(set(crashed)), 2)
        self.assertEqual(self.daemon.find_log(LOST_ONCE), crashed[:1])
        self.assertEqual(self.daemon.find_log(LOST_TWICE), crashed[1:])
        self.assert_serves()

    def test_broken_protocol(self):
        """A verifier that sends what is no reply is killed, and the log has that reason and no missed deadline."""
        self.daemon.expect(r"warning: verifier \d+: (ended by signal 9|broke the protocol: killed|sent something)",
                           LOST_ONCE, LOST_TWICE)
        self.daemon.wait_until_settled()
        self.assert_error(self.client.call("babble.hook.test", self.one), "resources")
        babbled = self.daemon.find_log(r"^hook: babble 0 pid (\d+)$")
        self.assertEqual(len(set(babbled)), 2)
        self.assertEqual(self.daemon.wait_for_log(r"verifier (\d+): broke the protocol: killed", 2), babbled)
        self.assertEqual(self.daemon.find_log("past its deadline"), [])
        self.assert_serves()

    def test_client_gone(self):
        """When a client disconnects while its request is at work and the verifier is killed, the verifier is
        replaced and the front forgets the request."""
        self.daemon.expect(r"warning: verifier \d+: ended by signal 9", LOST_ONCE)
        self.daemon.wait_until_settled()
        with self.daemon.client() as leaver:
            leaver.send(wire.ask("wait-once-0.hook.test", self.one))
            pid = int(self.daemon.wait_for_log(r"^hook: waiting 0 pid (\d+)$")[0])
        os.kill(pid, signal.SIGKILL)
        self.daemon.wait_for_log(r"verifier %d: ended by signal 9" % pid)
        self.assert_serves()


class Killed(HookedTestCase):
    """Among 1,000 pipelined requests one waits in a verifier until that verifier is killed, and one until its
    verifier is stopped."""

    KILLED, STOPPED = 100, 300

    def make_request(self, tag):
        """Returns the question of request `tag` and the expected answer."""
        if tag == self.KILLED:
            return "wait-once-1.hook.test", self.one, "accepted"
        if tag == self.STOPPED:
            return "wait-once-2.hook.test", self.other, "refused"
        return (
            ("good.example", self.one, "accepted"),
            ("bad.example", self.one, "refused"),
            ("www.hook.test", self.one, "accepted"),
            ("good.example", self.other, "refused"),
            ("no..name", self.one, "invalid-reference"),
            ("good.example", self.one[:-1], "invalid-certificate"),
        )[tag % 6]

    def setUp(self):
        super().setUp()
        self.other = certificate("DNS:other.example").der

    def interfere(self, number, signal_number, times):
        """Waits until the hook prints that a verifier has the request, and signals that verifier."""
        line = r"^hook: waiting %d pid (\d+)$" % number
        pid = int(self.daemon.wait_for_log(line)[0])
        begun = time.monotonic()
        os.kill(pid, signal_number)
        self.daemon.wait_for_log(LOST_ONCE.replace(r"(\d+)", str(pid)))
        times[number] = (pid, time.monotonic() - begun)

    def pipeline(self, client):
        """Sends all requests, never more than the quota at once. Returns the replies by tag, and their order."""
        replies = {}
        sent = 0
        while len(replies) < REQUESTS:
            while sent < REQUESTS and sent - len(replies) < IN_FLIGHT:
                host, one, _ = self.make_request(sent)
                client.send(wire.ask(host, one, tag=sent))
                sent += 1
            reply = client.receive()
            self.assertIsNotNone(reply, "closed after %d replies" % len(replies))
            self.assertNotIn(reply.tag, replies)
            replies[reply.tag] = reply
        return replies

    def check_answer(self, tag, reply):
        expected = self.make_request(tag)[2]
        given = reply.error or ("accepted" if reply.accepted else "refused")
        self.assertEqual(given, expected, "request %d: %r" % (tag, reply))

    def count_descriptors(self, front):
        try:
            return len(descriptors(front))
        except PermissionError:
            return None

    def test_killed_and_stopped_at_work(self):
        """One verifier is killed and one is stopped while each has a request at work, as the hook's line and the
        daemon's log prove. Every one of 1,000 requests is answered, none wrongly, and those two requests are tried
        again and get the verdict they would have got. The front holds as many descriptors as before. (Where no
        deadline holds, in a relaxed build, both verifiers are killed.)"""
        self.daemon.expect(r"warning: verifier \d+: (ended by signal 9|past its deadline: killed)", LOST_ONCE)
        self.daemon.wait_until_settled()
        self.assert_serves()
        front = self.daemon.front()
        before = self.count_descriptors(front)
        times = {}
        helpers = [
            threading.Thread(target=self.interfere, args=(1, signal.SIGKILL, times)),
            threading.Thread(target=self.interfere, args=(2, signal.SIGKILL if RELAXED else signal.SIGSTOP, times)),
        ]
        for helper in helpers:
            helper.start()
        begun = time.monotonic()
        with self.daemon.client() as client:
            replies = self.pipeline(client)
        seconds = time.monotonic() - begun
        for helper in helpers:
            helper.join()

        self.assertEqual(sorted(replies), list(range(REQUESTS)))
        for tag, reply in replies.items():
            self.check_answer(tag, reply)
        killed, stopped = times[1][0], times[2][0]
        self.assertEqual(self.daemon.find_log(LOST_ONCE), [str(killed), str(stopped)])
        self.assertEqual(self.daemon.find_log(r"verifier (\d+): past its deadline"), [] if RELAXED else [str(stopped)])
        self.assertEqual(self.daemon.find_log(r"^hook: waiting (\d) pid"), ["1", "2"])
        harness.report("1,000 requests in %.2f s; killed verifier's request given out again after %.1f ms, "
                       "stopped one's after %.0f ms" % (seconds, times[1][1] * 1000, times[2][1] * 1000))
        self.assert_serves()
        self.assertEqual(self.daemon.front(), front)
        if before is None:
            self.skipTest("only root may list the descriptors of a process that is not dumpable")
        wait_for("all verifiers are back", self.daemon.verifiers)
        wait_for("the front has %d descriptors again" % before, lambda: self.count_descriptors(front) == before)


if __name__ == "__main__":
    harness.main()
