#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The documents keep their promises: each command in them that is shown as typed is run, and its output compared.

A block that is fenced as `console` holds commands, each after "$ " and continued after "> ", and the output of each. "..." in an
output stands for any text in a line, and alone in a line for any lines. A command without output has to succeed; what it prints
is not compared. An HTML comment that begins with "setup" holds commands that a reader does not need to see. All commands of a
page run in one shell, in an empty folder.
"""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import unittest

import harness
from daemon import PATIENCE, program

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PAGES = ["doc/first-policy.md", "doc/cookbook.md", "doc/coprocess.md", "doc/migration.md"]

BLOCKS = re.compile(r"^```console\n(.*?)^```$|^<!-- setup\n(.*?)^-->$", re.MULTILINE | re.DOTALL)

# An installed certnamectl finds certnamed below its prefix; a certnamectl in a build folder has to be told where
# certnamed is.
PRELUDE = """
trap 'kill $(jobs -p) 2>/dev/null' EXIT
certnamectl() {
    if [ "$1" = trial ]; then set -- "$@" --certnamed "$(type -P certnamed)"; fi
    command certnamectl "$@"
}
"""


class Command:
    def __init__(self, text):
        self.text = text
        self.output = ""

    def matches(self, status, output):
        """Tells whether an output is what the page promises."""
        if not self.output:
            return status == 0
        pattern = "".join("(?:.*\n)*?" if line == "..." else
                          "[^\n]*".join(re.escape(part) for part in line.split("...")) + "\n"
                          for line in self.output.splitlines())
        return re.fullmatch(pattern, output) is not None


def read_block(text):
    """Returns the commands of a console block."""
    commands = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(Command(line[2:] + "\n"))
        elif line.startswith("> ") and not commands[-1].output:
            commands[-1].text += line[2:] + "\n"
        else:
            commands[-1].output += line + "\n"
    return commands


def read_commands(page):
    """Returns all commands of a page, in their order."""
    commands = []
    for block in BLOCKS.finditer(page):
        commands += read_block(block.group(1)) if block.group(1) is not None else [Command(block.group(2))]
    return commands


class Session:
    """Runs commands in one shell and keeps the output of each command apart."""

    def __init__(self, commands):
        self.commands = commands

    def run(self, folder):
        """Returns (command, status, output) for each. A shell that does not end in time fails the test."""
        place = os.path.join(folder, "session")
        os.mkdir(place)
        script = PRELUDE
        for i, command in enumerate(self.commands):
            with open(f"{place}/{i}", "w") as file:
                file.write(command.text)
            script += f". {place}/{i} >{place}/{i}.out 2>&1; echo $? >{place}/{i}.status\n"
        bin_folders = {os.path.dirname(program(name)) for name in ("certnamed", "certnamectl")}
        environment = dict(os.environ, LC_ALL="C.UTF-8", TMPDIR=folder,
                           PATH=":".join([*bin_folders, os.environ["PATH"], "/usr/sbin", "/sbin"]))
        work = os.path.join(folder, "work")
        os.mkdir(work)
        with subprocess.Popen(["bash", "-c", script], cwd=work, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as shell:
            try:
                shell.wait(2 * PATIENCE + 10 * len(self.commands))
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(shell.pid, signal.SIGKILL)
        return [(command, self.read_status(f"{place}/{i}"), self.read_output(f"{place}/{i}"))
                for i, command in enumerate(self.commands)]

    @staticmethod
    def read_status(path):
        with open(path + ".status") as file:
            return int(file.read())

    @staticmethod
    def read_output(path):
        with open(path + ".out", errors="replace") as file:
            return file.read()


class Documents(harness.TestCase):
    def play(self, text, at_least):
        """Runs the commands of a page and compares what it promises."""
        commands = read_commands(text)
        self.assertGreaterEqual(len(commands), at_least, "the page has lost its commands")
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            for command, status, output in Session(commands).run(folder):
                self.assertTrue(command.matches(status, output),
                                f"\n$ {command.text}promised:\n{command.output}came, with status {status}:\n{output}")

    def test_pages(self):
        """Each page's commands print what the page shows."""
        for page in PAGES:
            with self.subTest(page=page), open(os.path.join(TOP, page)) as file:
                self.play(file.read(), 5)

    @unittest.skipIf(os.path.exists("/etc/certnamed"), "the host's policy in /etc/certnamed would decide")
    def test_verdict_picture(self):
        """The picture on top of the README shows what certnamectl prints."""
        setup = """<!-- setup
make() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem "$@"; }
make -subj /CN=Anything -addext 'subjectAltName=DNS:*.example.com' -out wildcard.pem
make -subj /CN=www.example.com -addext subjectAltName=DNS:www.example.net,DNS:example.com -out other.pem
export CERTNAMED_SOCKET=$PWD/socket
certnamed --socket socket 2>log &
timeout 20 sh -c 'until [ -S socket ]; do sleep 0.1; done'
-->
"""
        with open(os.path.join(TOP, "doc/verdict.txt")) as file:
            shown = re.sub(r"\n\n(?=\$ )", "\n", file.read())
        self.play(setup + "```console\n" + shown + "```\n", 3)


class Itself(harness.TestCase):
    """The test above fails where a page promises an output that its command does not print."""

    def outcome(self, text):
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            return [command.matches(status, output)
                    for command, status, output in Session(read_commands(text)).run(folder)]

    def test_promises(self):
        page = "```console\n$ echo one\none\n$ echo two\none\n$ false\n$ true\n$ printf 'a\\nb\\nc\\n'\na\n...\nc\n```\n"
        self.assertEqual(self.outcome(page), [True, False, False, True, True])

    def test_one_shell(self):
        page = "<!-- setup\nx=5\n-->\n```console\n$ cd /\n$ echo $x \\\n>     $PWD\n5 /\n$ echo abc\na...d\n```\n"
        self.assertEqual(self.outcome(page), [True, True, True, False])


if __name__ == "__main__":
    harness.main()
