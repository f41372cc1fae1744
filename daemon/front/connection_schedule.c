/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection_schedule.h"

#include "base/clock.h"
#include "daemon/limits.h"

/* How late the timer may notice a deadline. */
#define TIMER_MS 100

void connection_schedule_timer(struct connection_set *set)
{
    const struct timeval interval = {.tv_usec = TIMER_MS * 1000};

    if (!set->is_timing)
        set->is_timing = event_add(set->deadline_timer, &interval) == 0;
}

static int64_t allowed_ms(const struct connection_set *set, enum connection_deadline deadline)
{
    const struct limits *limits = &set->settings->limits;

    switch (deadline) {
    case CONNECTION_DEADLINE_FRAME:
        return limits->frame_ms;
    case CONNECTION_DEADLINE_OUTPUT:
        return limits->unread_output_ms;
    case CONNECTION_DEADLINE_IDLE:
        return limits->idle_ms;
    case CONNECTION_DEADLINE_NONE:
        break;
    }
    return 0;
}

void connection_schedule_deadline(struct connection *connection, enum connection_deadline deadline)
{
    struct connection_set *set = connection->set;
    int64_t ms = allowed_ms(set, deadline);

    if (connection->deadline == deadline)
        return;
    connection->deadline = deadline;
    if (deadline == CONNECTION_DEADLINE_NONE || (deadline == CONNECTION_DEADLINE_IDLE && ms == 0))
        return;
    connection->due_ms = clock_now_ms() + ms;
    connection_schedule_timer(set);
}

void connection_schedule_turn(struct connection *connection, bool needs_turn)
{
    const struct timeval at_once = {0};
    struct connection_set *set = connection->set;

    if (connection->needs_turn == needs_turn)
        return;
    connection->needs_turn = needs_turn;
    if (!needs_turn) {
        TAILQ_REMOVE(&set->with_turn, connection, in_turn);
        set->n_with_turn--;
        return;
    }
    TAILQ_INSERT_TAIL(&set->with_turn, connection, in_turn);
    set->n_with_turn++;
    event_add(set->turn_timer, &at_once);
}
