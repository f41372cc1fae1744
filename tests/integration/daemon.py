# SPDX-License-Identifier: MIT
"""A daemon that belongs to one test: it is started, watched from outside through /proc, and always ended."""

import atexit
import contextlib
import ctypes
import os
import pwd
import re
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from wire import Client

BUILD = os.environ.get("top_builddir", os.getcwd())
RELAXED = os.environ.get("CERTNAMED_RELAXED") == "yes"
# The command that daemon and certnamectl are run under, for example valgrind: see tests/valgrind/run.sh.
WRAPPER = shlex.split(os.environ.get("CERTNAMED_WRAPPER", ""))
# Valgrind keeps these descriptors to itself, at the upper end of what is allowed.
WRAPPER_DESCRIPTORS = 12
# The longest time that anything may take which ought to happen soon.
PATIENCE = 120 if RELAXED else 20
# A process that ends before this age is restarted after a pause: LIMIT_RESTART_PAUSE_MS and a margin.
YOUNG_SECONDS = 0.15

# The process numbers of all daemons of this test.
started = set()

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")

libc = ctypes.CDLL(None, use_errno=True)
# A process that a daemon leaves behind becomes a child of the test, so that the test sees it.
libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


ACCOUNT = "certnamed"
CLONE_NEWNS = 0x20000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


def mount(source, target, flags):
    if libc.mount(source.encode(), target.encode(), None, flags, None) != 0:
        raise SystemExit("cannot give the tests an account %r (mount: %s): make one, see certnamed(8)"
                         % (ACCOUNT, os.strerror(ctypes.get_errno())))


def provide_account():
    """As root the daemon needs an account of its own. A host without one gets it in a mount namespace that only this
    test and its children see, so that the host's accounts stay as they are."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    if os.geteuid() != 0 or ACCOUNT in names:
        return
    uid = max(set(range(900, 1000)) - {entry.pw_uid for entry in pwd.getpwall()})
    if libc.unshare(CLONE_NEWNS) != 0:
        raise SystemExit("cannot give the tests an account %r (unshare: %s): make one, see certnamed(8)"
                         % (ACCOUNT, os.strerror(ctypes.get_errno())))
    mount("none", "/", MS_REC | MS_PRIVATE)
    copy, name = tempfile.mkstemp(prefix="certnamed-passwd-")
    atexit.register(os.unlink, name)
    with open("/etc/passwd") as file, open(copy, "w") as accounts:
        accounts.write(file.read().rstrip("\n") + "\n%s:x:%d:%d::/:/usr/sbin/nologin\n" % (ACCOUNT, uid, uid))
        os.fchmod(copy, 0o644)
    mount(name, "/etc/passwd", MS_BIND)


provide_account()


def end_with_test():
    """Runs in the daemon's process before the program starts: the kernel then kills the daemon when the test is
    killed."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def program(name):
    return os.path.join(BUILD, name)


def wrapped(name):
    """Returns the command that runs a program, under the wrapper if there is one. The command names the program
    itself, not libtool's script, so that the wrapper runs the program."""
    built = os.path.join(BUILD, ".libs", name)
    return [*WRAPPER, built if WRAPPER and os.path.exists(built) else program(name)]


