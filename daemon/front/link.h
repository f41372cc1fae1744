/* SPDX-License-Identifier: MIT */
#pragma once

/* The front's end of one verifier: a socket, at most one request, a deadline. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "daemon/front/dispatch.h"
#include "daemon/host/note.h"
#include "proto/frame.h"

struct link {
    LIST_ENTRY(link) in_dispatch;
    uint32_t number;
    int pid;
    int socket; /* -1 once it has closed */
    struct event *readable;
    struct job *job; /* at work; NULL: idle */
    uint64_t job_number;
    int64_t deadline_ms; /* of the job at work, or of its end once the socket has closed */
    bool reported;       /* the supervisor has been told to end it */
};

LIST_HEAD(link_list, link);

/* Takes the socket, whatever the outcome. NULL without memory. */
struct link *link_new(uint32_t number, int pid, int socket, struct event_base *base,
                      event_callback_fn callback, void *context);

/* Closes and frees it; takes NULL. The job stays the caller's. Returns NULL. */
struct link *link_free(struct link *link);

/* Closes the socket: nothing more comes from there, and nothing goes. */
void link_close(struct link *link);

static inline bool link_is_idle(const struct link *link)
{
    return link->socket >= 0 && !link->job && !link->reported;
}

/* Sends a job under a number, and starts its deadline. True if it went. */
bool link_send(struct link *link, struct job *job, uint64_t number);

enum link_status {
    LINK_NOTHING = 0, /* nothing is there */
    LINK_REPLY,       /* a sound reply to the job at work */
    LINK_CLOSED,      /* the verifier's end has closed */
    LINK_BROKEN,      /* what came is not a reply to the job at work */
};

/*
 * Reads one message: its note, whose strings end within their bounds, and its frame into `data`.
 * With LINK_REPLY, *header is that of the frame and the payload follows it: its length, version,
 * kind and tag have been checked, its payload has not been looked at.
 */
enum link_status link_receive(struct link *link, struct note *note, uint8_t *data, size_t size,
                              struct frame_header *header);
