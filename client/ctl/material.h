/* SPDX-License-Identifier: MIT */
#pragma once

/* What a question carries in DER, wherever it comes from. */

#include <stddef.h>

#include "certname/client.h"

enum material_kind {
    MATERIAL_CERTIFICATE = 0,
    MATERIAL_ANCHOR,
    MATERIAL_CRL,
    MATERIAL_OCSP,
};

/* Adds it to the question. As the certname_question_* function for its kind. */
int material_add(struct certname_question *question, enum material_kind kind, const void *der,
                 size_t len);

/* "certificate", "trust anchor", ... */
const char *material_name(enum material_kind kind);

/* How material_add() failed, in words. */
const char *material_error(enum material_kind kind, int error);

/* The same for certname_question_add_reference() with a text of `len` bytes. */
const char *material_reference_error(int error, size_t len);
