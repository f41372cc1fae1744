/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "proto/frame.h"

#define DOMAINS_COUNT      10000
#define CERTIFICATES_COUNT 10000
#define CONNECTIONS_COUNT  4096
#define ACTIVE_COUNT       64
#define CALLS_COUNT        2000

/* --- policies of many domains --- */

static char *make_policy(unsigned n_domains)
{
    size_t size = 256 + 64 * (size_t)n_domains, len;
    char *policy = malloc(size);

    if (!policy)
        die("policy");
    len = (size_t)snprintf(policy, size, "limits { cpu-per-uid = 0 }\n");
    for (unsigned i = 0; i < n_domains; i++)
        len += (size_t)snprintf(policy + len, size - len, "domain \"d%u.example\" { }\n", i);
    return policy;
}

static double ask_us(int fd, const struct certificate *leaf, bool cold)
{
    static unsigned n_asked;
    char host[64] = "www.bench.example";
    struct frame frame;
    double total = 0;

    frame_make(&frame, host, leaf, 1);
    for (unsigned i = 0; i < (cold ? CALLS_COUNT / 10 : CALLS_COUNT); i++) {
        double begun;

        if (cold) {
            snprintf(host, sizeof(host), "p%u.bench.example", n_asked++);
            frame_make(&frame, host, leaf, 1);
        }
        begun = now_us();
        if (ask(fd, &frame, NULL) != FRAME_KIND_VERDICT)
            die("no verdict");
        total += now_us() - begun;
    }
    return total / (cold ? CALLS_COUNT / 10 : CALLS_COUNT);
}

static void policies(struct row *warm, struct row *cold, const char *built)
{
    struct daemon few, many;
    char *policies[2] = {make_policy(10), make_policy(DOMAINS_COUNT)};
    static struct certificate leaf;
    int fds[2];

    certificate_make(&leaf, 0, 1900);
    daemon_start(&few, built, policies[0]);
    daemon_start(&many, built, policies[1]);
    fds[0] = connect_to(few.path);
    fds[1] = connect_to(many.path);
    pin(0, 0);
    daemon_pin(&few, 0, 0);
    daemon_pin(&many, 0, 0);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        row_add(warm, "10 domains", ask_us(fds[0], &leaf, false));
        row_add(warm, "10 again", ask_us(fds[0], &leaf, false));
        row_add(warm, "10,000 domains", ask_us(fds[1], &leaf, false));
        row_add(cold, "10 domains", ask_us(fds[0], &leaf, true));
        row_add(cold, "10 again", ask_us(fds[0], &leaf, true));
        row_add(cold, "10,000 domains", ask_us(fds[1], &leaf, true));
    }
    row_print(warm);
    row_print(cold);
    pin(0, -1);
    for (size_t i = 0; i < 2; i++) {
        close(fds[i]);
        free(policies[i]);
    }
    daemon_stop(&few);
    daemon_stop(&many);
}

/* --- many connections, many certificates --- */

static double zipf[CERTIFICATES_COUNT];

static void make_zipf(void)
{
    double sum = 0;

    for (unsigned i = 0; i < CERTIFICATES_COUNT; i++)
        sum += 1.0 / (i + 1);
    for (unsigned i = 0; i < CERTIFICATES_COUNT; i++)
        zipf[i] = (i > 0 ? zipf[i - 1] : 0) + 1.0 / (i + 1) / sum;
}

