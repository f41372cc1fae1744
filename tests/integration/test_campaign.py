#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Campaigns under load: processes that are killed, planned restarts and reloads of which half are refused. Every request
gets the right verdict, at the latest on one new connection. CERTNAMED_CAMPAIGN=full (make check-campaigns) makes each
campaign as long as the daemon has to stand, 1,000 kills of each process, 60 restarts and 1,000 reloads, and holds it to
its figures, for which it needs a machine of its own.
"""

import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time

import harness
import wire
from certificates import certificate
from daemon import count_descriptors, end_with_test, processes, program, reap_orphans, status, wait_for

FULL = os.environ.get("CERTNAMED_CAMPAIGN") == "full"
KILLS = 1000 if FULL else 12
# How long after a kill the next one comes, in seconds, at random.
SPACING = {"certnamed": (0.4, 0.8)}
USUAL_SPACING = (0.1, 0.3)
# The longest time that a request may take, in seconds, where the machine is the test's own.
GAPS = {"certname-verify": 0.110, "certnamed-front": 0.110, "certnamed-bin": 0.110, "certnamed": 0.360}
DRIFT = 0.01
RESTARTS = 60 if FULL else 6
RELOADS = 1000 if FULL else 20
POLICY = 'deny "d" { names = { "denied.example" } }\n'


class Holder:
    """A service manager: it holds the listening socket, and starts the daemon again whenever the daemon has ended."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="certnamed-test-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.socket = os.path.join(self.folder, "socket")
        self.config = os.path.join(self.folder, "policy.conf")
        self.log_path = os.path.join(self.folder, "log")
        self.write(POLICY)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.socket)
        os.chmod(self.socket, 0o666)
        self.listener.listen(4096)
        self.process = None
        self.n_verifiers = min(len(os.sched_getaffinity(0)), 16) + 1
        self.is_over = False
        self.thread = threading.Thread(target=self.keep_running)
        self.thread.start()

    def write(self, text):
        with open(self.config + ".new", "w") as file:
            file.write(text)
        os.chmod(self.config + ".new", 0o644)
        os.rename(self.config + ".new", self.config)

    def prepare(self):
        end_with_test()
        os.dup2(self.listener.fileno(), 3)
        os.set_inheritable(3, True)

    def keep_running(self):
        while not self.is_over:
            with open(self.log_path, "ab") as log:
                command = [
                    "sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"', "sh",
                    program("certnamed"), "--config", self.config, "--socket", self.socket,
                ]
                self.process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=self.prepare, close_fds=False
                )
            self.process.wait()
            time.sleep(0.02)

    def pids(self, name):
        parent = self.process.pid if self.process else 0
        if name == "certnamed":
            return [parent] if parent and self.process.poll() is None else []
        return [one.pid for one in processes() if one.parent == parent and one.name == name and one.state != "Z"]

    def close(self):
        self.is_over = True
        self.process.send_signal(signal.SIGTERM)
        self.thread.join()
        wait_for("the daemon's children end", reap_orphans)
        self.listener.close()
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def count_reloads(self):
        log = self.log()
        return log.count(": reloaded: ") + log.count(": reload refused")


class Client(threading.Thread):
    """A client that asks questions with a known verdict, one after the other. It asks a question once more on a new
    connection if the first connection breaks."""

    def __init__(self, path, number):
        super().__init__()
        self.path = path
        self.random = random.Random(number)
        self.leaf = certificate("DNS:*.good.example", "DNS:denied.example").der
        self.is_over = False
        self.n_asked = self.n_retried = 0
        self.wrong = []
        self.lost = []
        self.longest = 0.0
        self.connection = None
        self.start()

    def ask(self, host):
        """Asks on the open connection, and once more on a new one. Returns a reply, or None for a request that was
        lost."""
        for attempt in (0, 1):
            try:
                self.connection = self.connection or wire.Client(self.path, 10)
                reply = self.connection.call(host, self.leaf)
                if reply:
                    return reply
            except (OSError, ValueError):
                pass
            if self.connection:
                self.connection.close()
            self.connection = None
            self.n_retried += attempt == 0
        return None

    def run(self):
        while not self.is_over:
            label = "%x" % self.random.getrandbits(50)
            host, right = self.random.choice(
                [(label + ".good.example", True), (label + ".bad.example", False), ("denied.example", False)]
            )
            begun = time.monotonic()
            reply = self.ask(host)
            self.longest = max(self.longest, time.monotonic() - begun)
            self.n_asked += 1
            if reply is None or reply.error:
                self.lost.append((host, reply))
            elif reply.accepted != right or reply.refused == right:
                self.wrong.append((host, reply))
            time.sleep(0.002)
        if self.connection:
            self.connection.close()


