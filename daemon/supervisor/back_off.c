/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/back_off.h"

#include <signal.h>

#include "base/clock.h"
#include "daemon/limits.h"

/*
 * Returns whether another process probably killed this one. Other signals (a fault, an abort, a
 * refused system call, the CPU timer) are the process's own doing.
 */
static bool is_killed_from_outside(const struct child_end *end)
{
    return end->signalled && (end->status == SIGKILL || end->status == SIGTERM ||
                              end->status == SIGINT || end->status == SIGHUP);
}

static void wait_longer(struct back_off *back_off)
{
    int64_t now = clock_now_ms();

    back_off->due_ms = now + ((int64_t)LIMIT_RESTART_PAUSE_MS << back_off->n_early_ends);
    if (back_off->n_early_ends < LIMIT_RESTART_DOUBLINGS_COUNT)
        back_off->n_early_ends++;
}

void back_off_after(struct back_off *back_off, int64_t started_ms, const struct child_end *end)
{
    int64_t now = clock_now_ms();

    if (now - started_ms >= LIMIT_RESTART_PAUSE_MS)
        *back_off = (struct back_off){.due_ms = now};
    else if (is_killed_from_outside(end))
        back_off->due_ms = now + LIMIT_KILLED_PAUSE_MS;
    else
        wait_longer(back_off);
}

void back_off_after_failed_start(struct back_off *back_off)
{
    wait_longer(back_off);
}
