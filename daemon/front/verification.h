/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verifications, and the requests that wait for them. Equal requests (request_key.h) of one epoch
 * share one verification; each of these requests is charged to the account of its requester.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/front/account.h"
#include "daemon/front/request_key.h"
#include "proto/frame.h"

struct verification;

/* One request that waits for its answer. */
struct pending_request {
    LIST_ENTRY(pending_request) of_requester;
    TAILQ_ENTRY(pending_request) of_verification;
    TAILQ_ENTRY(pending_request) in_queue; /* its account's, while the verification is queued */
    struct requester *requester;           /* NULL once the requester has gone */
    struct account *account;
    struct verification *verification;
    uint64_t tag;     /* the client's, returned with the answer */
    int64_t since_us; /* when the request came */
    bool joined_late; /* it came when a verifier was already at work on the verification */
};

LIST_HEAD(pending_request_list, pending_request);

/* Whoever sends requests: a connection has one as its first member. */
struct requester {
    struct account *account;
    struct pending_request_list pending;
    size_t n_pending;
};

enum verification_state {
    VERIFICATION_QUEUED = 0, /* its requests stand in the queues of their accounts */
    VERIFICATION_AT_WORK,    /* a verifier has it */
    VERIFICATION_ENDING,     /* its requests are being answered */
};

struct verification {
    LIST_ENTRY(verification) in_index;
    bool is_indexed;
    enum verification_state state;
    struct request_key key; /* its payload stands in `frame` */
    uint64_t epoch;         /* the epoch that the answer will belong to */
    uint64_t number;        /* the tag under which a verifier was given it last */
    uint32_t uid;           /* of the account in whose turn it was given to a verifier */
    bool is_costly;         /* that account's verifications usually take long */
    unsigned n_attempts;    /* how many verifiers have begun it */
    struct pending_request_queue pending;
    size_t n_frame;
    uint8_t frame[]; /* header and payload as they are sent to a verifier */
};

/* Returns a verification for a copy of the key's payload, without requests and in no index, or NULL
 * without memory. */
struct verification *verification_new(const struct request_key *key, uint64_t epoch);

/* Frees a verification that no request waits for, and takes it out of its index. NULL is ignored.
 * Returns NULL. */
struct verification *verification_free(struct verification *verification);

/* Makes a request wait for the verification and charges it to the requester's account. Returns NULL
 * without memory. */
struct pending_request *pending_request_new(struct verification *verification,
                                            struct requester *requester, uint64_t tag,
                                            int64_t now_us);

/* Separates the request from its requester, which no longer wants the answer. */
void pending_request_detach(struct pending_request *request);

/* Makes the request wait for another verification. */
void pending_request_move(struct pending_request *request, struct verification *verification);

/* Frees a request that stands in no queue, and releases its charge. */
void pending_request_free(struct pending_request *request);

/* --- the index: verifications that equal requests may join --- */

#define VERIFICATION_BUCKETS 4096

LIST_HEAD(verification_list, verification);

struct verification_index {
    struct verification_list buckets[VERIFICATION_BUCKETS];
};

void verification_index_init(struct verification_index *index);

/* Returns the verification for this key in this epoch, or NULL. */
struct verification *verification_index_find(const struct verification_index *index,
                                             const struct request_key *key, uint64_t epoch);

void verification_index_add(struct verification_index *index, struct verification *verification);

/* Takes the verification out of its index, if it is in one. */
void verification_index_remove(struct verification *verification);

/* Empties the index, and puts the verifications that are queued on the list `queued`, linked by
 * their in_index entries. */
void verification_index_clear(struct verification_index *index, struct verification_list *queued);
