/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A question as the front knows it: bytes it does not read, and whose answers are good for it. Two
 * questions are equal if everything here but the pointer is, and every byte.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Where answers are shared, everybody's are good for everybody of the same class. */
#define SCOPE_EVERYBODY 0u

struct question {
    const uint8_t *payload;
    size_t n_payload;
    uint64_t hash;  /* of the payload */
    uint64_t scope; /* SCOPE_EVERYBODY, or one uid's own (scope_of_uid) */
    uint32_t client_class;
};

static inline uint64_t scope_of_uid(uint32_t uid)
{
    return (uint64_t)uid + 1;
}

static inline bool question_equal(const struct question *a, const struct question *b)
{
    return a->hash == b->hash && a->n_payload == b->n_payload && a->scope == b->scope &&
           a->client_class == b->client_class && memcmp(a->payload, b->payload, a->n_payload) == 0;
}
