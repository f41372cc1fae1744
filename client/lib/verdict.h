/* SPDX-License-Identifier: MIT */
#pragma once

/* A verdict in the form of the API, made from a reply. */

#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "client/lib/failure.h"
#include "proto/verdict.h"

/*
 * A verdict in the form of the API. `bytes` holds its bytes and strings; each string ends in the
 * only NUL that it contains.
 */
struct certname_verdict {
    struct verdict verdict;
    int result;
    int verify_code;
    const char *message;
    const char *reason;
    const char *library;
    const char *strerror;
    const char *code;
    struct certname_failure failures[LIMIT_FAILURES_COUNT];
    struct certname_failure reported[LIMIT_FAILURES_COUNT];
    struct certname_identity reference;
    struct certname_identity matched;
    struct certname_identity nearest;
    struct certname_identity presented[LIMIT_PRESENTED_SHOWN_COUNT];
    struct certname_step path[LIMIT_PATH_COUNT];
    struct certname_rule rule;
    struct certname_rule client_rule;
    struct certname_leaf leaf;
    char bytes[]; /* a copy of the reply, a NUL, and the text of `strerror` */
};

/*
 * Decodes a verdict and checks that it answers what was asked. Returns an enum certname_result, and
 * *verdictp is a verdict that the caller frees; or CERTNAME_ERR_PROTOCOL or CERTNAME_ERR_MEMORY,
 * and *verdictp is NULL and the failure is filled in.
 */
int verdict_open(struct certname_verdict **verdictp, const uint8_t *payload, size_t len,
                 struct verdict_asked asked, struct failure *failure);

/*
 * Decodes a verdict, checks that it answers what was asked, and returns only its result: an enum
 * certname_result, or CERTNAME_ERR_PROTOCOL. Needs no memory and makes no system call.
 */
int verdict_read_result(const uint8_t *payload, size_t len, struct verdict_asked asked);
