/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/named_sockets.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"
#include "daemon/load/load_error.h"

/* Fills in *error for a section of the policy, whose title the message begins with. Returns 1. */
__attribute__((format(printf, 3, 4))) static int
refuse(struct policy_error *error, const struct policy_origin *origin, const char *format, ...)
{
    va_list arguments;
    int n;

    *error = (struct policy_error){.line = origin->line};
    snprintf(error->file, sizeof(error->file), "%.255s", origin->file);
    n = snprintf(error->message, sizeof(error->message), "%.120s: ", origin->section);
    va_start(arguments, format);
    vsnprintf(error->message + n, sizeof(error->message) - (size_t)n, format, arguments);
    va_end(arguments);
    return 1;
}

/*
 * Appends a copy of the socket. There is room, because there are never more than
 * LIMIT_NAMED_SOCKETS_COUNT.
 */
static struct named_socket *add(struct named_sockets *sockets, const struct named_socket *socket)
{
    struct named_socket *added = &sockets->sockets[sockets->n++];

    *added = *socket;
    return added;
}

void named_sockets_take(struct named_sockets *sockets, const struct activation *passed)
{
    *sockets = (struct named_sockets){0};
    for (size_t i = 0; i < passed->n_named; i++) {
        struct named_socket *added = add(sockets, &(struct named_socket){
                                                      .fd = passed->named[i].fd,
                                                      .is_passed = true,
                                                  });

        snprintf(added->name, sizeof(added->name), "%s", passed->named[i].name);
    }
}

const struct named_socket *named_sockets_find(const struct named_sockets *sockets, const char *name)
{
    for (size_t i = 0; i < sockets->n; i++) {
        if (strcmp(sockets->sockets[i].name, name) == 0)
            return &sockets->sockets[i];
    }
    return NULL;
}

static const struct named_socket *find_path(const struct named_sockets *sockets, const char *path)
{
    for (size_t i = 0; i < sockets->n; i++) {
        if (strcmp(sockets->sockets[i].bound.path, path) == 0)
            return &sockets->sockets[i];
    }
    return NULL;
}

/*
 * Checks the folders that lead to the socket: if others may write to one of them, they can put a
 * socket of their own in its place. Returns 0; or 1 or -errno and *error.
 */
static int check_place(const struct policy_listen *listen, struct policy_error *error)
{
    struct policy_error found = {0};
    int r = policy_place_check(listen->path, &found);

    return r > 0 ? refuse(error, &listen->origin, "%.300s", found.message) : r;
}

static int bind_new(struct named_sockets *sockets, const struct policy_listen *listen,
                    struct policy_error *error)
{
    struct named_socket socket = {.fd = -1, .mode = (mode_t)listen->mode};
    int r = check_place(listen, error);

    if (r)
        return r;
    if (listen_open(&socket.fd, &socket.bound, listen->path, socket.mode) != 0)
        return refuse(error, &listen->origin, "cannot listen there: the line before says why");
    snprintf(socket.name, sizeof(socket.name), "%s", listen->name);
    (void)add(sockets, &socket);
    return 0;
}

static int open_socket(struct named_sockets *sockets, const struct named_sockets *old,
                       const struct policy_listen *listen, struct policy_error *error)
{
    const struct named_socket *there = find_path(old, listen->path);

    if (named_sockets_find(sockets, listen->name))
        return refuse(error, &listen->origin,
                      "the service manager passes a socket with this name: take the section out, "
                      "or give it another name");
    if (sockets->n == LIMIT_NAMED_SOCKETS_COUNT)
        return refuse(error, &listen->origin,
                      "there are more than %d sockets with names, those of the service manager "
                      "included",
                      LIMIT_NAMED_SOCKETS_COUNT);
    if (!there)
        return bind_new(sockets, listen, error);
    if (strcmp(there->name, listen->name) != 0 || there->mode != (mode_t)listen->mode)
        return refuse(error, &listen->origin,
                      "the socket there has the name \"%s\" and the mode %04o until certnamed is "
                      "restarted: restart it, or choose another path",
                      there->name, (unsigned)there->mode);
    (void)add(sockets, there);
    return 0;
}

/*
 * Checks that each section `client` for a socket names one that exists: otherwise the clients it is
 * meant for would ask at another socket, under another policy.
 */
static int check_clients(const struct named_sockets *sockets, const struct policy *policy,
                         struct policy_error *error)
{
    size_t n = 0;
    const struct policy_client_socket *clients = policy_client_sockets(policy, &n);

    for (size_t i = 0; i < n; i++) {
        if (!named_sockets_find(sockets, clients[i].name))
            return refuse(error, clients[i].origin,
                          "no socket has the name \"%s\": add a section listen \"%s\", or let the "
                          "service manager pass one (FileDescriptorName=%s)",
                          clients[i].name, clients[i].name, clients[i].name);
    }
    return 0;
}

int named_sockets_open(struct named_sockets *sockets, const struct named_sockets *old,
                       const struct policy *policy, struct policy_error *error)
{
    size_t n = 0;
    const struct policy_listen *listens = policy_listens(policy, &n);
    int r = 0;

    *sockets = (struct named_sockets){0};
    for (size_t i = 0; i < old->n; i++) {
        if (old->sockets[i].is_passed)
            (void)add(sockets, &old->sockets[i]);
    }
    for (size_t i = 0; !r && i < n; i++)
        r = open_socket(sockets, old, &listens[i], error);
    if (!r)
        r = check_clients(sockets, policy, error);
    if (r)
        named_sockets_close(sockets, old);
    return r < 0 ? load_error_set(error, r, "the named sockets cannot be opened: %s", strerror(-r))
                 : r;
}

void named_sockets_close(struct named_sockets *sockets, const struct named_sockets *next)
{
    for (size_t i = 0; i < sockets->n; i++) {
        const struct named_socket *socket = &sockets->sockets[i];
        const struct named_socket *kept = next ? named_sockets_find(next, socket->name) : NULL;

        if (socket->is_passed || (kept && kept->fd == socket->fd))
            continue;
        listen_remove(&socket->bound);
        fd_close(socket->fd);
    }
    *sockets = (struct named_sockets){0};
}
