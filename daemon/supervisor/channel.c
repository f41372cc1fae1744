/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/channel.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/ipc/settings.h"

bool channel_start_due(struct channel *channel, const struct spawn_setup *setup)
{
    int r;

    if (channel->front.pid != 0 || clock_now_ms() < channel->back_off.due_ms)
        return false;
    r = spawn_front(setup, &channel->front, &channel->socket);
    if (r) {
        log_error("front: cannot be started: %s", strerror(-r));
        back_off_after_failed_start(&channel->back_off);
        return false;
    }
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

bool channel_reap(struct channel *channel, struct child_end *end, pid_t *pidp)
{
    int64_t started = channel->front.started_ms;

    *pidp = channel->front.pid;
    if (!child_reap(&channel->front, end))
        return false;
    channel_close(channel);
    back_off_after(&channel->back_off, started, end);
    channel->n_restarts++;
    return true;
}
