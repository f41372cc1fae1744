#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Requests are recorded in a new file after a rotation, and status shows whether they are."""

import json
import os

import harness
from certificates import certificate
from daemon import Daemon, wait_for


class Record(harness.TestCase):
    def test_rotation(self):
        """When the record's file is moved away, the daemon starts a new one within seconds, without a reload."""
        daemon = Daemon("")
        path = os.path.join(daemon.folder, "record")
        with open(daemon.config, "w") as file:
            file.write('record { file = "%s"\n sample = 1 }\n' % path)
        self.enterContext(daemon)
        one = certificate("DNS:a.example")

        def ask():
            self.assertEqual(daemon.ctl("verify", "a.example", one.path)[0], 0)

        ask()
        self.assertEqual(json.loads(daemon.ctl("status", "--json")[1])["record"], "on")
        size = os.stat(path).st_size
        self.assertGreater(size, 0)
        os.rename(path, path + ".1")
        wait_for("there is a new file", lambda: os.path.exists(path))

        def is_recorded():
            ask()
            return os.stat(path).st_size > 0

        wait_for("requests are recorded in it", is_recorded)
        self.assertEqual(json.loads(daemon.ctl("status", "--json")[1])["record"], "on")

    def test_off(self):
        """Without a section `record` nothing is recorded."""
        daemon = self.enterContext(Daemon(""))
        self.assertEqual(json.loads(daemon.ctl("status", "--json")[1])["record"], "off")


if __name__ == "__main__":
    harness.main()
