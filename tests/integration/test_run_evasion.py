#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
certname-run: programs that do unusual things, by which a server could pass unjudged or a program start uncovered.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import harness
from daemon import Daemon
from programs import Https, certname_run, run, run_environment
from reach import SANITIZERS, World

COMPILER = shutil.which("cc") or shutil.which("gcc")

TLS = r"""
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static int shake(SSL *ssl, const char *name, const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (void *)&to, sizeof(to)))
        return -9;
    SSL_set_fd(ssl, fd);
    SSL_set_tlsext_host_name(ssl, name);
    return SSL_connect(ssl);
}
"""

# Arguments: the ports of good.test and of pinned.test.
SAME_SSL = TLS + r"""
static int accept_all(X509_STORE_CTX *ctx, void *argument) { return 1; }

int main(int n, char **argv)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl;

    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, accept_all, NULL);
    ssl = SSL_new(ctx);
    printf("good %d\n", shake(ssl, "good.test", argv[1]));
    SSL_shutdown(ssl);
    SSL_clear(ssl);
    printf("pinned %d\n", shake(ssl, "pinned.test", argv[2]));
    return 0;
}
"""

# Arguments: the port of pinned.test and the file of its root. One allocation that the library causes fails.
NO_MEMORY = TLS + r"""
static int armed, busy;

static int is_below_library(void)
{
    void *frames[40];
    Dl_info info;
    int n = backtrace(frames, 40);

    for (int i = 0; i < n; i++) {
        if (dladdr(frames[i], &info) && info.dli_fname && strstr(info.dli_fname, "certname-run"))
            return 1;
    }
    return 0;
}

static void *take(size_t size, const char *file, int line)
{
    if (armed && !busy && file && strstr(file, "ex_data.c")) {
        int fails;

        busy = 1;
        fails = is_below_library();
        busy = 0;
        if (fails) {
            armed = 0;
            puts("no memory once");
            return NULL;
        }
    }
    return malloc(size);
}

static void *resize(void *memory, size_t size, const char *file, int line) { return realloc(memory, size); }
static void give(void *memory, const char *file, int line) { free(memory); }

int main(int n, char **argv)
{
    void *frames[4];
    SSL_CTX *ctx;

    backtrace(frames, 4);
    CRYPTO_set_mem_functions(take, resize, give);
    ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_load_verify_locations(ctx, argv[2], NULL);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    armed = 1;
    for (int i = 0; i < 2; i++) {
        SSL *ssl = SSL_new(ctx);

        SSL_set1_host(ssl, "pinned.test");
        printf("pinned %d\n", shake(ssl, "pinned.test", argv[1]));
    }
    return 0;
}
"""

# Arguments: a port and the file of the root. The first of two names that OpenSSL may match is pinned.test.
TWO_NAMES = TLS + r"""
int main(int n, char **argv)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl;
    X509 *leaf;

    SSL_CTX_load_verify_locations(ctx, argv[2], NULL);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    ssl = SSL_new(ctx);
    SSL_set1_host(ssl, "pinned.test");
    SSL_add1_host(ssl, "good.test");
    printf("shake %d\n", shake(ssl, "good.test", argv[1]));
    leaf = SSL_get1_peer_certificate(ssl);
    printf("later %d\n", X509_check_host(leaf, "pinned.test", 0, 0, NULL));
    return 0;
}
"""

