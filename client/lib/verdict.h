/* SPDX-License-Identifier: MIT */
#pragma once

/* A verdict as the API shows it, made of a reply. */

#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "client/lib/failure.h"
#include "proto/arena.h"
#include "proto/verdict.h"

/* Its bytes and strings lie in the arena that it owns. Strings end in NUL and hold no other. */
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
 * Decodes a verdict that answers what was asked. Returns a certname_result, and *verdictp is the
 * caller's to free; or CERTNAME_ERR_PROTOCOL or CERTNAME_ERR_MEMORY, fills in the failure, and
 * *verdictp is NULL.
 */
int verdict_open(struct certname_verdict **verdictp, const uint8_t *payload, size_t len,
                 struct verdict_asked asked, struct failure *failure);

/*
 * Decodes a verdict that answers what was asked into memory of the arena, and only returns its
 * result: a certname_result, CERTNAME_ERR_PROTOCOL, or CERTNAME_ERR_MEMORY if the arena is too
 * small. Makes no system call but those of the arena.
 */
int verdict_read_result(struct verdict *verdict, struct arena *arena, const uint8_t *payload,
                        size_t len, struct verdict_asked asked);
