/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/frame.h"
#include "proto/limits.h"

/* The most latencies that are kept: enough for the quantiles. */
#define SAMPLES_COUNT 1000000

struct line {
    int fd;
    unsigned n_in_flight;
    double sent_us; /* time at which the batch in flight was sent */
    uint8_t in[LIMIT_REPLY_BYTES];
    size_t n_in;
};

struct run {
    const struct load *load;
    struct load_result *result;
    struct line *lines;
    int epoll_fd;
    double *samples;
    size_t n_samples;
};

/* Sends requests, in as few writes as possible, until `depth` of them are in flight. */
static void send_batch(struct run *run, struct line *line)
{
    static uint8_t batch[32 * FRAME_BYTES];
    const struct load *load = run->load;
    size_t n = 0;

    while (line->n_in_flight < load->depth) {
        const struct frame *frame = &load->frames[load->next(load->n_frames)];

        if (n + frame->len > sizeof(batch))
            break;
        memcpy(batch + n, frame->bytes, frame->len);
        n += frame->len;
        line->n_in_flight++;
    }
    line->sent_us = now_us();
    write_all(line->fd, batch, n);
}

static void count_reply(struct run *run, const struct frame_header *header, const uint8_t *payload)
{
    struct load_result *result = run->result;

    if (header->kind == FRAME_KIND_VERDICT)
        result->n_answers++;
    else if (payload[1] == 11)
        result->n_busy++;
    else
        result->n_errors++;
}

/*
 * Finds a complete reply in the input at offset `at`. Returns its length, or 0 if it is not
 * complete.
 */
static size_t take_reply(struct run *run, const struct line *line, size_t at)
{
    struct frame_header header;
    size_t n = line->n_in - at;

    if (run->load->n_reply > 0) {
        if (n < run->load->n_reply)
            return 0;
        run->result->n_answers++;
        return run->load->n_reply;
    }
    if (frame_peek(&header, line->in + at, n, LIMIT_REPLY_BYTES) != FRAME_COMPLETE)
        return 0;
    count_reply(run, &header, line->in + at + FRAME_HEADER_BYTES);
    return header.length;
}

static void receive(struct run *run, struct line *line)
{
    ssize_t n = recv(line->fd, line->in + line->n_in, sizeof(line->in) - line->n_in, MSG_DONTWAIT);
    size_t at = 0, len;
    double us;

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0)
        die("a connection was closed under load");
    line->n_in += (size_t)n;
    us = now_us() - line->sent_us;
    while ((len = take_reply(run, line, at)) > 0) {
        at += len;
        line->n_in_flight--;
        if (run->n_samples < SAMPLES_COUNT)
            run->samples[run->n_samples++] = us;
    }
    line->n_in -= at;
    memmove(line->in, line->in + at, line->n_in);
    if (line->n_in_flight == 0)
        send_batch(run, line);
}

static void open_lines(struct run *run)
{
    const struct load *load = run->load;

    for (unsigned i = 0; i < load->n_connections; i++) {
        struct line *line = &run->lines[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};

        line->fd = connect_to(load->path);
        if (i < load->n_active && epoll_ctl(run->epoll_fd, EPOLL_CTL_ADD, line->fd, &event) < 0)
            die("epoll_ctl");
    }
}

void load_run(const struct load *load, struct load_result *result)
{
    struct run run = {
        .load = load,
        .result = result,
        .lines = calloc(load->n_connections, sizeof(*run.lines)),
        .epoll_fd = epoll_create1(EPOLL_CLOEXEC),
        .samples = malloc(SAMPLES_COUNT * sizeof(*run.samples)),
    };
    double begun, end;

    *result = (struct load_result){0};
    if (!run.lines || !run.samples || run.epoll_fd < 0)
        die("load");
    open_lines(&run);
    begun = now_us();
    end = begun + load->seconds * 1e6;
    for (unsigned i = 0; i < load->n_active; i++)
        send_batch(&run, &run.lines[i]);
    while (now_us() < end) {
        struct epoll_event events[64];
        int n = epoll_wait(run.epoll_fd, events, 64, 100);

        for (int i = 0; i < n; i++)
            receive(&run, events[i].data.ptr);
    }
    result->per_second = (double)(result->n_answers) * 1e6 / (now_us() - begun);
    result->p50_us = quantile(run.samples, run.n_samples, 0.5);
    result->p99_us = quantile(run.samples, run.n_samples, 0.99);
    for (unsigned i = 0; i < load->n_connections; i++)
        close(run.lines[i].fd);
    close(run.epoll_fd);
    free(run.samples);
    free(run.lines);
}
