#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Requests are recorded in a new file after a rotation, and status shows whether they are."""

import json
import os
import tempfile

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

    @harness.needs_sandbox
    def test_other_folder(self):
        """A reload that moves the record to another folder is refused and says what to do, the old record goes on, and a
        restart moves it."""
        daemon = Daemon("")
        folders = [os.path.join(daemon.folder, name) for name in ("one", "two")]
        for folder in folders:
            os.mkdir(folder, 0o700)

        def name_record(folder):
            with open(daemon.config, "w") as file:
                file.write('record { file = "%s/record"\n sample = 1 }\n' % folder)

        def ask_and_measure(folder):
            self.assertEqual(daemon.ctl("verify", "a.example", certificate("DNS:a.example").path)[0], 0)
            return os.stat(folder + "/record").st_size

        name_record(folders[0])
        self.enterContext(daemon)
        size = ask_and_measure(folders[0])
        if "landlock\":\"none" in daemon.ctl("status", "--json")[1].replace(" ", ""):
            self.skipTest("this kernel has no Landlock")
        # The socket's folder is above both, so that the daemon may write in any folder below it.
        elsewhere = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        name_record(elsewhere)
        daemon.expect("reload refused")
        code, _, err = daemon.ctl("reload")
        self.assertNotEqual(code, 0)
        self.assertRegex(err, "certnamed may not write there: .*restart it")
        self.assertGreater(ask_and_measure(folders[0]), size)
        self.assertFalse(os.path.exists(elsewhere + "/record"))
        name_record(folders[1])
        self.assertEqual(daemon.ctl("reload")[0], 0)
        self.assertGreater(ask_and_measure(folders[1]), 0)
        name_record(elsewhere)
        daemon.stop()
        daemon.start()
        daemon.wait_until_it_answers()
        self.assertGreater(ask_and_measure(elsewhere), 0)

    def test_off(self):
        """Without a section `record` nothing is recorded."""
        daemon = self.enterContext(Daemon(""))
        self.assertEqual(json.loads(daemon.ctl("status", "--json")[1])["record"], "off")


if __name__ == "__main__":
    harness.main()
