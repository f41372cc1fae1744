/* SPDX-License-Identifier: MIT */
#pragma once

/* The faults of a path: each has a code for programs, OpenSSL's number and a sentence for people.
 */

#include <stddef.h>

/* The size of a sentence. */
#define FAULT_TEXT_BYTES 256
/* The most faults of one path; further ones are dropped. */
#define FAULTS_COUNT 8

struct fault {
    const char *code;            /* lower-case ASCII with hyphens, at most 48; static */
    int verify_code;             /* OpenSSL's X509_V_ERR number; 50 where it has none */
    unsigned depth;              /* which certificate of the path: 0 is the end entity */
    char text[FAULT_TEXT_BYTES]; /* UTF-8 on one line */
};

/* Zero-initialised it is empty. An empty list alone is never an acceptance. */
struct fault_list {
    struct fault faults[FAULTS_COUNT];
    size_t n;
};

/* Adds a fault. Where the list is full it is dropped; the list stays as it is. Texts from a
 * certificate have to be made printable before they are passed as an argument. */
void fault_add(struct fault_list *list, const char *code, int verify_code, unsigned depth,
               const char *format, ...) __attribute__((format(printf, 5, 6)));