class Campaign(harness.TestCase):
    def setUp(self):
        self.holder = Holder()
        self.addCleanup(self.holder.close)
        self.clients = [Client(self.holder.socket, number) for number in range(4)]
        self.addCleanup(self.stop_clients)
        wait_for("the clients have answers", lambda: all(one.n_asked > 3 for one in self.clients))
        for one in self.clients:
            one.longest = 0.0

    def stop_clients(self):
        for one in self.clients:
            one.is_over = True
        for one in self.clients:
            one.join()

    def finish(self, what):
        time.sleep(0.5)
        self.stop_clients()
        n_asked, n_retried = (sum(getattr(one, name) for one in self.clients) for name in ("n_asked", "n_retried"))
        longest = max(one.longest for one in self.clients)
        harness.report(
            "%s: %d requests, %d of them asked again on a new connection, longest %.0f ms"
            % (what, n_asked, n_retried, longest * 1000)
        )
        self.assertEqual([one.wrong for one in self.clients], [[]] * 4)
        self.assertEqual([one.lost for one in self.clients], [[]] * 4, self.holder.log()[-2000:])
        self.assertGreater(n_asked, 100)
        return longest

    def kill(self, name):
        """Kills one process of this name after another, at random intervals, whether or not requests have been answered
        meanwhile."""
        chance = random.Random(1)
        for _ in range(KILLS):
            time.sleep(chance.uniform(*SPACING.get(name, USUAL_SPACING)))
            pids = wait_for("there is a " + name, lambda: self.holder.pids(name))
            try:
                os.kill(chance.choice(pids), signal.SIGKILL)
            except ProcessLookupError:
                pass
        longest = self.finish("%d kills of %s" % (KILLS, name))
        if FULL:
            self.assertLessEqual(longest, GAPS[name])

    def test_killed_verifiers(self):
        self.kill("certname-verify")

    def test_killed_fronts(self):
        self.kill("certnamed-front")

    def test_killed_bins(self):
        self.kill("certnamed-bin")

    def test_killed_supervisors(self):
        self.kill("certnamed")

    def test_restarts(self):
        """Planned restarts lose nothing: the front closes connections without a reply to what it has not accepted,
        and the socket stays."""
        for _ in range(RESTARTS):
            time.sleep(0.3)
            os.kill(wait_for("there is a daemon", lambda: self.holder.pids("certnamed"))[0], signal.SIGTERM)
        self.finish("%d restarts" % RESTARTS)

    def test_reloads(self):
        """Reloads change no verdict and break no connection, though half of the reloads are refused; and they use up
        neither memory nor descriptors."""
        held = None
        for number in range(RELOADS):
            self.holder.write(POLICY + ("# %d\n" % number if number % 2 else "nonsense = %d\n" % number))
            os.kill(self.holder.process.pid, signal.SIGHUP)
            wait_for("the reload ends", lambda: self.holder.count_reloads() > number)
            if number == RELOADS // 10:
                held = self.count_held()
        time.sleep(0.5)
        for name, (before, after) in {name: (held[name], now) for name, now in self.count_held().items()}.items():
            harness.report("%s: %d KiB and %d descriptors after %d reloads, %d KiB and %d descriptors after %d" % (
                name, *before, RELOADS // 10, *after, RELOADS))
            self.assertLessEqual(after[1], before[1])
            if FULL:
                self.assertLessEqual(after[0], before[0] * (1 + DRIFT))
        self.holder.write(POLICY)
        self.finish("%d reloads" % RELOADS)
        self.assertEqual(sum(one.n_retried for one in self.clients), 0)

    def count_held(self):
        """Returns the memory in KiB and the number of descriptors of supervisor and front, once no old verifier is
        left."""
        wait_for("no old verifier", lambda: len(self.holder.pids("certname-verify")) == self.holder.n_verifiers)
        wait_for("no look", lambda: not self.holder.pids("certname-look"))
        pids = {name: self.holder.pids(name)[0] for name in ("certnamed", "certnamed-front")}
        return {name: (int(status(pid)["VmRSS"].split()[0]), count_descriptors(pid)) for name, pid in pids.items()}


if __name__ == "__main__":
    harness.main()
