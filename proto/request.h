/* SPDX-License-Identifier: MIT */
#pragma once

/* A question in plain C: what the codec reads and writes, and the verification pipeline takes. */

#include <stdbool.h>
#include <stddef.h>

#include "proto/bytes.h"
#include "proto/limits.h"

enum request_purpose {
    REQUEST_PURPOSE_UNSPECIFIED = 0,
    REQUEST_PURPOSE_SERVER = 1,
    REQUEST_PURPOSE_CLIENT = 2,
};

/* Borrows all its bytes. */
struct request {
    struct bytes host;
    struct bytes certificates[LIMIT_CERTIFICATES_COUNT]; /* DER, the end entity first */
    size_t n_certificates;
    bool path;
    bool explain;
    enum request_purpose purpose;
};
