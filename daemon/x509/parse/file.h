/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads a whole file of trust anchors or CRLs. Only for the files of daemon/x509. */

#include <stddef.h>
#include <stdint.h>

/* The contents of a file. The caller frees `data` with free(). */
struct file_text {
    uint8_t *data;
    size_t len;
};

/* Positive results of file_read: the file exists and was not read. */
#define FILE_IRREGULAR 1 /* it is neither a regular file nor a link to one */
#define FILE_TOO_LARGE 2

/*
 * Reads the file `name`, which is resolved against the open folder `directory` as openat(2) does.
 * Does not wait for a pipe or a device.
 *
 * Returns 0, and text->data is the caller's; FILE_IRREGULAR if it is not a regular file;
 * FILE_TOO_LARGE if it has more than max_bytes; or -ENOMEM or another -errno. Unless 0 is returned,
 * *text is unchanged.
 */
int file_read(struct file_text *text, int directory, const char *name, size_t max_bytes);
