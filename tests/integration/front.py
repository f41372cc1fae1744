# SPDX-License-Identifier: MIT
"""The parts that the tests of the front share: clients of other users, and the daemon's report on itself."""

import json
import os
import socket

import wire

KIND_STATUS, KIND_METRICS, KIND_RELOAD = 2, 3, 4
KIND_STATUS_TEXT, KIND_METRICS_TEXT, KIND_RELOADED = 130, 131, 132
ERROR_FORBIDDEN = 13


def let_through(path):
    """Lets other users get to a test's socket, though the folder of the test belongs to one user alone."""
    os.chmod(os.path.dirname(path), 0o711)


def connect_as(path, uid, gid=None, groups=()):
    """Returns a socket that another user has connected: the daemon sees that user as its client, because the kernel
    remembers which user connected. Only root can do this."""
    let_through(path)
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups(list(groups))
            os.setresgid(*[gid if gid is not None else uid] * 3)
            os.setresuid(uid, uid, uid)
            made = socket.socket(socket.AF_UNIX)
            made.connect(path)
            socket.send_fds(theirs, [b"x"], [made.fileno()])
        finally:
            os._exit(0)
    theirs.close()
    _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    os.waitpid(pid, 0)
    ours.close()
    if not descriptors:
        raise OSError("uid %d cannot connect" % uid)
    return socket.socket(fileno=descriptors[0])


class As(wire.Client):
    """A client that belongs to another user."""

    def __init__(self, path, uid, patience=20, **more):
        self.socket = connect_as(path, uid, **more)
        self.socket.settimeout(patience)
        self.patience = patience
        self.unread = b""


def inquire(client, kind, tag=1):
    """Sends a request without payload and returns (kind, payload) of its reply, or (None, b"") without a reply."""
    client.send(wire.frame(kind=kind, tag=tag))
    return receive(client)


def receive(client):
    header = client._take(wire.HEADER_BYTES)
    if header is None:
        return None, b""
    return header[5], client._take(int.from_bytes(header[:4], "big") - wire.HEADER_BYTES)


def status(daemon):
    with daemon.admin() as client:
        kind, text = inquire(client, KIND_STATUS)
    if kind != KIND_STATUS_TEXT:
        raise AssertionError("no status: %r %r" % (kind, text))
    return json.loads(text)


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_kb(pid):
    """Returns the memory that a process alone occupies, or None where the test may not read it."""
    try:
        with open("/proc/%d/smaps_rollup" % pid) as file:
            return sum(int(line.split()[1]) for line in file if line.startswith(("Private_Clean", "Private_Dirty")))
    except PermissionError:
        return None
