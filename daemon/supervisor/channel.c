/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/channel.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/ipc/settings.h"
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"

/* --- processes that do not end --- */

/* Kills a process and does not wait for its end, which another process can delay for any time. */
static void kill_and_set_aside(struct channel *channel, struct child *child)
{
    if (child->pid <= 0)
        return;
    child_signal(child, SIGKILL);
    for (size_t i = 0; i < CHANNEL_LEFTOVERS_COUNT; i++) {
        if (channel->leftovers[i].pid <= 0) {
            channel->leftovers[i] = *child;
            *child = CHILD_NULL;
            return;
        }
    }
    fd_close(child->pidfd);
    *child = CHILD_NULL;
}

static void reap_leftovers(struct channel *channel)
{
    struct child_end end;

    for (size_t i = 0; i < CHANNEL_LEFTOVERS_COUNT; i++)
        child_reap(&channel->leftovers[i], &end);
}

int channel_leftover(const struct channel *channel, size_t place)
{
    return channel->leftovers[place].pid > 0 ? channel->leftovers[place].pidfd : -1;
}

bool channel_has_leftovers(const struct channel *channel)
{
    for (size_t i = 0; i < CHANNEL_LEFTOVERS_COUNT; i++) {
        if (channel->leftovers[i].pid > 0)
            return true;
    }
    return false;
}

/* --- the front --- */

bool channel_start_due(struct channel *channel, const struct spawn_setup *setup)
{
    int r;

    if (channel->front.pid != 0 || clock_now_ms() < channel->back_off.due_ms)
        return false;
    /* The bin of the last front may still be dropping descriptors. It is killed, and its end is not
     * waited for. */
    kill_and_set_aside(channel, &channel->bin);
    r = spawn_front(setup, &channel->front, &channel->bin, &channel->socket);
    if (r) {
        log_error("front: cannot be started: %s", strerror(-r));
        kill_and_set_aside(channel, &channel->bin);
        back_off_after_failed_start(&channel->back_off);
        return false;
    }
    channel->ping_ms = clock_now_ms() + LIMIT_HEARTBEAT_MS;
    channel->answer_ms = channel->killed_ms = 0;
    return true;
}

static void kill_front(struct channel *channel, int r)
{
    log_error("front: a message cannot be sent: %s: killing it", strerror(-r));
    child_signal(&channel->front, SIGKILL);
}

void channel_send(struct channel *channel, const struct control_message *message, int fd)
{
    int r;

    if (channel->socket < 0)
        return;
    r = control_send(channel->socket, message, fd);
    if (r && r != -EPIPE)
        kill_front(channel, r);
}

void channel_send_text(struct channel *channel, const struct control_message *message,
                       const char *text, size_t len)
{
    int fd = -1;
    int r;

    if (channel->socket < 0)
        return;
    r = settings_seal_text(text, len, &fd);
    if (r) {
        kill_front(channel, r);
        return;
    }
    channel_send(channel, message, fd);
    fd_close(fd);
}

void channel_close(struct channel *channel)
{
    channel->socket = fd_close(channel->socket);
}

void channel_give_up(struct channel *channel)
{
    channel_close(channel);
    child_signal(&channel->front, SIGKILL);
}

/* --- the watch --- */

void channel_note_answer(struct channel *channel)
{
    channel->answer_ms = 0;
    channel->ping_ms = clock_now_ms() + LIMIT_HEARTBEAT_MS;
}

/*
 * How long to wait for a process whose descriptors are closed: it closes them a moment before its
 * end can be seen.
 */
#define ENDING_MS 50

static bool is_ending(const struct child *child)
{
    struct pollfd ended = {.fd = child->pidfd, .events = POLLIN};

    return poll(&ended, 1, ENDING_MS) == 1;
}

static void watch_bin(struct channel *channel)
{
    struct child_end end;

    if (!child_reap(&channel->bin, &end) || !channel_is_open(channel))
        return;
    /* The bin ends when its front ends, and the front's end is handled by channel_reap. */
    if (is_ending(&channel->front))
        return;
    log_error("front: the bin's process has ended: killing the front with it");
    child_signal(&channel->front, SIGKILL);
}

/*
 * Kills a bin that has been stopped by a signal. Pings cannot show that, because a bin whose
 * children wait for descriptors to be dropped does not read messages either.
 */
static void kill_stopped_bin(const struct channel *channel)
{
    if (!child_is_stopped(&channel->bin))
        return;
    log_error("front: the bin's process has been stopped: killing it");
    child_signal(&channel->bin, SIGKILL);
}

void channel_watch(struct channel *channel)
{
    const struct control_message ping = {.kind = CONTROL_PING};
    int64_t now = clock_now_ms();

    reap_leftovers(channel);
    watch_bin(channel);
    if (!channel_is_open(channel) || channel->killed_ms > 0)
        return;
    if (channel->answer_ms > 0 && now >= channel->answer_ms) {
        log_error("front %d: no sign of life for %d ms: killing it", (int)channel->front.pid,
                  LIMIT_FRONT_SILENCE_MS);
        child_signal(&channel->front, SIGKILL);
        channel->killed_ms = now;
    } else if (channel->answer_ms == 0 && now >= channel->ping_ms) {
        kill_stopped_bin(channel);
        channel->answer_ms = now + sandbox_patience_ms(LIMIT_FRONT_SILENCE_MS);
        channel_send(channel, &ping, -1);
    }
}

int64_t channel_due_ms(const struct channel *channel)
{
    if (channel->killed_ms > 0)
        return channel->killed_ms + LIMIT_FRONT_END_MS;
    if (!channel_is_open(channel))
        return INT64_MAX;
    return channel->answer_ms > 0 ? channel->answer_ms : channel->ping_ms;
}

/*
 * Returns whether the front has ended, or was killed so long ago that its end is no longer waited
 * for.
 */
static bool take_end(struct channel *channel, struct child_end *end)
{
    if (child_reap(&channel->front, end))
        return true;
    if (channel->killed_ms == 0 || clock_now_ms() < channel->killed_ms + LIMIT_FRONT_END_MS)
        return false;
    *end = (struct child_end){.signalled = true, .status = SIGKILL};
    kill_and_set_aside(channel, &channel->front);
    return true;
}

bool channel_reap(struct channel *channel, struct child_end *end, pid_t *pidp)
{
    int64_t started = channel->front.started_ms;

    *pidp = channel->front.pid;
    if (!take_end(channel, end))
        return false;
    channel_close(channel);
    channel->answer_ms = channel->killed_ms = 0;
    back_off_after(&channel->back_off, started, end);
    channel->n_restarts++;
    return true;
}
