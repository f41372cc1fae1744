/* SPDX-License-Identifier: MIT */
/*
 * A window of lines in their order: each is a question to be sent, one whose answer is awaited, or
 * an answer that waits for those before it to be printed. One thread does what can be done without
 * waiting, and waits only for what must come next: an answer, the end of a pause, or input.
 */
#include "client/ctl/batch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/ctl/batch_line.h"
#include "client/ctl/json.h"
#include "client/ctl/line_reader.h"
#include "client/ctl/text.h"

/* Under the 64 that the daemon takes of one connection. */
#define WINDOW_COUNT 48
#define PAUSE_MS_MAX 64
/* BUSY for so long, and nobody answered: it will not get better. */
#define BUSY_MS_MAX 60000

enum slot_state {
    SLOT_TO_SEND = 0,
    SLOT_SENT,
    SLOT_DONE,
};

struct slot {
    enum slot_state state;
    struct certname_question *question;
    json_t *id;
    uint64_t tag;
    bool resent;        /* the connection broke under it once */
    int64_t busy_since; /* 0: it was never told BUSY */
    int64_t not_before; /* when to ask again */
    unsigned pause_ms;  /* the last one */
    char *output;       /* once done */
};

struct batch {
    struct certname_client *client;
    struct line_reader lines;
    struct slot slots[WINDOW_COUNT]; /* a ring */
    size_t first;
    size_t n_slots;
    size_t n_sent;
    size_t n_to_send;
    int64_t progress_at; /* the last answer that was not BUSY */
    bool ended;          /* no more lines */
    bool undecided;      /* some line got no verdict */
    bool failed;         /* we cannot go on, and it has been said why */
};

static struct slot *slot_at(struct batch *batch, size_t index)
{
    return &batch->slots[(batch->first + index) % WINDOW_COUNT];
}

static void fail(struct batch *batch, const char *what)
{
    text_complain("%s", what);
    batch->failed = true;
}

static void fail_io(struct batch *batch, const char *what)
{
    text_complain("%s: %s", what, strerror(errno));
    batch->failed = true;
}

/* It is said here why, and not at the end of the program again. */
static void fail_output(struct batch *batch)
{
    fail_io(batch, "cannot write to standard output");
    clearerr(stdout);
}

static void slot_deinit(struct slot *slot)
{
    (void)certname_question_free(slot->question);
    json_decref(slot->id);
    free(slot->output);
    *slot = (struct slot){0};
}

/* --- lines that are done --- */

static void set_state(struct batch *batch, struct slot *slot, enum slot_state state)
{
    batch->n_sent -= slot->state == SLOT_SENT;
    batch->n_to_send -= slot->state == SLOT_TO_SEND;
    slot->state = state;
    batch->n_sent += state == SLOT_SENT;
    batch->n_to_send += state == SLOT_TO_SEND;
}

/* The id comes first in the line, whatever it is; `answer` is taken. */
static void finish(struct batch *batch, struct slot *slot, json_t *answer)
{
    json_t *object = json_pack("{s:O}", "id", slot->id);

    if (!answer || !object || json_object_update(object, answer) < 0) {
        json_decref(object);
        object = NULL;
    }
    json_decref(answer);
    slot->output = json_line(object);
    if (!slot->output)
        fail(batch, "no memory for an answer");
    slot->question = certname_question_free(slot->question);
    set_state(batch, slot, SLOT_DONE);
}

static void finish_error(struct batch *batch, struct slot *slot, const char *code,
                         const char *message)
{
    batch->undecided = true;
    finish(batch, slot, json_from_error(code, message));
}

static void print_done(struct batch *batch)
{
    while (!batch->failed && batch->n_slots > 0 && slot_at(batch, 0)->state == SLOT_DONE) {
        if (puts(slot_at(batch, 0)->output) < 0)
            fail_output(batch);
        slot_deinit(slot_at(batch, 0));
        batch->first = (batch->first + 1) % WINDOW_COUNT;
        batch->n_slots--;
    }
}

