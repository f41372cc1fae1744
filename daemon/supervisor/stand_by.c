/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/stand_by.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/limits.h"
#include "daemon/supervisor/channel.h"
#include "daemon/supervisor/facts.h"

/*
 * The time by which the service manager is asked to extend its waiting, and the interval at which
 * it is asked.
 */
#define EXTENSION_MS 30000
#define EXTEND_MS    10000
/* The longest time that the front may take to end. */
#define END_MS 2000

#define TEXT_BYTES (LOAD_ERROR_BYTES + 64)

struct stand_by {
    const struct supervisor_setup *setup;
    struct channel channel;
    struct file_watch *watch;
    const struct policy_error *refusal;
    bool asked;     /* an administrator waits for the outcome of a reload */
    bool try_now;   /* the configuration has to be tried at once */
    bool stopped;   /* SIGTERM or SIGINT has been received */
    int signals;    /* a signalfd */
    int64_t end_ms; /* this and the next three fields are times of clock_now_ms() */
    int64_t try_ms;
    int64_t look_ms;
    int64_t extend_ms;
};

/* --- the note about the start before --- */

static int open_note(const struct last_good_place *place, int flags)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s.refused", place->path ? place->path : "");

    if (!place->path || n < 0 || (size_t)n >= sizeof(path))
        return -1;
    return open(path, flags | O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
}

static bool is_recent(int note)
{
    int64_t now = clock_now_s();
    struct stat status;

    return fstat(note, &status) == 0 && status.st_mtim.tv_sec <= now &&
           now - status.st_mtim.tv_sec < LIMIT_RESTART_S;
}

bool stand_by_is_wanted(const struct supervisor_setup *setup)
{
    int note;
    bool wanted;

    if (setup->notify.socket < 0 || setup->spawn.listen_fd < 0)
        return false;
    note = open_note(&setup->last_good, 0);
    wanted = note >= 0 && is_recent(note);
    if (note < 0)
        note = open_note(&setup->last_good, O_CREAT | O_EXCL);
    if (note < 0 || futimens(note, NULL) < 0)
        wanted = true;
    fd_close(note);
    return wanted;
}

void stand_by_forget(const struct supervisor_setup *setup)
{
    char path[PATH_MAX];

    if (setup->last_good.path &&
        snprintf(path, sizeof(path), "%s.refused", setup->last_good.path) < (int)sizeof(path))
        (void)unlink(path);
}

/* --- the front without a policy --- */

static void send_socket(struct stand_by *stand_by, enum control_kind kind, const char *name, int fd)
{
    struct control_message message = {.kind = kind, .uid = geteuid()};

    snprintf(message.name, sizeof(message.name), "%s", name);
    if (fd >= 0)
        channel_send(&stand_by->channel, &message, fd);
}

static void send_sockets(struct stand_by *stand_by)
{
    const struct activation *sockets = &stand_by->setup->sockets;

    send_socket(stand_by, CONTROL_LISTEN, CONTROL_ADMIN_NAME, sockets->admin);
    for (size_t i = 0; i < sockets->n_named; i++)
        send_socket(stand_by, CONTROL_LISTEN, sockets->named[i].name, sockets->named[i].fd);
    send_socket(stand_by, CONTROL_METRICS, "", sockets->metrics);
}

static void send_text(struct stand_by *stand_by, enum control_kind kind, uint32_t cause,
                      const char *text)
{
    const struct control_message message = {.kind = kind, .cause = cause};

    channel_send_text(&stand_by->channel, &message, text, strlen(text));
}

/*
 * Sends the front the reason, for its clients, for the status, and for administrators who asked for
 * a reload.
 */
static void send_refusal(struct stand_by *stand_by)
{
    char why[LOAD_ERROR_BYTES], text[TEXT_BYTES];
    char *facts = facts_of_refusal(stand_by->refusal);

    snprintf(text, sizeof(text), "the configuration is refused: %s",
             load_error_text(stand_by->refusal, why, sizeof(why)));
    send_text(stand_by, CONTROL_UNAVAILABLE, 0, text);
    if (facts)
        send_text(stand_by, CONTROL_FACTS, 0, facts);
    free(facts);
    if (stand_by->asked)
        send_text(stand_by, CONTROL_RELOADED, 1, text);
    stand_by->asked = false;
}

