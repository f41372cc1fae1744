#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every command line of README, the book and the manuals is run. command_lines.py has the table of them; a command line that is
in no row of it fails this test.

They run in a private root: an overlay of this file system, which is thrown away, in namespaces of its own without a network. certnamed
is installed there from the build folder, serves by a policy of its own, and judges servers that run there. Only root can make that."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

PLAY = "/play"
COMMAND_LIMIT_S = 120
BUILD_LIMIT_S = 1800

# --- within the private root; nothing of the tests is imported there ---


def run_step(step, children):
    """Runs one command as a reader's shell would. Returns its exit status and what it printed."""
    if step["background"]:
        with open(PLAY + "/background.log", "ab") as log:
            children.append(subprocess.Popen(["bash", "-c", step["run"]], cwd=PLAY, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
        return 0, ""
    try:
        done = subprocess.run(["bash", "-c", step["run"]], cwd=PLAY, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=step["limit"], check=False)
    except subprocess.TimeoutExpired as expired:
        return -1, "not within %d s: %s" % (step["limit"], expired.output)
    return done.returncode, done.stdout.decode(errors="replace")


def play(plan_path):
    """Runs the steps of a plan and writes the results beside it. What serves in the background ends with the namespace."""
    with open(plan_path) as file:
        steps = json.load(file)
    children = []
    results = [run_step(step, children) for step in steps]
    for child in children:
        if child.poll() is not None:
            results.append((child.returncode, "%s has ended by itself" % child.args[-1]))
        else:
            child.send_signal(signal.SIGTERM)
            child.wait(COMMAND_LIMIT_S)
    with open(plan_path + ".results", "w") as file:
        json.dump(results, file)


if sys.argv[1:2] == ["--play"]:
    play(sys.argv[2])
    sys.exit(0)

# --- the test ---

import command_lines
import harness
from daemon import BUILD, RELAXED

TOP = os.path.abspath(os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__), "..", "..")))

# Makes the root, in a mount namespace of its own, and runs the plan in it.
ENTER = r"""
set -eu
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay none -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mkdir -p "$1/root/play"
cp -a "$2/." "$1/root/play"
mount --rbind /dev "$1/root/dev"
mount -t proc none "$1/root/proc"
for folder in run tmp; do mount -t tmpfs -o mode=1777 none "$1/root/$folder"; done
chmod 755 "$1/root/run"
if [ -n "$3" ]; then
    make -s -C "$3" install DESTDIR="$1/root" >"$2/install.log" 2>&1 || { tail -n 5 "$2/install.log"; exit 1; }
fi
# pivot_root and not chroot, in which nobody may make a user namespace.
unshare --mount --propagation private sh -c 'cd "$0" && pivot_root . mnt && umount -l mnt && exec chroot . "$@"' "$1/root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 "$4" /play/player.py --play /play/plan
cp "$1/root/play/plan.results" "$2/"
"""

CA_CONFIG = """\
[ca]
default_ca = one
[one]
database = /play/index
serial = /play/serial
new_certs_dir = /play
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = dn
[dn]
"""