# Arguments: a port, the file of the root, and how the plug-in is opened. Its name has no slash: RUNPATH leads to it.
OPENS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int n, char **argv)
{
    int is_apart = strcmp(argv[3], "apart") == 0, is_deep = strcmp(argv[3], "deep") == 0;
    void *handle = is_apart ? dlmopen(LM_ID_NEWLM, "plug.so", RTLD_NOW)
                            : dlopen("plug.so", RTLD_NOW | (is_deep ? RTLD_DEEPBIND : 0));
    int (*go)(const char *, const char *) = handle ? dlsym(handle, "go") : NULL;

    if (!go)
        puts(dlerror());
    else
        printf("pinned %d\n", go(argv[1], argv[2]));
    return 0;
}
"""
PLUG = TLS + r"""
int go(const char *port, const char *root)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl;

    SSL_CTX_load_verify_locations(ctx, root, NULL);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    ssl = SSL_new(ctx);
    SSL_set1_host(ssl, "pinned.test");
    return shake(ssl, "pinned.test", port);
}
"""

# Argument: a program, which is started in an unusual way; the first word of the output says what became of it.
STARTS = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int by_exec(char *program)
{
    execl(program, program, (char *)0);
    printf("exec failed: %s\n", strerror(errno));
    return 0;
}

static int by_spawn(const char *folder)
{
    posix_spawn_file_actions_t actions;
    char *arguments[] = {"program", NULL}, *none[] = {NULL};
    pid_t child;
    int r;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder);
    r = posix_spawn(&child, "./static", &actions, NULL, arguments, none);
    printf("spawn: %s\n", strerror(r));
    return r ? 0 : waitpid(child, NULL, 0) < 0;
}

int main(int n, char **argv)
{
    struct rlimit few = {3, 3};
    int ends[2];

    setvbuf(stdout, NULL, _IONBF, 0);
    if (strcmp(argv[1], "descriptors") == 0)
        setrlimit(RLIMIT_NOFILE, &few);
    if (strcmp(argv[1], "identity") == 0 && seteuid(65534))
        return 1;
    if (strcmp(argv[1], "folder") == 0)
        return by_spawn(argv[2]);
    if (strcmp(argv[1], "pipe") == 0) {
        if (pipe(ends))
            return 1;
        close(ends[0]);
        dup2(ends[1], 2);
    }
    return by_exec(argv[2]);
}
"""
# Prints for system() and popen() how often the library is mapped in what they start.
SHELLS = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT "grep -c libcertname-run /proc/self/maps"

