/* SPDX-License-Identifier: MIT */
#include "daemon/front/recorder.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"

/*
 * The pause after a failure to record: long enough not to fill the log, and short enough that
 * little is missing once recording works again.
 */
#define PAUSE_MS 10000

void recorder_open(struct recorder *recorder, int fd)
{
    off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

    if (end < 0) {
        log_warning("record: cannot find the end of the file: %s: nothing is recorded",
                    strerror(errno));
        fd = fd_close(fd);
        end = 0;
    }
    recorder_close(recorder);
    recorder->fd = fd;
    recorder->n_bytes = (uint64_t)end;
}

void recorder_close(struct recorder *recorder)
{
    fd_close(recorder->fd);
    *recorder = RECORDER_NULL;
}

const char *recorder_state(const struct recorder *recorder)
{
    if (recorder->fd < 0)
        return "off";
    return recorder->is_paused ? "paused" : "on";
}

/* Begins a pause; only the first failure in a row is logged. */
static void pause_recording(struct recorder *recorder, const char *why)
{
    if (!recorder->is_paused)
        log_warning("record: %s: requests are not recorded until the file takes them again", why);
    recorder->is_paused = true;
    recorder->resume_ms = clock_now_ms() + PAUSE_MS;
}

/*
 * Removes n bytes of a partly written record from the end of the file, because a reader could not
 * find records behind it. If that fails, recording ends for good.
 */
static void remove_tail(struct recorder *recorder, ssize_t n)
{
    off_t end = lseek(recorder->fd, 0, SEEK_CUR);

    if (end >= n && ftruncate(recorder->fd, end - n) == 0)
        return;
    log_warning("record: the file ends with a part of a record, which cannot be removed: %s: "
                "nothing more is recorded in it",
                strerror(errno));
    recorder_close(recorder);
}

static void append(struct recorder *recorder, struct iovec parts[static 2], size_t n)
{
    ssize_t written = writev(recorder->fd, parts, 2);

    if (written != (ssize_t)n) {
        pause_recording(recorder, written < 0 ? strerror(errno)
                                              : "only a part was written (is the disk full?)");
        if (written > 0)
            remove_tail(recorder, written);
        return;
    }
    recorder->n_bytes += n;
    if (recorder->is_paused)
        log_info("record: the file takes requests again");
    recorder->is_paused = false;
}

void recorder_append(struct recorder *recorder, const struct record *record, const uint8_t *payload,
                     size_t n_payload, uint64_t max_bytes)
{
    uint8_t header[RECORD_HEADER_BYTES];
    struct iovec parts[] = {
        {.iov_base = header, .iov_len = sizeof(header)},
        {.iov_base = (void *)(uintptr_t)payload, .iov_len = n_payload},
    };
    const size_t n = sizeof(header) + n_payload;

    if (recorder->is_paused && clock_now_ms() < recorder->resume_ms)
        return;
    if (n > max_bytes || recorder->n_bytes > max_bytes - n) {
        pause_recording(recorder, "the file has reached its limit (max-bytes)");
        return;
    }
    record_write(header, record, n_payload);
    append(recorder, parts, n);
}
