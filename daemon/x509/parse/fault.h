/* SPDX-License-Identifier: MIT */
#pragma once

/* The faults of a path. Each has a code for programs, OpenSSL's number, and a sentence. */

#include <stddef.h>

/* The size of a fault's sentence. */
#define FAULT_TEXT_BYTES 256
/* The most faults of one path; further ones are dropped. */
#define FAULTS_COUNT 8

struct fault {
    const char *code; /* lower-case ASCII with hyphens, at most 48 bytes; static */
    int verify_code;  /* OpenSSL's X509_V_ERR number; 50 if it has none for this fault */
    unsigned depth;   /* the certificate of the path that is at fault; 0 is the end entity */
    char text[FAULT_TEXT_BYTES]; /* UTF-8 on one line */
};

/* Zero-initialised, the list is empty. An empty list alone never means that a path is accepted. */
struct fault_list {
    struct fault faults[FAULTS_COUNT];
    size_t n;
};

/*
 * Adds a fault to the list; drops the fault if the list is full. Texts from a certificate have to
 * be made printable before they are passed as arguments.
 */
void fault_add(struct fault_list *list, const char *code, int verify_code, unsigned depth,
               const char *format, ...) __attribute__((format(printf, 5, 6)));
