/* SPDX-License-Identifier: MIT */
#pragma once

/* What files hold, in PEM or in DER. */

#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "client/ctl/material.h"

/* A block of PEM, or a file in DER as a whole. Borrowed for the call. */
struct input_block {
    const char *path;   /* where it stands, for a message */
    const char *label;  /* of PEM, as in "CERTIFICATE"; NULL: the file is in DER */
    const char *header; /* of PEM: not empty where it is encrypted */
    const uint8_t *der;
    size_t len;
};

/* 1 if the block is taken, 0 if it is something else, or -1 and it has been said why. */
typedef int (*input_fn)(void *context, const struct input_block *block);

/*
 * Gives every block of a file to `take`, in their order; `-` is standard input. How many were
 * taken, or -1 and it has been said why.
 */
int input_each(const char *path, input_fn take, void *context);

/*
 * Adds what a file holds of a kind to the question: all of a PEM file, or the one of a DER file. A
 * file that holds none is an error. 0, or -1 and it has been said why.
 */
int input_add_file(struct certname_question *question, enum material_kind kind, const char *path);
