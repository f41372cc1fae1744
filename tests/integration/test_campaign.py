#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Campaigns under load: processes that are killed, planned restarts and reloads of which half are refused. Every request
gets the right verdict, at the latest on one new connection. CERTNAMED_CAMPAIGN=full (make check-campaigns) makes each
campaign as long as the daemon has to stand: 1,000 kills, 60 restarts, 1,000 reloads.
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
from daemon import end_with_test, processes, program, reap_orphans, wait_for

FULL = os.environ.get("CERTNAMED_CAMPAIGN") == "full"
KILLS = {"certname-verify": 1000, "certnamed-front": 1000, "certnamed": 200} if FULL else dict.fromkeys(
    ("certname-verify", "certnamed-front", "certnamed"), 12
)
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

    def kill(self, name):
        """Kills one process of this name after another, at random intervals in which requests are answered, because a
        request that meets two kills may be lost."""
        chance = random.Random(1)
        for _ in range(KILLS[name]):
            time.sleep(chance.uniform(0.4, 0.8) if name == "certnamed" else chance.uniform(0.1, 0.3))
            n_before = sum(one.n_asked for one in self.clients)
            wait_for("requests are answered", lambda: sum(one.n_asked for one in self.clients) > n_before + 4)
            pids = wait_for("there is a " + name, lambda: self.holder.pids(name))
            try:
                os.kill(chance.choice(pids), signal.SIGKILL)
            except ProcessLookupError:
                pass

    def test_killed_verifiers(self):
        self.kill("certname-verify")
        self.finish("%d killed verifiers" % KILLS["certname-verify"])

    def test_killed_fronts(self):
        self.kill("certnamed-front")
        self.finish("%d killed fronts" % KILLS["certnamed-front"])

    def test_killed_supervisors(self):
        self.kill("certnamed")
        self.finish("%d killed supervisors" % KILLS["certnamed"])

    def test_restarts(self):
        """Planned restarts lose nothing: the front closes connections without a reply to what it has not accepted,
        and the socket stays."""
        for _ in range(RESTARTS):
            time.sleep(0.3)
            os.kill(wait_for("there is a daemon", lambda: self.holder.pids("certnamed"))[0], signal.SIGTERM)
        self.finish("%d restarts" % RESTARTS)

    def test_reloads(self):
        """Reloads change no verdict and break no connection, though half of the reloads are refused."""
        for number in range(RELOADS):
            self.holder.write(POLICY + ("# %d\n" % number if number % 2 else "nonsense = %d\n" % number))
            os.kill(self.holder.process.pid, signal.SIGHUP)
            time.sleep(0.05)
        self.holder.write(POLICY)
        self.finish("%d reloads" % RELOADS)
        self.assertEqual(sum(one.n_retried for one in self.clients), 0)


if __name__ == "__main__":
    harness.main()
