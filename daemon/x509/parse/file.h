/* SPDX-License-Identifier: MIT */
#pragma once

/* Reading a whole file of trusted material, for the files of daemon/x509 alone. */

#include <stddef.h>
#include <stdint.h>

/* A whole file. Zero-initialised, it is none; its data are for free(). */
struct file_text {
    uint8_t *data;
    size_t len;
};

/* It is there and is not read. */
#define FILE_IRREGULAR 1 /* neither a file nor a link to one */
#define FILE_TOO_LARGE 2

/*
 * Reads `name`, found from the folder `directory` as openat(2) does. What is no regular file is
 * neither read nor waited for.
 *
 * 0, and text->data is the caller's; FILE_IRREGULAR; FILE_TOO_LARGE for more than max_bytes;
 * -ENOMEM or another -errno. Unless it is 0, *text is as it was.
 */
int file_read(struct file_text *text, int directory, const char *name, size_t max_bytes);
