/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The front's end of one verifier process: its socket, and at most two tasks. The verifier
 * works on the first; the second waits behind it, and its time begins when the first is answered.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "daemon/front/verify_task.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/note.h"
#include "proto/frame.h"

#define VERIFIER_LINK_SLOTS 2

struct verifier_link_slot {
    struct verify_task *task; /* NULL: taken back, its reply is ignored */
    uint64_t number;
};

struct verifier_link {
    LIST_ENTRY(verifier_link) in_dispatch;
    void *context;
    uint32_t number;
    uint64_t epoch;
    int pid;
    int socket; /* -1 once it is closed */
    struct event *readable;
    struct verifier_link_slot slots[VERIFIER_LINK_SLOTS]; /* the first is at work */
    size_t n_slots;
    int64_t served_ms;   /* when the verifier began with its first request; 0: it has had none */
    int64_t since_ms;    /* when the verifier began with the first slot */
    int64_t deadline_ms; /* for the first slot, or for the end of the process once the socket is
                            closed */
    bool is_condemned;   /* the supervisor was asked to kill it */
    bool is_rotating;    /* it has served long enough, and ends when it is idle */
    bool is_ending;      /* the process ends by itself after its last reply, or has ended */
};

LIST_HEAD(verifier_link_list, verifier_link);

/* Makes the front's end for a new verifier and takes its socket, whatever the outcome. The callback
 * is called with the link when there is something to read. Returns NULL without memory. */
struct verifier_link *verifier_link_new(const struct control_message *message, int socket,
                                        struct event_base *base, event_callback_fn callback,
                                        void *context);

/* Closes the socket and frees the link; its tasks stay the caller's. NULL is ignored.
 * Returns NULL. */
struct verifier_link *verifier_link_free(struct verifier_link *link);

/* Closes the socket, upon which the verifier ends. The time that it gets for that begins now. */
void verifier_link_close(struct verifier_link *link);

/* Returns whether the verifier may be given a task. */
static inline bool verifier_link_is_open(const struct verifier_link *link)
{
    return link->socket >= 0 && !link->is_condemned && !link->is_ending && !link->is_rotating;
}

/* Sends a task (in one message, for which SIGPIPE has to be ignored) under a number, which the
 * reply has to bear, and starts its deadline if it is the first. Returns 0; -EPIPE if the verifier
 * has ended; or another -errno if the verifier does not take it. */
int verifier_link_send(struct verifier_link *link, struct verify_task *task, uint64_t number);

/* Takes the first task out, so that the second becomes the first and its time begins.
 * Returns the task, or NULL if the slot was empty or taken back. */
struct verify_task *verifier_link_pop(struct verifier_link *link);

/* Takes the second task back; if the verifier replies to it, the reply is ignored. Returns
 * the task, or NULL if there is none. */
struct verify_task *verifier_link_take_second(struct verifier_link *link);

enum verifier_link_status {
    VERIFIER_LINK_NOTHING = 0, /* there is nothing to read */
    VERIFIER_LINK_REPLY,       /* a well-formed reply to the first slot */
    VERIFIER_LINK_CLOSED,      /* the verifier has closed its end */
    VERIFIER_LINK_BROKEN,      /* a message that is not a reply to the first slot */
};

/*
 * Reads one message: its note into *note, its frame into `data` (room for `size` bytes). After
 * VERIFIER_LINK_REPLY the note's strings end within their bounds, and *header is the frame's
 * header, whose length, version, kind and tag have been checked. The payload, which follows the
 * header in `data`, has not been looked at.
 */
enum verifier_link_status verifier_link_receive(struct verifier_link *link, struct note *note,
                                                uint8_t *data, size_t size,
                                                struct frame_header *header);
