/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the rows of `make bench` are made of. A row sets series side by side, round by round, on the
 * same processors; what is said of each is the median of its rounds, and the control (the baseline
 * once more) says what a difference is worth. Whatever fails ends the program with a message.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define ROUNDS_COUNT 31
#define FRAME_BYTES  16384

_Noreturn void die(const char *what);

/* --- time and numbers --- */

double now_us(void);

int compare_doubles(const void *a, const void *b);

/* The value that this part (0 to 1) of them does not exceed; sorts them. */
double quantile(double *values, size_t n, double part);

/* --- certificates and questions --- */

struct certificate {
    uint8_t der[8192];
    size_t len;
};

/* One of an authority of its own, P-256, of at least n bytes, for *.bench.example; `number` tells
 * it from the others. */
void certificate_make(struct certificate *certificate, unsigned number, size_t n_least);

struct frame {
    uint8_t bytes[FRAME_BYTES];
    size_t len;
};

/* The question whether these may stand for the host. */
void frame_make(struct frame *frame, const char *host, const struct certificate *certificates,
                size_t n);

/* Has it ask for the path too; once. */
void frame_require_path(struct frame *frame);

/* --- sockets --- */

void write_all(int fd, const uint8_t *data, size_t n);
/* False where the other side has closed; read_all ends the program then. */
bool read_whole(int fd, uint8_t *data, size_t n);
void read_all(int fd, uint8_t *data, size_t n);

/* Sends a frame and takes the reply; its kind. *lenp, unless NULL, is its length. */
uint8_t ask(int fd, const struct frame *frame, size_t *lenp);

int connect_to(const char *path);

/* Where the two sides of a round trip run: one processor each, or the same one. */
void pin(pid_t pid, int processor);

/* This process and those it starts from now on go before whatever else the machine does. For rows
 * of a few seconds in which every microsecond counts. */
void set_undisturbed(bool undisturbed);

/* --- peers: processes that end with us --- */

/* Takes n_in bytes and gives n_out back: blocking, or in a libevent loop. *pidp is its process. */
int peer_raw(size_t n_in, size_t n_out, pid_t *pidp);
int peer_libevent(size_t n_in, size_t n_out, pid_t *pidp);

/* memcached with one thread, on a socket in the folder, with one value of n_out bytes under the key
 * of n_key bytes; false if it is not installed. */
struct memcached {
    pid_t pid;
    char path[128];
    uint8_t request[256];
    size_t n_request;
    size_t n_reply;
};
bool memcached_start(struct memcached *memcached, const char *folder, size_t n_out);

/* Another program that is spoken with by lines; its complaints go nowhere. Of one that cannot be
 * started no line comes. */
struct helper {
    pid_t pid;
    FILE *in, *out;
};
void helper_start(struct helper *helper, const char *program, char *const arguments[]);
void helper_stop(struct helper *helper);

/* Sends what has been written and takes a line, without its end; false if none comes. */
bool helper_line(struct helper *helper, char *line, size_t size);

/* Its CPU time so far. */
double helper_cpu_us(const struct helper *helper);

/* What the question costs in this process: parse and match. */
double openssl_names_us(const struct certificate *certificate, const char *host, unsigned n);

/* --- the daemon --- */

struct daemon {
    pid_t pid;
    char folder[64];
    char path[128];
};

/* Starts certnamed, of the folder `built`, with a policy; answers when this returns. */
void daemon_start(struct daemon *daemon, const char *built, const char *policy);
void daemon_stop(struct daemon *daemon);

/* The number of a child of this name, or 0; the nth of them. */
pid_t daemon_child(const struct daemon *daemon, const char *name, unsigned nth);

/* Pins the front to one processor and the verifiers to another, or -1: wherever. */
void daemon_pin(const struct daemon *daemon, int front, int verifiers);

/* CPU time of a process so far; its share of memory (0 where that cannot be read). */
double process_cpu_us(pid_t pid);
size_t process_pss_kb(pid_t pid);
size_t daemon_pss_kb(const struct daemon *daemon);

/* --- load --- */

struct load {
    const char *path;
    unsigned n_connections; /* of which only those below are active */
    unsigned n_active;
    unsigned depth;               /* requests in flight on each */
    const struct frame *frames;   /* asked in the order that `next` gives */
    unsigned (*next)(unsigned n); /* below n_frames */
    unsigned n_frames;
    size_t n_reply; /* 0: frames of certnamed; else replies of so many bytes */
    double seconds;
};

struct load_result {
    double per_second;
    double p50_us, p99_us;
    uint64_t n_answers, n_busy, n_errors;
};

void load_run(const struct load *load, struct load_result *result);

/* --- the report --- */

struct series {
    const char *name;
    double rounds[ROUNDS_COUNT];
    size_t n;
};

struct row {
    const char *title;
    const char *unit;
    const char *reach;       /* what the design asks of the subject, in words */
    struct series series[6]; /* the first is the baseline, the last the subject */
    size_t n_series;
    bool more_is_better;
    char note[160];
};

struct report {
    struct row rows[32];
    size_t n_rows;
};

/* Begins a row; its address is good until the program ends. */
struct row *report_row(struct report *report, const char *title, const char *unit,
                       const char *reach);
void row_add(struct row *row, const char *name, double value);
double row_median(const struct row *row, const char *name);

/* Prints a row as soon as it is done. */
void row_print(const struct row *row);

/* A table in Markdown, and a plot of the subjects against their baselines. */
void report_write(const struct report *report, const char *table, const char *plot);

/* --- the rows --- */

void rows_warm(struct report *report, const char *built);
void rows_throughput(struct report *report, const char *built);
void rows_cold(struct report *report, const char *built);
void rows_overload(struct report *report, const char *built);
void rows_chain(struct report *report, const char *built);
void rows_activation(struct report *report, const char *built);
void rows_exec(struct report *report, const char *built);
void rows_large(struct report *report, const char *built);
