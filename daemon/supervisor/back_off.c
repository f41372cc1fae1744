/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/back_off.h"

#include "base/clock.h"
#include "daemon/limits.h"

void back_off_after(struct back_off *back_off, int64_t started_ms)
{
    int64_t now = clock_now_ms();

    if (now - started_ms >= LIMIT_RESTART_PAUSE_MS) {
        *back_off = (struct back_off){.due_ms = now};
        return;
    }
    back_off->due_ms = now + ((int64_t)LIMIT_RESTART_PAUSE_MS << back_off->n_early_ends);
    if (back_off->n_early_ends < LIMIT_RESTART_DOUBLINGS_COUNT)
        back_off->n_early_ends++;
}
