/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads a whole file of trust anchors or CRLs, for the files of daemon/x509 alone. */

#include <stddef.h>
#include <stdint.h>

/* The contents of a file; the caller frees `data` with free(). */
struct file_text {
    uint8_t *data;
    size_t len;
};

/* The file exists and is not read. */
#define FILE_IRREGULAR 1 /* neither a file nor a link to one */
#define FILE_TOO_LARGE 2

/*
 * Reads the file `name`, which is resolved against the open folder `directory` as openat(2) does. A
 * pipe or a device is not waited for.
 *
 * 0, and text->data is the caller's. FILE_IRREGULAR where it is not a regular file. FILE_TOO_LARGE
 * for more than max_bytes. -ENOMEM or another -errno. Unless 0 is returned, *text is unchanged.
 */
int file_read(struct file_text *text, int directory, const char *name, size_t max_bytes);
