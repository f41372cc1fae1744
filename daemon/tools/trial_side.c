/* SPDX-License-Identifier: MIT */
#include "daemon/tools/trial_side.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "daemon/limits.h"
#include "daemon/load/load_error.h"
#include "daemon/os/sandbox.h"
#include "proto/frame.h"

int trial_side_init(struct trial_side *side, const struct sources *sources)
{
    const struct epoch_number first = {.generation = 1, .epoch = 1};
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];
    int r;

    *side = TRIAL_SIDE_NULL;
    r = epoch_load(&side->epoch, sources, first, &error);
    if (r) {
        fprintf(stderr, "certnamed: %s\n", load_error_text(&error, text, sizeof(text)));
        return r > 0 ? -EINVAL : r;
    }
    epoch_settings(side->epoch, &side->settings);
    return 0;
}

static void end_verifier(struct trial_side *side)
{
    struct pollfd ended = {.fd = side->child.pidfd, .events = POLLIN};
    struct child_end end;

    side->socket = fd_close(side->socket);
    if (side->child.pid == 0)
        return;
    child_signal(&side->child, SIGKILL);
    while (!child_reap(&side->child, &end))
        (void)poll(&ended, 1, -1);
}

void trial_side_deinit(struct trial_side *side)
{
    end_verifier(side);
    side->epoch = epoch_free(side->epoch);
}

static int start_verifier(struct trial_side *side, const struct spawn_setup *spawn)
{
    if (side->socket >= 0)
        return 0;
    return spawn_verifier(spawn, side->epoch, &side->child, &side->socket);
}

static bool send_request(int socket, const struct ask *ask, const uint8_t *payload, size_t len)
{
    uint8_t header[FRAME_HEADER_BYTES];
    struct iovec parts[] = {
        {.iov_base = (void *)(uintptr_t)ask, .iov_len = sizeof(*ask)},
        {.iov_base = header, .iov_len = sizeof(header)},
        {.iov_base = (void *)(uintptr_t)payload, .iov_len = len},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};

    frame_write_header(header, FRAME_KIND_VERIFY, 1, len);
    return sendmsg(socket, &message, MSG_NOSIGNAL) ==
           (ssize_t)(sizeof(*ask) + sizeof(header) + len);
}

static bool is_terminated(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

/*
 * Receives the note of a reply. Everything that is compared is in the note, so the verdict itself
 * is dropped.
 */
static bool receive_note(int socket, struct note *note)
{
    struct pollfd reply = {.fd = socket, .events = POLLIN};

    return poll(&reply, 1, sandbox_patience_ms(LIMIT_VERIFY_WALL_MS)) == 1 &&
           recv(socket, note, sizeof(*note), MSG_DONTWAIT) == (ssize_t)sizeof(*note) &&
           is_terminated(note->code, sizeof(note->code)) &&
           is_terminated(note->rule, sizeof(note->rule)) &&
           is_terminated(note->audit, sizeof(note->audit));
}

static uint32_t find_class(const struct settings *settings, const struct record *record)
{
    uint32_t client_class = settings_class_of_socket(settings, record->socket);

    return client_class != CLIENT_CLASS_NONE ? client_class
                                             : settings_class(settings, record->uid, NULL, 0);
}

int trial_side_ask(struct trial_side *side, const struct spawn_setup *spawn,
                   const struct record *record, const uint8_t *payload, size_t len,
                   struct note *note)
{
    const struct ask ask = {
        .client_class = find_class(&side->settings, record),
        .uid = record->uid,
    };
    int r = start_verifier(side, spawn);

    if (r)
        return r;
    if (send_request(side->socket, &ask, payload, len) && receive_note(side->socket, note)) {
        /* A verifier that has run out of memory ends, so a new one is forked for the next request.
         */
        if (note->flags & NOTE_SPENT)
            end_verifier(side);
        return 0;
    }
    end_verifier(side);
    *note = (struct note){.code = "resources"};
    return 0;
}
