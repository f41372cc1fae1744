/* SPDX-License-Identifier: MIT */
#pragma once

/* Files that hold DER objects: one as it is, or several as blocks of PEM. */

#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "client/ctl/attachment.h"

/* One DER object of a file. All of it is borrowed for the call. */
struct der_block {
    const char *path;   /* the file, for messages */
    const char *label;  /* the PEM label, as in "CERTIFICATE"; NULL: the whole file is DER */
    const char *header; /* the PEM headers; not empty where the block is encrypted */
    const uint8_t *der;
    size_t len;
};

/*
 * Looks at one block. Returns 1 if it used the block, 0 if the block is of another kind; or prints
 * why the file cannot be used and returns -1.
 */
typedef int (*der_file_fn)(void *context, const struct der_block *block);

/*
 * Calls `take` for every block of a file in order; the path `-` is standard input. Files over 1 MiB
 * are an error. Returns how many blocks were used; or prints why it failed and returns -1.
 */
int der_file_each(const char *path, der_file_fn take, void *context);

/*
 * Adds every object of the kind in a file to the question. A file without any is an error.
 * Returns 0; or prints why it failed and returns -1.
 */
int der_file_attach(struct certname_question *question, enum attachment_kind kind,
                    const char *path);
