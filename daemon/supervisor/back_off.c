/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/back_off.h"

#include "base/clock.h"
#include "daemon/limits.h"

void back_off_after(struct back_off *pause, int64_t started_ms)
{
    int64_t now = clock_now_ms();

    if (now - started_ms >= LIMIT_RESTART_PAUSE_MS) {
        *pause = (struct back_off){.start_ms = now};
        return;
    }
    pause->start_ms = now + ((int64_t)LIMIT_RESTART_PAUSE_MS << pause->n_young);
    if (pause->n_young < LIMIT_RESTART_DOUBLINGS_COUNT)
        pause->n_young++;
}