def wait_for(what, condition, patience=PATIENCE):
    """Calls the condition until it gives something true, and returns that."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited %d s in vain: %s" % (patience, what))
        time.sleep(0.002)


# --- processes ---


class Process:
    """The entries of /proc about a process that every user may read."""

    def __init__(self, pid):
        with open("/proc/%d/stat" % pid) as file:
            text = file.read()
        rest = text[text.rindex(")") + 2 :].split()
        self.pid = pid
        self.name = text[text.index("(") + 1 : text.rindex(")")]
        self.state = rest[0]
        self.parent = int(rest[1])
        self.started = int(rest[19]) / CLOCK_TICKS

    def age(self):
        return time.clock_gettime(time.CLOCK_BOOTTIME) - self.started


def processes():
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found.append(Process(int(entry)))
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found


def status(pid):
    """Returns /proc/PID/status as a dictionary."""
    with open("/proc/%d/status" % pid) as file:
        return {key: value.strip() for key, _, value in (line.partition(":") for line in file)}


def descriptors(pid):
    """Returns the open descriptors of a process as {number: target}, without those that the process closes meanwhile.
    Raises PermissionError if the test may not list them."""
    folder = "/proc/%d/fd" % pid
    found = {}
    for number in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):
            found[int(number)] = os.readlink(os.path.join(folder, number))
    if WRAPPER:
        limit = resource.prlimit(pid, resource.RLIMIT_NOFILE)[0] - WRAPPER_DESCRIPTORS
        found = {number: what for number, what in found.items() if number < limit}
    return found


def count_descriptors(pid):
    """Returns how many descriptors a process has. Only root may list the descriptors of a process that is not
    dumpable; for other users the number is the size of the process's table, which grows when more descriptors are
    held than ever before."""
    try:
        return len(descriptors(pid))
    except PermissionError:
        return int(status(pid)["FDSize"])


def orphans():
    """Returns the daemons' processes that are children of the test only because their parent is gone."""
    return [
        process
        for process in processes()
        if process.parent == os.getpid()
        and re.match("certnamed|certname-verify", process.name)
        and process.pid not in started
    ]


def reap_orphans():
    """Waits for the orphans that have ended. Returns true if none is left."""
    left = orphans()
    for process in left:
        if process.state == "Z":
            try:
                os.waitpid(process.pid, 0)
            except ChildProcessError:
                pass
    return not left


# --- the daemon ---


