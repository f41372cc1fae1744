/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/frame.h"

#define CALLS_COUNT   600
#define ENTRIES_COUNT 10000

static const struct frame *any_of(const struct frame *frames, unsigned n_frames)
{
    return &frames[n_frames > 1 ? (unsigned)rand() % n_frames : 0];
}

/*
 * Measures round trips of the same bytes with a program that uses blocking calls, both sides on one
 * processor.
 */
static double echo_us(int fd, const struct frame *frames, unsigned n_frames, size_t n_out)
{
    static uint8_t reply[FRAME_BYTES];
    double begun = now_us();

    for (unsigned i = 0; i < CALLS_COUNT; i++) {
        const struct frame *frame = any_of(frames, n_frames);

        write_all(fd, frame->bytes, frame->len);
        read_all(fd, reply, n_out);
    }
    return (now_us() - begun) / CALLS_COUNT;
}

/*
 * Measures round trips of requests chosen at random. Unless p99p is NULL, *p99p is their 99th
 * percentile.
 */
static double daemon_us(int fd, const struct frame *frames, unsigned n_frames, double *p99p)
{
    static double samples[CALLS_COUNT];
    double begun = now_us(), last = begun;

    for (unsigned i = 0; i < CALLS_COUNT; i++) {
        double now;

        if (ask(fd, any_of(frames, n_frames), NULL) != FRAME_KIND_VERDICT)
            die("no verdict");
        if (!p99p)
            continue;
        now = now_us();
        samples[i] = now - last;
        last = now;
    }
    if (p99p)
        *p99p = quantile(samples, CALLS_COUNT, 0.99);
    return (now_us() - begun) / CALLS_COUNT;
}

struct peers {
    int raw, again, echo, cache;
    pid_t pids[3];
    struct memcached memcached;
    bool has_memcached;
    struct frame get;
};

static void start_peers(struct peers *peers, const char *folder, size_t n_in, size_t n_out)
{
    peers->raw = peer_raw(n_in, n_out, &peers->pids[0]);
    peers->again = peer_raw(n_in, n_out, &peers->pids[1]);
    peers->echo = peer_libevent(n_in, n_out, &peers->pids[2]);
    for (int i = 0; i < 3; i++)
        pin(peers->pids[i], 0);
    peers->has_memcached = memcached_start(&peers->memcached, folder, n_out);
    if (!peers->has_memcached)
        return;
    pin(peers->memcached.pid, 0);
    peers->cache = connect_to(peers->memcached.path);
    memcpy(peers->get.bytes, peers->memcached.request, peers->memcached.n_request);
    peers->get.len = peers->memcached.n_request;
}

static void stop_peers(struct peers *peers)
{
    close(peers->raw);
    close(peers->again);
    close(peers->echo);
    if (peers->has_memcached) {
        close(peers->cache);
        kill(peers->memcached.pid, SIGKILL);
        waitpid(peers->memcached.pid, NULL, 0);
    }
}

/*
 * Measures one warm row: the same request or one of many, and round trips of the same bytes for
 * comparison.
 */
static void warm(struct row *row, const struct daemon *daemon, const struct frame *frames,
                 unsigned n_frames)
{
    int fd = connect_to(daemon->path);
    double p99 = 0, p99s[ROUNDS_COUNT];
    struct peers peers = {0};
    size_t n_out;

    for (unsigned i = 0; i < n_frames; i++)
        ask(fd, &frames[i], &n_out);
    start_peers(&peers, daemon->folder, frames[0].len, n_out);
    pin(0, 0);
    daemon_pin(daemon, 0, -1);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        row_add(row, "raw", echo_us(peers.raw, frames, n_frames, n_out));
        row_add(row, "raw again", echo_us(peers.again, frames, n_frames, n_out));
        row_add(row, "libevent echo", echo_us(peers.echo, frames, n_frames, n_out));
        if (peers.has_memcached)
            row_add(row, "memcached get",
                    echo_us(peers.cache, &peers.get, 1, peers.memcached.n_reply));
        row_add(row, "certnamed", daemon_us(fd, frames, n_frames, NULL));
        daemon_us(fd, frames, n_frames, &p99);
        p99s[round] = p99;
    }
    snprintf(row->note, sizeof(row->note), "%zu bytes in, %zu out; p99 of certnamed %.1f us%s",
             frames[0].len, n_out, quantile(p99s, ROUNDS_COUNT, 0.5),
             peers.has_memcached ? "" : "; memcached is not installed");
    row_print(row);
    pin(0, -1);
    daemon_pin(daemon, -1, -1);
    stop_peers(&peers);
    close(fd);
}

/* Compares the daemon with a program that parses and matches by itself, with libcrypto. */
static void against_libcrypto(struct row *row, const struct daemon *daemon,
                              const struct certificate *certificate)
{
    int fd = connect_to(daemon->path);
    struct frame frame;

    frame_make(&frame, "www.bench.example", certificate, 1);
    ask(fd, &frame, NULL);
    pin(0, 0);
    daemon_pin(daemon, 0, -1);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        row_add(row, "in-process parse + match",
                openssl_names_us(certificate, "www.bench.example", 300));
        row_add(row, "in-process again", openssl_names_us(certificate, "www.bench.example", 300));
        row_add(row, "certnamed, warm", daemon_us(fd, &frame, 1, NULL));
    }
    row_print(row);
    pin(0, -1);
    daemon_pin(daemon, -1, -1);
    close(fd);
}

static struct frame *make_frames(unsigned n, const struct certificate *certificate)
{
    struct frame *frames = malloc(n * sizeof(*frames));
    char host[64];

    if (!frames)
        die("frames");
    for (unsigned i = 0; i < n; i++) {
        snprintf(host, sizeof(host), "h%05u.bench.example", i);
        frame_make(&frames[i], host, certificate, 1);
    }
    return frames;
}

void rows_warm(struct report *report, const char *built)
{
    static const char policy[] = "limits { cache = \"64M\"  cpu-per-uid = 0 }\n";
    static struct certificate chain[2], leaf;
    struct daemon daemon;
    struct frame one, two, *many;

    certificate_make(&leaf, 0, 1900);
    certificate_make(&chain[0], 1, 2400);
    certificate_make(&chain[1], 2, 2300);
    frame_make(&one, "www.bench.example", &leaf, 1);
    frame_make(&two, "www.bench.example", chain, 2);
    many = make_frames(ENTRIES_COUNT, &leaf);
    set_undisturbed(true);
    daemon_start(&daemon, built, policy);
    warm(report_row(report, "warm, 2 KiB certificate", "us", "1.25 x raw, then 1.12"), &daemon,
         &one, 1);
    warm(report_row(report, "warm, 4.8 KiB chain", "us", "1.35 x raw, then 1.15"), &daemon, &two,
         1);
    warm(report_row(report, "warm, 10,000 entries, uniform", "us", "1.6 x raw, then 1.40"), &daemon,
         many, ENTRIES_COUNT);
    against_libcrypto(
        report_row(report, "warm against doing it oneself", "us", "1/20 of in-process, then 1/28"),
        &daemon, &leaf);
    daemon_stop(&daemon);
    set_undisturbed(false);
    free(many);
}