static void start_front_due(struct stand_by *stand_by)
{
    if (!channel_start_due(&stand_by->channel, &stand_by->setup->spawn))
        return;
    stand_by->asked = false;
    send_sockets(stand_by);
    send_refusal(stand_by);
}

static void reap_front(struct stand_by *stand_by)
{
    struct child_end end;
    pid_t pid;

    if (channel_reap(&stand_by->channel, &end, &pid))
        log_warning("front %d: ended: replaced", (int)pid);
}

/* --- events --- */

static void handle_signals(struct stand_by *stand_by)
{
    struct signalfd_siginfo info;

    while (read(stand_by->signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGHUP) {
            stand_by->try_now = true;
            continue;
        }
        log_info("stopping: %s", sigdescr_np((int)info.ssi_signo));
        stand_by->stopped = true;
    }
}

/*
 * Handles a message of the front. Returns false if a front without verifiers does not send such a
 * message.
 */
static bool handle_message(struct stand_by *stand_by, const struct control_message *message)
{
    switch (message->kind) {
    case CONTROL_PONG:
        channel_note_answer(&stand_by->channel);
        return true;
    case CONTROL_RELOAD:
        stand_by->asked = true;
        stand_by->try_now = true;
        return true;
    default:
        return false;
    }
}

/*
 * Handles one message per call, so that a front that sends without end does not keep other events
 * waiting.
 */
static void handle_control(struct stand_by *stand_by)
{
    struct control_message message;
    int fd, r;

    if (!channel_is_open(&stand_by->channel))
        return;
    r = control_receive(stand_by->channel.socket, &message, &fd);
    fd_close(fd);
    if (r == -EAGAIN || (r == 0 && handle_message(stand_by, &message)))
        return;
    if (r <= 0)
        log_error("front: sent a message that makes no sense: killing it");
    channel_give_up(&stand_by->channel);
}

static void look_at_files(struct stand_by *stand_by)
{
    int64_t now = clock_now_ms();

    if (now < stand_by->look_ms)
        return;
    stand_by->look_ms = now + LIMIT_START_LOOK_MS;
    stand_by->try_now |= file_watch_has_changed(stand_by->watch);
}

/*
 * Asks the service manager to wait longer, because it takes a start that lasts too long for a
 * failure.
 */
