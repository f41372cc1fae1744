/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Watches the allocations of libcrypto. Many of its functions report a failed allocation as if a
 * key, a signature or a certificate were bad, which would become a verdict. So failures are noticed
 * where they happen: libcrypto allocates by the functions of this file, which keep one account for
 * the process because libcrypto passes them no context.
 *
 * A failure is remembered for the life of the process, since libcrypto may have kept something that
 * is not whole. The process has to end and may not answer anything before.
 */

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes libcrypto allocate by this file's functions. It has to be called before libcrypto allocates
 * for the first time; further calls change nothing. Returns whether allocations are watched.
 */
bool x509_allocation_watch(void);

/*
 * Has `end` called where an allocation fails, or would exceed the question's bound, within
 * libcrypto: with -ENOMEM or -E2BIG and `context`. `end` must not return, because libcrypto goes
 * wrong in places when memory fails: it crashes, or takes the failure for a bad signature. NULL, as
 * at the start: libcrypto gets no memory and goes on, and x509_allocation_end tells.
 */
typedef void x509_allocation_fn(int failure, void *context);
void x509_allocation_end_by(x509_allocation_fn *end, void *context);

/* Begins a question, for which libcrypto may hold `most_bytes` more than it does now; 0: any
 * number.
 */
void x509_allocation_begin(size_t most_bytes);

/*
 * Ends a question. Returns 0 if every allocation since the start of the process succeeded; -E2BIG
 * if the question needed more than its bound; -ENOMEM if another allocation failed; -EIO if
 * allocations are not watched.
 */
int x509_allocation_end(void);
