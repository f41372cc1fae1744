/* SPDX-License-Identifier: MIT */
#include "daemon/audit.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A line under construction; what does not fit is left out. */
struct line {
    char *text;
    size_t size;
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void print(struct line *line, const char *format, ...)
{
    size_t room = line->size - line->len;
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(line->text + line->len, room, format, arguments);
    va_end(arguments);
    if (n > 0)
        line->len += (size_t)n < room ? (size_t)n : room - 1;
}

/* A log is read by programs and terminals: what is not printable ASCII shows as \xNN. */
static void print_bytes(struct line *line, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.len && line->len + 5 < line->size; i++) {
        uint8_t c = bytes.data[i];

        if (c >= 0x20 && c < 0x7f && c != '\\')
            print(line, "%c", c);
        else
            print(line, "\\x%02x", c);
    }
}

static void print_hex(struct line *line, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        print(line, "%02x", bytes.data[i]);
}

static void print_failure(struct line *line, const struct verdict_failure *failure)
{
    print_bytes(line, failure->code);
    print(line, " (%u)", failure->verify_code);
    if (failure->depth > 0)
        print(line, " at depth %u", failure->depth);
}

static void write_audit(struct line *line, const struct verdict *verdict)
{
    bool refused = verdict->n_failures > 0;

    print(line, refused ? "refused " : "would refuse ");
    if (verdict->has_reference) {
        print(line, "%s ", verdict_identity_name(verdict->reference.type));
        print_bytes(line, verdict->reference.value);
        print(line, ": ");
    }
    print_failure(line, refused ? &verdict->failures[0] : &verdict->reported[0]);
    print(line, "; by ");
    print_bytes(line, verdict->rule.section);
    print(line, "; leaf sha256 ");
    print_hex(line, verdict->leaf.sha256);
}

static void copy_text(char *out, size_t size, struct bytes text)
{
    struct line line = {.text = out, .size = size};

    print_bytes(&line, text);
}

void audit_note(struct note *note, const struct verification *verification)
{
    const struct verdict *verdict = &verification->verdict;
    struct line line = {.text = note->audit, .size = sizeof(note->audit)};
    const char *outcome = verdict_outcome_name(verdict->outcome);

    note->from_s = verification->from;
    note->until_s = verification->until;
    note->outcome = verdict->outcome;
    if (verdict->n_reported > 0)
        note->flags |= NOTE_REPORTED;
    copy_text(note->code, sizeof(note->code),
              verdict->n_failures > 0 ? verdict->failures[0].code : words_static(outcome));
    copy_text(note->rule, sizeof(note->rule), verdict->rule.section);
    if (verdict->n_failures > 0 || verdict->n_reported > 0)
        write_audit(&line, verdict);
}
