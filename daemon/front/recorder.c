/* SPDX-License-Identifier: MIT */
#include "daemon/front/recorder.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

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

/* Removes n bytes of a partly written record from the end of the file: a reader could not find the
 * records behind them. */
static void remove_tail(int fd, ssize_t n)
{
    off_t end = lseek(fd, 0, SEEK_CUR);

    if (end < n || ftruncate(fd, end - n) < 0)
        log_warning("record: the file ends with a part of a record, which cannot be removed: %s: "
                    "nothing that is "
                    "appended later can be read",
                    strerror(errno));
}

void recorder_append(struct recorder *recorder, const struct record *record, const uint8_t *payload,
                     size_t n_payload, uint64_t max_bytes)
{
    uint8_t header[RECORD_HEADER_BYTES];
    struct iovec parts[] = {
        {.iov_base = header, .iov_len = sizeof(header)},
        {.iov_base = (void *)(uintptr_t)payload, .iov_len = n_payload},
    };
    size_t n = sizeof(header) + n_payload;
    ssize_t written;

    if (n > max_bytes || recorder->n_bytes > max_bytes - n) {
        log_info("record: the file has reached its limit of %llu bytes: nothing more is recorded",
                 (unsigned long long)max_bytes);
        recorder_close(recorder);
        return;
    }
    record_write(header, record, n_payload);
    written = writev(recorder->fd, parts, 2);
    if (written == (ssize_t)n) {
        recorder->n_bytes += n;
        return;
    }
    log_warning("record: cannot write: %s: nothing more is recorded",
                written < 0 ? strerror(errno) : "only a part was written (is the disk full?)");
    if (written > 0)
        remove_tail(recorder->fd, written);
    recorder_close(recorder);
}
