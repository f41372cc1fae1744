/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECTIONS_COUNT 64
#define SECONDS           0.7

static unsigned first(unsigned n)
{
    (void)n;
    return 0;
}

/* Returns the answers per second, and in *cpu_usp the server's CPU time for each. */
static double measure(const char *path, pid_t server, const struct frame *frame, size_t n_reply,
                      unsigned depth, double *cpu_usp)
{
    const struct load load = {
        .path = path,
        .n_connections = CONNECTIONS_COUNT,
        .n_active = CONNECTIONS_COUNT,
        .depth = depth,
        .frames = frame,
        .next = first,
        .n_frames = 1,
        .n_reply = n_reply,
        .seconds = SECONDS,
    };
    struct load_result result;
    double cpu_us = process_cpu_us(server);

    load_run(&load, &result);
    if (result.n_busy + result.n_errors > 0)
        die("not all were answered under load");
    *cpu_usp = (process_cpu_us(server) - cpu_us) / (double)result.n_answers;
    return result.per_second;
}

static void throughput(struct row *row, const struct daemon *daemon,
                       const struct memcached *memcached, const struct frame *frame, unsigned depth)
{
    pid_t front = daemon_child(daemon, "certnamed-front", 0);
    double cpu_us = 0, peer_cpu_us = 0;
    struct frame get = {.len = memcached ? memcached->n_request : 0};

    if (memcached)
        memcpy(get.bytes, memcached->request, get.len);
    row->more_is_better = true;
    pin(0, 1);
    pin(front, 0);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        if (memcached) {
            row_add(row, "memcached get",
                    measure(memcached->path, memcached->pid, &get, memcached->n_reply, depth,
                            &peer_cpu_us));
            row_add(row, "memcached again",
                    measure(memcached->path, memcached->pid, &get, memcached->n_reply, depth,
                            &peer_cpu_us));
        }
        row_add(row, "certnamed", measure(daemon->path, front, frame, 0, depth, &cpu_us));
    }
    snprintf(row->note, sizeof(row->note),
             "CPU time for each: certnamed %.2f us, memcached %.2f us", cpu_us, peer_cpu_us);
    row_print(row);
    pin(0, -1);
    daemon_pin(daemon, -1, -1);
}

void rows_throughput(struct report *report, const char *built)
{
    static const char policy[] = "limits { cpu-per-uid = 0 }\n";
    static struct certificate leaf;
    struct memcached memcached = {0};
    struct daemon daemon;
    struct frame frame;
    size_t n_out;
    bool has;
    int fd;

    certificate_make(&leaf, 0, 1900);
    frame_make(&frame, "www.bench.example", &leaf, 1);
    set_undisturbed(true);
    daemon_start(&daemon, built, policy);
    fd = connect_to(daemon.path);
    ask(fd, &frame, &n_out);
    close(fd);
    has = memcached_start(&memcached, daemon.folder, n_out);
    if (has)
        pin(memcached.pid, 0);
    throughput(report_row(report, "throughput, 64 connections, 16 deep", "1/s",
                          "2.0 x memcached, then 2.5"),
               &daemon, has ? &memcached : NULL, &frame, 16);
    throughput(report_row(report, "throughput, 64 connections, 1 deep", "1/s",
                          "1.0 x memcached, then 1.2"),
               &daemon, has ? &memcached : NULL, &frame, 1);
    if (has) {
        kill(memcached.pid, SIGKILL);
        waitpid(memcached.pid, NULL, 0);
    }
    daemon_stop(&daemon);
    set_undisturbed(false);
}
