/* SPDX-License-Identifier: MIT */
#include "daemon/verifier/verifier.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "daemon/ipc/note.h"
#include "daemon/os/sandbox.h"
#include "daemon/verifier/hook.h"
#include "daemon/verifier/verdict_note.h"
#include "daemon/verifier/warm_up.h"
#include "proto/codec.h"
#include "proto/frame.h"

/* Without a request for so long it has time to rehearse. */
#define LEISURE_MS 20

/* It has answered, and is to be replaced. */
#define VERIFIER_SPENT 1

/* What becomes of one request: a verdict, or an error with its text. */
struct answer {
    enum error_code error; /* ERROR_NONE: `payload` is a Verdict */
    bool remember;         /* it would take as much memory again */
    const char *text;
    struct bytes payload;
};

/* Our own failure becomes an error reply: never a verdict. */
static struct answer answer_error(int r, const char *text)
{
    if (r > 0)
        return (struct answer){.error = (enum error_code)r, .text = text};
    if (r == -ENOMEM || r == -E2BIG)
        return (struct answer){
            .error = ERROR_RESOURCES,
            .remember = true,
            .text = "the verification ran out of memory",
        };
    return (struct answer){.error = ERROR_INTERNAL, .text = "the verification failed by itself"};
}

/* A refusal is short, whatever the certificate holds: what is least needed of it is left out,
 * unless an explanation was asked for. */
static int write_verdict(struct verdict *verdict, bool explain, struct arena *arena,
                         struct bytes *payload)
{
    int r = codec_write_verdict(verdict, arena, payload);

    for (int step = 0; !r && step < VERDICT_SHORTENINGS_COUNT && !explain &&
                       verdict->outcome == VERDICT_NOT_VERIFIED &&
                       payload->len > LIMIT_REFUSAL_BYTES - FRAME_HEADER_BYTES;
         step++) {
        verdict_shorten(verdict, step);
        r = codec_write_verdict(verdict, arena, payload);
    }
    if (!r && payload->len > LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES)
        r = -E2BIG;
    return r;
}

static struct answer answer_request(const struct verify_context *context,
                                    const struct verify_asker *asker,
                                    struct verification *verification, struct arena *arena,
                                    const uint8_t *payload, size_t len)
{
    struct answer answer = {0};
    struct request request;
    const char *text;
    int r = codec_read_request(&request, arena, payload, len, &text);

    if (r)
        return answer_error(r, text);
    hook_before_verification(&request);
    r = verification_init(verification, context, asker, &request);
    if (r)
        return answer_error(r, verification->error_text);
    r = write_verdict(&verification->verdict, request.explain, arena, &answer.payload);
    return r ? answer_error(r, "") : answer;
}

static int send_parts(int socket, const struct note *note, const void *first, size_t n_first,
                      struct bytes second)
{
    struct iovec parts[] = {
        {.iov_base = (void *)(uintptr_t)note, .iov_len = sizeof(*note)},
        {.iov_base = (void *)(uintptr_t)first, .iov_len = n_first},
        {.iov_base = (void *)(uintptr_t)second.data, .iov_len = second.len},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};

    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int send_answer(int socket, uint64_t tag, struct note *note, const struct answer *answer)
{
    uint8_t frame[ERROR_FRAME_BYTES];

    if (answer->error != ERROR_NONE) {
        size_t n = error_write_frame(frame, tag, answer->error, answer->text);

        note->from_s = 1; /* kept by nobody */
        note->until_s = 0;
        note->flags = answer->remember ? NOTE_REMEMBER : 0;
        snprintf(note->code, sizeof(note->code), "%s", error_name(answer->error));
        return send_parts(socket, note, frame, n, (struct bytes){0});
    }
    frame_write_header(frame, FRAME_KIND_VERDICT, tag, answer->payload.len);
    return send_parts(socket, note, frame, FRAME_HEADER_BYTES, answer->payload);
}

/* Takes what the front says of the asker off the front of a message. */
static int read_asker(struct verify_asker *asker, const uint8_t **datap, size_t *np)
{
    struct ask ask;

    if (*np < sizeof(ask))
        return -EBADMSG;
    memcpy(&ask, *datap, sizeof(ask));
    *datap += sizeof(ask);
    *np -= sizeof(ask);
    asker->client_class = ask.client_class;
    asker->now = clock_now_s();
    return 0;
}

static int serve_one(int socket, const struct verify_context *context, const uint8_t *data,
                     size_t n)
{
    struct verification verification = VERIFICATION_NULL;
    struct note note = {0};
    struct verify_asker asker;
    struct frame_header header;
    struct answer answer;
    struct arena arena;
    int64_t started_us;
    int r;

    /* The front sends whole, sound frames, or something is very wrong. */
    r = read_asker(&asker, &data, &n);
    if (r || frame_peek(&header, data, n, LIMIT_FRAME_BYTES) != FRAME_COMPLETE ||
        header.length != n)
        return -EBADMSG;
    r = sandbox_start_cpu_timer();
    if (r)
        return r;

    started_us = clock_cpu_us();
    codec_arena_init(&arena);
    answer = answer_request(context, &asker, &verification, &arena, data + FRAME_HEADER_BYTES,
                            n - FRAME_HEADER_BYTES);
    sandbox_stop_cpu_timer();
    if (answer.error == ERROR_NONE)
        verdict_note_fill(&note, &verification);
    note.cpu_us = (uint32_t)(clock_cpu_us() - started_us);
    r = send_answer(socket, header.tag, &note, &answer);
    verification_deinit(&verification);
    arena_deinit(&arena);
    /* Memory that one request has torn to pieces is not for the next. */
    return !r && answer.remember ? VERIFIER_SPENT : r;
}

/* Where a request waits already, as after an activation, a rehearsal would only be in its way. */
static int rehearse_at_leisure(int socket, const struct verify_context *context)
{
    struct pollfd request = {.fd = socket, .events = POLLIN};

    return poll(&request, 1, LEISURE_MS) == 0 ? warm_up_verify(context) : 0;
}

int verifier_run(int socket, const struct verify_context *context)
{
    const size_t size = sizeof(struct ask) + LIMIT_FRAME_BYTES;
    uint8_t *buffer = malloc(size);
    int r = buffer ? rehearse_at_leisure(socket, context) : -ENOMEM;

    while (!r) {
        ssize_t n = recv(socket, buffer, size, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            r = n < 0 ? -errno : 0;
            break;
        }
        r = serve_one(socket, context, buffer, (size_t)n);
    }
    free(buffer);
    return r == VERIFIER_SPENT ? 0 : r;
}
