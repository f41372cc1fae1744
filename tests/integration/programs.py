# SPDX-License-Identifier: MIT
"""Programs of the distribution that speak TLS, local servers for them, and how each is told whom to trust."""

import concurrent.futures
import contextlib
import http.server
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

import fake
import wire
from daemon import libc, mount
from reach import BUILD

CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x1000, 0x4000, 0x40000

# The answer of a server without git's own protocol at /info/refs.
REFS = b"%s\trefs/heads/main\n" % (b"1" * 40)

PYTHON = """
import http.client, socket, ssl, sys
host, port, root, flag = sys.argv[1:5]
if flag == "inject":
    import certname
    certname.inject_into_ssl()
context = ssl.create_default_context(cafile=root)
connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=20)
connection._create_connection = lambda address, *rest: socket.create_connection(("127.0.0.1", int(port)), 20)
connection.request("GET", "/")
sys.exit(0 if connection.getresponse().status == 200 else 1)
"""


def bind_hosts(names):
    """Gives this test and its children an /etc/hosts in which the names are local, where the test may do so."""
    if os.geteuid() != 0 or libc.unshare(CLONE_NEWNS) != 0:
        return False
    mount("none", "/", MS_REC | MS_PRIVATE)
    handle, path = tempfile.mkstemp(prefix="certnamed-hosts-")
    with os.fdopen(handle, "w") as out, open("/etc/hosts") as file:
        out.write(file.read().rstrip("\n") + "\n127.0.0.1 %s\n" % " ".join(names))
        os.fchmod(out.fileno(), 0o644)
    mount(path, "/etc/hosts", MS_BIND)
    os.unlink(path)
    return True


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(REFS)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(REFS)
        self.server.requests.append(self.path)

    def log_message(self, *_):
        pass


class Https(http.server.ThreadingHTTPServer):
    """An HTTPS server on the loopback interface, as a context manager. `requests` lists the paths that it was asked for."""

    daemon_threads = True

    def __init__(self, served):
        super().__init__(("127.0.0.1", 0), Handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(served.chain, served.key)
        self.served = served
        self.port = self.server_address[1]
        self.requests = []
        self.faults = []

    def finish_request(self, request, client_address):
        request.settimeout(20)
        try:
            with self.context.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        except (OSError, ValueError) as error:
            self.faults.append(str(error))

    def handle_error(self, request, client_address):
        pass

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def curl(name, server, *options):
    return ["curl", "-sS", "--resolve", "%s:%d:127.0.0.1" % (name, server.port), "--cacert", server.served.root, *options,
            "https://%s:%d/" % (name, server.port)]


def wget(name, server, *options):
    return ["wget", "-nv", "--tries=1", "--no-hsts", "-O", os.devnull, "--ca-certificate", server.served.root, *options,
            "https://%s:%d/" % (name, server.port)]


def git(name, server, *options):
    return ["git", "-c", "http.curloptResolve=%s:%d:127.0.0.1" % (name, server.port), "-c",
            "http.sslCAInfo=" + server.served.root, *options, "ls-remote", "https://%s:%d/repository" % (name, server.port)]


def s_client(name, server, *options):
    return ["openssl", "s_client", "-connect", "127.0.0.1:%d" % server.port, "-servername", name, "-verify_hostname", name,
            "-CAfile", server.served.root, "-verify_return_error", "-brief", *options]


def gnutls_cli(name, server, *options):
    return ["gnutls-cli", "--sni-hostname", name, "--verify-hostname", name, "--x509cafile", server.served.root, "-p",
            str(server.port), *options, "127.0.0.1"]


def python(name, server, flag="plain"):
    return [sys.executable, "-c", PYTHON, name, str(server.port), server.served.root, flag]


def perl(name, server, *_):
    return ["perl", "-MIO::Socket::SSL", "-e",
            'my ($host, $port, $root) = @ARGV; my $s = IO::Socket::SSL->new(PeerAddr => "127.0.0.1", PeerPort => $port, '
            'SSL_hostname => $host, SSL_verifycn_name => $host, SSL_verifycn_scheme => "http", SSL_ca_file => $root) '
            'or die "refused: $SSL_ERROR\\n"; print $s "GET / HTTP/1.0\\r\\n\\r\\n"; my $line = <$s>; exit($line =~ /200/ ? 0 : 1);',
            name, str(server.port), server.served.root]


# Variables by which a host tells programs whom to trust.
FOREIGN = ("GIT_", "SSL_CERT_", "CURL_CA_", "REQUESTS_CA_", "PIP_")

# Programs by name: the executable, and the function that makes the command line for a server.
PROGRAMS = {
    "curl": ("curl", curl),
    "wget": ("wget", wget),
    "git": ("git", git),
    "openssl s_client": ("openssl", s_client),
    "gnutls-cli": ("gnutls-cli", gnutls_cli),
    "python3": (sys.executable, python),
    "perl IO::Socket::SSL": ("perl", perl),
}


def has(name):
    executable = PROGRAMS[name][0]
    if not shutil.which(executable):
        return False
    return name != "perl IO::Socket::SSL" or subprocess.run(
        ["perl", "-MIO::Socket::SSL", "-e1"], capture_output=True).returncode == 0


def run_environment(server_socket, **more):
    """Returns the environment for certname-run of this build."""
    usual = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN) and not key.lower().endswith("_proxy")}
    return {**usual, "CERTNAMED_SOCKET": server_socket, "CERTNAME_RUN_PRELOAD": os.path.join(BUILD, ".libs", "libcertname-run.so"),
            "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "GIT_TERMINAL_PROMPT": "0", **more}


def run(command, environment, stdin=b"", timeout=60):
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, timeout=timeout)
    return done.returncode, done.stdout.decode(errors="replace")


def certname_run(*options):
    return [os.path.join(BUILD, "certname-run"), *options]


ERROR_BUSY = 11
# Answers that are no answers to the question for a path: a name alone, a path that was not checked, and no verdict.
LIES = (
    lambda _: fake.answer_as_asked({fake.HOST: [b"x"]}),
    lambda _: fake.verdict(wire.OUTCOME_VERIFIED, matched=fake.identity(fake.DNS_ID, b"a.example")),
    lambda _: b"\xff" * 40,
)


@contextlib.contextmanager
def bad_daemons():
    """Gives a list of what a daemon does wrong, its socket, and the text of the errno that a refusal has to show."""
    silence = threading.Event()
    answers = {"is silent": (lambda _: silence.wait(), "Connection timed out"),
               "is busy": (lambda _: ERROR_BUSY, "Device or resource busy")}
    for number, lie in enumerate(LIES):
        answers["tells lie %d" % number] = lie, "Protocol error"
    with contextlib.ExitStack() as stack:
        found = [("is absent", "/nonexistent/socket", "No such file or directory")]
        for what, (verify, words) in answers.items():
            found.append((what, stack.enter_context(fake.FakeDaemon(verify)).socket, words))
        yield found
        silence.set()


def try_bad_daemons(test, program, command, environment):
    """Checks that a program refuses under certname-run, with path and errno, whatever a daemon does wrong."""
    with bad_daemons() as daemons, concurrent.futures.ThreadPoolExecutor(len(daemons)) as pool:
        # All run at the same time, because some of them wait.
        found = pool.map(lambda daemon: run([*certname_run(), *command], {**environment, "CERTNAMED_SOCKET": daemon[1]}), daemons)
        for (what, path, words), (code, out) in zip(daemons, found):
            with test.subTest(program, daemon=what):
                test.assertNotEqual(code, 0, out)
                test.assertIn("certnamed: ", out)
                test.assertIn(path, out)
                test.assertIn(words, out)
