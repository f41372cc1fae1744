/* SPDX-License-Identifier: MIT */
#pragma once

/* The DER objects that a question carries, whether they come from a file, a server or JSON. */

#include <stddef.h>

#include "certname/client.h"

enum attachment_kind {
    ATTACHMENT_CERTIFICATE = 0,
    ATTACHMENT_ANCHOR,
    ATTACHMENT_CRL,
    ATTACHMENT_OCSP,
};

/* Adds the object to the question. Returns what certname_question_add_...() for its kind does. */
int attachment_add(struct certname_question *question, enum attachment_kind kind, const void *der,
                   size_t len);

/* Returns the name of the kind for messages, for example "trust anchor". */
const char *attachment_name(enum attachment_kind kind);

/* Returns in words why attachment_add() returned `error`. */
const char *attachment_error(enum attachment_kind kind, int error);
