/* SPDX-License-Identifier: MIT */
#include "daemon/verifier/verifier.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "daemon/ipc/note.h"
#include "daemon/os/sandbox.h"
#include "daemon/verifier/hook.h"
#include "daemon/verifier/verdict_note.h"
#include "daemon/verifier/warm_up.h"
#include "daemon/x509/parse/allocation.h"
#include "proto/codec.h"
#include "proto/frame.h"

/* How long a new verifier waits for a request, in milliseconds, before it warms up. */
#define IDLE_MS 20

/* Returned after a reply if the verifier has to end. */
#define VERIFIER_SPENT 1

/* The reply to one request: a verdict, or an error with its text. */
struct verifier_answer {
    enum error_code error; /* ERROR_NONE: `payload` is a Verdict */
    bool remember; /* the request has to be remembered, since it would run out of memory again */
    int failure;   /* a negative errno if the verifier itself failed; else 0 */
    const char *text;
    uint32_t field; /* the number of the field of the request that the error is about; 0 if it is
                       about none */
    struct bytes payload;
};

/*
 * Makes an error reply from an error code (r > 0) or from a failure of our own (r < 0). No failure
 * ever becomes a verdict.
 */
static struct verifier_answer answer_error(int r, const char *text)
{
    assert(r != 0);
    if (r > 0)
        return (struct verifier_answer){.error = (enum error_code)r, .text = text};
    if (r == -E2BIG)
        return (struct verifier_answer){
            .error = ERROR_RESOURCES,
            .remember = true,
            .failure = r,
            .text = "the verification needs more memory than one may use",
        };
    if (r == -ENOMEM)
        return (struct verifier_answer){
            .error = ERROR_RESOURCES,
            .failure = r,
            .text = "the verifier ran out of memory: ask again",
        };
    return (struct verifier_answer){
        .error = ERROR_INTERNAL,
        .failure = r,
        .text = "the verification failed by itself",
    };
}

/*
 * Encodes a verdict. Unless the client asked for an explanation, a verdict that refuses and is too
 * long is shortened step by step, the least needed parts first. Returns 0 or -errno.
 */
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
        r = error_origin(-E2BIG);
    return r;
}

static struct verifier_answer answer_request(const struct verify_context *context,
                                             const struct verify_asker *asker,
                                             struct verification *verification, struct arena *arena,
                                             const uint8_t *payload, size_t len)
{
    struct verifier_answer answer = {0};
    struct request request;
    struct codec_fault fault;
    int r = codec_read_request(&request, arena, payload, len, &fault);

    if (r) {
        answer = answer_error(r, fault.text);
        answer.field = fault.field;
        return answer;
    }
    hook_before_verification(&request);
    x509_allocation_begin(LIMIT_VERIFY_MEMORY_BYTES);
    r = verification_init(verification, context, asker, &request);
    /* If an allocation failed, even a verdict that refuses may be wrong. */
    if (x509_allocation_end())
        return answer_error(x509_allocation_end(), "");
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

    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? error_origin(-errno) : 0;
}

static bool is_out_of_memory(const struct verifier_answer *answer)
{
    return answer->failure == -ENOMEM || answer->failure == -E2BIG;
}

static int send_answer(int socket, uint64_t tag, struct note *note,
                       const struct verifier_answer *answer)
{
    uint8_t frame[ERROR_FRAME_BYTES];

    if (answer->error != ERROR_NONE) {
        size_t n = error_write_field_frame(frame, tag, answer->error, answer->field, answer->text);

        note->flags = (answer->remember ? NOTE_REMEMBER : 0u) |
                      (is_out_of_memory(answer) ? NOTE_SPENT : 0u);
        verdict_note_fill_error(note, error_name(answer->error), answer->failure);
        return send_parts(socket, note, frame, n, (struct bytes){0});
    }
    frame_write_header(frame, FRAME_KIND_VERDICT, tag, answer->payload.len);
    return send_parts(socket, note, frame, FRAME_HEADER_BYTES, answer->payload);
}

/*
 * Reads the struct ask at the beginning of a message, which describes the client, and moves *datap
 * past it. Returns 0 or -EBADMSG.
 */
static int read_asker(struct verify_asker *asker, uint64_t *scopep, const uint8_t **datap,
                      size_t *np)
{
    struct ask ask;

    if (*np < sizeof(ask))
        return error_origin(-EBADMSG);
    memcpy(&ask, *datap, sizeof(ask));
    *datap += sizeof(ask);
    *np -= sizeof(ask);
    *scopep = ask.scope;
    asker->client_class = ask.client_class;
    asker->now = clock_now_s();
    return 0;
}

