/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes what a verifier sends to the front, which must not trust it, while the verifier has
 * request number 1.
 */

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/front/verifier_link.h"
#include "proto/limits.h"
#include "tests/fuzz/fuzz.h"

static struct event_base *base;

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    (void)socket;
    (void)events;
    (void)context;
}

static void receive(struct verifier_link *link)
{
    static uint8_t data[LIMIT_REPLY_BYTES];
    struct frame_header header;
    struct note note;

    if (verifier_link_receive(link, &note, data, sizeof(data), &header) != VERIFIER_LINK_REPLY)
        return;
    fuzz_must(strlen(note.code) < sizeof(note.code) && strlen(note.rule) < sizeof(note.rule) &&
                  strlen(note.audit) < sizeof(note.audit),
              "the note's texts end");
    fuzz_must(header.length >= FRAME_HEADER_BYTES && header.length <= sizeof(data),
              "the frame is in the buffer");
    fuzz_must(header.tag == 1, "it answers what is at work");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct control_message message = {.kind = CONTROL_VERIFIER, .verifier = 1, .epoch = 1};
    struct verifier_link *link;
    int pair[2];

    if (!base)
        base = event_base_new();
    if (!base || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return 0;
    link = verifier_link_new(&message, pair[0], base, on_readable, NULL);
    if (link) {
        link->slots[0].number = 1;
        link->n_slots = 1;
        if (send(pair[1], data, n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n)
            receive(link);
        verifier_link_free(link);
    }
    close(pair[1]);
    return 0;
}
