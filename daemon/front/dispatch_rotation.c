/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch_rotation.h"

#include "base/clock.h"
#include "daemon/front/dispatch_answers.h"
#include "daemon/front/dispatch_assign.h"
#include "daemon/limits.h"

static void rotate(struct dispatch *dispatch, struct verifier_link *link)
{
    struct verify_task *second = verifier_link_take_second(link);

    link->is_rotating = true;
    if (second)
        dispatch_retry_task(dispatch, second);
    if (link->n_slots == 0) {
        verifier_link_close(link);
        dispatch_start_timer(dispatch);
    }
}

bool dispatch_rotation_look(struct dispatch *dispatch, int64_t now_ms)
{
    struct verifier_link *link, *oldest = NULL;
    size_t n_open = 0, n_served = 0;
    bool any_rotating = false;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        any_rotating = any_rotating || link->is_rotating;
        if (!dispatch_may_use(dispatch, link))
            continue;
        n_open++;
        n_served += link->served_ms > 0;
        if (link->served_ms > 0 && (!oldest || link->served_ms < oldest->served_ms))
            oldest = link;
    }
    if (oldest && n_open > 1 && !any_rotating &&
        now_ms - oldest->served_ms >= LIMIT_VERIFIER_SERVES_MS) {
        rotate(dispatch, oldest);
        n_served--;
    }
    return n_served > 0;
}

void dispatch_rotation_on_timer(evutil_socket_t socket, short events, void *context)
{
    struct dispatch *dispatch = context;

    (void)socket;
    (void)events;
    if (!dispatch_rotation_look(dispatch, clock_now_ms())) {
        event_del(dispatch->rotation_timer);
        dispatch->is_rotating = false;
    }
    dispatch_assign(dispatch);
}
