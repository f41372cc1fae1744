/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/switch_over.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/ipc/settings.h"
#include "daemon/limits.h"
#include "daemon/load/load_error.h"

static size_t count_processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (size_t)CPU_COUNT(&set);
}

static size_t count_workers(const struct epoch *epoch)
{
    size_t n = epoch_n_workers(epoch);

    if (n == 0)
        n = count_processors();
    return n > LIMIT_VERIFIERS_COUNT ? LIMIT_VERIFIERS_COUNT : n;
}

size_t switch_over_n_verifiers(const struct epoch *epoch)
{
    return count_workers(epoch) + LIMIT_SPARE_VERIFIERS_COUNT;
}

int switch_over_open_files(struct front_files *files, const struct front_files *old,
                           const struct epoch *epoch, struct policy_error *error)
{
    const struct policy *policy = epoch_context(epoch)->policy;

    int r = front_files_open(files, old, policy_record(policy)->file, policy_metrics_socket(policy),
                             error);

    if (r)
        return r;
    r = named_sockets_open(&files->sockets, &old->sockets, policy, error);
    if (r)
        front_files_close(files, old);
    return r;
}

/* If r is negative, fills in *error with `what` and the text of that errno. Returns r. */
static int explain(struct policy_error *error, const char *what, int r)
{
    return r < 0 ? load_error_set(error, r, "%s: %s", what, strerror(-r)) : r;
}

/* Returns 0, and *fdp is a sealed memory file with the front's settings; or -errno and *error. */
static int seal_settings(const struct epoch *epoch, int *fdp, struct policy_error *error)
{
    struct settings *settings = malloc(sizeof(*settings));
    int r = -ENOMEM;

    if (settings) {
        epoch_settings(epoch, settings);
        settings->limits.workers = (uint32_t)count_workers(epoch);
        r = settings_seal(settings, fdp);
    }
    free(settings);
    return explain(error, "the front's settings cannot be written", r);
}

/* --- sending --- */

static void send_fd(struct serving *serving, enum control_kind kind, int fd)
{
    const struct control_message message = {
        .kind = kind,
        .epoch = epoch_number(serving->epoch).epoch,
    };

    channel_send(&serving->channel, &message, fd);
}

static void send_socket(struct serving *serving, enum control_kind kind,
                        const struct named_socket *socket)
{
    struct control_message message = {.kind = kind, .uid = geteuid()};

    memcpy(message.name, socket->name, sizeof(message.name));
    channel_send(&serving->channel, &message, kind == CONTROL_LISTEN ? socket->fd : -1);
}

/* Sends a message of this kind about each socket that `one` has and `other` has not. */
static void send_difference(struct serving *serving, enum control_kind kind,
                            const struct named_sockets *one, const struct named_sockets *other)
{
    for (size_t i = 0; i < one->n; i++) {
        const struct named_socket *socket = &one->sockets[i];
        const struct named_socket *same = named_sockets_find(other, socket->name);

        if (!same || same->fd != socket->fd)
            send_socket(serving, kind, socket);
    }
}

/*
 * Sends the epoch in force, and the files and sockets that differ from those that the front has.
 * Sockets are closed before the epoch is sent and opened after it, so that nobody asks at a named
 * socket while a policy is in force that does not know the socket.
 */
static void send_epoch(struct serving *serving, int settings, const struct front_files *known)
{
    send_difference(serving, CONTROL_UNLISTEN, &known->sockets, &serving->files.sockets);
    send_fd(serving, CONTROL_EPOCH, settings);
    send_difference(serving, CONTROL_LISTEN, &serving->files.sockets, &known->sockets);
    if (serving->files.record != known->record)
        send_fd(serving, CONTROL_RECORD, serving->files.record);
    if (serving->files.metrics != known->metrics)
        send_fd(serving, CONTROL_METRICS, serving->files.metrics);
    serving->announced = true;
}

bool switch_over_announce(struct serving *serving)
{
    const struct front_files none = FRONT_FILES_NULL;
    struct policy_error error = {0};
    int settings = -1;

    if (serving->announced || !channel_is_open(&serving->channel))
        return false;
    if (seal_settings(serving->epoch, &settings, &error) != 0) {
        log_error("front: %s: killing it", error.message);
        channel_give_up(&serving->channel);
        return false;
    }
    send_epoch(serving, settings, &none);
    fd_close(settings);
    return true;
}

int switch_over_follow_record(struct serving *serving, struct policy_error *error)
{
    struct front_files files = FRONT_FILES_NULL, old = serving->files;
    int r;

    if (!front_files_record_has_moved(&serving->files))
        return 0;
    r = switch_over_open_files(&files, &serving->files, serving->epoch, error);
    if (r)
        return r;
    serving->files = files;
    if (serving->announced)
        send_fd(serving, CONTROL_RECORD, files.record);
    front_files_close(&old, &serving->files);
    return 0;
}

/* --- entering --- */

/*
 * Puts the epoch in force. It cannot fail, because everything that can fail has been done before.
 */
static void replace_epoch(struct serving *serving, struct epoch *epoch, struct front_files *files,
                          int settings)
{
    struct epoch *old = serving->epoch;
    struct front_files old_files = serving->files;

    assert(epoch_number(epoch).epoch > epoch_number(old).epoch);
    serving->epoch = epoch;
    serving->files = *files;
    serving->pool.n = switch_over_n_verifiers(epoch);
    send_epoch(serving, settings, &old_files);
    front_files_close(&old_files, &serving->files);
    /* The old verifiers are forked processes, which have their own copies of the old epoch in
     * memory. */
    epoch_free(old);
}

int switch_over_enter(struct serving *serving, struct epoch *epoch, struct policy_error *error)
{
    struct front_files files = FRONT_FILES_NULL;
    int settings = -1;
    int r = seal_settings(epoch, &settings, error);

    if (!r)
        r = switch_over_open_files(&files, &serving->files, epoch, error);
    if (!r && channel_is_open(&serving->channel))
        r = explain(error, "the verifiers of the new epoch cannot be started",
                    pool_renew(&serving->pool, switch_over_n_verifiers(epoch), serving->spawn,
                               epoch, &serving->channel));
    if (!r)
        replace_epoch(serving, epoch, &files, settings);
    else
        front_files_close(&files, &serving->files);
    fd_close(settings);
    return r;
}
