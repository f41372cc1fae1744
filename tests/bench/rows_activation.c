/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "proto/frame.h"
#include "proto/limits.h"
#include "tests/bench/chain.h"

#define PASSED_FD 3

/* The pause before a round, in which the processes of the round before can end. */
#define SETTLE_US 20000

/*
 * The longest wait for a reply. If the program does not start at all, the listening socket stays
 * open in this process, and without a limit the read would never end.
 */
#define PATIENCE_SECONDS 20

/* The first bytes of a verdict's payload: field 1, the outcome, as a varint. */
static const uint8_t name_matches[] = {0x08, 0x93, 0x93, 0x9B, 0xAD, 0x03};
static const uint8_t verified[] = {0x08, 0xEC, 0xD8, 0xA5, 0xE5, 0x05};

struct activation {
    char folder[64], socket[96], policy[128], root[128];
    int listener;
    struct frame frame;
    const uint8_t *expected;
    size_t n_reply;
};

static void write_file(const char *path, const void *data, size_t len)
{
    FILE *file = fopen(path, "w");

    if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0)
        die(path);
    chmod(path, 0644);
}

static void activation_init(struct activation *activation)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    *activation = (struct activation){.folder = "/tmp/certnamed-bench-XXXXXX"};
    if (!mkdtemp(activation->folder))
        die("mkdtemp");
    chmod(activation->folder, 0755);
    snprintf(activation->socket, sizeof(activation->socket), "%s/socket", activation->folder);
    snprintf(activation->policy, sizeof(activation->policy), "%s/policy.conf", activation->folder);
    snprintf(activation->root, sizeof(activation->root), "%s/root.pem", activation->folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", activation->socket);
    activation->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (activation->listener < 0 ||
        bind(activation->listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(activation->listener, 16) < 0)
        die(activation->socket);
}

static void activation_deinit(struct activation *activation)
{
    close(activation->listener);
    unlink(activation->socket);
    unlink(activation->policy);
    unlink(activation->root);
    rmdir(activation->folder);
}

/*
 * Starts the program as a service manager does: with the listening socket and the environment
 * variables of socket activation.
 */
_Noreturn static void run(const struct activation *activation, const char *program,
                          char *const arguments[])
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    char pid[16];

    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    if (activation->listener == PASSED_FD)
        fcntl(PASSED_FD, F_SETFD, 0);
    else
        dup2(activation->listener, PASSED_FD);
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_FDNAMES", "certnamed.socket", 1);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execv(program, arguments);
    _exit(127);
}

/* Ends the bench unless the reply is a verdict with the expected outcome. */
static void check_reply(struct activation *activation, const uint8_t *reply, size_t n)
{
    struct frame_header header;

    if (frame_peek(&header, reply, n, LIMIT_REPLY_BYTES) != FRAME_COMPLETE ||
        header.kind != FRAME_KIND_VERDICT ||
        header.length < FRAME_HEADER_BYTES + sizeof(verified) ||
        memcmp(reply + FRAME_HEADER_BYTES, activation->expected, sizeof(verified)) != 0)
        die("the first verdict is not the one that is due");
    activation->n_reply = header.length;
}

/*
 * Reads a whole reply: n_reply bytes, or if n_reply is 0, as many as the header of the frame says.
 */
static size_t receive(int fd, uint8_t *reply, size_t n_reply)
{
    struct frame_header header;
    size_t n = 0;

    do {
        ssize_t got = read(fd, reply + n, LIMIT_REPLY_BYTES - n);

        if (got <= 0)
            die("no reply from a program that was activated");
        n += (size_t)got;
    } while (n_reply > 0 ? n < n_reply
                         : frame_peek(&header, reply, n, LIMIT_REPLY_BYTES) == FRAME_NEED_MORE);
    return n;
}

/*
 * Returns the milliseconds from the fork to the end of the first reply. The request is already
 * waiting at the socket when the program starts. If n_reply is 0, the reply is a frame, whose
 * header has the length.
 */
