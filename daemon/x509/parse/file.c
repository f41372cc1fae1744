/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

/* Reads text->len bytes, or fewer if the file has become shorter. */
static int read_all(int fd, struct file_text *text)
{
    size_t n = 0;

    while (n < text->len) {
        ssize_t got = read(fd, text->data + n, text->len - n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_origin(-errno);
        if (got == 0)
            break;
        n += (size_t)got;
    }
    text->len = n;
    return 0;
}

static int read_open(struct file_text *textp, int fd, size_t max_bytes)
{
    struct file_text text;
    struct stat status;
    int r;

    if (fstat(fd, &status) < 0)
        return error_origin(-errno);
    if (!S_ISREG(status.st_mode))
        return FILE_IRREGULAR;
    if ((uintmax_t)status.st_size > max_bytes)
        return FILE_TOO_LARGE;
    text.len = (size_t)status.st_size;
    text.data = malloc(text.len + 1);
    if (!text.data)
        return error_origin(-ENOMEM);
    r = read_all(fd, &text);
    if (r) {
        free(text.data);
        return r;
    }
    *textp = text;
    return 0;
}

int file_read(struct file_text *text, int directory, const char *name, size_t max_bytes)
{
    /* O_NONBLOCK is needed because opening a pipe would block without it. */
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int r;

    if (fd < 0)
        return error_origin(-errno);
    r = read_open(text, fd, max_bytes);
    close(fd);
    return r;
}
