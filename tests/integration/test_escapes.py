#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an attacker who controls a process of the daemon can try: the tracer lets each of the five processes attempt
system calls, and each attempt ends the process or fails.

By default each process attempts a part of the calls. With CERTNAMED_FAULTS=full, as `make check-faults` sets it, each
attempts all of them."""

import errno
import os
import signal
import socket
import unittest

import harness
import tracer
from daemon import RELAXED, Daemon, reap_orphans, status, wait_for
from faults import FULL, POLICY, FaultsTestCase, questions
from tracer import TEXT

AT_FDCWD = -100
PATH = "/tmp/certnamed-escape"

# Calls that no process of the daemon makes and that attack the host, other processes or the kernel: x86-64's number,
# and arguments.
HARMFUL = {
    "ptrace": (101,), "process_vm_readv": (310, 1), "process_vm_writev": (311, 1), "pidfd_getfd": (438, 3, 0),
    "kcmp": (312, 1, 1), "bpf": (321,), "perf_event_open": (298,), "io_uring_setup": (425, 1), "io_uring_enter": (426, 3),
    "userfaultfd": (323,), "add_key": (248,), "request_key": (249,), "keyctl": (250,), "init_module": (175,),
    "finit_module": (313, 3), "delete_module": (176,), "kexec_load": (246,), "mount": (165,), "umount2": (166,),
    "pivot_root": (155,), "chroot": (161, TEXT), "unshare": (272, 0x10000000), "setns": (308, 3), "open_tree": (428, 3),
    "move_mount": (429,), "fsopen": (430,), "open_by_handle_at": (304, 3), "personality": (135, 0x0400000),
    "reboot": (169,), "swapon": (167,), "swapoff": (168,), "acct": (163,), "sethostname": (170,), "setdomainname": (171,),
    "settimeofday": (164,), "clock_settime": (227,), "adjtimex": (159,), "clock_adjtime": (305,), "quotactl": (179,),
    "syslog": (103,),
}

# Calls that no process of the daemon makes either.
UNUSED = {
    "socket of the internet": (41, socket.AF_INET, socket.SOCK_STREAM), "netlink socket": (41, 16, 3), "shmget": (29, 0, 4096),
    "msgget": (68,), "semget": (64, 0, 1), "mq_open": (240, TEXT), "inotify_init1": (294,), "fanotify_init": (300,),
    "timer_create": (222,), "setpriority": (141, 0, 0, -20), "sched_setscheduler": (144,), "ioprio_set": (251, 1),
    "mlockall": (151, 1), "splice": (275, 3, 0, 3, 0, 1), "vmsplice": (278, 3), "tee": (276, 3, 3, 1), "sendfile": (40, 3, 3, 0, 1),
    "copy_file_range": (326, 3, 0, 3, 0, 1), "process_madvise": (440, 3), "name_to_handle_at": (303, AT_FDCWD, TEXT),
    "setxattr": (188, TEXT), "mknodat": (259, AT_FDCWD, TEXT, 0o600), "symlinkat": (266, TEXT, AT_FDCWD, TEXT),
    "linkat": (265, AT_FDCWD, TEXT, AT_FDCWD, TEXT), "truncate": (76, TEXT), "fchownat": (260, AT_FDCWD, TEXT, 0, 0),
    "utimensat": (280, AT_FDCWD, TEXT), "modify_ldt": (154,), "iopl": (172, 3), "ioperm": (173, 0, 1, 1),
    "remap_file_pages": (216,), "memfd_secret": (447,), "pkey_mprotect": (329, 0, 4096, 4),
    "vhangup": (153,), "ustat": (136,), "mbind": (237,), "migrate_pages": (256, 1), "move_pages": (279, 1),
    "sendmmsg": (307, 3), "recvmmsg": (299, 3), "openat2": (437, AT_FDCWD, TEXT), "mkdirat": (258, AT_FDCWD, TEXT, 0o700),
}

# Calls that the supervisor makes, and no process that reads what clients send.
SUPERVISORS = {
    "openat": (257, AT_FDCWD, TEXT), "open": (2, TEXT), "socket": (41, 1, 1), "connect": (42, 3), "bind": (49, 3),
    "listen": (50, 3, 1), "execve": (59, TEXT), "execveat": (322, AT_FDCWD, TEXT), "kill": (62, 1, 0), "tgkill": (234, 1, 1, 0),
    "pidfd_open": (434, 1), "pidfd_send_signal": (424, 3, 0), "mmap executable": (9, 0, 4096, 5, 0x22, -1),
    "mprotect executable": (10, 0, 4096, 4), "memfd_create": (319, TEXT), "prctl": (157, 4, 1), "prlimit64": (302, 0, 9),
    "setrlimit": (160, 9), "setresuid": (117, 0, 0, 0), "setgroups": (116,), "capset": (126,), "unlink": (87, TEXT),
    "renameat": (264, AT_FDCWD, TEXT, AT_FDCWD, TEXT), "fchmodat": (268, AT_FDCWD, TEXT), "readlink": (89, TEXT),
    "newfstatat": (262, AT_FDCWD, TEXT), "statx": (332, AT_FDCWD, TEXT), "getdents64": (217, 3), "dup2": (33, 3, 9),
    "seccomp": (317,), "landlock_create_ruleset": (444, 0, 0, 1), "alarm by setitimer": (38, 0),
}

ALWAYS = ("ptrace", "bpf", "unshare", "socket of the internet", "name_to_handle_at", "sendfile", "openat", "execve",
          "kill", "mmap executable")


def chosen(calls):
    return {name: call for name, call in calls.items() if FULL or name in ALWAYS}


@unittest.skipIf(RELAXED, "this build confines no process")
@unittest.skipIf(tracer.reason_to_skip(), tracer.reason_to_skip() or "")
class Escapes(FaultsTestCase):
    def setUp(self):
        self.control = tracer.Control()
        self.addCleanup(self.control.close)
        self.daemon = self.enterContext(Daemon(POLICY, command=self.control.command()))
        self.daemon.expect("")
        self.verdicts = self.expected()

    def attempt(self, process, call, is_first=False):
        """Lets a process attempt a call. Returns what the call returned, or None if it ended the process."""
        # With TEXT the call gets a path that does not exist.
        self.control.attempt(process, call[0], call[1:], PATH, is_first)
        if process == "certname-check":
            self.daemon.ctl("reload")
        else:
            # A signal that is ignored ends the call in which the process waits, and the process makes it once more.
            os.kill(self.daemon.process.pid if is_first else self.daemon.children(process)[0].pid, signal.SIGWINCH)
        wait_for("the attempt", self.control.count_tampered)
        wait_for("its end", lambda: self.control.result() is not None or self.is_gone(process, is_first))
        return self.control.result()

    def is_gone(self, process, is_first):
        if is_first:
            return self.daemon.process.poll() is not None
        if process == "certname-check":
            return True
        return bool(self.daemon.find_log(r"(?:front|verifier) \d+: ended by signal 31|the bin's process has ended"))

    def start_anew(self):
        if self.daemon.process.poll() is not None:
            wait_for("the daemon's children end", reap_orphans)
            self.daemon.start()
            self.daemon.wait_until_it_answers()
        self.daemon.front()
        self.settle()
        wait_for("all processes have entered their filters", self.are_confined)
        with open(self.daemon.log_path, "w"):
            pass

    def are_confined(self):
        """Returns whether each process has a filter of its own beside that of the supervisor."""
        children = [self.daemon.children(name) for name in ("certnamed-front", "certnamed-bin", "certname-verify")]
        return [len(some) for some in children] == [1, 1, 2] and all(
            status(one.pid).get("Seccomp_filters", "2") == "2" for some in children for one in some)

    def assert_serves(self):
        for name, question in questions():
            self.assert_recovers(question, self.verdicts[name])

    def check_ends(self, process, calls):
        """Each of the calls ends the process."""
        for name, call in chosen(calls).items():
            with self.subTest(name):
                self.start_anew()
                self.assertIsNone(self.attempt(process, call))
        self.start_anew()
        self.assert_serves()
        harness.report("%s: %d calls end it" % (process, len(chosen(calls))))

    def test_front(self):
        self.check_ends("certnamed-front", {**HARMFUL, **UNUSED, **SUPERVISORS})

    def test_bin(self):
        self.check_ends("certnamed-bin", {**HARMFUL, **UNUSED, **SUPERVISORS})

    def test_verifier(self):
        self.check_ends("certname-verify", {**HARMFUL, **UNUSED, **SUPERVISORS})

    def check_fails_or_ends(self, process, is_first):
        """Harmful calls end the process, and calls that it has no use for fail, as where the kernel does not have
        them."""
        for name, call in chosen(HARMFUL).items():
            with self.subTest(name):
                self.start_anew()
                self.assertIsNone(self.attempt(process, call, is_first))
        for name, call in chosen(UNUSED).items():
            with self.subTest(name):
                self.start_anew()
                self.assertEqual(self.attempt(process, call, is_first), -errno.ENOSYS)
        self.start_anew()
        self.assert_serves()
        harness.report("%s: %d calls end it, %d fail" % (process, len(chosen(HARMFUL)), len(chosen(UNUSED))))

    def test_supervisor(self):
        self.check_fails_or_ends("certnamed", True)

    def test_checker(self):
        self.check_fails_or_ends("certname-check", False)

    # The tracer writes the path into the memory of a process that is not dumpable.
    @unittest.skipIf(os.geteuid() != 0, "only root may write into the memory of the daemon's processes")
    def test_writing(self):
        """Supervisor and checker make no file outside of the daemon's folders, root or not."""
        if "landlock\":\"none" in self.daemon.ctl("status", "--json")[1].replace(" ", ""):
            self.skipTest("this kernel has no Landlock")
        for process, is_first in (("certnamed", True), ("certname-check", False)):
            call = (257, AT_FDCWD, TEXT, os.O_WRONLY | os.O_CREAT, 0o600)
            self.assertEqual(self.attempt(process, call, is_first), -errno.EACCES)
            self.assertFalse(os.path.exists(PATH))


if __name__ == "__main__":
    harness.main()
