#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The daemon takes the writer of the bytes as the client: connections that root opened and handed to another user,
and the administrative socket."""

import os
import socket
import stat
import tempfile
import time
import unittest

import front
import harness
import wire
from certificates import certificate
from daemon import Daemon, run_ctl

USER = 1234
NAMES = 'defaults { common-name = no }\nclient "root" { uid = { 0 } common-name = yes }\n'
needs_root = unittest.skipIf(os.geteuid() != 0, "only root is several users")


def connect(path):
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(20)
    made.connect(path)
    return made


class Handed(wire.Client):
    """A connection that this process opened and hands to another."""

    def __init__(self, path):
        self.socket = connect(path)
        self.patience = 20
        self.unread = b""


def write_as(uid, client, data):
    """Starts another process that is handed the connection and writes; its real, effective and saved user id is
    `uid`."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            client.socket.sendall(data)
            os._exit(0)
        finally:
            os._exit(1)
    if os.waitpid(pid, 0)[1] != 0:
        raise AssertionError("uid %d cannot write" % uid)


def is_closed(client):
    """Returns whether the daemon closes the connection without another byte."""
    try:
        return client.socket.recv(1) == b""
    except ConnectionResetError:
        return True


@needs_root
class Writers(harness.TestCase):
    def setUp(self):
        self.one = certificate("DNS:a.example")

    def test_reload(self):
        """A connection to the administrative socket that root opened reloads nothing for uid 1234, and is closed."""
        with Daemon() as daemon, Handed(daemon.admin_socket) as client:
            write_as(USER, client, wire.frame(kind=front.KIND_RELOAD))
            self.assertTrue(is_closed(client))
            time.sleep(0.2)
            self.assertEqual(front.status(daemon)["generation"], 1)

    def test_reload_among_roots(self):
        """Earlier frames by root on the same connection do not give uid 1234 a reload."""
        with Daemon() as daemon, Handed(daemon.admin_socket) as client:
            self.assertEqual(front.inquire(client, front.KIND_STATUS)[0], front.KIND_STATUS_TEXT)
            write_as(USER, client, wire.frame(kind=front.KIND_RELOAD))
            self.assertTrue(is_closed(client))
            self.assertEqual(front.status(daemon)["generation"], 1)

    def test_other_users(self):
        """The administrative socket belongs to root, and other users cannot connect; where its mode is wrong, they
        are refused."""
        with Daemon() as daemon:
            self.assertEqual(stat.S_IMODE(os.stat(daemon.admin_socket).st_mode), 0o600)
            with self.assertRaises(OSError):
                front.connect_as(daemon.admin_socket, USER)
            os.chmod(daemon.admin_socket, 0o666)
            with front.As(daemon.admin_socket, USER) as client:
                kind, payload = front.receive(client)
                self.assertEqual((kind, payload[:2]), (wire.KIND_ERROR, bytes([8, front.ERROR_FORBIDDEN])))

    def test_account(self):
        """Requests are charged to the account of the user who writes them, and not to root's."""
        with Daemon() as daemon, Handed(daemon.socket) as client:
            before = {user["uid"]: user["requests"] for user in front.status(daemon)["users"]}
            write_as(USER, client, wire.ask("a.example", self.one.der))
            self.assert_accepted(client.receive())
            after = {user["uid"]: user["requests"] for user in front.status(daemon)["users"]}
            self.assertEqual(after.get(USER), 1)
            self.assertEqual(after.get(0), before.get(0))

    def test_change_of_writer(self):
        """When the writer changes in the middle of a frame or after one, the connection is closed, and nothing is
        answered."""
        question = wire.ask("a.example", self.one.der)
        for first, second in ((USER, USER + 1), (USER, 0), (0, USER)):
            for cut in (1, len(question) // 2, len(question)):
                with self.subTest(first=first, second=second, cut=cut), Daemon() as daemon, Handed(daemon.socket) as client:
                    write_as(first, client, question[:cut])
                    if cut == len(question):
                        self.assert_accepted(client.receive())
                    write_as(second, client, question[cut:] or question)
                    self.assertTrue(is_closed(client))

    def test_both_at_once(self):
        """When both have written before the daemon reads, the connection is closed too: bytes of two writers are
        never read as one's."""
        question = wire.ask("a.example", self.one.der)
        with Daemon() as daemon, Handed(daemon.socket) as client:
            os.kill(daemon.front(), 19)
            try:
                write_as(USER, client, question[:20])
                write_as(0, client, question[20:])
            finally:
                os.kill(daemon.front(), 18)
            self.assertTrue(is_closed(client))

    def test_class(self):
        """Root's section of the policy is used for root's bytes, and not for those of uid 1234 on root's
        connection."""
        one = certificate(cn="cn.example")
        with Daemon(NAMES) as daemon:
            daemon.expect("refused DNS-ID cn.example")
            with Handed(daemon.socket) as client:
                self.assert_accepted(client.call("cn.example", one.der))
            with Handed(daemon.socket) as client:
                write_as(USER, client, wire.ask("cn.example", one.der))
                self.assert_refused(client.receive())

    def test_set_id(self):
        """A set-id program of root's, started by uid 1234, connects as root and writes as uid 1234: it reloads
        nothing, and its requests are charged to uid 1234."""
        with Daemon() as daemon:
            front.let_through(daemon.socket)
            pid = os.fork()
            if pid == 0:
                try:
                    os.setresuid(USER, 0, 0)
                    with Handed(daemon.admin_socket) as client:
                        client.send(wire.frame(kind=front.KIND_RELOAD))
                        closed = is_closed(client)
                    with Handed(daemon.socket) as client:
                        accepted = client.call("a.example", self.one.der).accepted
                    os._exit(0 if closed and accepted else 1)
                finally:
                    os._exit(2)
            self.assertEqual(os.waitpid(pid, 0)[1], 0)
            self.assertEqual(front.status(daemon)["generation"], 1)
            users = {user["uid"]: user["requests"] for user in front.status(daemon)["users"]}
            self.assertEqual(users.get(USER), 1)


class Admin(harness.TestCase):
    def test_path(self):
        """--admin-socket names the administrative socket, and certnamectl asks there."""
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            path = os.path.join(folder, "other")
            daemon = Daemon(arguments=["--admin-socket", path])
            daemon.admin_socket = path
            with daemon:
                code, out, err = run_ctl("--socket", path, "status")
                self.assertEqual((code, err), (0, ""), out)
                code, _, err = run_ctl("--socket", daemon.socket, "reload")
                self.assertEqual(code, 2)
                self.assertIn("administrative socket", err)
            self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    harness.main()
