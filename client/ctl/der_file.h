/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads files that hold DER objects: one object in DER, or any number of PEM blocks. */

#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "client/ctl/attachment.h"

/* One DER object of a file. It and everything that it points to are valid only during the call. */
struct der_block {
    const char *path;   /* the file, for messages */
    const char *label;  /* the PEM label, for example "CERTIFICATE"; NULL if the whole file is one
                           object in DER */
    const char *header; /* the PEM headers; not empty if the block is encrypted */
    const uint8_t *der;
    size_t len;
};

/*
 * Handles one object. Returns 1 if it used the object, 0 if the object is of a kind that it does
 * not want; or prints why the file cannot be used and returns -1.
 */
typedef int (*der_file_fn)(void *context, const struct der_block *block);

/*
 * Calls `take` for every object of a file, in order. The path `-` means standard input. A file over
 * 1 MiB is an error. Returns the number of objects that were used; or prints why it failed and
 * returns -1.
 */
int der_file_each(const char *path, der_file_fn take, void *context);

/*
 * Adds every object of the given kind in a file to the question. A file without any such object is
 * an error. Returns 0; or prints why it failed and returns -1.
 */
int der_file_attach(struct certname_question *question, enum attachment_kind kind,
                    const char *path);
