# SPDX-License-Identifier: MIT
"""Asks a daemon the questions of other projects' suites and of the collected cases, which are not part of this project."""

import collections
import json
import os

from daemon import Daemon

# How often a question is asked again that a busy machine did not answer.
ATTEMPTS = 3
# How long one batch of questions may take.
BATCH_SECONDS = 300


def find_shared(*names):
    """The path of a file in ../shared beside the sources, or None."""
    top = os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__), "..", ".."))
    path = os.path.join(top, "..", "shared", *names)
    return path if os.path.exists(path) else None


def read_lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file if line.strip()]


def read_suites():
    """All rows of the suites, each with its suite's name, or None where there are no suites."""
    folder = find_shared("vectors", "suites")
    if folder is None:
        return None
    rows = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".jsonl"):
            rows += read_lines(os.path.join(folder, name))
    return rows


def read_cases():
    path = find_shared("cases", "cases.jsonl")
    return read_lines(path) if path else None


def outcome(answer):
    """accept, refuse or error, and the first code that says why."""
    if "error" in answer:
        return "error", answer["error"].get("code", "")
    if answer.get("accepted") is True:
        return "accept", ""
    return "refuse", ",".join(failure["code"] for failure in answer["failures"])


def ask(daemon, questions):
    """The answers to a batch of questions, in their order. What a busy machine did not answer is asked again, alone."""
    daemon.expect(r"verifier \d+: (past its deadline|ended)", r"more answers were not logged")
    answers = ask_once(daemon, questions)
    for i in range(len(answers)):
        for _ in range(ATTEMPTS):
            if answers[i].get("error", {}).get("code") in ("resources", "busy"):
                answers[i] = ask_once(daemon, [questions[i]])[0]
    return answers


def ask_once(daemon, questions):
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    _, out, err = daemon.ctl("verify", "--batch", stdin=lines.encode(), timeout=BATCH_SECONDS)
    answers = [json.loads(line) for line in out.splitlines() if line]
    if len(answers) != len(questions):
        raise AssertionError("%d answers to %d questions: %s" % (len(answers), len(questions), err))
    return answers


def ask_suites(rows, settings_of):
    """
    Asks each row under its settings; `settings_of` returns the text for `defaults`, or None for a row that is not
    asked. Yields (row, outcome, codes).
    """
    by_settings = collections.defaultdict(list)
    for row in rows:
        settings = settings_of(row)
        if settings is not None:
            by_settings[settings].append(row)
    for settings, asked in by_settings.items():
        policy = "defaults { request-time = yes request-anchors = replace %s }\n" % settings
        with Daemon(policy) as daemon:
            for row, answer in zip(asked, ask(daemon, [row["q"] for row in asked])):
                yield (row, *outcome(answer))


def write_files(folder, case):
    """Writes the files of a case, and returns its configuration with their paths."""
    config = case["config"]
    for name, text in case.get("files", {}).items():
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o644)
        config = config.replace("@%s@" % name, path)
    return config
