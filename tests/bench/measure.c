/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "proto/frame.h"
#include "proto/limits.h"

/* The daemon asks the kernel for the writer of each message on a connection that root has opened,
 * which costs time that ordinary clients do not pay. 1 is the user "daemon" on most systems. */
#define ORDINARY_UID 1

_Noreturn void die(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double quantile(double *values, size_t n, double part)
{
    size_t at = (size_t)(part * (double)n);

    if (n == 0)
        return 0;
    qsort(values, n, sizeof(*values), compare_doubles);
    return values[at < n ? at : n - 1];
}

/* --- questions --- */

static size_t put_varint(uint8_t *out, size_t value)
{
    size_t n = 0;

    for (; value >= 0x80; value >>= 7)
        out[n++] = (uint8_t)(value | 0x80);
    out[n++] = (uint8_t)value;
    return n;
}

/* Writes a protobuf field of wire type 2 (bytes). Returns its length. */
static size_t put_field(uint8_t *out, unsigned number, const void *data, size_t len)
{
    size_t n = put_varint(out, number << 3 | 2);

    n += put_varint(out + n, len);
    memcpy(out + n, data, len);
    return n + len;
}

void frame_make(struct frame *frame, const char *host, const struct certificate *certificates,
                size_t n)
{
    uint8_t *payload = frame->bytes + FRAME_HEADER_BYTES;
    size_t len = put_field(payload, 1, host, strlen(host));

    for (size_t i = 0; i < n; i++)
        len += put_field(payload + len, 2, certificates[i].der, certificates[i].len);
    frame_write_header(frame->bytes, FRAME_KIND_VERIFY, 1, len);
    frame->len = FRAME_HEADER_BYTES + len;
}

void frame_require_path(struct frame *frame)
{
    static const uint8_t path[] = {3 << 3, 1};

    memcpy(frame->bytes + frame->len, path, sizeof(path));
    frame->len += sizeof(path);
    frame_write_header(frame->bytes, FRAME_KIND_VERIFY, 1, frame->len - FRAME_HEADER_BYTES);
}

/* --- sockets --- */

void write_all(int fd, const uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, data, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            die("write");
        data += written;
        n -= (size_t)written;
    }
}

bool read_whole(int fd, uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, data, n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            return false;
        if (got < 0)
            die("read");
        data += got;
        n -= (size_t)got;
    }
    return true;
}

void read_all(int fd, uint8_t *data, size_t n)
{
    if (read_whole(fd, data, n))
        return;
    errno = EPIPE;
    die("read");
}

/*
 * Sends the request with one write and reads the reply with one read, as a simple client does; only
 * if the reply does not come at once, reads again.
 */
uint8_t ask(int fd, const struct frame *frame, size_t *lenp)
{
    static uint8_t reply[LIMIT_REPLY_BYTES];
    struct frame_header header;
    ssize_t n;

    write_all(fd, frame->bytes, frame->len);
    n = read(fd, reply, sizeof(reply));
    if (n < FRAME_HEADER_BYTES)
        die("reply");
    if (frame_peek(&header, reply, (size_t)n, sizeof(reply)) == FRAME_NEED_MORE)
        read_all(fd, reply + n, header.length - (size_t)n);
    if (lenp)
        *lenp = header.length;
    return header.kind;
}

/* Takes the effective user id of an ordinary user, or root's again, if root measures. The files of
 * the benchmark stay within reach. */
static void be_ordinary(bool ordinary)
{
    if (getuid() != 0)
        return;
    if (seteuid(ordinary ? ORDINARY_UID : 0))
        die("seteuid");
    setfsuid(0);
}

int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int r;

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    be_ordinary(true);
    r = fd < 0 ? -1 : connect(fd, (struct sockaddr *)&address, sizeof(address));
    be_ordinary(false);
    if (r < 0)
        die(path);
    return fd;
}

static void pin_thread(pid_t thread, int processor)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    for (int i = 0; i < (int)sysconf(_SC_NPROCESSORS_ONLN); i++) {
        if (processor < 0 || i == processor)
            CPU_SET((size_t)i, &set);
    }
    /* If the system does not allow this, the row is measured on any processor. */
    (void)sched_setaffinity(thread, sizeof(set), &set);
}

void pin(pid_t pid, int processor)
{
    char path[64];
    const struct dirent *entry;
    DIR *threads;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)(pid > 0 ? pid : getpid()));
    threads = opendir(path);
    while (threads && (entry = readdir(threads))) {
        if (atoi(entry->d_name) > 0)
            pin_thread(atoi(entry->d_name), processor);
    }
    if (threads)
        closedir(threads);
}

void set_undisturbed(bool undisturbed)
{
    const struct sched_param none = {0}, least = {.sched_priority = 1};

    /* Only root may do this; for other users the row is measured with normal priority. */
    (void)sched_setscheduler(0, undisturbed ? SCHED_RR : SCHED_OTHER, undisturbed ? &least : &none);
}
