/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch.h"

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

bool dispatch_rotate(struct dispatch *dispatch, int64_t now_ms)
{
    struct verifier_link *link, *oldest = NULL;
    size_t n_open = 0;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->is_rotating)
            return false;
        if (!dispatch_may_use(dispatch, link))
            continue;
        n_open++;
        if (link->served_ms > 0 && (!oldest || link->served_ms < oldest->served_ms))
            oldest = link;
    }
    if (!oldest || n_open < 2 || now_ms - oldest->served_ms < LIMIT_VERIFIER_SERVES_MS)
        return false;
    rotate(dispatch, oldest);
    dispatch_assign(dispatch);
    return true;
}
