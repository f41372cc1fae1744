/* SPDX-License-Identifier: MIT */
#include "daemon/front/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/fd.h"
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"

static void set_deadline(struct link *link)
{
    link->deadline_ms = clock_now_ms() + sandbox_patience_ms(LIMIT_VERIFY_WALL_MS);
}

struct link *link_new(const struct control_message *message, int socket, struct event_base *base,
                      event_callback_fn callback, void *context)
{
    struct link *link = calloc(1, sizeof(*link));

    if (!link) {
        fd_close(socket);
        return NULL;
    }
    *link = (struct link){
        .context = context,
        .number = message->verifier,
        .epoch = message->epoch,
        .pid = message->pid,
        .socket = socket,
    };
    link->readable = event_new(base, socket, EV_READ | EV_PERSIST, callback, link);
    if (!link->readable || event_add(link->readable, NULL) < 0)
        return link_free(link);
    return link;
}

void link_close(struct link *link)
{
    if (link->readable)
        event_free(link->readable);
    link->readable = NULL;
    link->socket = fd_close(link->socket);
    set_deadline(link);
}

struct link *link_free(struct link *link)
{
    if (!link)
        return NULL;
    link_close(link);
    free(link);
    return NULL;
}

/* The first of the slots is the verifier's to work on from now. */
static void begin_first(struct link *link)
{
    set_deadline(link);
    link->since_ms = clock_now_ms();
    if (link->slots[0].job)
        link->slots[0].job->attempts++;
}

int link_send(struct link *link, struct job *job, uint64_t number)
{
    struct ask ask = {.client_class = job->question.client_class, .uid = job->uid};
    struct iovec parts[] = {
        {.iov_base = &ask, .iov_len = sizeof(ask)},
        {.iov_base = job->frame, .iov_len = job->n_frame},
    };
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t n;

    frame_write_header(job->frame, FRAME_KIND_VERIFY, number, job->n_frame - FRAME_HEADER_BYTES);
    n = sendmsg(link->socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0)
        return errno == ECONNRESET ? -EPIPE : -errno;
    if ((size_t)n != sizeof(ask) + job->n_frame)
        return -EMSGSIZE;
    job->number = number;
    link->slots[link->n_slots++] = (struct slot){.job = job, .number = number};
    if (link->n_slots == 1)
        begin_first(link);
    return 0;
}

struct job *link_pop(struct link *link)
{
    struct job *job = link->slots[0].job;

    if (link->n_slots == 0)
        return NULL;
    link->slots[0] = link->slots[1];
    link->slots[1] = (struct slot){0};
    if (--link->n_slots > 0)
        begin_first(link);
    return job;
}

struct job *link_take_second(struct link *link)
{
    struct job *job = link->n_slots == LINK_SLOTS ? link->slots[1].job : NULL;

    link->slots[1].job = NULL;
    return job;
}

static bool is_reply(const struct link *link, const struct frame_header *header)
{
    return link->n_slots > 0 && header->version == FRAME_VERSION && header->reserved == 0 &&
           header->tag == link->slots[0].number &&
           (header->kind == FRAME_KIND_VERDICT || header->kind == FRAME_KIND_ERROR);
}

static bool ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static bool is_note(const struct note *note)
{
    return ends(note->code, sizeof(note->code)) && ends(note->rule, sizeof(note->rule)) &&
           ends(note->audit, sizeof(note->audit));
}

enum link_status link_receive(struct link *link, struct note *note, uint8_t *data, size_t size,
                              struct frame_header *header)
{
    struct iovec parts[] = {
        {.iov_base = note, .iov_len = sizeof(*note)},
        {.iov_base = data, .iov_len = size},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t n;

    if (link->socket < 0)
        return LINK_NOTHING;
    n = recvmsg(link->socket, &message, MSG_DONTWAIT | MSG_TRUNC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return LINK_NOTHING;
    if (n <= 0)
        return LINK_CLOSED;
    if ((size_t)n < sizeof(*note) || (size_t)n > sizeof(*note) + size || !is_note(note))
        return LINK_BROKEN;
    n -= (ssize_t)sizeof(*note);
    if (frame_peek(header, data, (size_t)n, size) != FRAME_COMPLETE ||
        header->length != (size_t)n || !is_reply(link, header))
        return LINK_BROKEN;
    return LINK_REPLY;
}
