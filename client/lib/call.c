/* SPDX-License-Identifier: MIT */
#include "client/lib/call.h"

#include <stdlib.h>

struct call *call_new(enum frame_kind kind, size_t n_payload)
{
    struct call *call = malloc(sizeof(*call) + n_payload);

    if (call)
        *call = (struct call){.kind = kind, .n_payload = n_payload};
    return call;
}

struct call *call_free(struct call *call)
{
    free(call);
    return NULL;
}

struct bytes call_payload(const struct call *call)
{
    return (struct bytes){.data = call->payload, .len = call->n_payload};
}

void call_list_insert(struct call_list *list, enum call_list_name name, struct call *call,
                      struct call *before)
{
    struct call *after = before ? before->previous[name] : list->last;

    call->next[name] = before;
    call->previous[name] = after;
    *(after ? &after->next[name] : &list->first) = call;
    *(before ? &before->previous[name] : &list->last) = call;
}

void call_list_remove(struct call_list *list, enum call_list_name name, struct call *call)
{
    struct call *next = call->next[name];
    struct call *previous = call->previous[name];

    *(previous ? &previous->next[name] : &list->first) = next;
    *(next ? &next->previous[name] : &list->last) = previous;
    call->next[name] = call->previous[name] = NULL;
}

void call_list_insert_by_deadline(struct call_list *list, struct call *call)
{
    struct call *before = NULL;
    struct call *last = list->last;

    /* Searches from the end: most calls have the same timeout, so that the place is near the end.
     */
    for (; last && last->deadline.at_us > call->deadline.at_us;
         last = last->previous[CALL_BY_DEADLINE])
        before = last;
    call_list_insert(list, CALL_BY_DEADLINE, call, before);
}
