/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "daemon/children.h"
#include "daemon/host/clock.h"
#include "daemon/host/control.h"
#include "daemon/host/fd.h"
#include "daemon/host/log.h"
#include "proto/limits.h"

/* Messages of the front's that are handled in a row. */
#define CONTROL_MESSAGES_COUNT 32

/* When a place that has become empty is to be filled again. */
struct pause {
    int64_t start_ms;
    unsigned n_young; /* how many in a row died young */
};

struct verifier {
    struct child child;
    uint32_t number; /* what the front calls it; never used twice */
    struct pause pause;
};

struct supervisor {
    const struct supervisor_setup *setup;
    int signals;
    int control; /* our end of the channel to the front; -1 without a front */
    struct child front;
    struct pause front_pause;
    struct verifier verifiers[LIMIT_VERIFIERS_COUNT];
    size_t n_verifiers;
    uint32_t last_number;
    bool said_ready;
    bool stopping;
    bool killed;         /* while stopping: all that was left has been told to end */
    int64_t stop_ms;     /* when whatever is left is killed */
    int64_t watchdog_ms; /* when the service manager has to hear from us again */
};

/* --- pauses --- */

/* What dies young is likely to do so again: each time it is given twice the pause. */
static void pause_after(struct pause *pause, int64_t started_ms)
{
    int64_t now = clock_now_ms();

    if (now - started_ms >= LIMIT_RESTART_PAUSE_MS) {
        *pause = (struct pause){.start_ms = now};
        return;
    }
    pause->start_ms = now + ((int64_t)LIMIT_RESTART_PAUSE_MS << pause->n_young);
    if (pause->n_young < LIMIT_RESTART_DOUBLINGS_COUNT)
        pause->n_young++;
}

/* --- starting --- */

static size_t count_processors(void)
{
    cpu_set_t set;
    int n;

    if (sched_getaffinity(0, sizeof(set), &set) < 0)
        return 1;
    n = CPU_COUNT(&set);
    return n > LIMIT_VERIFIERS_COUNT ? LIMIT_VERIFIERS_COUNT : (size_t)n;
}

static int supervisor_init(struct supervisor *supervisor, const struct supervisor_setup *setup)
{
    sigset_t set;

    *supervisor = (struct supervisor){
        .setup = setup,
        .signals = -1,
        .control = -1,
        .front = CHILD_NULL,
        .n_verifiers = count_processors(),
    };
    for (size_t i = 0; i < LIMIT_VERIFIERS_COUNT; i++)
        supervisor->verifiers[i].child = CHILD_NULL;

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
    supervisor->control = fd_close(supervisor->control);
}

/* A front that cannot be told about a verifier is of no use any more. */
static void tell_front(struct supervisor *supervisor, const struct control_message *message, int fd)
{
    int r;

    if (supervisor->control < 0)
        return;
    r = control_send(supervisor->control, message, fd);
    if (r && r != -EPIPE) {
        log_error("front: cannot be told: %s: it is ended", strerror(-r));
        child_signal(&supervisor->front, SIGKILL);
    }
}

static void start_verifier(struct supervisor *supervisor, struct verifier *verifier)
{
    struct control_message message = {.kind = CONTROL_VERIFIER};
    int socket = -1;
    int r = children_start_verifier(supervisor->setup, &verifier->child, &socket);

    if (r) {
        log_error("verifier: cannot be started: %s", strerror(-r));
        pause_after(&verifier->pause, clock_now_ms());
        return;
    }
    verifier->number = ++supervisor->last_number;
    message.verifier = verifier->number;
    message.pid = verifier->child.pid;
    tell_front(supervisor, &message, socket);
    fd_close(socket);
}

static void start_front(struct supervisor *supervisor)
{
    int r = children_start_front(supervisor->setup, &supervisor->front, &supervisor->control);

    if (r) {
        log_error("front: cannot be started: %s", strerror(-r));
        pause_after(&supervisor->front_pause, clock_now_ms());
    }
}