static double first_reply_ms(struct activation *activation, const char *program,
                             char *const arguments[], size_t n_reply)
{
    static const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    static uint8_t reply[LIMIT_REPLY_BYTES];
    int fd = connect_to(activation->socket);
    double begun, ms;
    size_t n;
    pid_t pid;

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    write_all(fd, activation->frame.bytes, activation->frame.len);
    usleep(SETTLE_US);
    begun = now_us();
    pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0)
        run(activation, program, arguments);
    n = receive(fd, reply, n_reply);
    ms = (now_us() - begun) / 1000;
    if (n_reply == 0)
        check_reply(activation, reply, n);
    close(fd);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    return ms;
}

static double echo_ms(struct activation *activation, const char *built)
{
    char program[256], name[] = "bench-activated", n_in[16], n_out[16];
    char *arguments[] = {name, n_in, n_out, NULL};

    snprintf(program, sizeof(program), "%s/bench-activated", built);
    snprintf(n_in, sizeof(n_in), "%zu", activation->frame.len);
    snprintf(n_out, sizeof(n_out), "%zu", activation->n_reply);
    return first_reply_ms(activation, program, arguments, activation->n_reply);
}

static double daemon_ms(struct activation *activation, const char *built)
{
    char program[256], name[] = "certnamed", option[] = "--config";
    char *arguments[] = {name, option, activation->policy, NULL};

    snprintf(program, sizeof(program), "%s/certnamed", built);
    return first_reply_ms(activation, program, arguments, 0);
}

static void measure(struct row *row, struct activation *activation, const char *built)
{
    /* One reply of the daemon sets activation->n_reply, so that the echo program sends replies of
     * that length. */
    daemon_ms(activation, built);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        row_add(row, "libevent echo", echo_ms(activation, built));
        row_add(row, "echo again", echo_ms(activation, built));
        row_add(row, "certnamed", daemon_ms(activation, built));
    }
    snprintf(row->note, sizeof(row->note),
             "from the fork to the end of the reply; %zu bytes in, %zu out", activation->frame.len,
             activation->n_reply);
    row_print(row);
}

static void write_root(const char *path, const struct certificate *root)
{
    const unsigned char *at = root->der;
    X509 *x509 = d2i_X509(NULL, &at, (long)root->len);
    FILE *file = fopen(path, "w");

    if (!x509 || !file || PEM_write_X509(file, x509) != 1 || fclose(file) != 0)
        die(path);
    X509_free(x509);
    chmod(path, 0644);
}

static void names(struct row *row, const char *built)
{
    static struct certificate leaf;
    struct activation activation;

    certificate_make(&leaf, 0, 1900);
    activation_init(&activation);
    write_file(activation.policy, "", 0);
    frame_make(&activation.frame, "www.bench.example", &leaf, 1);
    activation.expected = name_matches;
    measure(row, &activation, built);
    activation_deinit(&activation);
}

static void path(struct row *row, const char *built)
{
    static struct certificate certificates[2];
    struct activation activation;
    struct chain chain;
    char policy[256];

    chain_init(&chain, "P-256");
    chain_issue(&chain, 0, &certificates[0]);
    certificates[1] = chain.issuer;
    activation_init(&activation);
    write_root(activation.root, &chain.root);
    snprintf(policy, sizeof(policy),
             "defaults { trust = { \"system\", \"bench\" } }\n"
             "trust \"bench\" { file = { \"%s\" } }\n",
             activation.root);
    write_file(activation.policy, policy, strlen(policy));
    frame_make(&activation.frame, "www.bench.example", certificates, 2);
    frame_require_path(&activation.frame);
    activation.expected = verified;
    measure(row, &activation, built);
    activation_deinit(&activation);
    chain_deinit(&chain);
}

void rows_activation(struct report *report, const char *built)
{
    set_undisturbed(true);
    names(report_row(report, "activation to the first verdict, names", "ms", "6 x echo, then 4.5"),
          built);
    path(report_row(report, "activation to the first verdict, path", "ms", "9 x echo, then 6.5"),
         built);
    set_undisturbed(false);
}