static unsigned next_by_zipf(unsigned n)
{
    double at = (double)rand() / RAND_MAX;
    unsigned low = 0, high = n - 1;

    while (low < high) {
        unsigned middle = (low + high) / 2;

        if (zipf[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct frame *make_frames(void)
{
    struct frame *frames = malloc(CERTIFICATES_COUNT * sizeof(*frames));
    static struct certificate certificate;

    if (!frames)
        die("frames");
    for (unsigned i = 0; i < CERTIFICATES_COUNT; i++) {
        certificate_make(&certificate, i, 1900);
        frame_make(&frames[i], "www.bench.example", &certificate, 1);
    }
    return frames;
}

static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void connections(struct row *row, const char *built, const struct frame *frames)
{
    struct load load = {
        .n_active = ACTIVE_COUNT,
        .depth = 1,
        .frames = frames,
        .next = next_by_zipf,
        .n_frames = CERTIFICATES_COUNT,
        .seconds = 1,
    };
    struct load_result result = {0};
    struct daemon daemon;

    row->more_is_better = true;
    daemon_start(&daemon, built,
                 "limits { cpu-per-uid = 0  cache = \"64M\"  connections-per-uid = 8192\n"
                 "         connections = 8192  in-flight-per-uid = 8192 }\n");
    load.path = daemon.path;
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        load.n_connections = ACTIVE_COUNT;
        load_run(&load, &result);
        row_add(row, "64 connections", result.per_second);
        load.n_connections = CONNECTIONS_COUNT;
        load_run(&load, &result);
        row_add(row, "4,096, of which 64 active", result.per_second);
    }
    snprintf(row->note, sizeof(row->note),
             "10,000 certificates by Zipf's law; last round: p50 %.0f us, p99 %.0f us, %llu busy, "
             "%llu errors",
             result.p50_us, result.p99_us, (unsigned long long)result.n_busy,
             (unsigned long long)result.n_errors);
    row_print(row);
    daemon_stop(&daemon);
}

static void memory(struct row *row, struct row *each, const char *built, const struct frame *frames)
{
    static int fds[CONNECTIONS_COUNT];
    struct daemon daemon;
    size_t idle_kb, held_kb;
    pid_t front;

    daemon_start(&daemon, built,
                 "limits { cpu-per-uid = 0  cache = \"4M\"  connections-per-uid = 8192\n"
                 "         connections = 8192 }\n");
    usleep(300000);
    row_add(row, "all processes, idle", (double)daemon_pss_kb(&daemon) / 1024);
    front = daemon_child(&daemon, "certnamed-front", 0);
    idle_kb = process_pss_kb(front);
    for (unsigned i = 0; i < CONNECTIONS_COUNT; i++) {
        fds[i] = connect_to(daemon.path);
        ask(fds[i], &frames[0], NULL);
    }
    held_kb = process_pss_kb(front);
    row_add(each, "the front, for each", (double)(held_kb - idle_kb) * 1024 / CONNECTIONS_COUNT);
    snprintf(each->note, sizeof(each->note), "the front with none %zu KiB, with 4,096 %zu KiB",
             idle_kb, held_kb);
    for (unsigned i = 0; i < CONNECTIONS_COUNT; i++)
        close(fds[i]);
    for (unsigned i = 0; i < CERTIFICATES_COUNT; i += 4) {
        int fd = i % 400 == 0 ? connect_to(daemon.path) : fds[0];

        if (i % 400 == 0) {
            if (i > 0)
                close(fds[0]);
            fds[0] = fd;
        }
        ask(fd, &frames[i], NULL);
    }
    close(fds[0]);
    row_add(row, "with a full cache of 4 MiB", (double)daemon_pss_kb(&daemon) / 1024);
    row_print(row);
    row_print(each);
    daemon_stop(&daemon);
}

void rows_large(struct report *report, const char *built)
{
    struct row *warm = report_row(report, "policy of 10,000 domains, warm", "us", "1.05 x 10");
    struct row *cold = report_row(report, "policy of 10,000 domains, cold", "us", "1.05 x 10");
    struct frame *frames;

    set_undisturbed(true);
    policies(warm, cold, built);
    set_undisturbed(false);
    raise_descriptor_limit();
    make_zipf();
    frames = make_frames();
    connections(report_row(report, "4,096 connections, 10,000 certificates", "1/s", "no error"),
                built, frames);
    warm = report_row(report, "memory (PSS)", "MiB", "16 MiB, then 10");
    cold = report_row(report, "memory of an idle connection", "bytes", "4,096");
    memory(warm, cold, built, frames);
    free(frames);
}
