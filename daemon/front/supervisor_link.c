/* SPDX-License-Identifier: MIT */
#include "daemon/front/supervisor_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/limits.h"

/* --- to the supervisor --- */

void supervisor_link_fail(struct front *front, const char *what, int r)
{
    log_error("front: %s: %s", what, strerror(-r));
    front->result = r;
    event_base_loopbreak(front->base);
}

void supervisor_link_notify(void *context, uint32_t verifier, enum control_kind kind)
{
    struct front *front = context;
    struct control_message message = {.kind = kind, .verifier = verifier};
    int r = control_send(front->control, &message, -1);

    if (r && r != -EPIPE)
        supervisor_link_fail(front, "cannot send the supervisor a message", r);
}

int supervisor_link_ask_for_reload(void *context)
{
    struct front *front = context;
    const struct control_message message = {.kind = CONTROL_RELOAD};

    return control_send(front->control, &message, -1);
}

/* --- from the supervisor: each handler takes the descriptor --- */

/* Begins to accept clients once there are an epoch and a verifier, or a reason why there is no
 * policy, which answers them too. Returns 0 or -ENOMEM. */
static int begin_accepting(struct front *front)
{
    if (!front->is_unavailable && (!front->has_verifier || front->settings->epoch == 0))
        return 0;
    return listener_set_begin(&front->listeners);
}

static int handle_verifier(struct front *front, const struct control_message *message, int fd)
{
    int r;

    if (fd < 0) {
        supervisor_link_notify(front, message->verifier, CONTROL_UNREACHED);
        return 0;
    }
    r = dispatch_add_verifier(front->dispatch, message, fd);
    front->has_verifier |= r == 0;
    return r ? r : begin_accepting(front);
}

static int handle_gone(struct front *front, const struct control_message *message, int fd)
{
    fd_close(fd);
    dispatch_lose_verifier(front->dispatch, message->verifier, (enum control_cause)message->cause);
    return 0;
}

/*
 * Puts a new epoch in force. A failure ends the front, because it must not go on with a policy that
 * is no longer in force.
 */
static int handle_epoch(struct front *front, const struct control_message *message, int fd)
{
    struct settings *old = front->settings;
    struct settings *settings = malloc(sizeof(*settings));
    int r = settings ? settings_read(settings, fd) : -ENOMEM;

    fd_close(fd);
    if (!r && settings->epoch != message->epoch)
        r = -EBADMSG;
    if (r) {
        free(settings);
        return r;
    }
    front->settings = settings;
    connection_set_settings(front->connections, settings);
    dispatch_set_epoch(front->dispatch, settings);
    free(old);
    return begin_accepting(front);
}

static int handle_facts(struct front *front, const struct control_message *message, int fd)
{
    char text[LIMIT_FACTS_BYTES];
    size_t len = 0;
    int r = settings_read_text(fd, text, sizeof(text), &len);

    (void)message;
    fd_close(fd);
    if (!r)
        r = admin_set_facts(front->admin, text, len);
    if (r)
        log_warning("front: the supervisor's part of the status is malformed and is not shown: %s",
                    strerror(-r));
    return 0;
}

static int handle_reloaded(struct front *front, const struct control_message *message, int fd)
{
    char text[LIMIT_FACTS_BYTES];
    size_t len = 0;

    /* The reload has ended, so its requesters are answered even if the text cannot be read. */
    if (settings_read_text(fd, text, sizeof(text), &len) < 0)
        len = 0;
    fd_close(fd);
    admin_end_reload(front->admin, message->cause != 0, text, len);
    return 0;
}

static int handle_unavailable(struct front *front, const struct control_message *message, int fd)
{
    char text[LIMIT_ERROR_TEXT_BYTES + 1];
    size_t len = 0;
    int r = settings_read_text(fd, text, sizeof(text), &len);

    (void)message;
    fd_close(fd);
    if (r)
        return r;
    dispatch_set_unavailable(front->dispatch, text);
    front->is_unavailable = true;
    return begin_accepting(front);
}

static int handle_record(struct front *front, const struct control_message *message, int fd)
{
    (void)message;
    recorder_open(&front->monitor.recorder, fd);
    return 0;
}

static int handle_metrics(struct front *front, const struct control_message *message, int fd)
{
    int r;

    (void)message;
    front->http_server = http_server_free(front->http_server);
    if (fd < 0)
        return 0;
    r = http_server_new(&front->http_server, front->base, fd, front->admin, front->bin);
    if (r)
        log_warning("front: cannot serve metrics over HTTP: %s", strerror(-r));
    return 0;
}

static int handle_accounts(struct front *front, const struct control_message *message, int fd)
{
    struct account_map map;
    int r = account_map_read(&map, fd);

    (void)message;
    fd_close(fd);
    if (r)
        return r;
    account_map_deinit(&front->account_map);
    front->account_map = map;
    return 0;
}

/*
 * Answers the supervisor's ping, which shows that this process is not stuck. As pings come every
 * second, the periodic work is done here too.
 */
static int handle_ping(struct front *front, const struct control_message *message, int fd)
{
    int64_t now_ms = clock_now_ms();

    (void)message;
    fd_close(fd);
    supervisor_link_notify(front, 0, CONTROL_PONG);
    connection_set_look(front->connections, now_ms);
    dispatch_rotate(front->dispatch, now_ms);
    return 0;
}

static int handle_listen(struct front *front, const struct control_message *message, int fd)
{
    if (fd < 0 || memchr(message->name, '\0', sizeof(message->name)) == NULL) {
        fd_close(fd);
        return -EBADMSG;
    }
    admin_set_own_uid(front->admin, message->uid);
    return listener_set_add(&front->listeners, front->base, message->name, fd, front->connections);
}

static int handle_unlisten(struct front *front, const struct control_message *message, int fd)
{
    fd_close(fd);
    if (memchr(message->name, '\0', sizeof(message->name)) == NULL)
        return -EBADMSG;
    return listener_set_remove(&front->listeners, message->name, front->connections);
}

int supervisor_link_handle(struct front *front, const struct control_message *message, int fd)
{
    static int (*const handlers[])(struct front *, const struct control_message *, int) = {
        [CONTROL_VERIFIER] = handle_verifier,
        [CONTROL_GONE] = handle_gone,
        [CONTROL_EPOCH] = handle_epoch,
        [CONTROL_FACTS] = handle_facts,
        [CONTROL_RELOADED] = handle_reloaded,
        [CONTROL_RECORD] = handle_record,
        [CONTROL_METRICS] = handle_metrics,
        [CONTROL_PING] = handle_ping,
        [CONTROL_ACCOUNTS] = handle_accounts,
        [CONTROL_LISTEN] = handle_listen,
        [CONTROL_UNAVAILABLE] = handle_unavailable,
        [CONTROL_UNLISTEN] = handle_unlisten,
    };

    if (message->kind < sizeof(handlers) / sizeof(handlers[0]) && handlers[message->kind])
        return handlers[message->kind](front, message, fd);
    fd_close(fd);
    return -EBADMSG;
}