# An authority that the whole root trusts, valid since the beginning of the year that the manual asks about; its certificates; and
# servers for HTTPS, on two ports, and for SMTP.
SETUP = r"""
exec 2>&1
set -ex
ldconfig
ip link set lo up
ip address add 2001:db8::7/128 dev lo nodad
printf '127.0.0.1 localhost www.example.org mail.example.org www.bank.example git.example.org\n' >/etc/hosts
userdel certnamed || :
touch index
echo 1000 >serial
span="-startdate 20260101000000Z -enddate $(date -u -d '+200 days' +%Y%m%d%H%M%SZ)"
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
key ca
openssl req -new -config ca.cnf -key ca.key -subj /CN=Play -out ca.csr
openssl ca -batch -notext -config ca.cnf -selfsign -keyfile ca.key -in ca.csr -extensions root $span -out ca.pem
issue()
{
    key "$1"
    openssl req -new -config ca.cnf -key "$1.key" -subj "/CN=$2" -addext "subjectAltName=$3" -out "$1.csr"
    openssl ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key -in "$1.csr" -extensions leaf $span -out "$1.pem"
}
issue www www.example.org DNS:www.example.org,DNS:mail.example.org,DNS:git.example.org,DNS:www.bank.example
issue cert jo email:jo@example.org
cat www.pem ca.pem >chain.pem
mkdir -p /usr/local/share/ca-certificates
cp ca.pem /usr/local/share/ca-certificates/play.crt
update-ca-certificates
mkdir -p /etc/certnamed /var/lib/certnamed /run/certnamed/boxed /tmp/mine
cp ca.pem /etc/certnamed/corp-ca.pem
chmod 755 /etc/certnamed /var/lib/certnamed
chown 1234:1234 /tmp/mine
chmod -R a+rX .
cat >/etc/certnamed/certnamed.conf <<END
defaults { request-time = yes }
record { file = "/var/lib/certnamed/requests"  sample = 1 }
metrics { socket = "/run/certnamed/metrics.sock" }
END
cat sandbox.conf >>/etc/certnamed/certnamed.conf
cp /etc/certnamed/certnamed.conf new.conf
sed -i '/^metrics/d' new.conf
echo 'defaults { path = on-request }' >my.conf
printf '{"id":1,"host":"www.example.org","certificates":["%s"]}\n' "$(openssl x509 -in www.pem -outform DER | base64 -w 0)" >questions.jsonl
mkdir site
echo 'a page' >site/index.html
git init -q site/project.work
git -C site/project.work -c user.name=Jo -c user.email=jo@example.org commit -q --allow-empty -m first
git clone -q --bare site/project.work site/project
git -C site/project update-server-info
echo "events { } daemon off; pid /play/nginx.pid; http { access_log off; server { listen unix:/play/nginx.sock; } }" >nginx.conf
sed -i 's/ daemon off;//' nginx.conf
chmod 644 ./*.conf ./*.pem
chmod 755 .
for file in blocks/*; do certnamed --check-config "$file"; done
"""

# The pinset's section `domain` begins at the line that certname-run(1) shows.
PIN = r"""
set -e
certnamectl pin --new-backup other.key >/dev/null
pin() { certnamectl pin "$1" | grep -o '"[A-Za-z0-9+/=]*"' | head -n 1; }
certnamectl pin --new-backup another.key >/dev/null
{ grep -v '^ *#' new.conf | tr '\n' ' '; printf '\npinset "bank" { spki-sha256 = { %s, %s } }\n' "$(pin other.key)" "$(pin another.key)"; } >pinned.conf
while [ "$(wc -l <pinned.conf)" -lt "$1" ]; do echo '#' >>pinned.conf; done
echo 'domain "bank.example" { subdomains = all  pinset = "bank"  path = always }' >>pinned.conf
chmod 644 pinned.conf
grep -n '^domain' pinned.conf
"""

SERVER = r'''
import functools, http.server, socket, socketserver, ssl, sys, threading

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/play/chain.pem", "/play/www.key")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6

    def get_request(self):
        connection, address = super().get_request()
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *_):
        pass


class Mail(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 mail.example.org\r\n")
        self.rfile.readline()
        self.wfile.write(b"250-mail.example.org\r\n250 STARTTLS\r\n")
        self.rfile.readline()
        self.wfile.write(b"220 begin\r\n")
        context.wrap_socket(self.connection, server_side=True).close()


for port in (443, 8443):
    server = Server(("::", port), functools.partial(Quiet, directory="/play/site"))
    threading.Thread(target=server.serve_forever).start()
mail = socketserver.ThreadingTCPServer(("127.0.0.1", 25), Mail)
open("/play/ready", "w").close()
mail.serve_forever()
'''


def may_make_roots():
    """Tells whether an overlay of this file system can be made here."""
    with tempfile.TemporaryDirectory() as folder:
        trial = ('mount -t tmpfs none "$1" && mkdir "$1/u" "$1/w" "$1/r" && '
                 'mount -t overlay none -o "lowerdir=/,upperdir=$1/u,workdir=$1/w" "$1/r"')
        return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "--net", "sh", "-c", trial, "sh", folder],
                                                     capture_output=True, check=False).returncode == 0


def read(name):
    with open(os.path.join(TOP, name)) as file:
        return file.read()


