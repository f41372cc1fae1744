/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The key that identifies a verification request in the front: the bytes of its payload, which the
 * front does not interpret, and the clients that may share its answer. Two requests have the same
 * answer if their keys are equal in every field and in every byte of the payload.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The scope of a key where answers are shared by all uids of one client class. */
#define REQUEST_KEY_SHARED 0u

struct request_key {
    const uint8_t *payload;
    size_t n_payload;
    uint64_t hash;  /* of the payload */
    uint64_t scope; /* REQUEST_KEY_SHARED, or request_key_scope_of_uid */
    uint32_t client_class;
};

/* Returns the scope of answers that are shared with nobody but this uid. */
static inline uint64_t request_key_scope_of_uid(uint32_t uid)
{
    return (uint64_t)uid + 1;
}

static inline bool request_key_equal(const struct request_key *a, const struct request_key *b)
{
    return a->hash == b->hash && a->n_payload == b->n_payload && a->scope == b->scope &&
           a->client_class == b->client_class && memcmp(a->payload, b->payload, a->n_payload) == 0;
}
