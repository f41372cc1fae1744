/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The front's end of one verifier process: its socket and at most two tasks. The verifier works on
 * the first task; the second waits behind it, and its time begins when the first has been answered.
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
    struct verify_task *task; /* NULL if the task was taken back; the reply to it is then ignored */
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
    /* the verifier is at work on the first slot */
    struct verifier_link_slot slots[VERIFIER_LINK_SLOTS];
    size_t n_slots;
    int64_t served_ms; /* the clock_now_ms() at which the verifier began its first request; 0: it
                          has had none */
    /* the clock_now_ms() at which the verifier began the task in the first slot */
    int64_t since_ms;
    int64_t deadline_ms; /* the deadline of the task in the first slot; once the socket is closed,
                            that of the process's end */
    bool is_condemned;   /* the supervisor has been asked to kill the process */
    bool is_rotating;    /* the verifier has served long enough and is to end when it is idle */
    bool is_ending;      /* the process will end by itself after its last reply, or has ended */
};

LIST_HEAD(verifier_link_list, verifier_link);

/*
 * Makes the front's end for a new verifier and takes over its socket, whatever happens. The
 * callback is called with the link when the socket can be read. Returns NULL if memory ran out.
 */
struct verifier_link *verifier_link_new(const struct control_message *message, int socket,
                                        struct event_base *base, event_callback_fn callback,
                                        void *context);

/* Closes the socket and frees the link, but not its tasks; does nothing for NULL. Returns NULL. */
struct verifier_link *verifier_link_free(struct verifier_link *link);

/*
 * Closes the socket, which makes the verifier end. The time that the verifier is given for its end
 * begins now.
 */
void verifier_link_close(struct verifier_link *link);

/* Returns whether the verifier may be given a task. */
static inline bool verifier_link_is_open(const struct verifier_link *link)
{
    return link->socket >= 0 && !link->is_condemned && !link->is_ending && !link->is_rotating;
}

/*
 * Sends a task as one message under a number, which the reply must repeat; SIGPIPE must be ignored.
 * If the task is the first one, its deadline begins. Returns 0; -EPIPE if the verifier has ended;
 * or another -errno if the socket does not take the message.
 */
int verifier_link_send(struct verifier_link *link, struct verify_task *task, uint64_t number);

/*
 * Removes the first task, so that the second becomes the first and its time begins. Returns the
 * removed task; NULL if there was none or it had been taken back.
 */
struct verify_task *verifier_link_pop(struct verifier_link *link);

/*
 * Takes the second task back. If the verifier replies to it, the reply will be ignored. Returns the
 * task; NULL if there is none.
 */
struct verify_task *verifier_link_take_second(struct verifier_link *link);

enum verifier_link_status {
    VERIFIER_LINK_NOTHING = 0, /* there is nothing to read */
    VERIFIER_LINK_REPLY,       /* a well-formed reply to the task in the first slot */
    VERIFIER_LINK_CLOSED,      /* the verifier has closed its end of the socket */
    VERIFIER_LINK_BROKEN,      /* a message that is not a reply to the task in the first slot */
};

/*
 * Reads one message: its note into *note, its frame into `data` (room for `size` bytes). After
 * VERIFIER_LINK_REPLY each string of the note ends in a NUL within its array, and *header is the
 * frame's header, whose length, version, kind and tag have been checked. The payload, which follows
 * the header in `data`, has not been checked.
 */
enum verifier_link_status verifier_link_receive(struct verifier_link *link, struct note *note,
                                                uint8_t *data, size_t size,
                                                struct frame_header *header);
