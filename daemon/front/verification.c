/* SPDX-License-Identifier: MIT */
#include "daemon/front/verification.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- verifications and their requests --- */

struct verification *verification_new(const struct request_key *key, uint64_t epoch)
{
    size_t n_frame = FRAME_HEADER_BYTES + key->n_payload;
    struct verification *verification = malloc(sizeof(*verification) + n_frame);

    if (!verification)
        return NULL;
    *verification = (struct verification){.key = *key, .epoch = epoch, .n_frame = n_frame};
    memcpy(verification->frame + FRAME_HEADER_BYTES, key->payload, key->n_payload);
    verification->key.payload = verification->frame + FRAME_HEADER_BYTES;
    TAILQ_INIT(&verification->pending);
    return verification;
}

struct verification *verification_free(struct verification *verification)
{
    if (!verification)
        return NULL;
    assert(TAILQ_EMPTY(&verification->pending));
    verification_index_remove(verification);
    free(verification);
    return NULL;
}

struct pending_request *pending_request_new(struct verification *verification,
                                            struct requester *requester, uint64_t tag,
                                            int64_t now_us)
{
    struct pending_request *request = malloc(sizeof(*request));

    if (!request)
        return NULL;
    *request = (struct pending_request){
        .requester = requester,
        .account = requester->account,
        .verification = verification,
        .tag = tag,
        .since_us = now_us,
        .joined_late = verification->state == VERIFICATION_AT_WORK,
    };
    LIST_INSERT_HEAD(&requester->pending, request, of_requester);
    requester->n_pending++;
    TAILQ_INSERT_TAIL(&verification->pending, request, of_verification);
    account_charge(request->account, ACCOUNT_REQUESTS, 1);
    return request;
}

void pending_request_detach(struct pending_request *request)
{
    assert(request->requester->n_pending > 0);
    LIST_REMOVE(request, of_requester);
    request->requester->n_pending--;
    request->requester = NULL;
}

void pending_request_move(struct pending_request *request, struct verification *verification)
{
    TAILQ_REMOVE(&request->verification->pending, request, of_verification);
    TAILQ_INSERT_TAIL(&verification->pending, request, of_verification);
    request->verification = verification;
    request->joined_late = verification->state == VERIFICATION_AT_WORK;
}

void pending_request_free(struct pending_request *request)
{
    struct account *account = request->account;

    if (request->requester)
        pending_request_detach(request);
    TAILQ_REMOVE(&request->verification->pending, request, of_verification);
    free(request);
    account_release(account, ACCOUNT_REQUESTS, 1);
}

/* --- the index --- */

void verification_index_init(struct verification_index *index)
{
    for (size_t i = 0; i < VERIFICATION_BUCKETS; i++)
        LIST_INIT(&index->buckets[i]);
}

struct verification *verification_index_find(const struct verification_index *index,
                                             const struct request_key *key, uint64_t epoch)
{
    struct verification *verification;

    LIST_FOREACH(verification, &index->buckets[key->hash % VERIFICATION_BUCKETS], in_index)
    {
        if (verification->epoch == epoch && request_key_equal(&verification->key, key))
            return verification;
    }
    return NULL;
}

void verification_index_add(struct verification_index *index, struct verification *verification)
{
    size_t bucket = verification->key.hash % VERIFICATION_BUCKETS;

    assert(!verification->is_indexed);
    LIST_INSERT_HEAD(&index->buckets[bucket], verification, in_index);
    verification->is_indexed = true;
}

void verification_index_remove(struct verification *verification)
{
    if (verification->is_indexed)
        LIST_REMOVE(verification, in_index);
    verification->is_indexed = false;
}

void verification_index_clear(struct verification_index *index, struct verification_list *queued)
{
    struct verification *verification;

    LIST_INIT(queued);
    for (size_t i = 0; i < VERIFICATION_BUCKETS; i++) {
        while ((verification = LIST_FIRST(&index->buckets[i]))) {
            verification_index_remove(verification);
            if (verification->state == VERIFICATION_QUEUED)
                LIST_INSERT_HEAD(queued, verification, in_index);
        }
    }
}
