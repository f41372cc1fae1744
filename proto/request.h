/* SPDX-License-Identifier: MIT */
#pragma once

/* A question in plain C: what the codec reads and writes, and the verification pipeline takes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/limits.h"

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

/* Borrows all its bytes. */
struct request {
    struct request_reference references[LIMIT_REFERENCES_COUNT]; /* by kind, then as they came */
    size_t n_references;
    struct bytes certificates[LIMIT_CERTIFICATES_COUNT]; /* DER, the end entity first */
    size_t n_certificates;
    bool path;
    bool explain;
    bool no_identity; /* there is no reference on purpose */
    enum request_purpose purpose;
    bool has_time;
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
    bool has_max_depth;
    uint32_t max_depth;
    struct bytes anchors[LIMIT_ANCHORS_COUNT];
    size_t n_anchors;
    struct bytes crls[LIMIT_CRLS_COUNT];
    size_t n_crls;
    struct bytes ocsp; /* empty: none */
};

/* For a program, as in "host", "spiffe"; "unknown" for other values. Never NULL. */
const char *request_reference_name(enum request_reference_kind kind);
