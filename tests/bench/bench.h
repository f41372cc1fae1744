/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The common parts of the rows of `make bench`. A row measures several series in turn, round by
 * round, on the same processors. The figure of a series is the median of its rounds; the control,
 * which is the baseline measured once more, shows how large a difference has to be to mean
 * anything. A failure ends the program with a message.
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

/* Sorts the values. Returns the one that this part (0 to 1) of them does not exceed. */
double quantile(double *values, size_t n, double part);

/* --- certificates and questions --- */

struct certificate {
    uint8_t der[8192];
    size_t len;
};

/* Makes a certificate for *.bench.example of at least n bytes, with a P-256 key and an authority of
 * its own. Certificates with different numbers differ. */
void certificate_make(struct certificate *certificate, unsigned number, size_t n_least);

struct frame {
    uint8_t bytes[FRAME_BYTES];
    size_t len;
};

/* Makes the request whether these certificates may stand for the host. */
void frame_make(struct frame *frame, const char *host, const struct certificate *certificates,
                size_t n);

/* Makes the request ask for the path as well. To be called once. */
void frame_require_path(struct frame *frame);

/* --- sockets --- */

void write_all(int fd, const uint8_t *data, size_t n);
/* Returns false where the other side has closed the connection; read_all ends the program then. */
bool read_whole(int fd, uint8_t *data, size_t n);
void read_all(int fd, uint8_t *data, size_t n);

/* Sends a frame and receives the reply. Returns its kind, and its length in *lenp unless NULL. */
uint8_t ask(int fd, const struct frame *frame, size_t *lenp);

int connect_to(const char *path);

/* Where the two sides of a round trip run: on a processor each, or on the same one. */
void pin(pid_t pid, int processor);

/* Gives this process, and those that it starts from now on, priority over everything else on the
 * machine. For rows of a few seconds in which every microsecond counts. */
void set_undisturbed(bool undisturbed);

/* --- peers: processes that end with us --- */

/* Starts a process that receives n_in bytes and sends n_out back, again and again: with blocking
 * calls, or in a libevent loop. *pidp is its process. */
int peer_raw(size_t n_in, size_t n_out, pid_t *pidp);
int peer_libevent(size_t n_in, size_t n_out, pid_t *pidp);

/* Starts memcached with one thread on a socket in the folder, with one value of n_out bytes under a
 * key of n_key bytes. Returns false if it is not installed. */
struct memcached {
    pid_t pid;
    char path[128];
    uint8_t request[256];
    size_t n_request;
    size_t n_reply;
};
bool memcached_start(struct memcached *memcached, const char *folder, size_t n_out);

/* Starts another program that is spoken to in lines; its standard error is dropped. If it cannot be
 * started, no line comes from it. */
struct helper {
    pid_t pid;
    FILE *in, *out;
};
void helper_start(struct helper *helper, const char *program, char *const arguments[]);
void helper_stop(struct helper *helper);

/* Sends what has been written and reads a line, without its end. Returns false if none comes. */
bool helper_line(struct helper *helper, char *line, size_t size);

/* Returns the program's CPU time so far. */
double helper_cpu_us(const struct helper *helper);

/* Returns what the request costs in this process: parsing and matching. */
double openssl_names_us(const struct certificate *certificate, const char *host, unsigned n);

/* --- the daemon --- */

struct daemon {
    pid_t pid;
    char folder[64];
    char path[128];
};

/* Starts the certnamed in the folder `built` with a policy, and returns when it answers. */
void daemon_start(struct daemon *daemon, const char *built, const char *policy);
void daemon_stop(struct daemon *daemon);

/* Returns the process number of the nth child of this name, or 0. */
pid_t daemon_child(const struct daemon *daemon, const char *name, unsigned nth);

/* Pins the front to one processor and the verifiers to another; -1: to none. */
void daemon_pin(const struct daemon *daemon, int front, int verifiers);

/* Return the CPU time of a process so far, and its share of memory (0 where that cannot be read).
 */
double process_cpu_us(pid_t pid);
size_t process_pss_kb(pid_t pid);
size_t daemon_pss_kb(const struct daemon *daemon);

/* --- load --- */

struct load {
    const char *path;
    unsigned n_connections; /* all connections; fewer may be active */
    unsigned n_active;
    unsigned depth;               /* requests in flight on each */
    const struct frame *frames;   /* sent in the order that `next` gives */
    unsigned (*next)(unsigned n); /* below n_frames */
    unsigned n_frames;
    size_t
        n_reply; /* bytes of each reply, for peers that do not send frames; 0: replies are frames */
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
    const char *reach;       /* the aim of the design for the subject, in words */
    struct series series[6]; /* the first is the baseline, the last the subject */
    size_t n_series;
    bool more_is_better;
    char note[160];
};

struct report {
    struct row rows[32];
    size_t n_rows;
};

/* Begins a row, whose address is valid until the program ends. */
struct row *report_row(struct report *report, const char *title, const char *unit,
                       const char *reach);
void row_add(struct row *row, const char *name, double value);
double row_median(const struct row *row, const char *name);

/* Prints a row that is complete. */
void row_print(const struct row *row);

/* Write a table in Markdown, and a plot of the subjects against their baselines. */
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
