/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/limits.h"
#include "daemon/load/warnings.h"
#include "daemon/supervisor/supervisor_internal.h"

/* Messages of the front's that are handled in a row. */
#define CONTROL_MESSAGES_COUNT 32

/* --- life --- */

/* With what is left of privilege, as on a reload: what is refused there is refused here. */
static int open_outlets(struct supervisor *supervisor)
{
    const struct front_files passed = {
        .record = -1,
        .metrics = supervisor->setup->metrics_fd,
        .passed = supervisor->setup->metrics_fd >= 0,
    };
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];
    int r = switch_open_front_files(&supervisor->outlets, &passed, supervisor->epoch, &error);

    if (r)
        log_error("%s", load_error_text(&error, text, sizeof(text)));
    return r > 0 ? -EINVAL : r;
}

static int supervisor_init(struct supervisor *supervisor, const struct supervisor_setup *setup,
                           struct epoch *epoch)
{
    sigset_t set;

    *supervisor = (struct supervisor){
        .setup = setup,
        .sources = sources_settle(&setup->sources),
        .epoch = epoch,
        .signals = -1,
        .channel = CHANNEL_NULL,
        .reload.checker = CHECKER_NULL,
        .outlets = FRONT_FILES_NULL,
        .look_ms = clock_now_ms() + LIMIT_LOOK_MS,
        .remarks_s = warnings_due_s(epoch),
    };
    pool_init(&supervisor->pool, switch_n_verifiers(epoch));

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    supervisor->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return supervisor->signals < 0 ? -errno : open_outlets(supervisor);
}

static void supervisor_deinit(struct supervisor *supervisor)
{
    supervisor->signals = fd_close(supervisor->signals);
    channel_close(&supervisor->channel);
    front_files_close(&supervisor->outlets, NULL);
    supervisor->epoch = epoch_free(supervisor->epoch);
    free(supervisor->facts.told);
    supervisor->facts.told = NULL;
}

/* Starts whatever is missing and due. Verifiers need a front to be handed to. */
static void start_due(struct supervisor *supervisor)
{
    if (supervisor->stopping)
        return;
    if (channel_start_due(&supervisor->channel, supervisor->setup)) {
        supervisor->announced = false;
        /* Whoever asked is gone with the front that it asked. */
        supervisor->reload.asked = false;
        supervisor->reload.answering = false;
        free(supervisor->facts.told);
        supervisor->facts.told = NULL;
    }
    if (!channel_is_open(&supervisor->channel))
        return;
    pool_start_due(&supervisor->pool, supervisor->setup, supervisor->epoch, &supervisor->channel);
    switch_announce(supervisor);
}

/* --- ending --- */

/* Its verifiers hold sockets to nobody: they go with it, and new ones come with the new one. */
static void reap_front(struct supervisor *supervisor)
{
    struct child_end end;
    pid_t pid;

    if (!channel_reap(&supervisor->channel, &end, &pid))
        return;
    pool_kill(&supervisor->pool);
    if (supervisor->stopping)
        return;
    supervisor->n_front_restarts++;
    if (end.signalled)
        log_warning("front %d: ended by signal %d (%s): replaced", (int)pid, end.status,
                    sigdescr_np(end.status));
    else
        log_warning("front %d: ended with status %d: replaced", (int)pid, end.status);
}

static void reap_ended(struct supervisor *supervisor)
{
    uint64_t n_restarts = supervisor->pool.n_restarts;

    if (supervisor->stopping)
        pool_reap_silently(&supervisor->pool);
    else
        pool_reap(&supervisor->pool, &supervisor->channel);
    reap_front(supervisor);
    supervisor->facts.stale |= supervisor->pool.n_restarts != n_restarts;
}

static bool any_child(const struct supervisor *supervisor)
{
    return !pool_is_empty(&supervisor->pool) || supervisor->channel.front.pid > 0 ||
           supervisor->reload.checker.child.pid > 0;
}

/* The front ends when its channel does, after what it is at; the verifiers end with the front. */
static void begin_stop(struct supervisor *supervisor)
{
    if (supervisor->stopping)
        return;
    supervisor->stopping = true;
    supervisor->stop_ms = clock_now_ms() + LIMIT_SHUTDOWN_MS;
    notify_send(&supervisor->setup->notify, "STOPPING=1");
    reload_stop(supervisor);
    channel_close(&supervisor->channel);
}

static void kill_all(struct supervisor *supervisor)
{
    pool_kill(&supervisor->pool);
    child_signal(&supervisor->channel.front, SIGKILL);
    supervisor->killed = true;
}

/* --- events --- */

static void handle_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;

    while (read(supervisor->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGHUP) {
            reload_want(supervisor, false);
            continue;
        }
        log_info("stopping: %s", sigdescr_np((int)info.ssi_signo));
        begin_stop(supervisor);
    }
}

static void end_verifier(struct pool_verifier *verifier)
{
    if (verifier->child.pid == 0)
        return;
    log_warning("verifier %d: past its deadline: ended", (int)verifier->child.pid);
    child_signal(&verifier->child, SIGKILL);
}

