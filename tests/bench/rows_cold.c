/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/frame.h"

#define CALLS_COUNT 300
#define FLOOD_DEPTH 16

static struct certificate leaf;

/*
 * Makes a request for a host name that was never asked about before, so that the cache does not
 * have the answer.
 */
static void next_frame(struct frame *frame)
{
    static atomic_uint n_asked;
    char host[64];

    snprintf(host, sizeof(host), "c%u.bench.example", atomic_fetch_add(&n_asked, 1));
    frame_make(frame, host, &leaf, 1);
}

static double cold_us(int fd)
{
    struct frame frame;
    double total = 0;

    for (unsigned i = 0; i < CALLS_COUNT; i++) {
        double begun;

        next_frame(&frame);
        begun = now_us();
        if (ask(fd, &frame, NULL) != FRAME_KIND_VERDICT)
            die("no verdict");
        total += now_us() - begun;
    }
    return total / CALLS_COUNT;
}

static void names(struct row *row, const char *built)
{
    struct daemon daemon;
    int fd;

    daemon_start(&daemon, built, "limits { cpu-per-uid = 0  workers = 1 }\n");
    fd = connect_to(daemon.path);
    pin(0, 0);
    daemon_pin(&daemon, 0, 0);
    cold_us(fd);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        row_add(row, "in-process parse + match", openssl_names_us(&leaf, "www.bench.example", 300));
        row_add(row, "in-process again", openssl_names_us(&leaf, "www.bench.example", 300));
        row_add(row, "certnamed, cold", cold_us(fd));
    }
    row_print(row);
    pin(0, -1);
    close(fd);
    daemon_stop(&daemon);
}

/* --- answers from the cache while others flood the daemon with new questions --- */

struct flood {
    const char *path;
    atomic_bool ended;
    unsigned long n_answers;
};

static void *run_flood(void *context)
{
    struct flood *flood = context;
    int fd = connect_to(flood->path);
    struct frame frame;
    uint8_t reply[FRAME_BYTES];

    for (unsigned i = 0; i < FLOOD_DEPTH; i++) {
        next_frame(&frame);
        write_all(fd, frame.bytes, frame.len);
    }
    while (!flood->ended) {
        struct frame_header header;

        read_all(fd, reply, FRAME_HEADER_BYTES);
        frame_peek(&header, reply, FRAME_HEADER_BYTES, FRAME_BYTES);
        read_all(fd, reply, header.length - FRAME_HEADER_BYTES);
        next_frame(&frame);
        write_all(fd, frame.bytes, frame.len);
        flood->n_answers++;
    }
    close(fd);
    return NULL;
}

/*
 * Returns the 99th percentile of the time for a thousand answers from the cache, with short pauses
 * between the requests.
 */
static double hits_p99_us(const char *path)
{
    static double samples[1000];
    int fd = connect_to(path);
    struct frame frame;

    frame_make(&frame, "www.bench.example", &leaf, 1);
    ask(fd, &frame, NULL);
    for (unsigned i = 0; i < 1000; i++) {
        double begun = now_us();

        ask(fd, &frame, NULL);
        samples[i] = now_us() - begun;
        usleep(200);
    }
    close(fd);
    return quantile(samples, 1000, 0.99);
}

static void under_flood(struct row *row, const char *built)
{
    unsigned long n_answers = 0;
    struct daemon daemon;

    daemon_start(&daemon, built, "limits { cpu-per-uid = 0 }\n");
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        struct flood flood = {.path = daemon.path};
        pthread_t thread;

        row_add(row, "alone", hits_p99_us(daemon.path));
        if (pthread_create(&thread, NULL, run_flood, &flood) != 0)
            die("pthread_create");
        row_add(row, "under a flood of cold ones", hits_p99_us(daemon.path));
        flood.ended = true;
        pthread_join(thread, NULL);
        n_answers += flood.n_answers;
    }
    snprintf(row->note, sizeof(row->note), "%lu cold questions answered meanwhile", n_answers);
    row_print(row);
    daemon_stop(&daemon);
}

/* --- one verifier, two, and a verifier that is killed --- */

