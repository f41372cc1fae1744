/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "client/lib/failure.h"
#include "proto/arena.h"
#include "proto/verdict.h"

/* Owns the arena that its bytes and strings lie in. Strings end in NUL and hold none. */
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
    const char *presented_why[LIMIT_PRESENTED_SHOWN_COUNT];
    const char *presented_text[LIMIT_PRESENTED_SHOWN_COUNT];
    const char *stores[LIMIT_PATH_COUNT];
    const char *why;
    const char *text;
    struct certname_rule rule;
    struct certname_rule client_rule;
};

/*
 * Decodes a verdict that answers what was asked. A certname_result and *verdictp
 * is the caller's; else it is NULL and the result CERTNAME_ERR_PROTOCOL or CERTNAME_ERR_MEMORY, and
 * why.
 */
int verdict_open(struct certname_verdict **verdictp, const uint8_t *payload, size_t len,
                 struct verdict_asked asked, struct failure *failure);
