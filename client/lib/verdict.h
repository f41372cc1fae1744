/* SPDX-License-Identifier: MIT */
#pragma once

/* A verdict in the form of the API, made from a reply. */

#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "client/lib/failure.h"
#include "proto/arena.h"
#include "proto/verdict.h"

/*
 * The arena holds all bytes and strings of the verdict. Each string ends in the only NUL that it
 * holds.
 */
struct certname_verdict {
    struct arena arena;
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
};

/*
 * Decodes a verdict and checks that it answers what was asked. Returns an enum certname_result, and
 * *verdictp is a verdict that the caller frees; or CERTNAME_ERR_PROTOCOL or CERTNAME_ERR_MEMORY,
 * and *verdictp is NULL and the failure is filled in.
 */
int verdict_open(struct certname_verdict **verdictp, const uint8_t *payload, size_t len,
                 struct verdict_asked asked, struct failure *failure);

/*
 * Decodes a verdict into memory of the arena, checks that it answers what was asked, and returns
 * only its result: an enum certname_result; CERTNAME_ERR_PROTOCOL; or CERTNAME_ERR_MEMORY if the
 * arena is too small. Makes no system calls except those of the arena.
 */
int verdict_read_result(struct verdict *verdict, struct arena *arena, const uint8_t *payload,
                        size_t len, struct verdict_asked asked);
