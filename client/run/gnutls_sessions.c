/* SPDX-License-Identifier: MIT */
#include "client/run/gnutls_sessions.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS_COUNT 256

struct gnutls_session_entry {
    struct gnutls_session_entry *next;
    const void *session;
    bool is_server;
    char *name; /* owned; NULL if there is none */
};

static struct gnutls_session_entry *buckets[BUCKETS_COUNT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/*
 * Returns the address of the pointer to a session's entry, or of the NULL at which the entry is to
 * be linked. The caller holds the lock.
 */
static struct gnutls_session_entry **find(const void *session)
{
    struct gnutls_session_entry **at = &buckets[((uintptr_t)session >> 4) % BUCKETS_COUNT];

    while (*at && (*at)->session != session)
        at = &(*at)->next;
    return at;
}

/*
 * Returns the entry of a session, which is made if there is none; NULL if memory ran out. The
 * caller holds the lock.
 */
static struct gnutls_session_entry *get(const void *session)
{
    struct gnutls_session_entry **at = find(session);

    if (!*at) {
        *at = calloc(1, sizeof(**at));
        if (*at)
            (*at)->session = session;
    }
    return *at;
}

void gnutls_sessions_add_server(const void *session)
{
    struct gnutls_session_entry *entry;

    (void)pthread_mutex_lock(&lock);
    entry = get(session);
    if (entry)
        entry->is_server = true;
    (void)pthread_mutex_unlock(&lock);
}

bool gnutls_sessions_set_name(const void *session, const void *name, size_t len)
{
    char *copy = len > 0 ? strndup(name, len) : NULL;
    struct gnutls_session_entry *entry;

    (void)pthread_mutex_lock(&lock);
    entry = get(session);
    if (entry) {
        free(entry->name);
        entry->name = copy;
    }
    (void)pthread_mutex_unlock(&lock);
    if (!entry)
        free(copy);
    return entry && (copy || len == 0);
}

void gnutls_sessions_drop(const void *session)
{
    struct gnutls_session_entry **at, *entry;

    (void)pthread_mutex_lock(&lock);
    at = find(session);
    entry = *at;
    if (entry)
        *at = entry->next;
    (void)pthread_mutex_unlock(&lock);
    if (entry)
        free(entry->name);
    free(entry);
}

bool gnutls_sessions_is_server(const void *session)
{
    const struct gnutls_session_entry *entry;
    bool is_server;

    (void)pthread_mutex_lock(&lock);
    entry = *find(session);
    is_server = entry && entry->is_server;
    (void)pthread_mutex_unlock(&lock);
    return is_server;
}

char *gnutls_sessions_name(const void *session)
{
    const struct gnutls_session_entry *entry;
    char *name;

    (void)pthread_mutex_lock(&lock);
    entry = *find(session);
    name = entry && entry->name ? strdup(entry->name) : NULL;
    (void)pthread_mutex_unlock(&lock);
    return name;
}
