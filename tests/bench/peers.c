/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

static uint8_t data[FRAME_BYTES];

/*
 * Forks a process that is connected by a socket pair. Returns 0 in the child, and the child's
 * process id in the parent.
 */
static pid_t start(int pair[static 2])
{
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        die("socketpair");
    pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(pair[pid == 0 ? 0 : 1]);
    return pid;
}

int peer_raw(size_t n_in, size_t n_out, pid_t *pidp)
{
    int pair[2];

    *pidp = start(pair);
    if (*pidp > 0)
        return pair[0];
    while (read_whole(pair[1], data, n_in))
        write_all(pair[1], data, n_out);
    exit(EXIT_SUCCESS);
}

struct echo {
    struct event *readable;
    size_t n_in, n_out, n_read;
};

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct echo *echo = context;
    ssize_t n = recv(socket, data, sizeof(data), MSG_DONTWAIT);

    (void)events;
    if (n == 0)
        exit(EXIT_SUCCESS);
    if (n < 0)
        return;
    echo->n_read += (size_t)n;
    if (echo->n_read < echo->n_in)
        return;
    echo->n_read = 0;
    if (send(socket, data, echo->n_out, MSG_NOSIGNAL) < 0)
        die("echo");
}

int peer_libevent(size_t n_in, size_t n_out, pid_t *pidp)
{
    struct echo echo = {.n_in = n_in, .n_out = n_out};
    struct event_base *base;
    int pair[2];

    *pidp = start(pair);
    if (*pidp > 0)
        return pair[0];
    base = event_base_new();
    echo.readable = event_new(base, pair[1], EV_READ | EV_PERSIST, on_readable, &echo);
    event_add(echo.readable, NULL);
    event_base_dispatch(base);
    exit(EXIT_SUCCESS);
}

/* --- memcached --- */

static pid_t memcached_spawn(const char *path)
{
    char user[] = "-u", root[] = "root", threads[] = "-t1", name[] = "memcached", at[] = "-s";
    char memory[] = "-m64", clients[] = "-c4096";
    char where[128];
    char *arguments[] = {name, at, where, threads, memory, clients, user, root, NULL};
    pid_t pid;

    snprintf(where, sizeof(where), "%s", path);
    pid = fork();
    if (pid < 0)
        die("fork");
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(name, arguments);
    _exit(127);
}

/*
 * Waits until memcached listens. Returns false if it has ended, as it does when it is not
 * installed, or does not listen within a second.
 */
static bool memcached_listens(pid_t pid, const char *path)
{
    for (int i = 0; i < 100; i++) {
        usleep(10000);
        if (access(path, F_OK) == 0)
            break;
        if (waitpid(pid, NULL, WNOHANG) == pid)
            return false;
    }
    /* The path appears a moment before memcached listens on it. */
    usleep(50000);
    return access(path, F_OK) == 0;
}

bool memcached_start(struct memcached *memcached, const char *folder, size_t n_out)
{
    static const char get[] = "get k\r\n", stored[] = "STORED\r\n";
    char reply[64], head[64];
    int fd;

    snprintf(memcached->path, sizeof(memcached->path), "%s/memcached", folder);
    unlink(memcached->path);
    memcached->pid = memcached_spawn(memcached->path);
    if (!memcached_listens(memcached->pid, memcached->path))
        return false;
    fd = connect_to(memcached->path);
    snprintf(head, sizeof(head), "set k 0 0 %zu\r\n", n_out);
    write_all(fd, (const uint8_t *)head, strlen(head));
    write_all(fd, data, n_out);
    write_all(fd, (const uint8_t *)"\r\n", 2);
    read_all(fd, (uint8_t *)reply, sizeof(stored) - 1);
    close(fd);
    memcpy(memcached->request, get, sizeof(get) - 1);
    memcached->n_request = sizeof(get) - 1;
    snprintf(head, sizeof(head), "VALUE k 0 %zu\r\n", n_out);
    memcached->n_reply = strlen(head) + n_out + strlen("\r\nEND\r\n");
    return true;
}

/* --- libcrypto in this process --- */

double openssl_names_us(const struct certificate *certificate, const char *host, unsigned n)
{
    double begun = now_us();

    for (unsigned i = 0; i < n; i++) {
        const unsigned char *at = certificate->der;
        X509 *x509 = d2i_X509(NULL, &at, (long)certificate->len);

        if (!x509 || X509_check_host(x509, host, 0, 0, NULL) != 1)
            die("libcrypto does not match");
        X509_free(x509);
    }
    return (now_us() - begun) / n;
}

/* --- certificates --- */

static void add_names(X509 *x509, size_t n_names)
{
    char *text = malloc(64 * (n_names + 1));
    size_t len = (size_t)sprintf(text, "DNS:*.bench.example");
    X509_EXTENSION *extension;

    for (size_t i = 0; i < n_names; i++)
        len += (size_t)sprintf(text + len, ",DNS:name-%03zu.some.longer.bench.example", i);
    extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, text);
    if (!extension || X509_add_ext(x509, extension, -1) != 1)
        die("subjectAltName");
    X509_EXTENSION_free(extension);
    free(text);
}

void certificate_make(struct certificate *certificate, unsigned number, size_t n_least)
{
    static EVP_PKEY *key;
    X509 *x509 = X509_new();
    unsigned char *at = certificate->der;
    int len;

    if (!key)
        key = EVP_EC_gen("P-256");
    if (!x509 || !key)
        die("certificate");
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), (long)number + 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -86400);
    X509_gmtime_adj(X509_getm_notAfter(x509), 86400L * 300);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "O", MBSTRING_ASC,
                               (const unsigned char *)"bench", -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_set_pubkey(x509, key);
    add_names(x509, n_least < 400 ? 0 : (n_least - 360) / 38);
    if (X509_sign(x509, key, EVP_sha256()) == 0)
        die("X509_sign");
    len = i2d_X509(x509, NULL);
    if (len < 0 || (size_t)len > sizeof(certificate->der))
        die("certificate's length");
    certificate->len = (size_t)i2d_X509(x509, &at);
    X509_free(x509);
}