/* Starts whatever is missing and due. Verifiers need a front to be handed to. */
static void start_due(struct supervisor *supervisor)
{
    int64_t now = clock_now_ms();

    if (supervisor->stopping)
        return;
    if (supervisor->front.pid == 0 && now >= supervisor->front_pause.start_ms)
        start_front(supervisor);
    if (supervisor->control < 0)
        return;
    for (size_t i = 0; i < supervisor->n_verifiers; i++) {
        struct verifier *verifier = &supervisor->verifiers[i];

        if (verifier->child.pid == 0 && now >= verifier->pause.start_ms)
            start_verifier(supervisor, verifier);
    }
}

/* --- ending --- */

static void log_end(const char *who, pid_t pid, const struct child_end *end)
{
    if (end->signalled)
        log_warning("%s %d: ended by signal %d (%s): replaced", who, (int)pid, end->status,
                    sigdescr_np(end->status));
    else
        log_warning("%s %d: ended with status %d: replaced", who, (int)pid, end->status);
}

static enum control_cause cause_of(const struct child_end *end)
{
    if (!end->signalled)
        return CONTROL_CAUSE_OTHER;
    switch (end->status) {
    case SIGPROF:
        return CONTROL_CAUSE_CPU;
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGABRT:
    case SIGTRAP:
    case SIGSYS:
        return CONTROL_CAUSE_CRASH;
    default:
        return CONTROL_CAUSE_OTHER;
    }
}

/* One that ends in good order (it was spent, or its front has gone) is replaced at once. */
static bool is_orderly(const struct child_end *end)
{
    return !end->signalled && end->status == 0;
}

static void reap_verifier(struct supervisor *supervisor, struct verifier *verifier)
{
    pid_t pid = verifier->child.pid;
    int64_t started = verifier->child.started_ms;
    struct control_message message = {
        .kind = CONTROL_GONE,
        .verifier = verifier->number,
        .pid = pid,
    };
    struct child_end end;

    if (!child_reap(&verifier->child, &end) || supervisor->stopping)
        return;
    message.cause = cause_of(&end);
    if (is_orderly(&end)) {
        verifier->pause = (struct pause){0};
    } else {
        log_end("verifier", pid, &end);
        pause_after(&verifier->pause, started);
    }
    tell_front(supervisor, &message, -1);
}

/* Its verifiers hold sockets to nobody: they go with it, and new ones come with the new one. */
static void reap_front(struct supervisor *supervisor)
{
    pid_t pid = supervisor->front.pid;
    int64_t started = supervisor->front.started_ms;
    struct child_end end;

    if (!child_reap(&supervisor->front, &end))
        return;
    supervisor->control = fd_close(supervisor->control);
    for (size_t i = 0; i < supervisor->n_verifiers; i++)
        child_signal(&supervisor->verifiers[i].child, SIGKILL);
    if (supervisor->stopping)
        return;
    log_end("front", pid, &end);
    pause_after(&supervisor->front_pause, started);
}

static void reap_ended(struct supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->n_verifiers; i++)
        reap_verifier(supervisor, &supervisor->verifiers[i]);
    reap_front(supervisor);
}

static bool any_child(const struct supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->n_verifiers; i++) {
        if (supervisor->verifiers[i].child.pid > 0)
            return true;
    }
    return supervisor->front.pid > 0;
}

/* The front ends when its channel does, after what it is at; the verifiers end with the front. */
static void begin_stop(struct supervisor *supervisor)
{
    if (supervisor->stopping)
        return;
    supervisor->stopping = true;
    supervisor->stop_ms = clock_now_ms() + LIMIT_SHUTDOWN_MS;
    notify_send(&supervisor->setup->notify, "STOPPING=1");
    supervisor->control = fd_close(supervisor->control);
}

static void kill_all(struct supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->n_verifiers; i++)
        child_signal(&supervisor->verifiers[i].child, SIGKILL);
    child_signal(&supervisor->front, SIGKILL);
    supervisor->killed = true;
}

/* --- events --- */

static void handle_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;

    while (read(supervisor->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGHUP) {
            log_warning("SIGHUP: this version reads its configuration at the start: restart it");
            continue;
        }
        log_info("stopping: %s", sigdescr_np((int)info.ssi_signo));
        begin_stop(supervisor);
    }
}

static struct verifier *find_verifier(struct supervisor *supervisor, uint32_t number)
{
    for (size_t i = 0; i < supervisor->n_verifiers; i++) {
        if (supervisor->verifiers[i].number == number)
            return &supervisor->verifiers[i];
    }
    return NULL;
}

