/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The structs that front and verifier add to the frames that they exchange. Each struct stands in
 * one message before a frame and has a fixed size, since both programs are of one build. The front
 * reads no payload: everything that it has to know of a verdict is in the note.
 */

#include <stdint.h>

/* The `client` section that applies, by its number in settings.h; 0: none. */
#define CLIENT_CLASS_NONE         0u
#define CLIENT_CLASS_UNIDENTIFIED UINT32_MAX

/* Sent to a verifier before a request's frame. */
struct ask {
    uint32_t client_class;
    uint32_t uid; /* for the record and the log; it decides nothing */
    /* Where it differs from that of the request before, the verifier forgets what it has cached
     * from earlier requests: the time of an answer must not tell what another user has asked. */
    uint64_t scope;
};

enum note_flags {
    NOTE_REMEMBER = 1 << 0, /* an error that the same request would meet again, as out of memory */
    NOTE_REPORTED = 1 << 1, /* a rule that is only reported would have refused */
    NOTE_SPENT = 1 << 2,    /* memory failed, and the verifier ends after this reply */
};

#define NOTE_CODE_BYTES  64
#define NOTE_RULE_BYTES  128
#define NOTE_AUDIT_BYTES 768

/* Sent to the front before a reply's frame. Each string ends in a NUL within its bounds, which the
 * front checks. */
struct note {
    /* The first and the last second of Unix time at which the same request has the same answer.
     * Where from_s > until_s the answer is not to be kept. An error is never kept. */
    int64_t from_s;
    int64_t until_s;
    uint32_t outcome; /* enum verdict_outcome; 0 for an error too */
    uint32_t flags;
    uint32_t cpu_us;              /* CPU time of the verification */
    char code[NOTE_CODE_BYTES];   /* the first failure's code, else the name of outcome or error */
    char rule[NOTE_RULE_BYTES];   /* the section that decided; cut where it is too long */
    char audit[NOTE_AUDIT_BYTES]; /* one line in printable ASCII for the log; may be empty */
};
