/* SPDX-License-Identifier: MIT */
#include "daemon/front/job.h"

#include <stdlib.h>
#include <string.h>

/* --- jobs and waiters --- */

struct job *job_new(const struct question *question, uint64_t epoch)
{
    size_t n_frame = FRAME_HEADER_BYTES + question->n_payload;
    struct job *job = malloc(sizeof(*job) + n_frame);

    if (!job)
        return NULL;
    *job = (struct job){.question = *question, .epoch = epoch, .n_frame = n_frame};
    memcpy(job->frame + FRAME_HEADER_BYTES, question->payload, question->n_payload);
    job->question.payload = job->frame + FRAME_HEADER_BYTES;
    TAILQ_INIT(&job->waiters);
    return job;
}

struct job *job_free(struct job *job)
{
    if (!job)
        return NULL;
    job_index_remove(job);
    free(job);
    return NULL;
}

struct waiter *waiter_new(struct job *job, struct asker *asker, uint64_t tag, int64_t now_us)
{
    struct waiter *waiter = malloc(sizeof(*waiter));

    if (!waiter)
        return NULL;
    *waiter = (struct waiter){
        .asker = asker,
        .account = asker->account,
        .job = job,
        .tag = tag,
        .since_us = now_us,
        .late = job->state == JOB_AT_WORK,
    };
    LIST_INSERT_HEAD(&asker->waiters, waiter, of_asker);
    asker->n_waiters++;
    TAILQ_INSERT_TAIL(&job->waiters, waiter, of_job);
    waiter->account->n_in_flight++;
    return waiter;
}

void waiter_orphan(struct waiter *waiter)
{
    LIST_REMOVE(waiter, of_asker);
    waiter->asker->n_waiters--;
    waiter->asker = NULL;
}

void waiter_move(struct waiter *waiter, struct job *job)
{
    TAILQ_REMOVE(&waiter->job->waiters, waiter, of_job);
    TAILQ_INSERT_TAIL(&job->waiters, waiter, of_job);
    waiter->job = job;
    waiter->late = job->state == JOB_AT_WORK;
}

void waiter_free(struct waiter *waiter, struct account_table *accounts)
{
    struct account *account = waiter->account;

    if (waiter->asker)
        waiter_orphan(waiter);
    TAILQ_REMOVE(&waiter->job->waiters, waiter, of_job);
    free(waiter);
    account->n_in_flight--;
    account_settle(accounts, account);
}

/* --- the index --- */

void job_index_init(struct job_index *index)
{
    for (size_t i = 0; i < JOB_BUCKETS; i++)
        LIST_INIT(&index->buckets[i]);
}

struct job *job_index_find(const struct job_index *index, const struct question *question,
                           uint64_t epoch)
{
    struct job *job;

    LIST_FOREACH(job, &index->buckets[question->hash % JOB_BUCKETS], in_index)
    {
        if (job->epoch == epoch && question_equal(&job->question, question))
            return job;
    }
    return NULL;
}

void job_index_add(struct job_index *index, struct job *job)
{
    LIST_INSERT_HEAD(&index->buckets[job->question.hash % JOB_BUCKETS], job, in_index);
    job->indexed = true;
}

void job_index_remove(struct job *job)
{
    if (job->indexed)
        LIST_REMOVE(job, in_index);
    job->indexed = false;
}

void job_index_clear(struct job_index *index, struct job_list *queued)
{
    struct job *job;

    LIST_INIT(queued);
    for (size_t i = 0; i < JOB_BUCKETS; i++) {
        while ((job = LIST_FIRST(&index->buckets[i]))) {
            job_index_remove(job);
            if (job->state == JOB_QUEUED)
                LIST_INSERT_HEAD(queued, job, in_index);
        }
    }
}

/* --- the queue --- */

void queue_init(struct queue *queue)
{
    TAILQ_INIT(&queue->waiting);
    queue->n_bytes = 0;
}

void queue_add(struct queue *queue, struct waiter *waiter, bool first)
{
    struct account *account = waiter->account;

    if (TAILQ_EMPTY(&account->queued))
        TAILQ_INSERT_TAIL(&queue->waiting, account, in_turn);
    if (first)
        TAILQ_INSERT_HEAD(&account->queued, waiter, in_queue);
    else
        TAILQ_INSERT_TAIL(&account->queued, waiter, in_queue);
    queue->n_bytes += waiter->job->n_frame;
    account->queued_bytes += waiter->job->n_frame;
}

void queue_remove(struct queue *queue, struct waiter *waiter)
{
    struct account *account = waiter->account;

    TAILQ_REMOVE(&account->queued, waiter, in_queue);
    if (TAILQ_EMPTY(&account->queued))
        TAILQ_REMOVE(&queue->waiting, account, in_turn);
    queue->n_bytes -= waiter->job->n_frame;
    account->queued_bytes -= waiter->job->n_frame;
}

void queue_add_job(struct queue *queue, struct job *job, bool first)
{
    struct waiter *waiter;

    job->state = JOB_QUEUED;
    TAILQ_FOREACH(waiter, &job->waiters, of_job)
    {
        waiter->late = false;
        queue_add(queue, waiter, first);
    }
}

struct job *queue_take(struct queue *queue, bool heavy_allowed)
{
    struct account *account;
    struct waiter *waiter;
    struct job *job;

    TAILQ_FOREACH(account, &queue->waiting, in_turn)
    {
        if (heavy_allowed || !account_is_heavy(account))
            break;
    }
    if (!account)
        return NULL;
    job = TAILQ_FIRST(&account->queued)->job;
    job->uid = account->uid;
    job->heavy = account_is_heavy(account);
    job->state = JOB_AT_WORK;
    TAILQ_FOREACH(waiter, &job->waiters, of_job)
    {
        queue_remove(queue, waiter);
    }
    if (!TAILQ_EMPTY(&account->queued)) {
        TAILQ_REMOVE(&queue->waiting, account, in_turn);
        TAILQ_INSERT_TAIL(&queue->waiting, account, in_turn);
    }
    return job;
}