/* The data that end_without_memory needs for its reply. */
struct verifier_question {
    int socket;
    uint64_t tag;
    int64_t started_us;
};

/*
 * Called within libcrypto when an allocation fails: replies that memory ran out, and ends the
 * process without returning to libcrypto.
 */
static void end_without_memory(int failure, void *context)
{
    const struct verifier_question *question = context;
    const struct verifier_answer answer = answer_error(failure, "");
    struct note note = {.cpu_us = (uint32_t)(clock_cpu_us() - question->started_us)};

    sandbox_stop_cpu_timer();
    (void)send_answer(question->socket, question->tag, &note, &answer);
    _exit(EXIT_SUCCESS);
}

/*
 * Judges one request and replies. *last_scopep is the scope (daemon/ipc/note.h) of the request
 * before.
 */
static int serve_one(int socket, const struct verify_context *context, uint64_t *last_scopep,
                     const uint8_t *data, size_t n)
{
    struct verification verification = VERIFICATION_NULL;
    struct note note = {0};
    struct verify_asker asker;
    struct frame_header header;
    struct verifier_answer answer;
    struct arena arena;
    uint64_t scope = 0;
    struct verifier_question question = {.socket = socket};
    int r;

    /* The front checks frames before it passes them on, so a bad one is a fault of the front. */
    r = read_asker(&asker, &scope, &data, &n);
    if (r || frame_peek(&header, data, n, LIMIT_FRAME_BYTES) != FRAME_COMPLETE ||
        header.length != n)
        return error_origin(-EBADMSG);
    if (scope != *last_scopep && context->engine)
        path_engine_forget(context->engine);
    *last_scopep = scope;
    r = sandbox_start_cpu_timer();
    if (r)
        return r;

    question.tag = header.tag;
    question.started_us = clock_cpu_us();
    x509_allocation_end_by(end_without_memory, &question);
    error_origin_clear();
    codec_arena_init(&arena);
    answer = answer_request(context, &asker, &verification, &arena, data + FRAME_HEADER_BYTES,
                            n - FRAME_HEADER_BYTES);
    x509_allocation_end_by(NULL, NULL);
    sandbox_stop_cpu_timer();
    if (answer.error == ERROR_NONE)
        verdict_note_fill(&note, &verification);
    note.cpu_us = (uint32_t)(clock_cpu_us() - question.started_us);
    r = send_answer(socket, header.tag, &note, &answer);
    verification_deinit(&verification);
    arena_deinit(&arena);
    /* After running out of memory the heap is fragmented, and a library may have kept something
     * incomplete. So the next request gets a new verifier. */
    return !r && is_out_of_memory(&answer) ? VERIFIER_SPENT : r;
}

static void end_warm_up(int failure, void *context)
{
    (void)failure;
    (void)context;
    _exit(EXIT_FAILURE);
}

/*
 * Warms up, unless a request arrives at once, as happens after socket activation: that request
 * would have to wait.
 */
static int warm_up_if_idle(int socket, const struct verify_context *context)
{
    struct pollfd request = {.fd = socket, .events = POLLIN};
    int r;

    if (poll(&request, 1, IDLE_MS) != 0)
        return 0;
    x509_allocation_end_by(end_warm_up, NULL);
    r = warm_up_verify(context);
    x509_allocation_end_by(NULL, NULL);
    return r ? r : x509_allocation_end();
}

int verifier_run(int socket, const struct verify_context *context)
{
    const size_t size = sizeof(struct ask) + LIMIT_FRAME_BYTES;
    uint8_t *buffer = malloc(size);
    uint64_t last_scope = 0;
    int r = buffer ? warm_up_if_idle(socket, context) : error_origin(-ENOMEM);

    while (!r) {
        ssize_t n = recv(socket, buffer, size, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            r = n < 0 ? error_origin(-errno) : 0;
            break;
        }
        r = serve_one(socket, context, &last_scope, buffer, (size_t)n);
    }
    free(buffer);
    /* If the front ends while a verifier answers or before it reads, the socket is closed with
     * unread bytes in it, which gives -EPIPE or -ECONNRESET and is no failure of the verifier. */
    return r == VERIFIER_SPENT || r == -EPIPE || r == -ECONNRESET ? 0 : r;
}