static void extend_start(struct stand_by *stand_by)
{
    int64_t now = clock_now_ms();
    char state[64];

    if (now < stand_by->extend_ms)
        return;
    stand_by->extend_ms = now + EXTEND_MS;
    snprintf(state, sizeof(state), "EXTEND_TIMEOUT_USEC=%lld", (long long)EXTENSION_MS * 1000);
    notify_send(&stand_by->setup->notify, state);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int find_timeout(const struct stand_by *stand_by)
{
    int64_t due = earlier(stand_by->look_ms, earlier(stand_by->try_ms, stand_by->end_ms));
    int64_t left;

    due = earlier(due, channel_due_ms(&stand_by->channel));
    if (stand_by->channel.front.pid == 0)
        due = earlier(due, stand_by->channel.back_off.due_ms);
    left = due - clock_now_ms();
    return left > 0 ? (int)left : 0;
}

static void wait_for_events(struct stand_by *stand_by)
{
    struct pollfd fds[] = {
        {.fd = stand_by->signals, .events = POLLIN},
        {.fd = stand_by->channel.socket, .events = POLLIN},
        {.fd = stand_by->channel.front.pidfd, .events = POLLIN},
        {.fd = stand_by->channel.bin.pidfd, .events = POLLIN},
    };

    (void)poll(fds, sizeof(fds) / sizeof(fds[0]), find_timeout(stand_by));
    handle_signals(stand_by);
    handle_control(stand_by);
    channel_watch(&stand_by->channel);
    reap_front(stand_by);
    look_at_files(stand_by);
}

/*
 * Watches the files as they are now, before they are read the next time. If memory ran out, the
 * next attempt takes place only when its time has come.
 */
static void renew_watch(struct stand_by *stand_by)
{
    struct file_watch *watch = NULL;

    if (file_watch_new(&watch) == 0 && sources_watch(&stand_by->setup->sources, watch) == 0) {
        file_watch_free(stand_by->watch);
        stand_by->watch = watch;
    } else {
        file_watch_free(watch);
    }
}

enum stand_by_event stand_by_wait(struct stand_by *stand_by, const struct policy_error *refusal)
{
    char why[LOAD_ERROR_BYTES], state[TEXT_BYTES];

    stand_by->refusal = refusal;
    stand_by->try_now = false;
    stand_by->try_ms = clock_now_ms() + LIMIT_START_PAUSE_MS;
    snprintf(state, sizeof(state), "STATUS=not started: %s",
             load_error_text(refusal, why, sizeof(why)));
    notify_send(&stand_by->setup->notify, state);
    if (channel_is_open(&stand_by->channel))
        send_refusal(stand_by);
    while (!stand_by->stopped && !stand_by->try_now && clock_now_ms() < stand_by->try_ms) {
        if (clock_now_ms() >= stand_by->end_ms)
            return STAND_BY_GIVEN_UP;
        extend_start(stand_by);
        start_front_due(stand_by);
        wait_for_events(stand_by);
    }
    renew_watch(stand_by);
    return stand_by->stopped ? STAND_BY_STOPPED : STAND_BY_TRY_AGAIN;
}

/* --- life --- */

int stand_by_new(struct stand_by **stand_byp, const struct supervisor_setup *setup,
                 unsigned seconds)
{
    struct stand_by *stand_by = calloc(1, sizeof(*stand_by));
    int64_t now = clock_now_ms();
    sigset_t set;
    int r;

    if (!stand_by)
        return -ENOMEM;
    *stand_by = (struct stand_by){
        .setup = setup,
        .channel = CHANNEL_NULL,
        .look_ms = now + LIMIT_START_LOOK_MS,
        .end_ms = now + (int64_t)seconds * 1000,
    };
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    stand_by->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    r = stand_by->signals < 0 ? -errno : file_watch_new(&stand_by->watch);
    if (!r)
        r = sources_watch(&setup->sources, stand_by->watch);
    if (r) {
        stand_by_free(stand_by, NULL);
        return r;
    }
    *stand_byp = stand_by;
    return 0;
}

/* Waits for a process that was told to end, and kills it if that takes too long. */
static void end_child(struct child *child)
{
    struct pollfd ended = {.fd = child->pidfd, .events = POLLIN};
    struct child_end end;

    if (child->pid <= 0)
        return;
    if (poll(&ended, 1, END_MS) != 1)
        child_signal(child, SIGKILL);
    (void)poll(&ended, 1, END_MS);
    (void)child_reap(child, &end);
}

void stand_by_free(struct stand_by *stand_by, const char *outcome)
{
    if (!stand_by)
        return;
    if (outcome && stand_by->asked)
        send_text(stand_by, CONTROL_RELOADED, 0, outcome);
    channel_close(&stand_by->channel);
    end_child(&stand_by->channel.front);
    end_child(&stand_by->channel.bin);
    file_watch_free(stand_by->watch);
    fd_close(stand_by->signals);
    free(stand_by);
}

static void shut(int fd)
{
    if (fd >= 0)
        (void)shutdown(fd, SHUT_RDWR);
}

void stand_by_shut_sockets(const struct supervisor_setup *setup)
{
    shut(setup->spawn.listen_fd);
    shut(setup->sockets.admin);
    shut(setup->sockets.metrics);
    for (size_t i = 0; i < setup->sockets.n_named; i++)
        shut(setup->sockets.named[i].fd);
}
