/* SPDX-License-Identifier: MIT */
#include "client/run/seen.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SEEN_COUNT 64

/* A remembered server; `bytes` holds its certificates one after the other. */
struct seen {
    char *accepted; /* owned: the name that the server was accepted with; NULL if there is none */
    size_t n_chain;
    size_t lengths[SERVER_CERTIFICATES_COUNT];
    uint8_t bytes[];
};

static struct seen *list[SEEN_COUNT];
static size_t next;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void seen_free(struct seen *seen)
{
    if (seen)
        free(seen->accepted);
    free(seen);
}

static size_t count_bytes(const struct seen *seen)
{
    size_t n = 0;

    for (size_t i = 0; i < seen->n_chain; i++)
        n += seen->lengths[i];
    return n;
}

static struct seen *make(const struct tls_server *server)
{
    size_t n = 0;
    struct seen *seen;

    for (size_t i = 0; i < server->n_chain; i++)
        n += server->chain[i].len;
    seen = calloc(1, sizeof(*seen) + n);
    if (!seen)
        return NULL;
    n = 0;
    seen->n_chain = server->n_chain;
    for (size_t i = 0; i < server->n_chain; i++) {
        seen->lengths[i] = server->chain[i].len;
        memcpy(seen->bytes + n, server->chain[i].data, server->chain[i].len);
        n += server->chain[i].len;
    }
    return seen;
}

/*
 * Returns the server that was added last with this end entity; NULL if there is none. The caller
 * holds the lock.
 */
static struct seen *find(const void *der, size_t len)
{
    for (size_t i = 0; i < SEEN_COUNT; i++) {
        struct seen *seen = list[(next + SEEN_COUNT - 1 - i) % SEEN_COUNT];

        if (seen && seen->lengths[0] == len && memcmp(seen->bytes, der, len) == 0)
            return seen;
    }
    return NULL;
}

void seen_add(const struct tls_server *server)
{
    struct seen *seen = server->n_chain > 0 ? make(server) : NULL;

    if (!seen)
        return;
    (void)pthread_mutex_lock(&lock);
    seen_free(list[next]);
    list[next] = seen;
    next = (next + 1) % SEEN_COUNT;
    (void)pthread_mutex_unlock(&lock);
}

void seen_accept(const struct tls_server *server)
{
    char *name = strdup(server->names[0]);
    struct seen *seen;

    (void)pthread_mutex_lock(&lock);
    seen = find(server->chain[0].data, server->chain[0].len);
    if (seen && name) {
        free(seen->accepted);
        seen->accepted = name;
        name = NULL;
    }
    (void)pthread_mutex_unlock(&lock);
    free(name);
}

bool seen_is_accepted(const char *name, const void *der, size_t len)
{
    const struct seen *seen;
    bool accepted;

    (void)pthread_mutex_lock(&lock);
    seen = find(der, len);
    accepted = seen && seen->accepted && strcmp(seen->accepted, name) == 0;
    (void)pthread_mutex_unlock(&lock);
    return accepted;
}

struct seen *seen_copy(const void *der, size_t len, struct tls_server *server)
{
    const struct seen *seen;
    struct seen *copy = NULL;
    size_t n = 0;

    (void)pthread_mutex_lock(&lock);
    seen = find(der, len);
    if (seen)
        copy = malloc(sizeof(*copy) + count_bytes(seen));
    if (copy) {
        memcpy(copy, seen, sizeof(*copy) + count_bytes(seen));
        copy->accepted = NULL;
    }
    (void)pthread_mutex_unlock(&lock);
    for (size_t i = 0; copy && i < copy->n_chain; i++) {
        server->chain[i] = (struct certname_bytes){copy->bytes + n, copy->lengths[i]};
        server->n_chain = i + 1;
        n += copy->lengths[i];
    }
    return copy;
}