class Table(harness.TestCase):
    def test_every_line_has_a_row(self):
        """Each command line of the documents is in the table, and each row of the table is in a document."""
        found = command_lines.extract(TOP)
        rows = [row.line for row in command_lines.TABLE if row.line]
        self.assertEqual(len(rows), len(set(rows)))
        self.assertGreater(len(rows), 60)
        self.assertEqual({line: found[line] for line in set(found) - set(rows)}, {}, "no row of the table plays these")
        self.assertEqual(set(rows) - set(found), set(), "these are in no document")

    def test_extraction(self):
        """A command line is found in a block, in back quotes and in a manual, and nowhere else."""
        page = "`certnamectl pin x` `pin x` `certnamed`\n\n```sh\nls -l   # lists\nmake \\\n  all\n```\n\n```c\ncc me\n```\n"
        self.assertEqual(command_lines.lines_of_page(page), ["ls -l", "make    all", "certnamectl pin x"])
        manual = ".Dl make all\n.Ql certnamed\nmake all\n.Bd -literal\n$ certnamectl pin x\nout\n.Ed\n.Ql curl -k ,\n"
        self.assertEqual(command_lines.lines_of_manual(manual), ["make all", "certnamectl pin x", "curl -k"])

    def test_blocks_have_a_language(self):
        """A block without a language would hide its command lines; so would one that is only indented."""
        for name in filter(lambda name: name.endswith(".md"), command_lines.pages(TOP)):
            with self.subTest(name):
                text = read(name)
                self.assertEqual({language for language, _ in command_lines.blocks(text)} - command_lines.LANGUAGES, set())
                rest = command_lines.without_blocks(text)
                self.assertIsNone(re.search(r"^\n    \S", rest, re.MULTILINE), "an indented block")

    def test_elsewhere(self):
        """Each test that the table names as the player of a command line exists."""
        for row in command_lines.TABLE:
            if isinstance(row, command_lines.Elsewhere):
                with self.subTest(row.line):
                    self.assertIn(row.witness, read(row.file))
            elif isinstance(row, command_lines.Inner):
                self.assertTrue(row.line.endswith(" " + row.inner))
                self.assertIn(row.inner, [one.line for one in command_lines.TABLE if isinstance(one, command_lines.Play)])

    def test_console_is_played(self):
        """The pages that promise outputs are those that test_documents.py plays."""
        with_console = {name for name in command_lines.pages(TOP) if name.endswith(".md") and "```console\n" in read(name)}
        played = set(re.search(r"^PAGES = (.*)$", read("tests/integration/test_documents.py"), re.M).group(1).strip("[]").replace('"', "").split(", "))
        self.assertEqual(with_console, played)

    def test_python(self):
        """The examples in Python are Python."""
        for name in filter(lambda name: name.endswith(".md"), command_lines.pages(TOP)):
            for language, block in command_lines.blocks(read(name)):
                if language == "python":
                    compile(block, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


class PrivateRoot(harness.TestCase):
    def enter(self, steps, build="", limit=COMMAND_LIMIT_S):
        """Plays the steps in a root of their own. Returns (exit status, output) of each."""
        folder, files = (self.enterContext(tempfile.TemporaryDirectory(dir="/tmp")) for _ in range(2))
        for name, text in self.files().items():
            path = os.path.join(files, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        shutil.copytree(os.path.join(TOP, "client", "python"), os.path.join(files, "client", "python"))
        shutil.copy(os.path.abspath(__file__), os.path.join(files, "player.py"))
        with open(os.path.join(files, "plan"), "w") as file:
            json.dump([{"run": one.run or one.line, "background": one.background, "limit": limit} for one in steps], file)
        done = subprocess.run(["unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--propagation",
                               "private", "bash", "-c", ENTER, "bash", folder, files, build, sys.executable],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout.decode(errors="replace"))
        with open(os.path.join(files, "plan.results")) as file:
            return json.load(file)

    def files(self):
        """Returns the files of the root's folder: certificates are made there."""
        made = {"ca.cnf": CA_CONFIG, "server.py": SERVER, "pin.sh": PIN, "sandbox.conf": read("doc/examples/sandbox.conf")}
        for name in filter(lambda name: name.endswith(".md"), command_lines.pages(TOP)):
            for number, (language, block) in enumerate(command_lines.blocks(read(name))):
                if language == "conf":
                    made["blocks/%s-%d.conf" % (name.replace("/", "-"), number)] = block
        made["example.c"] = "%s\n%s" % (next(block for language, block in command_lines.blocks(read("README.md")) if language == "c"),
                                        'int main(void) { return may_talk_to("www.example.org", "x", 1) <= 0; }\n')
        return made

    def check(self, steps, results):
        self.assertEqual(len(results), len(steps), results[len(steps):])
        wrong = ["\n$ %s\nended with %d and not %d; printed\n%s\nand is to print %r" % (one.run or one.line, status, one.status, output, one.prints)
                 for one, (status, output) in zip(steps, results)
                 if status != one.status or not re.search(one.prints, output, re.MULTILINE)]
        if wrong:
            self.fail("\n".join(wrong))


@harness.unittest.skipUnless(may_make_roots(), "only root can make a private root, and needs the file system overlay")
@harness.unittest.skipIf(RELAXED, "certname-run's library cannot be preloaded with a sanitizer's")
class Played(PrivateRoot):
    def shown_by_manual(self):
        """Returns what certname-run(1) shows that curl prints, and the line of the policy in it."""
        shown = re.search(r"^\$ certname-run curl https://www.bank.example/\n(.*?)^\.Ed$", read("doc/certname-run.1"), re.M | re.S).group(1)
        return shown.split(), int(re.search(r"certnamed\.conf:(\d+)\)", shown).group(1))

    def test_commands(self):
        """Each command line of the table ends as it should and prints what the document says."""
        shown, line = self.shown_by_manual()
        servers = [command_lines.Play(None, "exec python3 server.py", background=True),
                   command_lines.step("timeout 20 sh -c 'until [ -e ready ]; do sleep 0.05; done'")]
        steps = [command_lines.step(SETUP), command_lines.step("bash pin.sh %d" % (line - 1), prints="^%d:" % line), *servers,
                 *[row for row in command_lines.TABLE if isinstance(row, command_lines.Play) and self.is_possible(row)]]
        results = self.enter(steps, os.path.abspath(BUILD))
        self.check(steps, results)
        (printed,) = [output for one, (_, output) in zip(steps, results) if one.line == "certname-run curl https://www.bank.example/"]
        self.assertRegex(" ".join(printed.split()), re.escape(" ".join(shown)).replace(re.escape("..."), ".*"))

    def is_possible(self, row):
        """Leaves out, with a line in the log, what needs a program that is not here."""
        for name in ("nginx", "wget", "git", "bwrap", "curl"):
            if name in (row.run or row.line) and not shutil.which(name):
                harness.report("not played, because %s is not installed: %s" % (name, row.run or row.line))
                return False
        return True


# What `make check-quickstart` plays: it builds twice.
QUICKSTART = (
    "./quickstart",
    "./quickstart install",
    "certnamectl --version",
    "./quickstart uninstall",
    "./quickstart install --prefix=/usr",
    "/usr/bin/certnamectl --version",
    "./quickstart uninstall",
)


@harness.unittest.skipUnless(os.environ.get("CERTNAMED_PLAY_QUICKSTART") == "yes", "it takes minutes: make check-quickstart")
@harness.unittest.skipUnless(may_make_roots(), "only root can make a private root, and needs the file system overlay")
class Quickstart(PrivateRoot):
    def test_commands(self):
        """README's commands build, show the verdicts, install and uninstall, each with the whole of what it installed."""
        place = "export CERTNAMED_BUILD=/play/build CERTNAMED_CONFIGURE='%s'; cd '%s' && " % (
            os.environ.get("CERTNAMED_CONFIGURE", ""), TOP)
        left = "! find /usr \\( -name '*certname*' -o -name '*certnamed*' \\) -newer /play/plan ! -type d | grep ."
        steps = [command_lines.step("ip link set lo up; mkdir -p /etc/certnamed; touch /play/plan")]
        for command in QUICKSTART:
            prints = "refused: " if command == "./quickstart" else ""
            steps.append(command_lines.step(place + command, prints=prints))
            if command.endswith("uninstall"):
                steps.append(command_lines.step(left))
        self.check(steps, self.enter(steps, limit=BUILD_LIMIT_S))


if __name__ == "__main__":
    harness.main()
