/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Functions that the rows of `make bench` share. A row measures several series in turn, round by
 * round, on the same processors. The result of a series is the median of its rounds. The control is
 * the baseline measured once more: it shows how large a difference has to be to mean anything. A
 * failure ends the program with a message.
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

/*
 * Sorts the values. Returns the value at this part of them: 0.5 for the median, 0.99 for the 99th
 * percentile.
 */
double quantile(double *values, size_t n, double part);

/* --- certificates and questions --- */

struct certificate {
    uint8_t der[8192];
    size_t len;
};

/*
 * Makes a certificate for *.bench.example of at least n_least bytes, with a P-256 key and an issuer
 * of its own. Certificates with different numbers differ.
 */
void certificate_make(struct certificate *certificate, unsigned number, size_t n_least);

struct frame {
    uint8_t bytes[FRAME_BYTES];
    size_t len;
};

/*
 * Makes a request that asks whether these certificates, the end entity first, may stand for the
 * host.
 */
void frame_make(struct frame *frame, const char *host, const struct certificate *certificates,
                size_t n);

/* Adds to the request that a path is asked for, too. May be called only once for a frame. */
void frame_require_path(struct frame *frame);

/* --- sockets --- */

void write_all(int fd, const uint8_t *data, size_t n);
/*
 * Both read n bytes. If the other side closes the connection first, read_whole returns false, and
 * read_all ends the program.
 */
bool read_whole(int fd, uint8_t *data, size_t n);
void read_all(int fd, uint8_t *data, size_t n);

/*
 * Sends a frame and receives the reply. Returns the reply's kind, and its length in *lenp unless
 * lenp is NULL.
 */
uint8_t ask(int fd, const struct frame *frame, size_t *lenp);

int connect_to(const char *path);

/*
 * Makes a process run on one processor only. The two sides of a round trip run on one processor
 * each, or on the same one.
 */
void pin(pid_t pid, int processor);

/*
 * Gives this process, and those that it starts from now on, priority over everything else on the
 * machine, or takes it back. Used for rows of a few seconds in which every microsecond counts.
 */
void set_undisturbed(bool undisturbed);

/* --- programs for comparison, which end with this process --- */

/*
 * Each starts a process that receives n_in bytes and sends n_out bytes back, again and again: with
 * blocking calls, or in a libevent loop. Returns the socket to it; *pidp is its process id.
 */
int peer_raw(size_t n_in, size_t n_out, pid_t *pidp);
int peer_libevent(size_t n_in, size_t n_out, pid_t *pidp);

/*
 * Starts memcached with one thread on a socket in the folder, and stores a value of n_out bytes.
 * Returns false if memcached is not installed.
 */
struct memcached {
    pid_t pid;
    char path[128];
    uint8_t request[256];
    size_t n_request;
    size_t n_reply;
};
bool memcached_start(struct memcached *memcached, const char *folder, size_t n_out);

/*
 * Starts another program that reads and writes lines; its standard error is discarded. If it cannot
 * be started, helper_line returns false.
 */
struct helper {
    pid_t pid;
    FILE *in, *out;
};
void helper_start(struct helper *helper, const char *program, char *const arguments[]);
void helper_stop(struct helper *helper);

/*
 * Sends what has been written to `in`, and reads a line from `out`, without its line end. Returns
 * false if no line comes.
 */
bool helper_line(struct helper *helper, char *line, size_t size);

/* Returns the CPU time that the program has used so far, in microseconds. */
double helper_cpu_us(const struct helper *helper);

/*
 * Returns the time that one parse of the certificate and one match of the host take with libcrypto
 * in this process, as the mean of n.
 */
double openssl_names_us(const struct certificate *certificate, const char *host, unsigned n);

/* --- the daemon --- */

struct daemon {
    pid_t pid;
    char folder[64];
    char path[128];
};

/*
 * Starts the certnamed that was built in the folder `built`, with a policy. Returns when the daemon
 * answers.
 */
void daemon_start(struct daemon *daemon, const char *built, const char *policy);
void daemon_stop(struct daemon *daemon);

/* Returns the process id of child number `nth` among those with this name, or 0. */
pid_t daemon_child(const struct daemon *daemon, const char *name, unsigned nth);

/* Makes the front run on one processor and the verifiers on another; -1: on any. */
void daemon_pin(const struct daemon *daemon, int front, int verifiers);

/*
 * Return the CPU time that a process has used so far, and its proportional share of memory (0 if
 * that cannot be read).
 */
double process_cpu_us(pid_t pid);
size_t process_pss_kb(pid_t pid);
size_t daemon_pss_kb(const struct daemon *daemon);

/* --- load --- */

struct load {
    const char *path;
    unsigned n_connections; /* number of all connections; only n_active of them send requests */
    unsigned n_active;
    unsigned depth;               /* the number of requests in flight on each active connection */
    const struct frame *frames;   /* n_frames requests, of which `next` chooses */
    unsigned (*next)(unsigned n); /* returns the index of the next request, below n */
    unsigned n_frames;
    size_t n_reply; /* bytes of each reply, for programs that do not send frames; 0: replies are
                       frames */
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
    const char *reach;       /* the goal of the design for the subject, in words */
    struct series series[6]; /* the first one is the baseline, the last one the subject */
    size_t n_series;
    bool more_is_better;
    char note[160];
};

struct report {
    struct row rows[32];
    size_t n_rows;
};

/* Begins a row. The pointer is valid until the program ends. */
struct row *report_row(struct report *report, const char *title, const char *unit,
                       const char *reach);
void row_add(struct row *row, const char *name, double value);
double row_median(const struct row *row, const char *name);

/* Prints a finished row. */
void row_print(const struct row *row);

/* Writes a table in Markdown, and a plot of the subjects against their baselines. */
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
