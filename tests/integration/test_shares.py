#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long another user's remembered question takes while one account does its worst, beside what it takes while the
same attackers write to a server that discards: the processors' time is nobody's fault. In `make check` each attack
runs for a moment and the bounds are generous, because the machine may be doing other work; `make bench-neighbours`
runs each for longer, on a quiet machine, prints the table of doc/benchmarks.md, and fails beyond twice the control."""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time
import unittest

import attackers
import front
import harness
import wire
from certificates import certificate
from daemon import BUILD, RELAXED, Daemon, wait_for

FULL = os.environ.get("CERTNAMED_NEIGHBOURS") == "full"
ROUNDS = 7 if FULL else 1
SECONDS = 3 if FULL else 0.5
PROCESSES = 2
VICTIM = 3000
PAUSE_SECONDS = 0.001
# One question in so many is asked on a new connection.
NEW_PART = 8
# The full form fails beyond so many times the control.
GOAL = 2
# The fast form bears this much: an attack that reaches other users makes them wait for seconds, or brings errors.
BEARABLE_RATIO, BEARABLE_SECONDS = 10, 0.25


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


class Victim:
    """Another user, who asks a remembered question a thousand times a second at most."""

    def __init__(self, daemon):
        self.path = daemon.socket
        self.question = wire.ask("good.example", certificate("DNS:good.example").der)
        self.client = front.As(self.path, VICTIM)
        self.ask(self.client)

    def ask(self, client):
        client.send(self.question)
        reply = client.receive()
        if reply is None or not reply.accepted:
            raise AssertionError("the victim got %r" % reply)

    def ask_anew(self):
        with self.connect_anew() as client:
            self.ask(client)

    def connect_anew(self):
        """Connects, and tries again after a pause while the daemon's backlog is full, as the library does."""
        pause = 0.001
        os.seteuid(VICTIM)
        try:
            while True:
                with contextlib.suppress(BlockingIOError):
                    return wire.Client(self.path, 20)
                time.sleep(pause)
                pause *= 2
        finally:
            os.seteuid(0)

    def measure(self, seconds):
        """Returns how long each question took: those on the kept connection, and those on new ones."""
        kept, new = [], []
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            if len(kept) % NEW_PART == NEW_PART - 1 and len(new) < len(kept) // NEW_PART + 1:
                self.ask_anew()
                new.append(time.perf_counter() - begun)
            else:
                self.ask(self.client)
                kept.append(time.perf_counter() - begun)
            time.sleep(PAUSE_SECONDS)
        return kept, new


class Row:
    """The p99 of one attack and its control, in seconds, for each round."""

    def __init__(self, attack):
        self.name = attack.__name__
        self.attacked, self.control, self.new, self.new_control = [], [], [], []

    def add(self, attacked, control):
        for (kept, new), p99s, new_p99s in ((attacked, self.attacked, self.new),
                                            (control, self.control, self.new_control)):
            p99s.append(percentile(kept, 0.99))
            # Where nobody got in on a new connection, that took at least as long.
            new_p99s.append(percentile(new or kept, 0.99))

    @property
    def ratio(self):
        return statistics.median(one / other for one, other in zip(self.attacked, self.control))

    def __str__(self):
        figures = [statistics.median(values) * 1000
                   for values in (self.control, self.attacked, self.new_control, self.new)]
        return ("| %s | %.2f | %.2f | %.2f | %.2f | %.2f |"
                % (self.name.replace("_", " "), *figures[:2], self.ratio, *figures[2:]))


HEAD = ("| attack of one account | control, p99 in ms | certnamed, p99 in ms | ratio | new connection, control | "
        "new connection, certnamed |\n|---|---|---|---|---|---|")


@unittest.skipIf(os.geteuid() != 0, "only root is several users")
@unittest.skipUnless(os.path.exists("/etc/subuid"), "there is no /etc/subuid to mount another file on")
class Shares(harness.TestCase):
    def setUp(self):
        # All processes share the certificates, which are made once.
        certificate("DNS:good.example")
        certificate("DNS:*.hook.test")

    def start(self, *environment):
        """Starts the daemon, for which the subordinate uids are one person's, and the server that discards."""
        self.daemon = Daemon(program_name="certnamed-hooked")
        subuid = os.path.join(self.daemon.folder, "subuid")
        with open(subuid, "w") as file:
            file.write(attackers.SUBUID)
        self.daemon.command[:0] = [
            "unshare", "--mount", "sh", "-c",
            'mount --bind "$0" /etc/subuid && exec env "$@"', subuid, *environment]
        self.enterContext(self.daemon)
        self.daemon.expect("^hook: ", "ended by signal", "used up its CPU time", "past its deadline", "at work: ",
                           "refused", "suppressed")
        os.chmod(self.daemon.folder, 0o755)
        self.sink = os.path.join(self.daemon.folder, "sink")
        sink = subprocess.Popen([os.path.join(BUILD, "bench-sink"), self.sink])
        self.addCleanup(sink.wait)
        self.addCleanup(sink.kill)
        wait_for("the server that discards", lambda: os.path.exists(self.sink))
        os.chmod(self.sink, 0o666)

    def measure_beside(self, victim, attack, path):
        """Measures while attackers are at work."""
        pids = [attackers.start(attack, path) for _ in range(PROCESSES)]
        try:
            time.sleep(0.2)
            return victim.measure(SECONDS)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                self.assertEqual(os.waitpid(pid, 0)[1], signal.SIGKILL, "an attacker has ended by itself")

    def settle(self):
        """Waits until the connections of the attackers are gone."""
        wait_for("the attackers' connections end", lambda: front.status(self.daemon)["connections"]["open"] <= 3)

    def test_attacks(self):
        """No attack of one account makes another user wait longer than a bound, and none brings about an error."""
        self.start()
        self.hold_against(*(attack for attack in attackers.ATTACKS if attack is not attackers.descriptors))

    def test_descriptors(self):
        """Passed descriptors do not make another user wait either, where the kernel lets them be passed."""
        self.start("CERTNAMED_PASS_RIGHTS=yes")
        self.hold_against(attackers.descriptors)

    def hold_against(self, *attacks):
        before = self.daemon.front()
        victim, rows = Victim(self.daemon), []
        self.addCleanup(victim.client.close)
        for attack in attacks:
            with self.subTest(attack.__name__):
                row = Row(attack)
                rows.append(row)
                for _ in range(ROUNDS):
                    control = self.measure_beside(victim, attack, self.sink)
                    attacked = self.measure_beside(victim, attack, self.daemon.socket)
                    row.add(attacked, control)
                    self.settle()
                harness.report(str(row))
                self.check(row)
        self.assertEqual(self.daemon.front(), before)
        if FULL:
            print(HEAD, *rows, sep="\n", file=sys.stderr)

    def check(self, row):
        if FULL:
            self.assertLessEqual(row.ratio, GOAL)
        elif not RELAXED and row.ratio > BEARABLE_RATIO:
            self.assertLess(statistics.median(row.attacked), BEARABLE_SECONDS)


if __name__ == "__main__":
    harness.main()
