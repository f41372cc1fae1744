# SPDX-License-Identifier: MIT
"""The parts that every integration test uses: the base class, and the function that runs a file of tests."""

import faulthandler
import json
import os
import sys
import unittest

from daemon import RELAXED, Daemon

needs_sandbox = unittest.skipIf(RELAXED, "this build confines no process")

# A file takes at most two minutes on an idle machine; sanitizers and a busy machine take several times as long.
FILE_LIMIT_S = 1200


def report(text):
    """Prints a figure for the reader of the test's log."""
    print("figure: " + text, flush=True)


class TestCase(unittest.TestCase):
    maxDiff = None

    def assert_accepted(self, reply):
        self.assertTrue(reply is not None and reply.accepted, reply)

    def assert_refused(self, reply):
        self.assertTrue(reply is not None and reply.refused, reply)

    def assert_error(self, reply, error):
        self.assertIsNotNone(reply, "the connection was closed without a reply")
        self.assertEqual(reply.error, error, reply)


class DaemonTestCase(TestCase):
    """One daemon serves all tests of the class; `policy` and `program_name` say which daemon."""

    policy = ""
    program_name = "certnamed"

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(cls.policy, cls.program_name)
        cls.enterClassContext(cls.daemon)

    def verify(self, *arguments, status):
        """Checks the exit status of certnamectl and returns the JSON that it prints."""
        code, out, err = self.daemon.ctl("verify", "--json", *arguments)
        self.assertEqual(code, status, out + err)
        self.assertEqual(err, "")
        self.assertEqual(out.count("\n"), 1)
        return json.loads(out)

    def verify_text(self, *arguments, status):
        code, out, err = self.daemon.ctl("verify", *arguments)
        self.assertEqual(code, status, out + err)
        self.assertEqual(err, "")
        return out


def main():
    """Runs the tests of a file. A file that hangs ends with a traceback of every thread, so that its log says where;
    the files of `make check-faults` take hours."""
    if os.environ.get("CERTNAMED_FAULTS") != "full":
        faulthandler.dump_traceback_later(FILE_LIMIT_S, exit=True)
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    unittest.main(module="__main__", verbosity=2, argv=[sys.argv[0], *sys.argv[1:]])
