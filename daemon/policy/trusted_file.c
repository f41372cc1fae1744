/* SPDX-License-Identifier: MIT */
#include "daemon/policy/trusted_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/policy/error.h"
#include "daemon/policy/trusted_path.h"

/*
 * Reads the file to its end. Asks for one byte more than the limit, so that a file over the limit
 * is noticed.
 */
static int drain_file(int fd, const char *path, char *text, size_t *lenp,
                      struct policy_error *error)
{
    size_t len = 0;
    ssize_t n = 1;

    while (n != 0 && len <= POLICY_FILE_BYTES) {
        n = read(fd, text + len, POLICY_FILE_BYTES + 1 - len);
        if (n < 0 && errno != EINTR)
            return policy_error_set(error, path, 0, "the file cannot be read: %s", strerror(errno));
        len += n > 0 ? (size_t)n : 0;
    }
    if (len > POLICY_FILE_BYTES)
        return policy_error_set(error, path, 0, "the configuration is larger than %u MiB",
                                POLICY_FILE_BYTES >> 20);
    *lenp = len;
    return 0;
}

int policy_trusted_file_read(char **textp, size_t *lenp, const char *path,
                             struct policy_error *error)
{
    char *text;
    int fd = -1;
    int r;

    r = policy_trusted_path_file(&fd, path, error);
    if (r != 0)
        return r;
    text = malloc(POLICY_FILE_BYTES + 1);
    r = text ? drain_file(fd, path, text, lenp, error) : -ENOMEM;
    close(fd);
    if (r != 0) {
        free(text);
        return r;
    }
    *textp = text;
    return 0;
}
