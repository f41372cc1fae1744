/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The front's end of one verifier: a socket, the job at work, one behind it, a deadline. The
 * verifier takes them in order, so the time of the second begins when the first is answered.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "daemon/front/job.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/note.h"
#include "proto/frame.h"

#define LINK_SLOTS 2

struct slot {
    struct job *job; /* NULL: taken back, its answer is for nobody */
    uint64_t number;
};

struct link {
    LIST_ENTRY(link) in_dispatch;
    void *context;
    uint32_t number;
    uint64_t epoch;
    int pid;
    int socket; /* -1 once it has closed */
    struct event *readable;
    struct slot slots[LINK_SLOTS]; /* the first is at work */
    size_t n_slots;
    int64_t since_ms;    /* when the first began */
    int64_t deadline_ms; /* of the first, or of the verifier's end once the socket has closed */
    bool reported;       /* the supervisor has been told to end it */
    bool spent;          /* it ends by itself after its last answer, or has ended */
};

LIST_HEAD(link_list, link);

/* Takes the socket, whatever the outcome. The callback gets the link. NULL without memory. */
struct link *link_new(const struct control_message *message, int socket, struct event_base *base,
                      event_callback_fn callback, void *context);

/* Closes and frees it; takes NULL. The jobs stay the caller's. Returns NULL. */
struct link *link_free(struct link *link);

/* Closes the socket: nothing more comes from there, and nothing goes. */
void link_close(struct link *link);

/* It may be given something. */
static inline bool link_is_open(const struct link *link)
{
    return link->socket >= 0 && !link->reported && !link->spent;
}

/* Sends a job under a number, and starts its deadline if it is the first. 0; -EPIPE if the verifier
 * has ended; or another -errno if it takes nothing. */
int link_send(struct link *link, struct job *job, uint64_t number);

/* The job at work leaves: the next begins. What it was, or NULL. */
struct job *link_pop(struct link *link);

/* Takes the second job back, if there is one: NULL or the job. Its answer, if it comes, is passed
 * over. */
struct job *link_take_second(struct link *link);

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