/* --- asking --- */

static void ask_later(struct batch *batch, struct slot *slot)
{
    int64_t now = clock_now_ms();
    int64_t quiet_since;

    if (slot->busy_since == 0)
        slot->busy_since = now;
    quiet_since = slot->busy_since > batch->progress_at ? slot->busy_since : batch->progress_at;
    if (now - quiet_since > BUSY_MS_MAX) {
        finish_error(batch, slot, certname_result_name(CERTNAME_ERR_BUSY),
                     certname_client_error(batch->client));
        return;
    }
    slot->pause_ms = slot->pause_ms == 0 ? 1 : slot->pause_ms * 2;
    if (slot->pause_ms > PAUSE_MS_MAX)
        slot->pause_ms = PAUSE_MS_MAX;
    slot->not_before = now + (int64_t)slot->pause_ms;
    set_state(batch, slot, SLOT_TO_SEND);
}

/* A question that got no verdict: whether that is the end of it depends on why. */
static void settle_error(struct batch *batch, struct slot *slot, int error)
{
    if (error == CERTNAME_ERR_BUSY) {
        ask_later(batch, slot);
    } else if (error == CERTNAME_ERR_UNAVAILABLE && !slot->resent) {
        slot->resent = true;
        set_state(batch, slot, SLOT_TO_SEND);
    } else {
        finish_error(batch, slot, certname_result_name(error),
                     certname_client_error(batch->client));
    }
}

/* The connection is gone, and every answer that was awaited with it. */
static void settle_sent(struct batch *batch, int error)
{
    for (size_t i = 0; i < batch->n_slots; i++) {
        if (slot_at(batch, i)->state == SLOT_SENT)
            settle_error(batch, slot_at(batch, i), error);
    }
}

static bool closes_connection(int error)
{
    return error == CERTNAME_ERR_UNAVAILABLE || error == CERTNAME_ERR_TIMEOUT ||
           error == CERTNAME_ERR_PROTOCOL || error == CERTNAME_ERR_UNTRUSTED_DAEMON;
}

static void send_slot(struct batch *batch, struct slot *slot)
{
    int r = certname_send(batch->client, slot->question, &slot->tag);

    if (r == 0) {
        set_state(batch, slot, SLOT_SENT);
        return;
    }
    if (closes_connection(r))
        settle_sent(batch, r);
    settle_error(batch, slot, r);
}

/*
 * A line under which the connection broke goes alone the second time: if it is the one that breaks
 * connections, it takes no other with it.
 */
static bool may_send(const struct batch *batch, const struct slot *slot, int64_t now)
{
    return slot->state == SLOT_TO_SEND && slot->not_before <= now &&
           (!slot->resent || batch->n_sent == 0);
}

static void send_due(struct batch *batch)
{
    int64_t now = clock_now_ms();

    for (size_t i = 0; i < batch->n_slots && !batch->failed; i++) {
        struct slot *slot = slot_at(batch, i);

        if (may_send(batch, slot, now))
            send_slot(batch, slot);
    }
}

/* Waits until the first of the questions that were told BUSY may be asked again. */
static void pause_until_due(struct batch *batch)
{
    int64_t wait_ms = PAUSE_MS_MAX;
    int64_t now = clock_now_ms();
    struct timespec wait;

    for (size_t i = 0; i < batch->n_slots; i++) {
        const struct slot *slot = slot_at(batch, i);

        if (slot->state == SLOT_TO_SEND && slot->not_before - now < wait_ms)
            wait_ms = slot->not_before - now;
    }
    if (wait_ms <= 0)
        return;
    wait = (struct timespec){.tv_nsec = (long)wait_ms * 1000000L};
    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, NULL);
}

static struct slot *find_tag(struct batch *batch, uint64_t tag)
{
    for (size_t i = 0; i < batch->n_slots; i++) {
        if (slot_at(batch, i)->state == SLOT_SENT && slot_at(batch, i)->tag == tag)
            return slot_at(batch, i);
    }
    return NULL;
}

