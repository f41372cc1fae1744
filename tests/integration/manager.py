# SPDX-License-Identifier: MIT
"""A service manager that starts certnamed as systemd does: it holds the listening sockets and is sent notices."""

import os
import signal
import socket
import subprocess
import tempfile
import time

from daemon import PATIENCE, end_with_test, reap_orphans, run_ctl, started, wait_for, wrapped

FIRST_FD = 3


class Manager:
    """The sockets live as long as the manager; the daemon on them may be started again and again."""

    def __init__(self, policy, arguments=()):
        self.folder = tempfile.mkdtemp(prefix="certnamed-test-", dir="/tmp")
        self.config = os.path.join(self.folder, "policy.conf")
        self.log_path = os.path.join(self.folder, "log")
        self.arguments = ["--config", self.config, "--last-good", os.path.join(self.folder, "last-good"), *arguments]
        self.notices = self.bind("notify", socket.SOCK_DGRAM)
        self.notices.settimeout(PATIENCE)
        self.sockets = {"certnamed": self.listen("socket"), "certnamed-admin": self.listen("admin.sock")}
        self.process = None
        self.write(policy)

    def path(self, name):
        return os.path.join(self.folder, name)

    def bind(self, name, kind):
        made = socket.socket(socket.AF_UNIX, kind)
        made.bind(self.path(name))
        return made

    def listen(self, name):
        made = self.bind(name, socket.SOCK_STREAM)
        made.listen(64)
        return made

    def write(self, text):
        with open(self.config + ".new", "w") as file:
            file.write(text)
        os.chmod(self.config + ".new", 0o644)
        os.rename(self.config + ".new", self.config)

    def start(self):
        copies = [os.dup(one.fileno()) for one in self.sockets.values()]

        def pass_sockets():
            end_with_test()
            high = [os.dup(fd) for fd in copies]
            for number, fd in enumerate(high):
                os.dup2(fd, FIRST_FD + number)

        environment = dict(os.environ, NOTIFY_SOCKET=self.path("notify"), LISTEN_FDS=str(len(copies)),
                           LISTEN_FDNAMES=":".join(self.sockets))
        # Only the process itself knows its number, which it keeps when it becomes the daemon.
        command = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *wrapped("certnamed"), *self.arguments]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                                            env=environment, close_fds=False, preexec_fn=pass_sockets)
        started.add(self.process.pid)
        for fd in copies:
            os.close(fd)

    def wait(self):
        """Returns the exit status of the daemon, which ends by itself."""
        code = self.process.wait(PATIENCE)
        wait_for("the daemon's children end", reap_orphans)
        return code

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait_for_notice(self, beginning):
        """Returns the next notice that begins so."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            notice = self.notices.recv(2000).decode()
            if notice.startswith(beginning):
                return notice
        raise AssertionError("no notice begins with %r" % beginning)

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def ctl(self, *arguments):
        path = "admin.sock" if arguments[0] in ("status", "metrics", "reload") else "socket"
        return run_ctl("--socket", self.path(path), *arguments)

    def destroy(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.wait()
        for one in [self.notices, *self.sockets.values()]:
            one.close()
        subprocess.run(["rm", "-rf", self.folder], check=True)
