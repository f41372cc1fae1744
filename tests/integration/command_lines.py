# SPDX-License-Identifier: MIT
"""Every command line of README, the book in doc/ and the manuals, and how each of them is played. test_command_lines.py compares
the table with the documents, and plays it."""

import collections
import glob
import os
import re

# A block of code has one of these languages; sh and console hold command lines, and a test of its own plays console.
LANGUAGES = {"c", "conf", "console", "ini", "python", "sh", "text", "yaml"}
# A text in back quotes, or a literal in a manual, is a command line if it begins with one of these words and a blank.
WORDS = (r"(?:certname(?:d|ctl|-run)|systemctl|\./quickstart|make|promtool|podman|kubectl|packaging/[a-z-]+|curl|bwrap|pkg-config|"
         r"autoreconf|useradd|install|python3|cc|git|wget|nginx)(?: |$)")

# How a command line is played. `run` is what runs where the document has a placeholder or leaves out what does not matter;
# `prints` is a pattern that the output has to hold; the exit status has to be `status`, or `background` says that the command
# serves until the end. Without a line it is a step that a reader does not see.
Play = collections.namedtuple("Play", "line run status prints background", defaults=(None, 0, "", False))
# A command line that another test plays: the file that does it, and a text in that file which shows it.
Elsewhere = collections.namedtuple("Elsewhere", "line file witness")
# A command of a program that needs a cluster or an engine: what runs in the container is played.
Inner = collections.namedtuple("Inner", "line inner")


def step(run, **more):
    return Play(None, run, **more)


def ask(arguments, **more):
    return Play("certnamectl " + arguments, **more)


BOOTED, QUICKSTART = "tests/booted/drive.sh", "tests/integration/test_command_lines.py"
WAIT = "timeout 20 sh -c 'until [ -S %s ]; do sleep 0.05; done'"

