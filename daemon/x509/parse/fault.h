/* SPDX-License-Identifier: MIT */
#pragma once

/* What is wrong with a path, in words for a program, for OpenSSL's callers and for a person. */

#include <stddef.h>

/* A sentence: names from a certificate are cut and escaped before they stand in one. */
#define FAULT_TEXT_BYTES 256
/* Faults of one path; the first ones are the ones that are shown. */
#define FAULTS_COUNT 8

struct fault {
    const char *code;            /* lower-case ASCII with hyphens, at most 48; static */
    int verify_code;             /* OpenSSL's X509_V_ERR number; 50 where it has none */
    unsigned depth;              /* which certificate of the path: 0 is the end entity */
    char text[FAULT_TEXT_BYTES]; /* UTF-8 on one line */
};

/* Zero-initialised, it is empty: which is no acceptance. */
struct fault_list {
    struct fault faults[FAULTS_COUNT];
    size_t n;
};

/* Adds a fault; one too many is dropped, which never empties the list. The format's arguments hold
 * no byte of a certificate that has not been made printable. */
void fault_add(struct fault_list *list, const char *code, int verify_code, unsigned depth,
               const char *format, ...) __attribute__((format(printf, 5, 6)));