static void end_verifier(struct verifier *verifier)
{
    if (verifier->child.pid == 0)
        return;
    log_warning("verifier %d: past its deadline: ended", (int)verifier->child.pid);
    child_signal(&verifier->child, SIGKILL);
}

/* It was the request's doing: the others must not wait for what one of them has brought about. */
static void excuse_verifier(struct verifier *verifier)
{
    if (verifier->child.pid == 0)
        verifier->pause = (struct pause){0};
}

static int handle_message(struct supervisor *supervisor, const struct control_message *message)
{
    struct verifier *verifier = find_verifier(supervisor, message->verifier);

    if (message->kind != CONTROL_OVERRUN && message->kind != CONTROL_AT_WORK)
        return -EBADMSG;
    if (verifier && message->kind == CONTROL_OVERRUN)
        end_verifier(verifier);
    else if (verifier)
        excuse_verifier(verifier);
    return 0;
}

/*
 * The front handles what clients send: what it says is data, anything odd ends it, and however much
 * it says the rest gets its turn.
 */
static void handle_control(struct supervisor *supervisor)
{
    struct control_message message;
    int fd, r = 0;

    for (int i = 0; i < CONTROL_MESSAGES_COUNT && supervisor->control >= 0 && !r; i++) {
        r = control_receive(supervisor->control, &message, &fd);
        fd_close(fd);
        if (!r)
            r = handle_message(supervisor, &message);
    }
    if (r && r != -EAGAIN) {
        if (r < 0)
            log_error("front: what it says cannot be understood: it is ended");
        supervisor->control = fd_close(supervisor->control);
        child_signal(&supervisor->front, SIGKILL);
    }
}

/* Once, when there is somebody to serve. */
static void say_ready(struct supervisor *supervisor)
{
    if (supervisor->said_ready || supervisor->control < 0)
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

/* Until the next thing is due; -1 for nothing. */
static int poll_timeout(const struct supervisor *supervisor)
{
    int64_t now = clock_now_ms(), due = INT64_MAX;

    if (supervisor->stopping)
        due = supervisor->killed ? INT64_MAX : supervisor->stop_ms;
    else if (supervisor->front.pid == 0)
        due = supervisor->front_pause.start_ms;
    for (size_t i = 0; i < supervisor->n_verifiers && !supervisor->stopping; i++) {
        if (supervisor->verifiers[i].child.pid == 0 && supervisor->control >= 0)
            due = earlier(due, supervisor->verifiers[i].pause.start_ms);
    }
    if (supervisor->setup->notify.watchdog_ms > 0)
        due = earlier(due, supervisor->watchdog_ms);
    if (due == INT64_MAX)
        return -1;
    return due <= now ? 0 : (int)(due - now);
}

static int wait_for_events(struct supervisor *supervisor)
{
    struct pollfd fds[LIMIT_VERIFIERS_COUNT + 3] = {
        {.fd = supervisor->signals, .events = POLLIN},
        {.fd = supervisor->control, .events = POLLIN},
        {.fd = supervisor->front.pidfd, .events = POLLIN},
    };

    for (size_t i = 0; i < supervisor->n_verifiers; i++)
        fds[i + 3] = (struct pollfd){
            .fd = supervisor->verifiers[i].child.pidfd,
            .events = POLLIN,
        };
    if (poll(fds, supervisor->n_verifiers + 3, poll_timeout(supervisor)) < 0 && errno != EINTR)
        return -errno;
    return 0;
}

static int run(struct supervisor *supervisor)
{
    int r = 0;

    while (!r && !(supervisor->stopping && !any_child(supervisor))) {
        start_due(supervisor);
        say_ready(supervisor);
        feed_watchdog(supervisor);
        r = wait_for_events(supervisor);
        handle_signals(supervisor);
        handle_control(supervisor);
        reap_ended(supervisor);
        if (supervisor->stopping && !supervisor->killed && clock_now_ms() >= supervisor->stop_ms)
            kill_all(supervisor);
    }
    return r;
}

int supervisor_run(const struct supervisor_setup *setup)
{
    struct supervisor supervisor;
    int r = supervisor_init(&supervisor, setup);

    if (!r)
        r = run(&supervisor);
    supervisor_deinit(&supervisor);
    return r;
}
