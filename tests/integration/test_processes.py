#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The three kinds of process: which libraries and privileges each has, and how they are started and end."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import harness
from certificates import certificate
from daemon import Daemon, Process, connect_once, descriptors, orphans, program, reap_orphans, run_ctl, status, wait_for

FOREIGN_LIBRARIES = ("libcrypto", "libssl", "libprotobuf-c", "libconfuse", "libpsl", "libidn2", "libjansson")


def is_gone(pid):
    try:
        return Process(pid).state == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class ProcessTestCase(harness.TestCase):
    def start(self, *arguments, **settings):
        return self.enterContext(Daemon(*arguments, **settings))

    def assert_serves(self, daemon):
        one = certificate("DNS:a.example")
        code, out, err = daemon.ctl("verify", "a.example", one.path)
        self.assertEqual((code, err), (0, ""), out)
        self.assertEqual(daemon.ctl("verify", "b.example", one.path)[0], 1)


class MadeOf(ProcessTestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = cls.enterClassContext(Daemon())

    def all_processes(self):
        return [self.daemon.process.pid, self.daemon.front(), *self.daemon.verifiers()]

    def test_libraries_of_the_front(self):
        """The front is linked with no library that parses requests or certificates."""
        listed = subprocess.run(["ldd", program("certnamed-front")], stdout=subprocess.PIPE, check=True)
        listed = listed.stdout.decode()
        self.assertIn("libevent", listed)
        for name in FOREIGN_LIBRARIES:
            self.assertNotIn(name, listed)

    def test_memory_of_the_front(self):
        """The front has mapped none of these libraries after serving; the verifier has mapped them."""
        self.assert_serves(self.daemon)
        try:
            with open("/proc/%d/maps" % self.daemon.front()) as file:
                front = file.read()
            with open("/proc/%d/maps" % self.daemon.verifiers()[0]) as file:
                verifier = file.read()
        except PermissionError:
            self.skipTest("only root may read the memory map of a process that is not dumpable")
        self.assertIn("libevent", front)
        for name in FOREIGN_LIBRARIES:
            self.assertNotIn(name, front)
        self.assertIn("libcrypto", verifier)
        self.assertNotIn("libevent", verifier)

    def test_descriptors_of_a_verifier(self):
        """A verifier has the three standard descriptors and one socket open, and no other."""
        for pid in self.daemon.verifiers():
            try:
                found = descriptors(pid)
            except PermissionError:
                self.skipTest("only root may list the descriptors of a process that is not dumpable")
            self.assertEqual(sorted(found), [0, 1, 2, 3])
            self.assertEqual(found[0], "/dev/null")
            self.assertTrue(found[3].startswith("socket:"), found)

    @harness.needs_sandbox
    def test_filter_of_a_verifier(self):
        """Every verifier runs under a seccomp filter (mode 2) and bounds its memory and descriptors."""
        for pid in self.daemon.verifiers():
            self.assertEqual(status(pid)["Seccomp"], "2")
            with open("/proc/%d/limits" % pid) as file:
                limits = file.read()
            self.assertRegex(limits, r"Max open files +4 +4 ")
            self.assertRegex(limits, r"Max address space +\d+ +\d+ ")
            self.assertRegex(limits, r"Max processes +0 +0 ")

    @harness.needs_sandbox
    def test_filter_of_the_front(self):
        """The front has a seccomp filter once it serves."""
        with self.daemon.client() as client:
            self.assertIsNotNone(client)
        self.assertEqual(status(self.daemon.front())["Seccomp"], "2")

    def test_no_privilege_and_no_core(self):
        """No process may gain privileges or leave a core file, which would contain requests of other users."""
        for pid in self.all_processes():
            self.assertEqual(status(pid)["NoNewPrivs"], "1", Process(pid).name)
            with open("/proc/%d/limits" % pid) as file:
                self.assertRegex(file.read(), r"Max core file size +0 +0 ")

    def test_user(self):
        """Started as root, front and verifiers run as another user without groups and capabilities; the
        supervisor keeps three capabilities. Started as another user, every process runs as that user."""
        for pid in (self.daemon.front(), *self.daemon.verifiers()):
            about = status(pid)
            uids, gids = set(about["Uid"].split()), set(about["Gid"].split())
            self.assertEqual((len(uids), len(gids)), (1, 1))
            if os.geteuid() == 0:
                self.assertNotIn("0", uids | gids)
                self.assertEqual(about["Groups"], "")
            else:
                self.assertEqual(uids, {str(os.geteuid())})
            self.assertEqual(int(about["CapEff"], 16) | int(about["CapPrm"], 16), 0)
        kept = int(status(self.daemon.process.pid)["CapEff"], 16)
        self.assertEqual(kept, 1 << 5 | 1 << 6 | 1 << 7 if os.geteuid() == 0 else 0)


class Account(harness.TestCase):
    """Front and verifiers run as an account of the daemon's own: a process of the same uid could signal them."""

    def refuse(self, *arguments, command=()):
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            done = subprocess.run(
                [*command, program("certnamed"), "--socket", os.path.join(folder, "socket"), *arguments],
                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=20)
            self.assertEqual(os.listdir(folder), [])
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr.decode()

    @unittest.skipIf(os.geteuid() != 0, "only root can become another user")
    def test_shared_accounts(self):
        """nobody is the account of other programs too, and root has all rights: both are refused."""
        self.assertIn("user 'nobody' is shared with other programs", self.refuse("--user", "nobody"))
        self.assertIn("user 'root' is root", self.refuse("--user", "root"))
        self.assertIn("--user no-such-user: there is no such user", self.refuse("--user", "no-such-user"))

    @unittest.skipIf(os.geteuid() != 0, "only root can become another user")
    def test_no_account(self):
        """As root without the account certnamed the daemon does not start, and says how to make one."""
        with tempfile.NamedTemporaryFile("w", prefix="certnamed-passwd-") as file:
            with open("/etc/passwd") as accounts:
                file.writelines(line for line in accounts if not line.startswith("certnamed:"))
            file.flush()
            script = 'mount --bind "$0" /etc/passwd && exec "$@"'
            error = self.refuse(command=["unshare", "-m", "sh", "-c", script, file.name])
        self.assertIn("needs an account of its own", error)
        self.assertIn("useradd --system", error)

    @unittest.skipIf(os.geteuid() != 0, "only root can become another user")
    def test_named_account(self):
        """An unprivileged account that is named serves as well."""
        entry = next(one for one in pwd.getpwall() if one.pw_name not in ("certnamed", "nobody")
                     and one.pw_uid != 0 and one.pw_gid != 0)
        with Daemon(arguments=["--user", entry.pw_name]) as daemon:
            self.assertEqual(set(status(daemon.front())["Uid"].split()), {str(entry.pw_uid)})

    def test_installed_front(self):
        """The front's program is installed unreadable, so that the kernel lets no process of its uid trace it, from its
        first instruction on."""
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            subprocess.run(["make", "-s", "-C", os.environ.get("top_builddir", os.getcwd()), "install-frontPROGRAMS",
                            "install-data-hook", "DESTDIR=" + folder], check=True, stdout=subprocess.DEVNULL,
                           env={k: v for k, v in os.environ.items() if not k.startswith("MAKE") and k != "MFLAGS"})
            modes = [os.stat(os.path.join(where, name)).st_mode & 0o7777
                     for where, _, names in os.walk(folder) for name in names if name == "certnamed-front"]
        self.assertEqual(modes, [0o711])


class Socket(ProcessTestCase):
    def test_stale_socket(self):
        """A stale socket at the path is replaced, and the new one is removed at the end."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        path = os.path.join(folder, "socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stale:
            stale.bind(path)
            stale.listen()
        with self.assertRaises(ConnectionRefusedError):
            connect_once(path)
        with Daemon(folder=folder) as daemon:
            self.assert_serves(daemon)
        self.assertFalse(os.path.exists(path))

    def test_live_socket(self):
        """A socket that another daemon listens on is not replaced: the second daemon logs it and ends, and the
        first goes on with its socket."""
        first = self.start()
        inode = os.stat(first.socket).st_ino
        second = Daemon(folder=first.folder)
        second.start()
        self.addCleanup(second.destroy)
        self.assertEqual(second.process.wait(20), 1)
        self.assertRegex(second.log(), r"certnamed: error: cannot listen at %s: .*another" % re.escape(first.socket))
        self.assertEqual(os.stat(first.socket).st_ino, inode)
        self.assert_serves(first)

    def test_no_socket(self):
        """A file at the path that is not a socket is left alone."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        path = os.path.join(folder, "socket")
        with open(path, "w") as file:
            file.write("precious")
        daemon = Daemon(folder=folder)
        daemon.start()
        self.addCleanup(daemon.destroy)
        self.assertEqual(daemon.process.wait(20), 1)
        self.assertRegex(daemon.log(), r"certnamed: error: cannot listen at %s: .*not a socket" % re.escape(path))
        with open(path) as file:
            self.assertEqual(file.read(), "precious")

    def test_missing_folder(self):
        """A missing folder of the socket is named in the log."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        daemon = Daemon(arguments=("--socket", os.path.join(folder, "none", "socket")), folder=folder)
        daemon.start()
        self.addCleanup(daemon.destroy)
        self.assertEqual(daemon.process.wait(20), 1)
        self.assertRegex(daemon.log(), r"certnamed: error: cannot listen at .*folder")

    @harness.needs_sandbox
    def test_few_descriptors(self):
        """With fewer descriptors than it needs the daemon does not start, and the log has the limit and the remedy."""
        daemon = Daemon(command=["sh", "-c", 'ulimit -n 8; exec "$@"', "sh"])
        daemon.start()
        self.addCleanup(daemon.destroy)
        self.assertEqual(daemon.process.wait(20), 1)
        self.assertRegex(daemon.log(), r"the limit of open files is 8 and has to be 64 at least: raise it")
        self.assertFalse(os.path.exists(daemon.socket))

    def test_everybody_may_ask(self):
        """Every user may connect to the socket, whatever the umask: the policy decides who may ask what."""
        mask = os.umask(0o077)
        try:
            daemon = self.start()
        finally:
            os.umask(mask)
        self.assertEqual(os.stat(daemon.socket).st_mode & 0o777, 0o666)


class Life(ProcessTestCase):
    def test_end(self):
        """SIGTERM and SIGINT end the daemon cleanly: its status is 0, no process is left, and the socket's path is
        gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                daemon = Daemon()
                with daemon:
                    self.assert_serves(daemon)
                    pids = [daemon.front(), *daemon.verifiers()]
                    daemon.ending_signal = number
                for pid in pids:
                    self.assertTrue(is_gone(pid))
                harness.report("end by %s: %.0f ms" % (number.name, daemon.stop_seconds * 1000))

    def test_end_with_clients(self):
        """Connected clients do not delay the end of the daemon."""
        daemon = self.start()
        clients = [self.enterContext(daemon.client()) for _ in range(20)]
        one = certificate("DNS:a.example")
        for client in clients:
            self.assert_accepted(client.call("a.example", one.der))
        daemon.stop()
        self.assertLess(daemon.stop_seconds, 1)
        for client in clients:
            self.assertIsNone(client.receive())

    def test_front_killed(self):
        """A front that is killed is replaced on the same listening socket: new connections are answered, and the
        path still leads to the same socket."""
        daemon = self.start()
        # A verifier may end by itself before the supervisor kills it.
        daemon.expect(r"warning: (front|verifier) \d+: ended by signal 9", r"verifier \d+: ended with status 0")
        inode = os.stat(daemon.socket).st_ino
        daemon.wait_until_settled()
        killed = daemon.front()
        old = daemon.verifiers()
        begun = time.monotonic()
        os.kill(killed, signal.SIGKILL)
        # Connects while no front accepts connections, and waits.
        wait_for("the front is gone", lambda: is_gone(killed))
        with daemon.client() as client:
            self.assert_accepted(client.call("a.example", certificate("DNS:a.example").der))
        harness.report("front killed to the next verdict: %.1f ms" % ((time.monotonic() - begun) * 1000))
        self.assert_serves(daemon)
        self.assertNotEqual(daemon.front(), killed)
        self.assertEqual(os.stat(daemon.socket).st_ino, inode)
        wait_for("the old verifiers end", lambda: all(is_gone(pid) for pid in old))
        self.assertFalse(set(daemon.verifiers()) & set(old))
        self.assertEqual(len(daemon.find_log(r"front \d+: ended by signal 9")), 1)

    def test_verifiers_killed(self):
        """Idle verifiers that are killed are replaced, and no request is lost."""
        daemon = self.start()
        daemon.expect(r"warning: verifier \d+: (ended by signal 9|past its deadline)")
        daemon.wait_until_settled()
        old = daemon.verifiers()
        begun = time.monotonic()
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        # A verifier that has not ended yet may be given the request, and then it is not idle.
        wait_for("the verifiers are gone", lambda: all(is_gone(pid) for pid in old))
        with daemon.client() as client:
            self.assert_accepted(client.call("a.example", certificate("DNS:a.example").der))
        harness.report("all verifiers killed to the next verdict: %.1f ms" % ((time.monotonic() - begun) * 1000))
        self.assertFalse(set(daemon.verifiers()) & set(old))

    def test_supervisor_killed(self):
        """When the supervisor is killed, its children end at once, even stopped ones, because nothing would replace
        them later. The next daemon replaces the stale socket."""
        for stopped in (False, True):
            with self.subTest(stopped=stopped):
                daemon = Daemon()
                self.addCleanup(daemon.destroy)
                daemon.start()
                daemon.wait_until_it_answers()
                pids = [daemon.front(), *daemon.verifiers()]
                for pid in pids if stopped else ():
                    os.kill(pid, signal.SIGSTOP)
                daemon.process.kill()
                daemon.process.wait()
                wait_for("the children end", lambda: all(is_gone(pid) for pid in pids), patience=5)
                wait_for("they are waited for", reap_orphans)
                with Daemon(folder=daemon.folder) as following:
                    self.assert_serves(following)

    def test_front_alone(self):
        """The front's program refuses to run without a supervisor."""
        done = subprocess.run([program("certnamed-front")], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"started by certnamed", done.stderr)


@unittest.skipUnless(shutil.which("systemd-socket-activate"), "no systemd-socket-activate: install systemd")
class Activation(ProcessTestCase):
    """The daemon is started through systemd-socket-activate, which listens, waits for the first connection and
    becomes the daemon."""

    def activate(self, *listen):
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        path = os.path.join(folder, "activated")
        command = ["systemd-socket-activate"]
        for one in listen or (path,):
            command.append("--listen=" + one)
        daemon = Daemon(folder=folder, command=command)
        daemon.start()
        self.addCleanup(daemon.destroy)
        daemon.bound = daemon.socket
        daemon.socket = path
        # systemd-socket-activate logs lines of its own.
        daemon.expect("^(?!certnamed: )")
        return daemon

    def test_activation(self):
        """The first client waits in the socket's queue until the daemon is up, and is answered; the passed socket
        goes before --socket and is not taken away at the end."""
        daemon = self.activate()
        wait_for("the tool listens", lambda: os.path.exists(daemon.socket))
        begun = time.monotonic()
        code, out, err = run_ctl("--socket", daemon.socket, "verify", "a.example", certificate("DNS:a.example").path)
        harness.report("activation to the first verdict: %.1f ms" % ((time.monotonic() - begun) * 1000))
        self.assertEqual((code, err), (0, ""), out)
        self.assert_serves(daemon)
        self.assertFalse(os.path.exists(daemon.bound))
        self.assertTrue(daemon.find_log("socket that the service manager passed"))
        for pid in daemon.verifiers():
            try:
                self.assertEqual(len(descriptors(pid)), 4)
            except PermissionError:
                pass
        daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(daemon.process.wait(20), 0)
        self.assertEqual(orphans(), [])
        self.assertTrue(os.path.exists(daemon.socket))
        daemon.check_log()

    def test_two_sockets(self):
        """Two passed sockets without names are refused as a mistake in the unit."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        paths = [os.path.join(folder, name) for name in ("one", "two")]
        daemon = self.activate(*paths)
        wait_for("the tool listens", lambda: all(os.path.exists(path) for path in paths))
        connect_once(paths[0])
        self.assertEqual(daemon.process.wait(20), 1)
        self.assertTrue(daemon.find_log("certnamed: error: activation: two sockets"))


if __name__ == "__main__":
    harness.main()
