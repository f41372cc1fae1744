/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/limits.h"
#include "daemon/supervisor/account_files.h"
#include "daemon/supervisor/facts.h"
#include "daemon/supervisor/reload.h"
#include "daemon/supervisor/switch_over.h"

/* The number of messages of the front that are handled before other events. */
#define CONTROL_MESSAGES_COUNT 32

struct supervisor {
    const struct supervisor_setup *setup;
    int signals; /* a signalfd */
    struct serving serving;
    struct reload reload;
    struct status_facts facts;
    struct account_files account_files;
    bool ready_sent; /* the service manager has been sent READY=1 */
    bool stopping;
    bool memory_failed;  /* while stopping: because epoch_memory_has_failed */
    bool killed;         /* while stopping: all children have been sent SIGKILL */
    int64_t stop_ms;     /* while stopping: the clock_now_ms() at which they are sent SIGKILL */
    int64_t watchdog_ms; /* the clock_now_ms() at which the service manager is sent the next sign of
                            life */
};

/* --- beginning and end --- */

static int supervisor_init(struct supervisor *supervisor, const struct supervisor_setup *setup,
                           struct epoch *epoch, const struct front_files *files)
{
    sigset_t set;

    *supervisor = (struct supervisor){
        .setup = setup,
        .signals = -1,
        .serving = SERVING_NULL,
    };
    supervisor->serving.spawn = &setup->spawn;
    supervisor->serving.epoch = epoch;
    supervisor->serving.files = *files;
    pool_init(&supervisor->serving.pool, switch_over_n_verifiers(epoch));
    reload_init(&supervisor->reload, &supervisor->serving, &setup->notify, &setup->sources,
                &setup->last_good);
    if (setup->on_last_good)
        reload_set_on_last_good(&supervisor->reload, &setup->used, &setup->refusal);

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    supervisor->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return supervisor->signals < 0 ? -errno : 0;
}

static void supervisor_deinit(struct supervisor *supervisor)
{
    supervisor->signals = fd_close(supervisor->signals);
    channel_close(&supervisor->serving.channel);
    front_files_close(&supervisor->serving.files, NULL);
    supervisor->serving.epoch = epoch_free(supervisor->serving.epoch);
    pool_deinit(&supervisor->serving.pool);
    facts_forget_sent(&supervisor->facts);
    account_files_deinit(&supervisor->account_files);
}

/* --- starting children --- */

/* Sends a new front the administrative socket. The named sockets are sent after the first epoch. */
static void send_admin_socket(struct supervisor *supervisor)
{
    struct control_message message = {.kind = CONTROL_LISTEN, .uid = geteuid()};
    int fd = supervisor->setup->sockets.admin;

    if (fd < 0)
        return;
    snprintf(message.name, sizeof(message.name), "%s", CONTROL_ADMIN_NAME);
    channel_send(&supervisor->serving.channel, &message, fd);
}

static void start_due(struct supervisor *supervisor)
{
    struct serving *serving = &supervisor->serving;

    if (supervisor->stopping)
        return;
    if (channel_start_due(&serving->channel, serving->spawn)) {
        serving->announced = false;
        send_admin_socket(supervisor);
        reload_forget_clients(&supervisor->reload);
        facts_forget_sent(&supervisor->facts);
        account_files_forget(&supervisor->account_files);
    }
    /* Verifiers are started only if there is a front to which their sockets can be sent. */
    if (!channel_is_open(&serving->channel))
        return;
    pool_start_due(&serving->pool, serving->spawn, serving->epoch, &serving->channel);
    account_files_send(&supervisor->account_files, &serving->channel, serving->epoch);
    if (switch_over_announce(serving))
        supervisor->facts.stale = true;
}

/* --- children that end --- */

/*
 * Collects a front that has ended. Its verifiers are killed, because their sockets lead to nobody;
 * the next front gets new ones.
 */
static void reap_front(struct supervisor *supervisor)
{
    struct child_end end;
    pid_t pid;

    if (!channel_reap(&supervisor->serving.channel, &end, &pid))
        return;
    pool_kill(&supervisor->serving.pool);
    if (supervisor->stopping)
        return;
    if (end.signalled)
        log_warning("front %d: ended by signal %d (%s): replaced", (int)pid, end.status,
                    sigdescr_np(end.status));
    else
        log_warning("front %d: ended with status %d: replaced", (int)pid, end.status);
}

static void reap_ended(struct supervisor *supervisor)
{
    struct serving *serving = &supervisor->serving;
    uint64_t n_restarts = serving->pool.n_restarts;

    if (supervisor->stopping)
        pool_reap_silently(&serving->pool);
    else
        pool_reap(&serving->pool, &serving->channel);
    reap_front(supervisor);
    supervisor->facts.stale |= serving->pool.n_restarts != n_restarts;
}

