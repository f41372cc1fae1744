/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The key that identifies a verification request in the front: the bytes of its payload, which the
 * front does not parse, and the set of clients that may share its answer. Requests with equal keys,
 * including every byte of the payload, have the same answer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The scope of a key whose answer may be shared by all uids of one client class. */
#define REQUEST_KEY_SHARED 0u

struct request_key {
    const uint8_t *payload;
    size_t n_payload;
    uint64_t hash;  /* the hash of the payload */
    uint64_t scope; /* REQUEST_KEY_SHARED, or the result of request_key_scope_of_uid */
    uint32_t client_class;
};

/* Returns the scope of answers that belong to this uid alone. */
static inline uint64_t request_key_scope_of_uid(uint32_t uid)
{
    return (uint64_t)uid + 1;
}

static inline bool request_key_equal(const struct request_key *a, const struct request_key *b)
{
    return a->hash == b->hash && a->n_payload == b->n_payload && a->scope == b->scope &&
           a->client_class == b->client_class && memcmp(a->payload, b->payload, a->n_payload) == 0;
}
