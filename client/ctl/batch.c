/* SPDX-License-Identifier: MIT */
/*
 * Up to 48 lines of a batch are kept in a window, in the order of the input. The library may answer
 * their questions in any order; a line is printed when that line and every line before it have
 * their answers. Input is read while the window has room.
 */
#include "client/ctl/batch.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/ctl/batch_line.h"
#include "client/ctl/command.h"
#include "client/ctl/json.h"
#include "client/ctl/line_reader.h"
#include "client/ctl/text.h"

/*
 * Lines that are read ahead. Fewer than the 64 questions that the daemon takes from one connection
 * at a time, so that the client never has to wait for room on the connection.
 */
#define WINDOW_COUNT 48
/* The timeout of one question. Within it the library asks again while the daemon is busy. */
#define QUESTION_MS 60000

struct batch;

struct batch_slot {
    struct batch *batch;
    json_t *id;
    char *output; /* the line to print; NULL until the answer has come */
};

struct batch {
    struct certname_client *client;
    struct line_reader lines;
    struct batch_slot slots[WINDOW_COUNT]; /* a ring of n_slots slots that begins at `first` */
    size_t first;
    size_t n_slots;
    bool ended;     /* the input has no more lines */
    bool undecided; /* a line got an error */
    bool failed;    /* the batch cannot go on; the reason has been printed */
};

static struct batch_slot *slot_at(struct batch *batch, size_t index)
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

/*
 * Prints the reason now, while errno still holds it, and clears the error of stdout, so that main()
 * does not report the same failure again.
 */
static void fail_output(struct batch *batch)
{
    fail_io(batch, "cannot write to standard output");
    clearerr(stdout);
}

/* --- answers --- */

/* Makes the output line, which begins with the id. Releases the answer, which may be NULL. */
static void finish_slot(struct batch_slot *slot, json_t *answer)
{
    json_t *object = json_pack("{s:O}", "id", slot->id);

    if (!answer || !object || json_object_update(object, answer) < 0) {
        json_decref(object);
        object = NULL;
    }
    json_decref(answer);
    slot->output = json_line(object);
    if (!slot->output)
        fail(slot->batch, "no memory for an answer");
}

static void finish_with_error(struct batch_slot *slot, const char *code, const char *message)
{
    slot->batch->undecided = true;
    finish_slot(slot, json_from_error(code, message));
}

/* The certname_answer_fn of each question: makes the output line of its slot. */
static void take_answer(void *context, int result, struct certname_verdict *verdict)
{
    struct batch_slot *slot = context;

    /* The batch ended early and freed the client, so that no further line is printed. */
    if (result == CERTNAME_ERR_CANCELED)
        return;
    if (result < 0)
        finish_with_error(slot, certname_result_name(result),
                          certname_client_error(slot->batch->client));
    else
        finish_slot(slot, json_from_verdict(verdict));
    (void)certname_verdict_free(verdict);
}

static void free_slot(struct batch_slot *slot)
{
    json_decref(slot->id);
    free(slot->output);
    *slot = (struct batch_slot){0};
}

static void print_answers(struct batch *batch)
{
    while (!batch->failed && batch->n_slots > 0 && slot_at(batch, 0)->output) {
        if (puts(slot_at(batch, 0)->output) < 0)
            fail_output(batch);
        free_slot(slot_at(batch, 0));
        batch->first = (batch->first + 1) % WINDOW_COUNT;
        batch->n_slots--;
    }
}

/* --- questions --- */

static struct batch_slot *add_slot(struct batch *batch)
{
    struct batch_slot *slot = slot_at(batch, batch->n_slots);

    *slot = (struct batch_slot){.batch = batch, .id = json_null()};
    batch->n_slots++;
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

static void ask_line(struct batch *batch, const char *line, size_t len)
{
    struct certname_question *question;
    struct batch_line_error error;
    struct batch_slot *slot;
    int r;

    if (is_blank(line, len))
        return;
    slot = add_slot(batch);
    question = certname_question_new();
    r = question ? batch_line_read(question, line, len, &slot->id, &error) : -ENOMEM;
    if (r < 0)
        fail(batch, "no memory for a question");
    else if (r == 0)
        finish_with_error(slot, error.code, error.text);
    if (r == 1)
        r = certname_ask(batch->client, question, take_answer, slot);
    if (r < 0 && !batch->failed)
        finish_with_error(slot, certname_result_name(r), certname_client_error(batch->client));
    (void)certname_question_free(question);
}

/*
 * Takes what the input has next: a line, an overlong line, or the end. Returns false if more input
 * has to be read first.
 */
static bool take_line(struct batch *batch)
{
    const char *line;
    size_t len;

    switch (line_reader_next(&batch->lines, &line, &len)) {
    case LINE_READER_LINE:
        ask_line(batch, line, len);
        return true;
    case LINE_READER_TOO_LONG:
        finish_with_error(add_slot(batch), "invalid-request",
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

/* Takes lines from the buffered input until reading would have to wait or the window is full. */
static void take_lines(struct batch *batch)
{
    while (!batch->failed && !batch->ended && batch->n_slots < WINDOW_COUNT) {
        if (take_line(batch))
            continue;
        if (!line_reader_is_ready(&batch->lines))
            return;
        if (line_reader_fill(&batch->lines))
            fail_io(batch, "cannot read standard input");
    }
}

/* --- waiting --- */

static void wait_for_events(struct batch *batch)
{
    bool wants_lines = !batch->ended && batch->n_slots < WINDOW_COUNT;
    struct pollfd watched[] = {
        {.fd = certname_client_fd(batch->client),
         .events = (short)certname_client_events(batch->client)},
        {.fd = wants_lines ? STDIN_FILENO : -1, .events = POLLIN},
    };
    int wait_ms = certname_client_wait_ms(batch->client);

    if (wait_ms == 0)
        return;
    /* The program that writes the input may wait for these answers before it writes more. */
    if (fflush(stdout) != 0) {
        fail_output(batch);
        return;
    }
    if (batch->n_slots > 0 || wants_lines)
        (void)poll(watched, 2, wait_ms);
}

static void step(struct batch *batch)
{
    take_lines(batch);
    if (!batch->failed && certname_process(batch->client) < 0)
        fail(batch, certname_client_error(batch->client));
    print_answers(batch);
    if (!batch->failed && !(batch->ended && batch->n_slots == 0))
        wait_for_events(batch);
}

int batch_run(struct certname_client *client)
{
    struct batch batch = {.client = client};

    if (line_reader_init(&batch.lines, STDIN_FILENO)) {
        text_complain("no memory for the input");
        return COMMAND_UNDECIDED;
    }
    (void)certname_client_set_timeout(client, QUESTION_MS);
    while (!batch.failed && !(batch.ended && batch.n_slots == 0))
        step(&batch);
    if (!batch.failed && fflush(stdout) != 0)
        fail_output(&batch);

    /* Freeing the client calls take_answer() for every question without an answer, which uses its
     * slot. So free the client before the slots. */
    (void)certname_client_free(client);
    for (size_t i = 0; i < batch.n_slots; i++)
        free_slot(slot_at(&batch, i));
    line_reader_deinit(&batch.lines);
    return batch.failed || batch.undecided ? COMMAND_UNDECIDED : COMMAND_DONE;
}
