/* SPDX-License-Identifier: MIT */
#include "daemon/front/verify_task.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- tasks and their requests --- */

struct verify_task *verify_task_new(const struct request_key *key, uint64_t epoch)
{
    size_t n_frame = FRAME_HEADER_BYTES + key->n_payload;
    struct verify_task *task = malloc(sizeof(*task) + n_frame);

    if (!task)
        return NULL;
    *task = (struct verify_task){.key = *key, .epoch = epoch, .n_frame = n_frame};
    memcpy(task->frame + FRAME_HEADER_BYTES, key->payload, key->n_payload);
    task->key.payload = task->frame + FRAME_HEADER_BYTES;
    TAILQ_INIT(&task->pending);
    return task;
}

struct verify_task *verify_task_free(struct verify_task *task)
{
    if (!task)
        return NULL;
    assert(TAILQ_EMPTY(&task->pending));
    verify_task_index_remove(task);
    free(task);
    return NULL;
}

struct pending_request *pending_request_new(struct verify_task *task, struct requester *requester,
                                            uint64_t tag, int64_t now_us)
{
    struct pending_request *request = malloc(sizeof(*request));

    if (!request)
        return NULL;
    *request = (struct pending_request){
        .requester = requester,
        .account = requester->account,
        .task = task,
        .tag = tag,
        .since_us = now_us,
        .joined_late = task->state == VERIFY_TASK_AT_WORK,
    };
    LIST_INSERT_HEAD(&requester->pending, request, of_requester);
    requester->n_pending++;
    TAILQ_INSERT_TAIL(&task->pending, request, of_task);
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

void pending_request_move(struct pending_request *request, struct verify_task *task)
{
    TAILQ_REMOVE(&request->task->pending, request, of_task);
    TAILQ_INSERT_TAIL(&task->pending, request, of_task);
    request->task = task;
    request->joined_late = task->state == VERIFY_TASK_AT_WORK;
}

void pending_request_free(struct pending_request *request)
{
    struct account *account = request->account;

    if (request->requester)
        pending_request_detach(request);
    TAILQ_REMOVE(&request->task->pending, request, of_task);
    free(request);
    account_release(account, ACCOUNT_REQUESTS, 1);
}

/* --- the index --- */

void verify_task_index_init(struct verify_task_index *index)
{
    for (size_t i = 0; i < VERIFY_TASK_BUCKETS; i++)
        LIST_INIT(&index->buckets[i]);
}

struct verify_task *verify_task_index_find(const struct verify_task_index *index,
                                           const struct request_key *key, uint64_t epoch)
{
    struct verify_task *task;

    LIST_FOREACH(task, &index->buckets[key->hash % VERIFY_TASK_BUCKETS], in_index)
    {
        if (task->epoch == epoch && request_key_equal(&task->key, key))
            return task;
    }
    return NULL;
}

void verify_task_index_add(struct verify_task_index *index, struct verify_task *task)
{
    size_t bucket = task->key.hash % VERIFY_TASK_BUCKETS;

    assert(!task->is_indexed);
    LIST_INSERT_HEAD(&index->buckets[bucket], task, in_index);
    task->is_indexed = true;
}

void verify_task_index_remove(struct verify_task *task)
{
    if (task->is_indexed)
        LIST_REMOVE(task, in_index);
    task->is_indexed = false;
}

void verify_task_index_clear(struct verify_task_index *index, struct verify_task_list *queued)
{
    struct verify_task *task;

    LIST_INIT(queued);
    for (size_t i = 0; i < VERIFY_TASK_BUCKETS; i++) {
        while ((task = LIST_FIRST(&index->buckets[i]))) {
            verify_task_index_remove(task);
            if (task->state == VERIFY_TASK_QUEUED)
                LIST_INSERT_HEAD(queued, task, in_index);
        }
    }
}
