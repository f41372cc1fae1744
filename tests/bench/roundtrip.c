/* SPDX-License-Identifier: MIT */

/*
 * A round trip through certnamed against a raw ping-pong of the same bytes over a Unix stream
 * socket, in interleaved rounds: `warm` asks the same question again and again, `cold` a new one
 * each time, and a second raw series is the control. Prints medians over the rounds.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "proto/codec.h"
#include "proto/frame.h"

#define ROUNDS 9
#define CALLS  2000

enum series { RAW, CONTROL, WARM, COLD, N_SERIES };

static const char *const names[N_SERIES] = {"raw", "raw again", "warm", "cold"};

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void write_all(int fd, const uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, data, n);

        if (written <= 0)
            die("write");
        data += written;
        n -= (size_t)written;
    }
}

static void read_all(int fd, uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, data, n);

        /* The echo's life ends with its asker's. */
        if (got == 0)
            exit(EXIT_SUCCESS);
        if (got < 0)
            die("read");
        data += got;
        n -= (size_t)got;
    }
}

static size_t read_frame(int fd, uint8_t *data, size_t size)
{
    struct frame_header header;

    read_all(fd, data, FRAME_HEADER_BYTES);
    if (frame_peek(&header, data, FRAME_HEADER_BYTES, size) == FRAME_TOO_LARGE)
        die("frame");
    read_all(fd, data + FRAME_HEADER_BYTES, header.length - FRAME_HEADER_BYTES);
    return header.length;
}

static size_t make_request(uint8_t *out, const char *host, struct bytes certificate)
{
    struct request request = {
        .host = {.data = (const uint8_t *)host, .len = strlen(host)},
        .certificates = {certificate},
        .n_certificates = 1,
    };
    struct arena arena;
    struct bytes payload;

    codec_arena_init(&arena);
    if (codec_write_request(&request, &arena, &payload))
        die("request");
    frame_write_header(out, FRAME_KIND_VERIFY, 1, payload.len);
    memcpy(out + FRAME_HEADER_BYTES, payload.data, payload.len);
    arena_deinit(&arena);
    return FRAME_HEADER_BYTES + payload.len;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        die(path);
    return fd;
}

/* A process that takes n_in bytes and gives n_out back, for ever. */
static int start_echo(size_t n_in, size_t n_out)
{
    static uint8_t data[LIMIT_FRAME_BYTES];
    int pair[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        die("socketpair");
    pid = fork();
    if (pid < 0)
        die("fork");
    if (pid > 0) {
        close(pair[1]);
        return pair[0];
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(pair[0]);
    for (;;) {
        read_all(pair[1], data, n_in);
        write_all(pair[1], data, n_out);
    }
}

static double measure_raw(int fd, const uint8_t *request, size_t n_in, size_t n_out)
{
    static uint8_t reply[LIMIT_REPLY_BYTES];
    double start = now_us();

    for (int i = 0; i < CALLS; i++) {
        write_all(fd, request, n_in);
        read_all(fd, reply, n_out);
    }
    return (now_us() - start) / CALLS;
}

static double measure_daemon(int fd, struct bytes certificate, bool cold)
{
    static uint8_t request[LIMIT_FRAME_BYTES], reply[LIMIT_REPLY_BYTES];
    static unsigned n_asked;
    double total = 0;

    for (int i = 0; i < CALLS; i++) {
        char host[64] = "www.bench.example";
        size_t n;
        double start;

        if (cold)
            snprintf(host, sizeof(host), "h%08u.bench.example", ++n_asked);
        n = make_request(request, host, certificate);
        start = now_us();
        write_all(fd, request, n);
        read_frame(fd, reply, sizeof(reply));
        total += now_us() - start;
    }
    return total / CALLS;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static struct bytes read_certificate(const char *path)
{
    static uint8_t der[LIMIT_CERTIFICATE_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, der, sizeof(der));

    if (n <= 0)
        die(path);
    close(fd);
    return (struct bytes){.data = der, .len = (size_t)n};
}

int main(int argc, char **argv)
{
    static uint8_t request[LIMIT_FRAME_BYTES], reply[LIMIT_REPLY_BYTES];
    double us[N_SERIES][ROUNDS];
    struct bytes certificate;
    size_t n_in, n_out;
    int daemon, echo[2];

    if (argc != 3) {
        fputs("Usage: bench-roundtrip SOCKET CERTIFICATE.der\n", stderr);
        return EXIT_FAILURE;
    }
    certificate = read_certificate(argv[2]);
    daemon = connect_to(argv[1]);
    n_in = make_request(request, "www.bench.example", certificate);
    write_all(daemon, request, n_in);
    n_out = read_frame(daemon, reply, sizeof(reply));
    for (int i = 0; i < 2; i++)
        echo[i] = start_echo(n_in, n_out);

    for (int round = 0; round < ROUNDS; round++) {
        us[RAW][round] = measure_raw(echo[0], request, n_in, n_out);
        us[WARM][round] = measure_daemon(daemon, certificate, false);
        us[CONTROL][round] = measure_raw(echo[1], request, n_in, n_out);
        us[COLD][round] = measure_daemon(daemon, certificate, true);
    }
    printf("%zu bytes in, %zu out; median of %d rounds of %d calls\n", n_in, n_out, ROUNDS, CALLS);
    for (int i = 0; i < N_SERIES; i++)
        qsort(us[i], ROUNDS, sizeof(double), compare);
    for (int i = 0; i < N_SERIES; i++)
        printf("%-10s %7.1f us  %5.2f x raw  (%.1f to %.1f)\n", names[i], us[i][ROUNDS / 2],
               us[i][ROUNDS / 2] / us[RAW][ROUNDS / 2], us[i][0], us[i][ROUNDS - 1]);
    return EXIT_SUCCESS;
}
