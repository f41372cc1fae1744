/* SPDX-License-Identifier: MIT */
#pragma once

/* A request as a C struct. proto/codec.h encodes and decodes it; daemon/verify/ answers it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/limits.h"
#include "proto/verdict.h"

enum request_purpose {
    REQUEST_PURPOSE_UNSPECIFIED = 0,
    REQUEST_PURPOSE_SERVER = 1,
    REQUEST_PURPOSE_CLIENT = 2,
};

enum request_reference_kind {
    REQUEST_HOST = 1,
    REQUEST_EMAIL = 2,
    REQUEST_URI = 3,
    REQUEST_SPIFFE = 4,
    REQUEST_SRV = 5,
};

struct request_reference {
    enum request_reference_kind kind;
    struct bytes text;
};

/* A name of a certificate whose DER the client does not have. */
struct request_name {
    enum verdict_identity_type type;
    struct bytes value;
};

/*
 * The byte strings of a decoded request point into the payload and the arena, which have to outlive
 * it.
 */
struct request {
    struct request_reference references[LIMIT_REFERENCES_COUNT]; /* sorted by kind; within one kind
                                                                    in the order of the request */
    size_t n_references;
    struct bytes certificates[LIMIT_CERTIFICATES_COUNT]; /* DER, the end entity first */
    size_t n_certificates;
    bool has_names;                   /* the request has names instead of certificates */
    const struct request_name *names; /* the names in the order of the certificate */
    size_t n_names;
    bool path;
    bool explain;
    bool no_identity; /* the request has no reference and says so, so that leaving one out by
                         mistake is an error */
    enum request_purpose purpose;
    bool has_time;
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
    bool has_max_depth;
    uint32_t max_depth;
    struct bytes anchors[LIMIT_ANCHORS_COUNT];
    size_t n_anchors;
    struct bytes crls[LIMIT_CRLS_COUNT];
    size_t n_crls;
    struct bytes ocsp; /* an OCSP response in DER; empty: none */
};

/*
 * Returns the kind's name for programs, such as "host" or "spiffe"; "unknown" for any other value.
 * Never NULL.
 */
const char *request_reference_name(enum request_reference_kind kind);
