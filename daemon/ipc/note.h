/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What front and verifier tell each other beside the frames, in one message with them: fixed sizes,
 * between two programs of one build. The front reads no payload; all that it has to know of a
 * verdict stands here.
 */

#include <stdint.h>

/* Which `client` section applies: settings.h. 0 is none. */
#define CLIENT_CLASS_NONE         0u
#define CLIENT_CLASS_UNIDENTIFIED UINT32_MAX

/* Stands before a request's frame. */
struct ask {
    uint32_t client_class;
    uint32_t uid; /* for what is recorded and logged: it decides nothing */
};

enum note_flags {
    NOTE_REMEMBER = 1 << 0, /* an error: it would take as much memory again */
    NOTE_REPORTED = 1 << 1, /* something would have been refused and is only reported */
};

#define NOTE_CODE_BYTES  64
#define NOTE_RULE_BYTES  128
#define NOTE_AUDIT_BYTES 768

/* Stands before a reply's frame. Strings end in NUL; the front looks for it within their bounds. */
struct note {
    /* The moments in Unix time, both included, between which the same request has the same answer.
     * Where from > until it is not to be kept. An error is never kept. */
    int64_t from_s;
    int64_t until_s;
    uint32_t outcome; /* of the verdict, enum verdict_outcome; 0 also with an error */
    uint32_t flags;
    uint32_t cpu_us;              /* CPU time of the verification */
    char code[NOTE_CODE_BYTES];   /* of the first failure, or the outcome's or the error's name */
    char rule[NOTE_RULE_BYTES];   /* the section that decided, cut if need be */
    char audit[NOTE_AUDIT_BYTES]; /* one line in printable ASCII for the log; may be empty */
};
