/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/revocation_window.h"

/* Narrows the window to the side of `begin` on which the time of the question is. */
static void split(struct window *window, int64_t begin)
{
    if (window->time >= begin && window->from < begin)
        window->from = begin;
    else if (window->time < begin && window->until >= begin)
        window->until = begin - 1;
}

void window_init(struct window *window, int64_t time)
{
    *window = (struct window){.time = time, .from = INT64_MIN, .until = INT64_MAX};
}

void window_narrow(struct window *window, int64_t from, int64_t until)
{
    split(window, from);
    if (until < INT64_MAX)
        split(window, until + 1);
}