static double cold_per_second(const char *path)
{
    struct flood flood = {.path = path};
    double begun = now_us();
    pthread_t thread;

    if (pthread_create(&thread, NULL, run_flood, &flood) != 0)
        die("pthread_create");
    usleep(500000);
    flood.ended = true;
    pthread_join(thread, NULL);
    return (double)flood.n_answers * 1e6 / (now_us() - begun);
}

#define ALONE_US    300000
#define ALONE_COUNT 50

_Noreturn static void match_alone(int out)
{
    double begun = now_us();
    unsigned n = 0;

    do {
        openssl_names_us(&leaf, "www.bench.example", ALONE_COUNT);
        n += ALONE_COUNT;
    } while (now_us() - begun < ALONE_US);
    write_all(out, (const uint8_t *)&n, sizeof(n));
    _exit(0);
}

/*
 * Returns how many certificates this number of processes parses and matches per second if they do
 * nothing else: the most that these processors can do.
 */
static double alone_per_second(unsigned n_processes)
{
    double begun = now_us();
    pid_t pids[2];
    unsigned total = 0, n;
    int pair[2];

    if (n_processes > 2 || pipe(pair) < 0)
        die("pipe");
    for (unsigned i = 0; i < n_processes; i++) {
        pids[i] = fork();
        if (pids[i] < 0)
            die("fork");
        if (pids[i] == 0)
            match_alone(pair[1]);
    }
    for (unsigned i = 0; i < n_processes; i++) {
        read_all(pair[0], (uint8_t *)&n, sizeof(n));
        total += n;
    }
    begun = now_us() - begun;
    for (unsigned i = 0; i < n_processes; i++)
        waitpid(pids[i], NULL, 0);
    close(pair[0]);
    close(pair[1]);
    return total * 1e6 / begun;
}

static void two_verifiers(struct row *row, const char *built)
{
    struct daemon one, two;

    row->more_is_better = true;
    daemon_start(&one, built, "limits { cpu-per-uid = 0  workers = 1 }\n");
    daemon_start(&two, built, "limits { cpu-per-uid = 0  workers = 2 }\n");
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        row_add(row, "one verifier", cold_per_second(one.path));
        row_add(row, "one again", cold_per_second(one.path));
        row_add(row, "one process by itself", alone_per_second(1));
        row_add(row, "two by themselves", alone_per_second(2));
        row_add(row, "two verifiers", cold_per_second(two.path));
    }
    snprintf(row->note, sizeof(row->note),
             "two processes by themselves, without any service, do %.2f times what one does",
             row_median(row, "two by themselves") / row_median(row, "one process by itself"));
    row_print(row);
    daemon_stop(&one);
    daemon_stop(&two);
}

static void respawn(struct row *row, const char *built)
{
    struct daemon daemon;
    struct frame frame;
    int fd;

    daemon_start(&daemon, built, "limits { cpu-per-uid = 0  workers = 1 }\n");
    fd = connect_to(daemon.path);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        double begun;
        pid_t verifier;

        /* A verifier that has ended soon after its start is replaced only after a pause. */
        usleep(200000);
        next_frame(&frame);
        begun = now_us();
        ask(fd, &frame, NULL);
        row_add(row, "cold question", (now_us() - begun) / 1000);
        next_frame(&frame);
        verifier = daemon_child(&daemon, "certname-verify", 0);
        begun = now_us();
        kill(verifier, SIGKILL);
        ask(fd, &frame, NULL);
        row_add(row, "after its verifier's end", (now_us() - begun) / 1000);
    }
    row_print(row);
    close(fd);
    daemon_stop(&daemon);
}

void rows_cold(struct report *report, const char *built)
{
    certificate_make(&leaf, 0, 1900);
    set_undisturbed(true);
    names(report_row(report, "cold, names only", "us", "0.35 x in-process, then 0.25"), built);
    set_undisturbed(false);
    under_flood(report_row(report, "p99 of a hit while cold ones flood", "us", "500 us, then 200"),
                built);
    two_verifiers(
        report_row(report, "cold throughput of two verifiers", "1/s", "1.3 x one, then 1.5"),
        built);
    respawn(report_row(report, "respawn to the next verdict", "ms", "1.5 ms, then 1"), built);
}
