/* SPDX-License-Identifier: MIT */
#include "daemon/verifier/verdict_note.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

/*
 * The bytes of a log line that are reserved for what follows the name: codes, a denial's reason,
 * section and fingerprint.
 */
#define REASON_BYTES 448

/* The part of REASON_BYTES that is reserved for section and fingerprint. */
#define SECTION_AND_LEAF_BYTES (NOTE_RULE_BYTES + 96)

/* Writes bytes that are not printable ASCII as \xNN, because programs and terminals read the log.
 */
static void print_bytes(struct text *line, struct bytes bytes)
{
    size_t i;

    for (i = 0; i < bytes.len && line->len + 8 < line->size; i++) {
        uint8_t c = bytes.data[i];

        if (c >= 0x20 && c < 0x7f && c != '\\')
            text_add_fitting(line, "%c", c);
        else
            text_add_fitting(line, "\\x%02x", c);
    }
    if (i < bytes.len)
        text_add_fitting(line, "...");
}

static void print_hex(struct text *line, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        text_add_fitting(line, "%02x", bytes.data[i]);
}

static void print_failure(struct text *line, const struct verdict_failure *failure)
{
    print_bytes(line, failure->code);
    text_add_fitting(line, " (%u)", failure->verify_code);
    if (failure->depth > 0)
        text_add_fitting(line, " at depth %u", failure->depth);
}

static bool is_denial(const struct verdict_failure *failure)
{
    static const char denied[] = "denied";

    return failure->code.len == strlen(denied) &&
           memcmp(failure->code.data, denied, strlen(denied)) == 0;
}

/*
 * Returns the message from its first colon on, without the general part before it; absent bytes if
 * it has no colon.
 */
static struct bytes skip_to_colon(struct bytes message)
{
    const uint8_t *colon = message.len > 0 ? memchr(message.data, ':', message.len) : NULL;
    size_t n = colon ? (size_t)(colon - message.data) : 0;

    return colon ? (struct bytes){colon, message.len - n} : (struct bytes){0};
}

/*
 * Writes the reason of a denial. Only the reason contains the deny section; `by` in the line is the
 * section that the name belongs to.
 */
static void print_denial(struct text *line, const struct verdict_failure *failures, size_t n)
{
    size_t i = 0;

    while (i < n && !is_denial(&failures[i]))
        i++;
    if (i == n)
        return;
    if (i > 0) {
        text_add_fitting(line, ", ");
        print_failure(line, &failures[i]);
    }
    print_bytes(line, skip_to_colon(failures[i].message));
}

/*
 * Writes the part of the line that the log must have, however long the name is that the client
 * chose.
 */
static void write_reason(struct text *line, const struct verdict *verdict, const char *rule)
{
    bool refused = verdict->n_failures > 0;
    const struct verdict_failure *failures = refused ? verdict->failures : verdict->reported;

    line->size -= SECTION_AND_LEAF_BYTES;
    print_failure(line, &failures[0]);
    print_denial(line, failures, refused ? verdict->n_failures : verdict->n_reported);
    line->size += SECTION_AND_LEAF_BYTES;
    text_add_fitting(line, "; by %s; leaf sha256 ", rule);
    print_hex(line, verdict->leaf.sha256);
}

static void write_audit(struct text *line, const struct verdict *verdict, const char *rule)
{
    char text[REASON_BYTES];
    struct text reason;

    text_init(&reason, text, sizeof(text));
    write_reason(&reason, verdict, rule);
    line->size -= reason.len + strlen(": ");
    text_add_fitting(line, verdict->n_failures > 0 ? "refused " : "would refuse ");
    if (verdict->has_reference) {
        text_add_fitting(line, "%s ", verdict_identity_name(verdict->reference.type));
        print_bytes(line, verdict->reference.value);
    }
    line->size += reason.len + strlen(": ");
    text_add_fitting(line, "%s%s", verdict->has_reference ? ": " : "", text);
}

/* Returns whether a rule that is only reported would have refused. */
static bool would_refuse(const struct verdict *verdict)
{
    return verdict->n_reported > verdict->n_unused;
}

static void copy_text(char *out, size_t size, struct bytes text)
{
    struct text line;

    text_init(&line, out, size);
    print_bytes(&line, text);
}

void verdict_note_fill(struct note *note, const struct verification *verification)
{
    const struct verdict *verdict = &verification->verdict;
    struct text line;
    const char *outcome = verdict_outcome_name(verdict->outcome);

    text_init(&line, note->audit, sizeof(note->audit));
    note->from_s = verification->from;
    note->until_s = verification->until;
    note->outcome = verdict->outcome;
    if (would_refuse(verdict))
        note->flags |= NOTE_REPORTED;
    copy_text(note->code, sizeof(note->code),
              verdict->n_failures > 0 ? verdict->failures[0].code : words_static(outcome));
    copy_text(note->rule, sizeof(note->rule), verdict->rule.section);
    if (verdict->n_failures > 0 || would_refuse(verdict))
        write_audit(&line, verdict, note->rule);
}

void verdict_note_fill_error(struct note *note, const char *code, int r)
{
    const struct error_origin origin = error_origin_last();
    struct text line;

    text_init(&line, note->audit, sizeof(note->audit));
    /* From a later second to an earlier one: the front caches no error. */
    note->from_s = 1;
    note->until_s = 0;
    snprintf(note->code, sizeof(note->code), "%s", code);
    if (r >= 0)
        return;
    text_add_fitting(&line, "failed: %s (errno %d)", strerrordesc_np(-r), -r);
    if (origin.r == r)
        text_add_fitting(&line, " in %s, %s:%d", origin.function, origin.file, origin.line);
}
