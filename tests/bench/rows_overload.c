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

/*
 * The requests: they cost a verifier more than the front, and there are so many that no two equal
 * ones are in flight, since equal ones would share an answer.
 */
#define FRAMES_COUNT      4096
#define CONNECTIONS_COUNT 64
#define DEPTH             8
#define TIMES             4
#define MORE              1.2
#define SECONDS           0.5
#define SAMPLES_COUNT     1000000
#define LINE_BYTES        (2 * LIMIT_REPLY_BYTES)
/* The daemon's limit of requests in flight on one connection. */
#define SENT_COUNT 4096

struct line {
    int fd;
    uint64_t n_sent;
    double sent_us[SENT_COUNT]; /* the time at which each request in flight was sent, found by its
                                   tag */
    uint8_t in[LINE_BYTES];
    size_t n_in;
    bool is_full; /* the socket accepts no more bytes for now */
};

/* Clients that send requests at a fixed rate, whether they get answers or not. */
struct crowd {
    struct line lines[CONNECTIONS_COUNT];
    int poll;
    const struct frame *frames;
    unsigned next;
    double *busy_us;
    size_t n_busy, n_answers, n_errors, n_unsent;
};

static void take_reply(struct crowd *crowd, const struct line *line, const uint8_t *data,
                       const struct frame_header *header)
{
    double us = now_us() - line->sent_us[header->tag % SENT_COUNT];

    if (header->kind == FRAME_KIND_VERDICT)
        crowd->n_answers++;
    else if (data[FRAME_HEADER_BYTES + 1] != 11)
        crowd->n_errors++;
    else if (crowd->n_busy < SAMPLES_COUNT)
        crowd->busy_us[crowd->n_busy++] = us;
}

static void receive(struct crowd *crowd, struct line *line)
{
    ssize_t n = recv(line->fd, line->in + line->n_in, LINE_BYTES - line->n_in, MSG_DONTWAIT);
    struct frame_header header;
    size_t at = 0;

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0)
        die("a connection was closed under overload");
    line->n_in += (size_t)n;
    line->is_full = false;
    while (frame_peek(&header, line->in + at, line->n_in - at, LIMIT_REPLY_BYTES) ==
           FRAME_COMPLETE) {
        take_reply(crowd, line, line->in + at, &header);
        at += header.length;
    }
    line->n_in -= at;
    memmove(line->in, line->in + at, line->n_in);
}

/*
 * Sends the next request on the next connection. A frame is sent completely or not at all: if the
 * socket accepts only its first part, the function waits until it accepts the rest.
 */
static void send_one(struct crowd *crowd)
{
    static struct frame frame;
    struct line *line = &crowd->lines[crowd->next % CONNECTIONS_COUNT];
    const struct frame *question = &crowd->frames[crowd->next % FRAMES_COUNT];
    ssize_t n;

    crowd->next++;
    if (line->is_full) {
        crowd->n_unsent++;
        return;
    }
    memcpy(frame.bytes, question->bytes, question->len);
    frame_write_header(frame.bytes, FRAME_KIND_VERIFY, line->n_sent,
                       question->len - FRAME_HEADER_BYTES);
    n = send(line->fd, frame.bytes, question->len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) {
        line->is_full = true;
        crowd->n_unsent++;
        return;
    }
    if (n < 0)
        die("send");
    write_all(line->fd, frame.bytes + n, question->len - (size_t)n);
    line->sent_us[line->n_sent++ % SENT_COUNT] = now_us();
}

static void open_lines(struct crowd *crowd, const char *path)
{
    crowd->poll = epoll_create1(EPOLL_CLOEXEC);
    for (unsigned i = 0; i < CONNECTIONS_COUNT; i++) {
        struct line *line = &crowd->lines[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = line};

        line->fd = connect_to(path);
        if (epoll_ctl(crowd->poll, EPOLL_CTL_ADD, line->fd, &event) < 0)
            die("epoll_ctl");
    }
}