static void receive(struct batch *batch)
{
    struct certname_verdict *verdict;
    struct slot *slot;
    uint64_t tag;
    int r = certname_receive(batch->client, &tag, &verdict);

    slot = tag ? find_tag(batch, tag) : NULL;
    if (r < 0 && tag == 0) {
        settle_sent(batch, r);
    } else if (!slot) {
        fail(batch, "an answer came to a question that was not asked");
    } else {
        if (r != CERTNAME_ERR_BUSY)
            batch->progress_at = clock_now_ms();
        if (r < 0)
            settle_error(batch, slot, r);
        else
            finish(batch, slot, json_from_verdict(verdict));
    }
    (void)certname_verdict_free(verdict);
}

/* --- input --- */

static struct slot *add_slot(struct batch *batch)
{
    struct slot *slot = slot_at(batch, batch->n_slots);

    *slot = (struct slot){.state = SLOT_TO_SEND, .id = json_null()};
    batch->n_slots++;
    batch->n_to_send++;
    return slot;
}

static bool is_blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!memchr(" \t\r", line[i], 3))
            return false;
    }
    return true;
}

static void take_line(struct batch *batch, const char *line, size_t len)
{
    struct batch_line_error error;
    struct slot *slot;
    int r;

    if (is_blank(line, len))
        return;
    slot = add_slot(batch);
    slot->question = certname_question_new();
    r = slot->question ? batch_line_read(slot->question, line, len, &slot->id, &error) : -ENOMEM;
    if (r == 0)
        finish_error(batch, slot, error.code, error.text);
    else if (r < 0)
        fail(batch, "no memory for a request");
}

/* False if no line is there yet. */
static bool take_input(struct batch *batch)
{
    const char *line;
    size_t len;

    switch (line_reader_next(&batch->lines, &line, &len)) {
    case LINE_READER_LINE:
        take_line(batch, line, len);
        return true;
    case LINE_READER_TOO_LONG:
        finish_error(batch, add_slot(batch), "invalid-request",
                     "the line is longer than 524,288 bytes");
        return true;
    case LINE_READER_END:
        batch->ended = true;
        return true;
    case LINE_READER_NEED_MORE:
        break;
    }
    return false;
}

/* Reads only if that need not wait, or there is nothing else to wait for. */
static bool read_input(struct batch *batch)
{
    if (!line_reader_is_ready(&batch->lines)) {
        /* Whoever feeds us may wait for these answers before it goes on. */
        if (fflush(stdout) != 0)
            fail_output(batch);
        if (batch->n_sent > 0 || batch->failed)
            return false;
    }
    if (line_reader_fill(&batch->lines))
        fail_io(batch, "cannot read standard input");
    return true;
}

/* A daemon that says BUSY is not given more to do. */
static bool wants_input(const struct batch *batch)
{
    return !batch->ended && batch->n_slots < WINDOW_COUNT && batch->n_to_send == 0;
}

static void step(struct batch *batch)
{
    print_done(batch);
    if (batch->n_to_send > 0)
        send_due(batch);
    if (batch->failed)
        return;
    if (wants_input(batch) && (take_input(batch) || read_input(batch)))
        return;
    if (batch->n_sent > 0)
        receive(batch);
    else if (batch->n_to_send > 0)
        pause_until_due(batch);
}

int batch_run(struct certname_client *client)
{
    struct batch batch = {.client = client};

    if (line_reader_init(&batch.lines, STDIN_FILENO)) {
        text_complain("no memory");
        return 2;
    }
    while (!batch.failed && !(batch.ended && batch.n_slots == 0))
        step(&batch);
    if (!batch.failed && fflush(stdout) != 0)
        fail_output(&batch);

    for (size_t i = 0; i < batch.n_slots; i++)
        slot_deinit(slot_at(&batch, i));
    line_reader_deinit(&batch.lines);
    return batch.failed || batch.undecided ? 2 : 0;
}