TABLE = [
    # Before there is a daemon.
    Play("useradd --system --no-create-home --shell /usr/sbin/nologin certnamed"),
    ask("pin --new-backup backup.pem", prints="spki-sha256"),
    ask("pin www.pem backup.pem", prints="(?s)CN=www.example.org.*private key"),
    ask("pin FILE", run="certnamectl pin www.pem", prints="CN=www.example.org"),
    Play("certnamed --check-config new.conf", prints="new.conf: good"),
    Play("certnamed --print-config new.conf", prints="SHA-256"),
    Play("certnamed --check-config FILE", run="certnamed --check-config new.conf", prints="new.conf: good"),
    Play("certnamed --print-config FILE", run="certnamed --print-config new.conf", prints="SHA-256"),
    Play("certnamed --print-config", prints="SHA-256"),
    Play("certnamed --check-config --service", run="certnamed --check-config --service new.conf", prints="new.conf: good"),
    Play("certnamed --version", prints="^certnamed "),
    Play("pkg-config --variable=protodir libcertname-client", prints="^/usr/local/share"),
    Play("cc ... $(pkg-config --cflags --libs libcertname-client)",
         run="cc -Wall -Werror -o example example.c $(pkg-config --cflags --libs libcertname-client) && ./example", status=1,
         prints="^www.example.org: .*No such file or directory"),
    # The network is not reached, so that setuptools is the one that is installed.
    Play("python3 -m pip install ./client/python", run="PIP_NO_BUILD_ISOLATION=0 PIP_BREAK_SYSTEM_PACKAGES=1 "
         "python3 -m pip install ./client/python && cd / && python3 -c 'import certname; print(certname.__file__)'", prints="packages/certname/"),
    # The daemon, and questions.
    Play("install -d /run/certnamed && certnamed", background=True),
    step(WAIT % "/run/certnamed/certnamed.sock"),
    ask("verify www.example.org chain.pem", prints="^name matches; chain not validated"),
    ask("verify --path www.example.org chain.pem", prints="^verified"),
    ask("verify --connect www.example.org", prints="^verified"),
    ask("verify --email jo@example.org cert.pem", prints="^name matches"),
    ask("explain www.example.org chain.pem", prints="^name matches"),
    ask("explain --email jo@example.org cert.pem", prints="^name matches"),
    ask("verify --connect mail.example.org --starttls smtp", prints="^verified"),
    ask("verify --connect [2001:db8::7]:8443 --host www.example.org", prints="^verified"),
    ask("verify --time 2026-06-30T23:59:59Z www.example.org chain.pem", prints="^verified"),
    ask("verify --json", run="certnamectl verify --json www.example.org chain.pem", prints='"accepted":true'),
    ask("verify --batch", run="certnamectl verify --batch <questions.jsonl", prints='"id":1.*"accepted":true'),
    ask("verify --batch <questions.jsonl >verdicts.jsonl", run="certnamectl verify --batch <questions.jsonl >verdicts.jsonl; "
        "s=$?; cat verdicts.jsonl; exit $s", prints='"accepted":true'),
    ask("verify", run="certnamectl verify www.example.org chain.pem", prints="^name matches"),
    ask("--insecure-trust-unmapped-uid", run="setpriv --reuid 1234 --regid 1234 --clear-groups unshare --user --map-user=1234 "
        "certnamectl --insecure-trust-unmapped-uid verify www.example.org chain.pem", prints="^name matches"),
    ask("pin", run="certnamectl pin www.pem", prints="spki-sha256"),
    # Programs that nobody changed.
    Play("certname-run curl https://www.example.org/", prints="a page"),
    Play("certname-run COMMAND", run="certname-run curl -s https://www.example.org/", prints="a page"),
    Play("certname-run git clone https://git.example.org/project", prints="Cloning into 'project'"),
    Play("certname-run --report --require wget https://www.example.org/", prints="www.example.org"),
    Play("certname-run --nameless=path nginx -g 'daemon off;'",
         run="certname-run --nameless=path nginx -g 'daemon off;' -c /play/nginx.conf", prints="", background=True),
    step(WAIT % "/play/nginx.sock"),
    Play("curl -k", run="certname-run curl -k -s https://www.example.org/", prints="a page"),
    # The administrator.
    ask("status", prints="generation 1"),
    ask("status --check"),
    ask("metrics", prints="certnamed_requests_total"),
    ask("metrics --prometheus", prints="certnamed_requests_total"),
    ask("reload", prints="generation 2"),
    ask("reload && certnamectl status --check", prints="generation 3"),
    ask("trial new.conf --replay /var/lib/certnamed/requests", prints="0 verdicts would change"),
    ask("trial", run="certnamectl trial new.conf --replay /var/lib/certnamed/requests", prints="0 verdicts would change"),
    Play("certnamed --trial", run="certnamed --trial new.conf --replay /var/lib/certnamed/requests", prints="0 verdicts"),
    Play("curl --unix-socket /run/certnamed/metrics.sock -H 'Accept: text/plain' http://localhost/metrics",
         prints="certnamed_requests_total"),
    # Sandboxes and containers.
    Play("bwrap --bind /run/certnamed/boxed/socket /run/certnamed/certnamed.sock",
         run="bwrap --dev-bind / / --bind /run/certnamed/boxed/socket /run/certnamed/certnamed.sock "
             "certnamectl verify www.example.org chain.pem", prints="(?s)^verified.*boxed"),
    Inner("podman run -v /run/certnamed:/run/certnamed:ro,rslave IMAGE certnamectl verify www.example.org chain.pem",
          "certnamectl verify www.example.org chain.pem"),
    Inner("kubectl -n certnamed exec DAEMON-POD -- certnamectl reload", "certnamectl reload"),
    # What the manual of certname-run shows, with the pinset at the line that it names.
    step("cp pinned.conf /etc/certnamed/certnamed.conf && certnamectl reload"),
    Play("certname-run curl https://www.bank.example/", status=60),
    # An ordinary user on a socket of that user's own.
    Play("certnamed --config my.conf --socket /tmp/mine/certnamed.sock",
         run="exec setpriv --reuid 1234 --regid 1234 --clear-groups certnamed --config my.conf --socket /tmp/mine/certnamed.sock",
         background=True),
    step(WAIT % "/tmp/mine/certnamed.sock"),
    step("setpriv --reuid 1234 --regid 1234 --clear-groups certnamectl --socket /tmp/mine/certnamed.sock verify www.example.org "
         "chain.pem", prints="^name matches"),
    # What needs a booted system, a build, or figures.
    Elsewhere("systemctl daemon-reload", BOOTED, "expect 0 systemctl daemon-reload\n"),
    Elsewhere("systemctl enable --now certnamed.socket", BOOTED, "expect 0 systemctl enable --now certnamed.socket\n"),
    Elsewhere("systemctl enable certnamed-metrics.socket", BOOTED, "expect 0 systemctl enable certnamed-metrics.socket\n"),
    Elsewhere("systemctl reload certnamed", BOOTED, "expect 0 systemctl reload certnamed\n"),
    Elsewhere("systemctl restart certnamed", BOOTED, "expect 0 systemctl restart certnamed\n"),
    Elsewhere("systemctl restart certnamed.socket", BOOTED, "expect 0 systemctl restart certnamed.socket\n"),
    Elsewhere("systemctl --failed", BOOTED, "systemctl --failed | grep"),
    Elsewhere("podman build -t certnamed:0.1.0 -f packaging/Containerfile .", "tests/booted/container",
              "file=$source/packaging/Containerfile\n"),
    Elsewhere("packaging/build-deb FOLDER", "tests/booted/run", '"$source/packaging/build-deb" "$work/debs"'),
    Elsewhere("promtool check metrics", "tests/integration/test_monitoring.py", '[PROMTOOL, "check", "metrics"]'),
    Elsewhere("promtool test rules", "tests/integration/test_monitoring.py", '["test", "rules", '),
    Elsewhere("make layers-picture", "tests/check/documents.sh", "awk -f doc/layers.awk"),
    Elsewhere("make bench", "doc/benchmarks.md", "Written by `make bench`"),
    Elsewhere("make bench-neighbours", "doc/benchmarks.md", "`make bench-neighbours` measures"),
    Elsewhere("autoreconf -fi && ./configure && make && make check", "tests/check/roots.sh", "./quickstart test"),
    Elsewhere("./quickstart", QUICKSTART, '"./quickstart",\n'),
    Elsewhere("./quickstart test", "tests/check/roots.sh", "./quickstart test"),
    Elsewhere("./quickstart install", QUICKSTART, '"./quickstart install",\n'),
    Elsewhere("./quickstart install --prefix=/usr", QUICKSTART, '"./quickstart install --prefix=/usr",\n'),
]