/* Sends `rate` requests per second for SECONDS. Returns the number of verdicts per second. */
static double press(struct crowd *crowd, const char *path, double rate)
{
    double begun, now, end;
    uint64_t n_due, n_sent = 0;

    *crowd = (struct crowd){
        .frames = crowd->frames, .next = crowd->next, .busy_us = crowd->busy_us};
    open_lines(crowd, path);
    begun = now_us();
    end = begun + SECONDS * 1e6;
    while ((now = now_us()) < end) {
        struct epoll_event events[CONNECTIONS_COUNT];
        int n = epoll_wait(crowd->poll, events, CONNECTIONS_COUNT, 0);

        for (int i = 0; i < n; i++)
            receive(crowd, events[i].data.ptr);
        n_due = (uint64_t)((now - begun) * rate / 1e6);
        /* At most 16 requests are sent before replies are read again. */
        for (unsigned i = 0; n_sent < n_due && i < 16; i++, n_sent++)
            send_one(crowd);
        if (n == 0 && n_sent == n_due)
            usleep(100);
    }
    for (unsigned i = 0; i < CONNECTIONS_COUNT; i++)
        close(crowd->lines[i].fd);
    close(crowd->poll);
    return (double)crowd->n_answers * 1e6 / (now - begun);
}

static unsigned next_in_turn(unsigned n)
{
    static unsigned at;

    return at++ % n;
}

/*
 * Returns the answers per second if each connection sends its next request after the answer to the
 * last one. This is less than the peak, since the connections wait for each other, and is a
 * starting point for it.
 */
static double closed(const struct daemon *daemon, const struct frame *frames)
{
    const struct load load = {
        .path = daemon->path,
        .n_connections = CONNECTIONS_COUNT,
        .n_active = CONNECTIONS_COUNT,
        .depth = DEPTH,
        .frames = frames,
        .next = next_in_turn,
        .n_frames = FRAMES_COUNT,
        .seconds = SECONDS,
    };
    struct load_result result;

    load_run(&load, &result);
    return result.per_second;
}

static struct frame *make_frames(void)
{
    struct frame *frames = malloc(FRAMES_COUNT * sizeof(*frames));
    static struct certificate certificate;

    if (!frames)
        die("frames");
    for (unsigned i = 0; i < FRAMES_COUNT; i++) {
        certificate_make(&certificate, i, 7600);
        frame_make(&frames[i], "www.bench.example", &certificate, 1);
    }
    return frames;
}

void rows_overload(struct report *report, const char *built)
{
    struct row *row = report_row(report, "overload at four times the capacity", "1/s",
                                 "0.9 x the peak, BUSY within 10 ms");
    struct frame *frames = make_frames();
    struct crowd *crowd = calloc(1, sizeof(*crowd));
    double p99s[ROUNDS_COUNT], rate;
    size_t n_busy = 0, n_errors = 0, n_unsent = 0;
    struct daemon daemon;

    if (!crowd)
        die("crowd");
    row->more_is_better = true;
    daemon_start(&daemon, built, "limits { cpu-per-uid = 0  cache = 0 }\n");
    crowd->frames = frames;
    crowd->busy_us = malloc(SAMPLES_COUNT * sizeof(double));
    if (!crowd->busy_us)
        die("crowd");
    rate = closed(&daemon, frames);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++) {
        /* The peak is the rate of answers while somewhat more is asked than can be answered. */
        rate = press(crowd, daemon.path, rate * MORE);
        row_add(row, "peak", rate);
        rate = press(crowd, daemon.path, rate * MORE);
        row_add(row, "peak again", rate);
        row_add(row, "verdicts under four times as many", press(crowd, daemon.path, TIMES * rate));
        p99s[round] = quantile(crowd->busy_us, crowd->n_busy, 0.99);
        n_busy += crowd->n_busy;
        n_errors += crowd->n_errors;
        n_unsent += crowd->n_unsent;
    }
    snprintf(
        row->note, sizeof(row->note),
        "told BUSY %zu times, p99 within %.1f ms (median of rounds); %zu errors; %zu could not "
        "be sent",
        n_busy, quantile(p99s, ROUNDS_COUNT, 0.5) / 1000, n_errors, n_unsent);
    row_print(row);
    daemon_stop(&daemon);
    free(crowd->busy_us);
    free(crowd);
    free(frames);
}
