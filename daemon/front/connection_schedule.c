/* SPDX-License-Identifier: MIT */
#include "daemon/front/connection_schedule.h"

#include "base/clock.h"
#include "daemon/limits.h"

/*
 * The interval of the timer for the deadlines of frames and of unread output, so the longest delay
 * with which a missed deadline is noticed.
 */
#define TIMER_MS 100
/*
 * The pause before a round while several accounts share the front. It lets the front sleep
 * regularly, however much one of them sends. The kernel then runs the front soon after another
 * account's request has woken it; a process that never sleeps would have to wait for other
 * programs. An account can still have some tens of thousands of questions answered per second.
 */
#define SHARED_PAUSE_US 1000
/* After a round in which several accounts were handled, this many rounds count as shared too. */
#define SHARED_ROUNDS_COUNT 200

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
    if (ms == 0)
        return;
    connection->due_ms = clock_now_ms() + ms;
    if (deadline != CONNECTION_DEADLINE_IDLE)
        connection_schedule_timer(set);
}

void connection_schedule_mute(struct connection *connection)
{
    connection->is_muted = event_del(&connection->readable) == 0;
}

void connection_schedule_unmute(struct connection *connection)
{
    if (connection->is_muted)
        connection->is_muted = event_add(&connection->readable, NULL) < 0;
}

bool connection_schedule_renew(struct connection_set *set)
{
    if (set->n_with_turn > 0 || set->n_in_round > 1 || set->n_shared_rounds > 0 ||
        event_base_get_num_events(set->parts.base, EVENT_BASE_COUNT_ACTIVE) > 0)
        return false;
    connection_schedule_begin_round(set);
    return true;
}

/*
 * Puts a connection on its account's list of connections with a turn to come, and puts the account
 * on the set's list if this is its first.
 */
static void add_turn(struct connection_set *set, struct connection *connection)
{
    struct account *account = connection->requester.account;

    if (TAILQ_EMPTY(&account->with_turn)) {
        TAILQ_INSERT_TAIL(&set->with_turn, account, in_turns);
        set->n_with_turn++;
    }
    if (connection->in.len > 0)
        TAILQ_INSERT_HEAD(&account->with_turn, connection, in_turn);
    else
        TAILQ_INSERT_TAIL(&account->with_turn, connection, in_turn);
}

static void remove_turn(struct connection_set *set, struct connection *connection)
{
    struct account *account = connection->requester.account;

    TAILQ_REMOVE(&account->with_turn, connection, in_turn);
    if (TAILQ_EMPTY(&account->with_turn)) {
        TAILQ_REMOVE(&set->with_turn, account, in_turns);
        set->n_with_turn--;
    }
}

void connection_schedule_round(struct connection_set *set)
{
    const struct timeval pause = {.tv_usec = set->n_shared_rounds > 0 ? SHARED_PAUSE_US : 0};

    if (!set->has_round)
        set->has_round = event_add(set->turn_timer, &pause) == 0;
}

void connection_schedule_begin_round(struct connection_set *set)
{
    set->has_round = false;
    set->round++;
    if (set->n_in_round > 1)
        set->n_shared_rounds = SHARED_ROUNDS_COUNT;
    else if (set->n_shared_rounds > 0)
        set->n_shared_rounds--;
    set->n_in_round = 0;
}

void connection_schedule_turn(struct connection *connection, bool needs_turn)
{
    struct connection_set *set = connection->set;

    if (connection->needs_turn == needs_turn)
        return;
    connection->needs_turn = needs_turn;
    if (!needs_turn) {
        remove_turn(set, connection);
        return;
    }
    add_turn(set, connection);
    connection_schedule_round(set);
}
