/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The certificates that pins and denials look at: those of the validated path; without one what the
 * peer sent, of which only the end entity proves anything.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/x509/parse/context.h"
#include "proto/limits.h"

/* One certificate. */
struct key {
    uint8_t spki[DIGEST_BYTES];   /* SHA-256 of its SubjectPublicKeyInfo */
    uint8_t issuer[DIGEST_BYTES]; /* SHA-256 of its issuer's Name in DER */
    const uint8_t *serial;        /* INTEGER's content octets */
    size_t n_serial;
};

struct keys {
    bool validated; /* from end entity to anchor; else as they were sent */
    struct key keys[LIMIT_CERTIFICATES_COUNT];
    size_t n_keys; /* at least the end entity's */
};

/* Nobody's: for where no pin and no denial looks at them. */
#define KEYS_NULL ((struct keys){0})

struct certificate;
struct chain;
struct request;

/*
 * Of a path that is valid, its certificates; else of those of the request the end entity and those
 * that can be read. 0, -EIO or -ENOMEM.
 */
int keys_init(struct keys *keys, const struct x509_context *context, const struct chain *chain,
              const struct certificate *leaf, const struct request *request);
