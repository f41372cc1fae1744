/* SPDX-License-Identifier: MIT */
#include "daemon/front/verifier_link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/clock.h"
#include "base/fd.h"
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"

static void set_deadline(struct verifier_link *link)
{
    link->deadline_ms = clock_now_ms() + sandbox_patience_ms(LIMIT_VERIFY_WALL_MS);
}

struct verifier_link *verifier_link_new(const struct control_message *message, int socket,
                                        struct event_base *base, event_callback_fn callback,
                                        void *context)
{
    struct verifier_link *link = calloc(1, sizeof(*link));

    if (!link) {
        fd_close(socket);
        return NULL;
    }
    *link = (struct verifier_link){
        .context = context,
        .number = message->verifier,
        .epoch = message->epoch,
        .pid = message->pid,
        .socket = socket,
    };
    link->readable = event_new(base, socket, EV_READ | EV_PERSIST, callback, link);
    if (!link->readable || fcntl(socket, F_SETFL, O_NONBLOCK) < 0 ||
        event_add(link->readable, NULL) < 0)
        return verifier_link_free(link);
    return link;
}

void verifier_link_close(struct verifier_link *link)
{
    if (link->readable)
        event_free(link->readable);
    link->readable = NULL;
    link->socket = fd_close(link->socket);
    set_deadline(link);
}

struct verifier_link *verifier_link_free(struct verifier_link *link)
{
    if (!link)
        return NULL;
    verifier_link_close(link);
    free(link);
    return NULL;
}

/* Called when the verifier begins to work on the first slot. */
static void begin_first(struct verifier_link *link)
{
    set_deadline(link);
    link->since_ms = clock_now_ms();
    if (link->served_ms == 0)
        link->served_ms = link->since_ms;
    if (link->slots[0].task)
        link->slots[0].task->n_attempts++;
}

int verifier_link_send(struct verifier_link *link, struct verify_task *task, uint64_t number)
{
    struct ask ask = {
        .client_class = task->key.client_class,
        .uid = task->uid,
        .scope = task->key.scope,
    };
    struct iovec parts[] = {
        {.iov_base = &ask, .iov_len = sizeof(ask)},
        {.iov_base = task->frame, .iov_len = task->n_frame},
    };
    ssize_t n;

    frame_write_header(task->frame, FRAME_KIND_VERIFY, number, task->n_frame - FRAME_HEADER_BYTES);
    n = writev(link->socket, parts, 2);
    if (n < 0)
        return errno == ECONNRESET ? -EPIPE : -errno;
    if ((size_t)n != sizeof(ask) + task->n_frame)
        return -EMSGSIZE;
    task->number = number;
    link->slots[link->n_slots++] = (struct verifier_link_slot){.task = task, .number = number};
    if (link->n_slots == 1)
        begin_first(link);
    return 0;
}

struct verify_task *verifier_link_pop(struct verifier_link *link)
{
    struct verify_task *task = link->slots[0].task;

    if (link->n_slots == 0)
        return NULL;
    link->slots[0] = link->slots[1];
    link->slots[1] = (struct verifier_link_slot){0};
    if (--link->n_slots > 0)
        begin_first(link);
    return task;
}

struct verify_task *verifier_link_take_second(struct verifier_link *link)
{
    struct verify_task *task = link->n_slots == VERIFIER_LINK_SLOTS ? link->slots[1].task : NULL;

    link->slots[1].task = NULL;
    return task;
}

static bool is_reply(const struct verifier_link *link, const struct frame_header *header)
{
    return link->n_slots > 0 && header->version == FRAME_VERSION && header->reserved == 0 &&
           header->tag == link->slots[0].number &&
           (header->kind == FRAME_KIND_VERDICT || header->kind == FRAME_KIND_ERROR);
}

static bool is_terminated(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static bool is_note(const struct note *note)
{
    return is_terminated(note->code, sizeof(note->code)) &&
           is_terminated(note->rule, sizeof(note->rule)) &&
           is_terminated(note->audit, sizeof(note->audit));
}

enum verifier_link_status verifier_link_receive(struct verifier_link *link, struct note *note,
                                                uint8_t *data, size_t size,
                                                struct frame_header *header)
{
    struct iovec parts[] = {
        {.iov_base = note, .iov_len = sizeof(*note)},
        {.iov_base = data, .iov_len = size},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t n;

    if (link->socket < 0)
        return VERIFIER_LINK_NOTHING;
    n = recvmsg(link->socket, &message, MSG_DONTWAIT | MSG_TRUNC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return VERIFIER_LINK_NOTHING;
    if (n <= 0)
        return VERIFIER_LINK_CLOSED;
    if ((size_t)n < sizeof(*note) || (size_t)n > sizeof(*note) + size || !is_note(note))
        return VERIFIER_LINK_BROKEN;
    n -= (ssize_t)sizeof(*note);
    if (frame_peek(header, data, (size_t)n, size) != FRAME_COMPLETE ||
        header->length != (size_t)n || !is_reply(link, header))
        return VERIFIER_LINK_BROKEN;
    return VERIFIER_LINK_REPLY;
}
