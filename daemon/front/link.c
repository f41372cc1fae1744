/* SPDX-License-Identifier: MIT */
#include "daemon/front/link.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/host/clock.h"
#include "daemon/host/fd.h"
#include "daemon/host/sandbox.h"
#include "proto/limits.h"

/* Sanitizers and valgrind are slow, and no deadline of theirs means anything. */
#define RELAXED_FACTOR 60

static void set_deadline(struct link *link)
{
    link->deadline_ms = clock_now_ms() +
                        LIMIT_VERIFY_WALL_MS * (sandbox_is_relaxed() ? RELAXED_FACTOR : 1);
}

struct link *link_new(uint32_t number, int pid, int socket, struct event_base *base,
                      event_callback_fn callback, void *context)
{
    struct link *link = calloc(1, sizeof(*link));

    if (!link) {
        fd_close(socket);
        return NULL;
    }
    *link = (struct link){.number = number, .pid = pid, .socket = socket};
    link->readable = event_new(base, socket, EV_READ | EV_PERSIST, callback, context);
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

bool link_send(struct link *link, struct job *job, uint64_t number)
{
    ssize_t n;

    frame_write_header(job->frame, FRAME_KIND_VERIFY, number, job->n_frame - FRAME_HEADER_BYTES);
    n = send(link->socket, job->frame, job->n_frame, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 || (size_t)n != job->n_frame)
        return false;
    link->job = job;
    link->job_number = number;
    set_deadline(link);
    return true;
}

static bool is_reply(const struct link *link, const struct frame_header *header)
{
    return link->job && header->version == FRAME_VERSION &&
           (header->reserved == 0 || header->reserved == FRAME_RESERVED_REMEMBER) &&
           header->tag == link->job_number &&
           (header->kind == FRAME_KIND_VERDICT || header->kind == FRAME_KIND_ERROR);
}

enum link_status link_receive(struct link *link, uint8_t *data, size_t size,
                              struct frame_header *header)
{
    ssize_t n;

    if (link->socket < 0)
        return LINK_NOTHING;
    n = recv(link->socket, data, size, MSG_DONTWAIT | MSG_TRUNC);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return LINK_NOTHING;
    if (n <= 0)
        return LINK_CLOSED;
    if ((size_t)n > size || frame_peek(header, data, (size_t)n, size) != FRAME_COMPLETE ||
        header->length != (size_t)n || !is_reply(link, header))
        return LINK_BROKEN;
    return LINK_REPLY;
}