def pages(top):
    """Returns the names of the pages that hold command lines."""
    found = ["README.md", "SECURITY.md", "proto/PROTOCOL.md"]
    for pattern in ("doc/*.md", "doc/*/*.md", "doc/*.[158]"):
        found += [os.path.relpath(path, top) for path in sorted(glob.glob(os.path.join(top, pattern)))]
    return found


def blocks(text):
    """Returns (language, text) of each fenced block of a page."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def without_blocks(text):
    text = re.sub(r"^<!--.*?-->$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^```\w*\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def lines_of_shell(text):
    """Returns the command lines of a block, without comments."""
    return [re.sub(r"\s+# .*", "", line).strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def lines_of_page(text):
    found = []
    for language, block in blocks(text):
        if language == "sh":
            found += lines_of_shell(block)
    quoted = re.findall(r"`([^`]+)`", without_blocks(text))
    return found + [re.sub(r"\s+", " ", one) for one in quoted if re.match(WORDS, one) and " " in one]


def lines_of_manual(text):
    found = []
    literal = False
    for line in text.splitlines():
        literal = line.startswith(".Bd -literal") or literal and line != ".Ed"
        quoted = re.match(r"\.(?:Dl|Ql) (.*)", line)
        if quoted or literal:
            one = re.sub(r"^\$ ", "", quoted.group(1) if quoted else line).replace(r"\(dq", '"')
            one = one.removesuffix(" ,") if quoted else one
            if re.match(WORDS, one) and " " in one:
                found.append(one)
    return found


def extract(top):
    """Returns {command line: the pages that have it}."""
    found = {}
    for name in pages(top):
        with open(os.path.join(top, name)) as file:
            text = file.read()
        for line in lines_of_page(text) if name.endswith(".md") else lines_of_manual(text):
            found.setdefault(line, []).append(name)
    return found