static bool has_children(const struct supervisor *supervisor)
{
    const struct channel *channel = &supervisor->serving.channel;

    /* A bin that was killed and does not end waits for a descriptor to be dropped, and a look waits
     * for a disk; neither is waited for. */
    return !pool_is_empty(&supervisor->serving.pool) || channel->front.pid > 0 ||
           ((channel->bin.pid > 0 || channel_has_leftovers(channel)) && !supervisor->killed) ||
           (look_is_at_work(&supervisor->reload.look) && !supervisor->killed) ||
           supervisor->reload.checker.child.pid > 0;
}

/* --- stopping --- */

/*
 * Begins to stop. When the channel closes, the front finishes its requests and ends, and then the
 * verifiers end.
 */
static void begin_stop(struct supervisor *supervisor)
{
    if (supervisor->stopping)
        return;
    supervisor->stopping = true;
    supervisor->stop_ms = clock_now_ms() + LIMIT_SHUTDOWN_MS;
    notify_send(&supervisor->setup->notify, "STOPPING=1");
    if (!supervisor->memory_failed)
        last_good_remove(&supervisor->setup->last_good);
    reload_stop(&supervisor->reload);
    channel_close(&supervisor->serving.channel);
}

static void kill_late(struct supervisor *supervisor)
{
    pool_kill_late(&supervisor->serving.pool);
    if (!supervisor->stopping || supervisor->killed || clock_now_ms() < supervisor->stop_ms)
        return;
    pool_kill(&supervisor->serving.pool);
    child_signal(&supervisor->serving.channel.front, SIGKILL);
    child_signal(&supervisor->serving.channel.bin, SIGKILL);
    supervisor->killed = true;
}

/* --- events --- */

static void handle_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;

    while (read(supervisor->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGHUP) {
            reload_want(&supervisor->reload, false);
            continue;
        }
        log_info("stopping: %s", sigdescr_np((int)info.ssi_signo));
        begin_stop(supervisor);
    }
}

/*
 * Handles a message of the front. Returns 0, or -EBADMSG if a front that works does not send such a
 * message.
 */
static int handle_message(struct supervisor *supervisor, const struct control_message *message)
{
    struct pool *pool = &supervisor->serving.pool;

    switch (message->kind) {
    case CONTROL_OVERRUN:
        pool_condemn(pool, message->verifier, "past its deadline");
        return 0;
    case CONTROL_BROKEN:
        pool_condemn(pool, message->verifier, "broke the protocol");
        return 0;
    case CONTROL_UNREACHED:
        pool_condemn(pool, message->verifier, "its socket did not reach the front");
        return 0;
    case CONTROL_AT_WORK:
        pool_excuse(pool, message->verifier);
        return 0;
    case CONTROL_PONG:
        channel_note_answer(&supervisor->serving.channel);
        return 0;
    case CONTROL_RELOAD:
        reload_want(&supervisor->reload, true);
        return 0;
    default:
        return -EBADMSG;
    }
}

/*
 * Reads messages of the front. They are untrusted, because the front handles what clients send: a
 * message that makes no sense ends the front, and only a bounded number is handled in a row, so
 * that a front that sends without end does not keep the supervisor from its other work.
 */
static void handle_control(struct supervisor *supervisor)
{
    struct channel *channel = &supervisor->serving.channel;
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
            log_error("front: sent a message that makes no sense: killing it");
        channel_give_up(channel);
    }
}

/* --- the service manager --- */

/* Sends READY=1 once, when there is a front that serves clients. */
static void notify_ready(struct supervisor *supervisor)
{
    if (supervisor->ready_sent || !channel_is_open(&supervisor->serving.channel))
        return;
    notify_send(&supervisor->setup->notify, "READY=1");
    supervisor->ready_sent = true;
}

/*
 * Sends a sign of life twice as often as required. Without it the service manager would restart the
 * daemon.
 */
static void feed_watchdog(struct supervisor *supervisor)
{
    const struct notify *notify = &supervisor->setup->notify;
    int64_t now = clock_now_ms();

    if (notify->watchdog_ms == 0 || now < supervisor->watchdog_ms)
        return;
    notify_send(notify, "WATCHDOG=1");
    supervisor->watchdog_ms = now + notify->watchdog_ms / 2;
}

/* --- the loop --- */

/* Makes the files of accounts be read again if they have changed or could not be read. */
static void follow_accounts(struct supervisor *supervisor)
{
    struct reload *reload = &supervisor->reload;

    if (reload->accounts_changed)
        account_files_forget(&supervisor->account_files);
    reload->accounts_changed = false;
}

