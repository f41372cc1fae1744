/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The structs that front and verifier put before the frames that they exchange, each in one message
 * with its frame. They have a fixed size, since both programs are of one build. The front reads no
 * payload: everything that it has to know of a verdict is in the note.
 */

#include <stdint.h>

/*
 * The class of a client (daemon/policy/types.h): the number of the `client` section that applies to
 * it, 0 for none.
 */
#define CLIENT_CLASS_NONE         0u
#define CLIENT_CLASS_UNIDENTIFIED UINT32_MAX

/* Precedes a request's frame in the message to a verifier. */
struct ask {
    uint32_t client_class;
    uint32_t uid; /* for the record and the log; decides nothing */
    /* If this differs from the scope of the request before, the verifier first forgets what it has
     * cached: how long an answer takes must not show what another user has asked. */
    uint64_t scope;
};

enum note_flags {
    NOTE_REMEMBER = 1 << 0, /* an error that is to be remembered, since the same request would run
                               out of memory again */
    NOTE_REPORTED = 1 << 1, /* a rule that is only reported would have refused */
    NOTE_SPENT = 1 << 2,    /* memory ran out, and the verifier ends after this reply */
};

#define NOTE_CODE_BYTES  64
#define NOTE_RULE_BYTES  128
#define NOTE_AUDIT_BYTES 768

/*
 * Precedes a reply's frame in the message to the front. Each string has to end in a NUL within its
 * array, which the front checks.
 */
struct note {
    /* The first and the last second of Unix time at which the same request has the same answer. If
     * from_s > until_s, the front must not cache the answer. An error is never cached. */
    int64_t from_s;
    int64_t until_s;
    uint32_t outcome; /* enum verdict_outcome; 0 also for an error */
    uint32_t flags;
    uint32_t cpu_us;            /* CPU time of the verification in microseconds */
    char code[NOTE_CODE_BYTES]; /* the first failure's code, else the name of the outcome or of the
                                   error */
    char rule[NOTE_RULE_BYTES]; /* the section that decided; cut if it is too long */
    char audit[NOTE_AUDIT_BYTES]; /* one line for the log in printable ASCII; may be empty */
};
