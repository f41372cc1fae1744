/* SPDX-License-Identifier: MIT */
#include "daemon/verifier.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/hook.h"
#include "daemon/host/note.h"
#include "daemon/host/sandbox.h"
#include "proto/codec.h"
#include "proto/frame.h"

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

static struct answer answer_request(const struct verify_context *context,
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
    r = verification_init(verification, context, &request);
    if (r)
        return answer_error(r, verification->error_text);
    r = codec_write_verdict(&verification->verdict, arena, &answer.payload);
    if (!r && answer.payload.len > LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES)
        r = -E2BIG;
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

static int send_answer(int socket, uint64_t tag, const struct answer *answer)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    struct note note = {
        .from_s = 1, /* kept by nobody */
        .flags = answer->remember ? NOTE_REMEMBER : 0,
    };

    if (answer->error != ERROR_NONE) {
        size_t n = error_write_frame(frame, tag, answer->error, answer->text);

        return send_parts(socket, &note, frame, n, (struct bytes){0});
    }
    frame_write_header(frame, FRAME_KIND_VERDICT, tag, answer->payload.len);
    return send_parts(socket, &note, frame, FRAME_HEADER_BYTES, answer->payload);
}

static int serve_one(int socket, const struct verify_context *context, const uint8_t *data,
                     size_t n)
{
    struct verification verification = VERIFICATION_NULL;
    struct frame_header header;
    struct ask ask;
    struct answer answer;
    struct arena arena;
    int r;

    /* The front sends whole, sound frames, or something is very wrong. */
    if (n < sizeof(ask))
        return -EBADMSG;
    memcpy(&ask, data, sizeof(ask));
    data += sizeof(ask);
    n -= sizeof(ask);
    if (frame_peek(&header, data, n, LIMIT_FRAME_BYTES) != FRAME_COMPLETE || header.length != n)
        return -EBADMSG;
    r = sandbox_start_cpu_timer();
    if (r)
        return r;

    codec_arena_init(&arena);
    answer = answer_request(context, &verification, &arena, data + FRAME_HEADER_BYTES,
                            n - FRAME_HEADER_BYTES);
    sandbox_stop_cpu_timer();
    r = send_answer(socket, header.tag, &answer);
    verification_deinit(&verification);
    arena_deinit(&arena);
    /* Memory that one request has torn to pieces is not for the next. */
    return !r && answer.remember ? VERIFIER_SPENT : r;
}

int verifier_run(int socket, const struct verify_context *context)
{
    const size_t size = sizeof(struct ask) + LIMIT_FRAME_BYTES;
    uint8_t *buffer = malloc(size);
    int r = buffer ? 0 : -ENOMEM;

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