static void send_facts(struct supervisor *supervisor)
{
    supervisor->facts.stale |= supervisor->reload.changed;
    supervisor->reload.changed = false;
    facts_send(&supervisor->facts, &supervisor->serving, &supervisor->reload);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Returns the clock_now_ms() at which something is due next; INT64_MAX for never. */
static int64_t next_due_ms(const struct supervisor *supervisor)
{
    const struct serving *serving = &supervisor->serving;
    int64_t due = INT64_MAX;

    if (supervisor->setup->notify.watchdog_ms > 0)
        due = supervisor->watchdog_ms;
    if (supervisor->stopping)
        return supervisor->killed ? due : earlier(due, supervisor->stop_ms);

    due = earlier(due, reload_due_ms(&supervisor->reload));
    due = earlier(due, channel_due_ms(&serving->channel));
    if (serving->channel.front.pid == 0)
        due = earlier(due, serving->channel.back_off.due_ms);
    if (channel_is_open(&serving->channel))
        due = earlier(due, pool_due_ms(&serving->pool));
    return due;
}

/* Returns the milliseconds until something is due, as poll takes them; -1 for never. */
static int poll_timeout(const struct supervisor *supervisor)
{
    int64_t now = clock_now_ms(), due = next_due_ms(supervisor);

    if (due == INT64_MAX)
        return -1;
    return due <= now ? 0 : (int)(due - now);
}

/*
 * Adds a descriptor if it is open, and returns the new number of entries. Closed ones are left out
 * because poll refuses more entries than the process may have descriptors.
 */
static size_t add_fd(struct pollfd *fds, size_t n, int fd)
{
    if (fd < 0)
        return n;
    fds[n] = (struct pollfd){.fd = fd, .events = POLLIN};
    return n + 1;
}

static int wait_for_events(struct supervisor *supervisor)
{
    const struct serving *serving = &supervisor->serving;
    struct pollfd fds[POOL_PLACES_COUNT + CHANNEL_LEFTOVERS_COUNT + 6];
    size_t n = 0;

    n = add_fd(fds, n, supervisor->signals);
    n = add_fd(fds, n, serving->channel.socket);
    n = add_fd(fds, n, serving->channel.front.pidfd);
    n = add_fd(fds, n, serving->channel.bin.pidfd);
    for (size_t i = 0; i < CHANNEL_LEFTOVERS_COUNT; i++)
        n = add_fd(fds, n, channel_leftover(&serving->channel, i));
    n = add_fd(fds, n, supervisor->reload.checker.child.pidfd);
    n = add_fd(fds, n, supervisor->reload.look.child.pidfd);
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++)
        n = add_fd(fds, n, serving->pool.places[i].child.pidfd);
    if (poll(fds, n, poll_timeout(supervisor)) < 0 && errno != EINTR)
        return -errno;
    return 0;
}

/*
 * Stops the daemon if the last good configuration has served for a whole day and the files are
 * still refused.
 */
static void stop_if_over(struct supervisor *supervisor)
{
    if (!supervisor->reload.is_over || supervisor->stopping)
        return;
    log_error("stopping: the last good configuration has served for a day, and the files are still "
              "refused");
    begin_stop(supervisor);
}

/*
 * Stops the daemon, as after a crash, if memory ran out within libcrypto during a reload. Otherwise
 * the verifiers in service would not be replaced and no further reload would succeed.
 */
static void stop_if_memory_failed(struct supervisor *supervisor)
{
    if (supervisor->stopping || !epoch_memory_has_failed())
        return;
    log_error("stopping: memory ran out during a reload, and libcrypto cannot be used any more: "
              "give certnamed more memory and start it again");
    supervisor->memory_failed = true;
    begin_stop(supervisor);
}

static int run(struct supervisor *supervisor)
{
    int r = 0;

    while (!r && !(supervisor->stopping && !has_children(supervisor))) {
        start_due(supervisor);
        send_facts(supervisor);
        notify_ready(supervisor);
        feed_watchdog(supervisor);
        r = wait_for_events(supervisor);
        handle_signals(supervisor);
        handle_control(supervisor);
        channel_watch(&supervisor->serving.channel);
        reap_ended(supervisor);
        kill_late(supervisor);
        pool_kill_stopped(&supervisor->serving.pool);
        reload_look(&supervisor->reload, supervisor->account_files.watch);
        stop_if_over(supervisor);
        reload_step(&supervisor->reload);
        stop_if_memory_failed(supervisor);
        follow_accounts(supervisor);
    }
    return r;
}

int supervisor_run(const struct supervisor_setup *setup, struct epoch *epoch,
                   const struct front_files *files)
{
    struct supervisor supervisor;
    int r = supervisor_init(&supervisor, setup, epoch, files);

    if (!r)
        r = run(&supervisor);
    if (!r && supervisor.reload.is_over)
        r = -ETIME;
    if (!r && supervisor.memory_failed)
        r = -ENOMEM;
    supervisor_deinit(&supervisor);
    return r;
}