class Daemon:
    """
    certnamed on a socket of its own. As a context manager it is ended with the block: it must end cleanly,
    leave no process behind and have logged no error or warning but those that the test `expects`.
    """

    def __init__(self, policy="", program_name="certnamed", arguments=(), folder=None, command=()):
        self.folder = folder or tempfile.mkdtemp(prefix="certnamed-test-", dir="/tmp")
        self.own_folder = folder is None
        self.socket = os.path.join(self.folder, "socket")
        self.admin_socket = os.path.join(self.folder, "admin.sock")
        self.config = os.path.join(self.folder, "policy.conf")
        self.log_path = os.path.join(self.folder, "log.%d" % time.monotonic_ns())
        self.expected = []
        self.ending_signal = signal.SIGTERM
        self.process = None
        self.command = [*command, *wrapped(program_name), "--socket", self.socket]
        if policy is not None:
            with open(self.config, "w") as file:
                file.write(policy)
            os.chmod(self.config, 0o644)
            self.command += ["--config", self.config]
        self.command += arguments

    # --- life ---

    def __enter__(self):
        try:
            self.start()
            self.wait_until_it_answers()
        except BaseException:
            self.destroy()
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                if self.process.returncode is None:
                    self.stop()
                self.check_log()
        finally:
            self.destroy()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", preexec_fn=end_with_test
            )
        started.add(self.process.pid)

    def wait_until_it_answers(self):
        def answers():
            if self.process.poll() is not None:
                raise AssertionError("the daemon ended with %d:\n%s" % (self.process.returncode, self.log()))
            try:
                with self.client() as client:
                    return client.call("", b"").error == "invalid-reference"
            except (FileNotFoundError, ConnectionRefusedError):
                return False

        wait_for("the daemon answers", answers)

    def stop(self):
        """Ends the daemon as a service manager would, and checks that the daemon ends as it promises."""
        if self.process.poll() is not None:
            raise AssertionError("the daemon ended by itself with %d:\n%s" % (self.process.returncode, self.log()))
        begun = time.monotonic()
        self.process.send_signal(self.ending_signal)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError("%r does not end the daemon:\n%s" % (self.ending_signal, self.log()))
        self.stop_seconds = time.monotonic() - begun
        if code != 0:
            raise AssertionError("the daemon ended with %d:\n%s" % (code, self.log()))
        # The bin's children end by themselves, each as soon as what a client passed to it is dropped.
        wait_for("the end of the bin's children", lambda: reap_orphans() or all(
            process.name != "certnamed-bin" for process in orphans()))
        left = [(process.pid, process.name) for process in orphans()]
        if left:
            raise AssertionError("the daemon ended before its children %r did:\n%s" % (left, self.log()))
        if os.path.exists(self.socket) or os.path.exists(self.admin_socket):
            raise AssertionError("the daemon left a socket behind")

    def destroy(self):
        """Ends the daemon in whatever state it is, so that no process of it is left."""
        if self.process:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            wait_for("the daemon's children end", reap_orphans)
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    # --- the log ---

    def log(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()

    def expect(self, *patterns):
        """Takes patterns of lines that this test brings about in the log: warnings, errors and lines that the daemon
        does not write itself."""
        self.expected += patterns

    def find_log(self, pattern):
        return re.findall(pattern, self.log(), re.MULTILINE)

    def wait_for_log(self, pattern, count=1):
        wait_for("the log says %d times %r" % (count, pattern), lambda: len(self.find_log(pattern)) >= count)
        return self.find_log(pattern)

    def check_log(self):
        allowed = self.expected + ["warning: this build confines no process"]
        for line in self.log().splitlines():
            usual = line.startswith("certnamed: ") and not re.match("certnamed: (warning|error): ", line)
            if not usual and not any(re.search(pattern, line) for pattern in allowed):
                raise AssertionError("unexpected on the daemon's standard error: %s\nin:\n%s" % (line, self.log()))

    # --- its processes ---

    def children(self, name):
        return [
            process
            for process in processes()
            if process.parent == self.process.pid and process.name == name and process.state != "Z"
        ]

    def front(self):
        """Returns the front's process number. The bin runs the same program and bears the front's name until it has
        given itself its own, so it has to be there first."""
        wait_for("there is a bin", lambda: self.children("certnamed-bin"))
        return wait_for("there is a front", lambda: self.children("certnamed-front"))[0].pid

    def verifiers(self):
        """Returns the process numbers of the verifiers, once all of them are there."""

        def all_there():
            found = self.children("certname-verify")
            return found if len(found) == self.count_verifiers() else None

        return [process.pid for process in wait_for("all verifiers are there", all_there)]

    def count_workers(self):
        """Returns how many verifiers are at work at a time."""
        return min(len(os.sched_getaffinity(0)), 16)

    def count_verifiers(self):
        """Returns how many verifiers there are in all: one of them is spare."""
        return self.count_workers() + 1

    def wait_until_settled(self):
        """Waits until all verifiers are there and are old enough to be replaced at once if they die."""

        def settled():
            found = self.children("certname-verify")
            return len(found) == self.count_verifiers() and all(one.age() > YOUNG_SECONDS for one in found)

        wait_for("the verifiers have settled", settled)

    # --- asking ---

    def client(self):
        return Client(self.socket, PATIENCE)

    def admin(self):
        """Returns a client of the administrative socket."""
        return Client(self.admin_socket, PATIENCE)

    def ctl(self, *arguments, stdin=b"", timeout=PATIENCE):
        """Runs certnamectl and returns (exit status, standard output, standard error)."""
        path = self.admin_socket if arguments[0] in ("status", "metrics", "reload") else self.socket
        return run_ctl("--socket", path, *arguments, stdin=stdin, timeout=timeout)


def run_ctl(*arguments, stdin=b"", timeout=PATIENCE):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CERTNAMED_")}
    environment["LC_ALL"] = "C.UTF-8"
    done = subprocess.run(
        [*wrapped("certnamectl"), *arguments],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=timeout,
        env=environment,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def connect_once(path):
    """Connects and hangs up, which wakes a socket-activated daemon."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(path)