/* It was the request's doing: the others must not wait for what one of them has brought about. */
static void excuse_verifier(struct pool_verifier *verifier)
{
    if (verifier->child.pid == 0)
        verifier->pause = (struct back_off){0};
}

static int handle_message(struct supervisor *supervisor, const struct control_message *message)
{
    struct pool_verifier *verifier = pool_find(&supervisor->pool, message->verifier);

    switch (message->kind) {
    case CONTROL_OVERRUN:
        if (verifier)
            end_verifier(verifier);
        return 0;
    case CONTROL_AT_WORK:
        if (verifier)
            excuse_verifier(verifier);
        return 0;
    case CONTROL_RELOAD:
        reload_want(supervisor, true);
        return 0;
    default:
        return -EBADMSG;
    }
}

/*
 * The front handles what clients send: what it says is data, anything odd ends it, and however much
 * it says the rest gets its turn.
 */
static void handle_control(struct supervisor *supervisor)
{
    struct channel *channel = &supervisor->channel;
    struct control_message message;
    int fd, r = 0;

    for (int i = 0; i < CONTROL_MESSAGES_COUNT && channel_is_open(channel) && !r; i++) {
        r = control_receive(channel->socket, &message, &fd);
        fd_close(fd);
        if (!r)
            r = handle_message(supervisor, &message);
    }
    if (r && r != -EAGAIN) {
        if (r < 0)
            log_error("front: what it says cannot be understood: it is ended");
        channel_give_up(channel);
    }
}

/* Once, when there is somebody to serve. */
static void say_ready(struct supervisor *supervisor)
{
    if (supervisor->said_ready || !channel_is_open(&supervisor->channel))
        return;
    notify_send(&supervisor->setup->notify, "READY=1");
    supervisor->said_ready = true;
}

/* Twice as often as is asked for. A loop that no longer turns says nothing, and is restarted. */
static void feed_watchdog(struct supervisor *supervisor)
{
    const struct notify *notify = &supervisor->setup->notify;
    int64_t now = clock_now_ms();

    if (notify->watchdog_ms == 0 || now < supervisor->watchdog_ms)
        return;
    notify_send(notify, "WATCHDOG=1");
    supervisor->watchdog_ms = now + notify->watchdog_ms / 2;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* By clock_now_ms; INT64_MAX for nothing. */
static int64_t next_due_ms(const struct supervisor *supervisor)
{
    int64_t due = INT64_MAX;

    if (supervisor->setup->notify.watchdog_ms > 0)
        due = supervisor->watchdog_ms;
    if (supervisor->stopping)
        return supervisor->killed ? due : earlier(due, supervisor->stop_ms);

    due = earlier(due, supervisor->look_ms);
    due = earlier(due, checker_due_ms(&supervisor->reload.checker));
    if (supervisor->channel.front.pid == 0)
        due = earlier(due, supervisor->channel.pause.start_ms);
    if (channel_is_open(&supervisor->channel))
        due = earlier(due, pool_due_ms(&supervisor->pool));
    return due;
}

/* Until the next thing is due; -1 for nothing. */
static int poll_timeout(const struct supervisor *supervisor)
{
    int64_t now = clock_now_ms(), due = next_due_ms(supervisor);

    if (due == INT64_MAX)
        return -1;
    return due <= now ? 0 : (int)(due - now);
}

/* poll refuses more entries than a process may have descriptors: only what is open is asked. */
static size_t add_fd(struct pollfd *fds, size_t n, int fd)
{
    if (fd < 0)
        return n;
    fds[n] = (struct pollfd){.fd = fd, .events = POLLIN};
    return n + 1;
}

static int wait_for_events(struct supervisor *supervisor)
{
    struct pollfd fds[POOL_PLACES_COUNT + 4];
    size_t n = 0;

    n = add_fd(fds, n, supervisor->signals);
    n = add_fd(fds, n, supervisor->channel.socket);
    n = add_fd(fds, n, supervisor->channel.front.pidfd);
    n = add_fd(fds, n, supervisor->reload.checker.child.pidfd);
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++)
        n = add_fd(fds, n, supervisor->pool.places[i].child.pidfd);
    if (poll(fds, n, poll_timeout(supervisor)) < 0 && errno != EINTR)
        return -errno;
    return 0;
}

static int run(struct supervisor *supervisor)
{
    int r = 0;

    while (!r && !(supervisor->stopping && !any_child(supervisor))) {
        start_due(supervisor);
        facts_tell(supervisor);
        say_ready(supervisor);
        feed_watchdog(supervisor);
        r = wait_for_events(supervisor);
        handle_signals(supervisor);
        handle_control(supervisor);
        reap_ended(supervisor);
        pool_end_late(&supervisor->pool);
        reload_look(supervisor);
        reload_step(supervisor);
        if (supervisor->stopping && !supervisor->killed && clock_now_ms() >= supervisor->stop_ms)
            kill_all(supervisor);
    }
    return r;
}

int supervisor_run(const struct supervisor_setup *setup, struct epoch *epoch)
{
    struct supervisor supervisor;
    int r = supervisor_init(&supervisor, setup, epoch);

    if (!r)
        r = run(&supervisor);
    supervisor_deinit(&supervisor);
    return r;
}