int main(void)
{
    char line[64] = "nothing\n";
    FILE *pipe;

    clearenv();
    setenv("CERTNAME_RUN_REPORT", "1", 1);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("system ");
    system(COUNT "; echo report=$CERTNAME_RUN_REPORT.");
    pipe = popen(COUNT, "r");
    if (pipe && fgets(line, sizeof(line), pipe))
        printf("popen %s", line);
    return 0;
}
"""
HELLO = '#include <stdio.h>\nint main(void) { puts("it ran"); return 0; }\n'


@unittest.skipUnless(COMPILER, "there is no C compiler here")
@unittest.skipIf(SANITIZERS, "a sanitizer's library needs its run-time in the program")
class Evasion(harness.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.chmod(cls.folder, 0o755)
        cls.world = World()
        cls.daemon = Daemon(cls.world.policy())
        cls.enterClassContext(cls.daemon)
        cls.environment = run_environment(cls.daemon.socket)

    def compile(self, name, source, *flags):
        path = os.path.join(self.folder, name)
        with open(path + ".c", "w") as file:
            file.write(source)
        subprocess.run([COMPILER, "-o", path, path + ".c", *flags], check=True, capture_output=True)
        return path

    def run_here(self, *command, options=(), **more):
        return run([*certname_run(*options), *command], {**self.environment, **more})[1]

    def serve(self, name):
        return Https(self.world.servers[name][0])

    # --- servers that could pass unjudged ---

    def test_same_ssl(self):
        """With a verification of the program's own, a second server on the same SSL is judged, too."""
        program = self.compile("same", SAME_SSL, "-lssl", "-lcrypto")
        with self.serve("good.test") as good, self.serve("pinned.test") as pinned:
            ports = str(good.port), str(pinned.port)
            self.assertEqual(run([program, *ports], self.environment)[1], "good 1\npinned 1\n")
            out = self.run_here(program, *ports)
        self.assertIn("good 1\n", out)
        self.assertIn("pinned -1\n", out)

    def test_no_memory(self):
        """An allocation that fails once refuses that server, and the next one is judged."""
        program = self.compile("memory", NO_MEMORY, "-lssl", "-lcrypto")
        with self.serve("pinned.test") as pinned:
            out = self.run_here(program, str(pinned.port), self.world.servers["pinned.test"][0].root)
        self.assertIn("no memory once", out)
        self.assertEqual(out.count("pinned -1\n"), 2, out)
        self.assertIn("pinset", out)

    def test_two_names(self):
        """The daemon is asked about a later comparison of one of two names, although the server was accepted for the other."""
        program = self.compile("names", TWO_NAMES, "-lssl", "-lcrypto")
        served = self.world.family.serve(self.world.family.issuer.issue("DNS:pinned.test", "DNS:good.test"))
        with Https(served) as server:
            out = self.run_here(program, str(server.port), served.root)
        self.assertIn("shake 1\n", out)
        self.assertIn("later 0\n", out)

    def test_opened_apart(self):
        """A plug-in that is opened with RTLD_DEEPBIND is judged, and one in a namespace of its own is not opened."""
        self.compile("plug.so", PLUG, "-shared", "-fPIC", "-lssl", "-lcrypto")
        program = self.compile("opens", OPENS, "-Wl,-rpath," + self.folder, "-Wl,--enable-new-dtags")
        root = self.world.servers["pinned.test"][0].root
        with self.serve("pinned.test") as pinned:
            for how, expected in (("plain", "pinned -1\n"), ("deep", "pinned -1\n"), ("apart", "not/covered/by/certname-run")):
                with self.subTest(how):
                    command = program, str(pinned.port), root, how
                    self.assertEqual(run(command, self.environment)[1], "pinned 1\n")
                    self.assertIn(expected, self.run_here(*command))

    # --- programs that could start uncovered ---

    def start(self, how, program="static", options=(), **more):
        self.compile("static", HELLO, "-static")
        starts = self.compile("starts", STARTS)
        out = self.run_here(starts, how, os.path.join(self.folder, program) if program else self.folder, options=options, **more)
        self.assertNotIn("it ran", out)
        return out

    def test_descriptors(self):
        """A program that cannot be examined, because no descriptor is left, is not started."""
        self.assertIn("exec failed: Permission denied", self.start("descriptors"))

    def test_folder(self):
        """A relative path is not started with file actions, which may change the folder."""
        self.assertIn("spawn: Permission denied", self.start("folder", program=None))

    @unittest.skipUnless(os.geteuid() == 0, "only root can change its effective user alone")
    def test_identity(self):
        """ld.so loads no library into a program that starts with two identities."""
        self.compile("plain", HELLO)
        self.assertIn("exec failed: Permission denied", self.start("identity", program="plain"))

    def test_damaged_library(self):
        """A library that is empty, cut off or a text starts nothing, neither at first nor when it is damaged later."""
        whole = self.environment["CERTNAME_RUN_PRELOAD"]
        with open(whole, "rb") as file:
            data = file.read()
        path = os.path.join(self.folder, "library.so")
        by_descriptor = "import os; os.execve(os.open(%r, os.O_RDONLY), ['echo', 'it', 'ran'], {})" % shutil.which("echo")
        for damage in (b"", data[:1000], data[:-1000], b"a text\n" * 2000):
            with self.subTest(length=len(damage)):
                with open(path, "wb") as file:
                    file.write(damage)
                code, out = run([*certname_run(), "echo", "it ran"], {**self.environment, "CERTNAME_RUN_PRELOAD": path})
                self.assertEqual(code, 125, out)
                self.assertIn("library.so cannot be loaded", out)
                self.assertNotIn("it ran", out)
                for command in (["sh", "-c", "/bin/echo it ran"], [sys.executable, "-c", by_descriptor]):
                    os.unlink(path)
                    with open(path, "wb") as file:
                        file.write(damage)
                    # The process has the whole library, and its path leads to the damaged one.
                    out = run(command, {**self.environment, "LD_PRELOAD": whole, "CERTNAME_RUN_PRELOAD": path})[1]
                    self.assertIn("the library is gone or damaged", out)
                    self.assertNotIn("it ran", out)

    def test_shells(self):
        """Programs that system() and popen() start are covered and strict, also after the environment was cleared."""
        out = self.run_here(self.compile("shells", SHELLS))
        self.assertRegex(out, r"system [1-9]\d*\nreport=\.\npopen [1-9]")

    def test_closed_pipe(self):
        """A refusal that nobody reads does not end the program."""
        self.assertIn("exec failed: Permission denied", self.start("pipe"))

    def test_inherited_report(self):
        """A strict run is strict also where its environment, or a run around it, has --report."""
        self.assertIn("Permission denied", self.start("plainly", CERTNAME_RUN_REPORT="1"))
        outer, inner = certname_run("--report"), certname_run()
        out = run([*outer, *inner, os.path.join(self.folder, "starts"), "plainly", os.path.join(self.folder, "static")],
                  self.environment)[1]
        self.assertIn("Permission denied", out)
        self.assertNotIn("it ran", out)

    def test_loosened_child(self):
        """A program in a strict run cannot have its children report only."""
        program = self.compile("static", HELLO, "-static")
        out = self.run_here("sh", "-c", 'CERTNAME_RUN_REPORT=1 sh -c "%s"' % program)
        self.assertNotIn("it ran", out)
        self.assertIn("it is not started", out)


if __name__ == "__main__":
    harness.main()
