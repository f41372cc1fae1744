/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Watches the allocations of libcrypto. Many of its functions report a failed allocation as if a
 * key, a signature or a certificate were bad, which would become a verdict. So failures are noticed
 * where they happen: libcrypto allocates with the functions of this file, which keep one account
 * for the whole process because libcrypto passes them no context.
 *
 * A failure is remembered for the life of the process, since libcrypto may have kept something
 * incomplete. The process has to end and must not give any answer after the failure.
 */

#include <stdbool.h>
#include <stddef.h>

/*
 * Makes libcrypto allocate with the functions of this file. It has to be called before libcrypto
 * allocates for the first time; further calls change nothing. Returns whether allocations are
 * watched.
 */
bool x509_allocation_watch(void);

/*
 * From now on, calls `end` at the moment at which an allocation within libcrypto fails (with
 * -ENOMEM) or would exceed the question's limit (with -E2BIG). `end` is passed `context` and must
 * not return, because libcrypto misbehaves when memory runs out: it crashes, or takes the failure
 * for a bad signature. If `end` is NULL, as at the start, libcrypto gets no memory and goes on, and
 * x509_allocation_end reports the failure.
 */
typedef void x509_allocation_fn(int failure, void *context);
void x509_allocation_end_by(x509_allocation_fn *end, void *context);

/*
 * Begins a question, during which libcrypto may hold `most_bytes` more than it does now; 0: any
 * number.
 */
void x509_allocation_begin(size_t most_bytes);

/*
 * Ends a question. Returns 0 if every allocation since the start of the process succeeded; -E2BIG
 * if a question needed more than its limit; -ENOMEM if another allocation failed; -EIO if
 * allocations are not watched.
 */
int x509_allocation_end(void);
