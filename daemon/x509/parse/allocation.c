/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/allocation.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include <openssl/crypto.h>

/*
 * The account of libcrypto's allocations. It is global, since libcrypto passes no context to its
 * allocation functions.
 */
static struct {
    bool is_watched;
    bool has_failed;
    bool has_exceeded; /* a question needed more than its limit */
    size_t most_bytes; /* the limit of the question in bytes; 0: none */
    size_t n_bytes;    /* bytes that the question holds at present */
    x509_allocation_fn *end;
    void *context;
} account;

/* Remembers a failure in *whichp, and calls account.end if there is one. */
static void fail(bool *whichp, int failure)
{
    *whichp = true;
    if (account.end)
        account.end(failure, account.context);
}

static bool may_grow(size_t n_bytes)
{
    if (account.most_bytes == 0 ||
        (account.n_bytes <= account.most_bytes && n_bytes <= account.most_bytes - account.n_bytes))
        return true;
    fail(&account.has_exceeded, -E2BIG);
    return false;
}

static void charge(const void *block)
{
    account.n_bytes += malloc_usable_size((void *)(uintptr_t)block);
}

/*
 * Takes bytes off the account of the question. There may be fewer on it, since a block that was
 * allocated before the question can be freed during the question.
 */
static void release(size_t n_bytes)
{
    account.n_bytes -= n_bytes < account.n_bytes ? n_bytes : account.n_bytes;
}

static void *watched_malloc(size_t size, const char *file, int line)
{
    void *block;

    (void)file;
    (void)line;
    if (size == 0 || !may_grow(size))
        return NULL;
    block = malloc(size);
    if (block)
        charge(block);
    else
        fail(&account.has_failed, -ENOMEM);
    return block;
}

static void watched_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    if (block)
        release(malloc_usable_size(block));
    free(block);
}

/* Behaves as libcrypto's own function does: a size of 0 frees the block. */
static void *watched_realloc(void *old, size_t size, const char *file, int line)
{
    size_t n_old = old ? malloc_usable_size(old) : 0;
    void *block;

    if (!old)
        return watched_malloc(size, file, line);
    if (size == 0) {
        watched_free(old, file, line);
        return NULL;
    }
    if (size > n_old && !may_grow(size - n_old))
        return NULL;
    block = realloc(old, size);
    if (!block) {
        fail(&account.has_failed, -ENOMEM);
        return NULL;
    }
    release(n_old);
    charge(block);
    return block;
}

bool x509_allocation_watch(void)
{
    if (!account.is_watched)
        account.is_watched = CRYPTO_set_mem_functions(watched_malloc, watched_realloc,
                                                      watched_free) == 1;
    return account.is_watched;
}

void x509_allocation_end_by(x509_allocation_fn *end, void *context)
{
    account.end = end;
    account.context = context;
}

void x509_allocation_begin(size_t most_bytes)
{
    account.most_bytes = most_bytes;
    account.n_bytes = 0;
}

int x509_allocation_end(void)
{
    account.most_bytes = 0;
    if (!account.is_watched)
        return -EIO;
    if (account.has_failed)
        return -ENOMEM;
    return account.has_exceeded ? -E2BIG : 0;
}
