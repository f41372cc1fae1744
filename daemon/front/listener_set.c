/* SPDX-License-Identifier: MIT */
#include "daemon/front/listener_set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"

void listener_set_init(struct listener_set *set)
{
    *set = (struct listener_set){.n_room = listener_count_room()};
}

void listener_set_deinit(struct listener_set *set)
{
    for (size_t i = 0; i < LISTENER_SET_MOST; i++) {
        struct listener_set_member *member = &set->members[i];

        if (member->listener)
            fd_close(member->fd);
        member->listener = listener_free(member->listener);
    }
}

/* Returns the member with this name; if `name` is NULL, a free place. Returns NULL if there is
 * none. */
static struct listener_set_member *find_member(struct listener_set *set, const char *name)
{
    for (size_t i = 0; i < LISTENER_SET_MOST; i++) {
        struct listener_set_member *member = &set->members[i];

        if (name ? member->listener && strcmp(member->name, name) == 0 : !member->listener)
            return member;
    }
    return NULL;
}

int listener_set_add(struct listener_set *set, struct event_base *base, const char *name, int fd,
                     struct connection_set *connections)
{
    struct listener_set_member *added = find_member(set, NULL);
    struct listener_socket socket = {.fd = fd, .n_room = set->n_room};
    int r = added ? 0 : -E2BIG;

    if (!r) {
        *added = (struct listener_set_member){.fd = fd};
        snprintf(added->name, sizeof(added->name), "%s", name);
        socket.name = added->name;
        r = listener_new(&added->listener, base, &socket, connections);
    }
    if (r) {
        fd_close(fd);
        return r;
    }
    return set->has_begun ? listener_begin(added->listener) : 0;
}

int listener_set_remove(struct listener_set *set, const char *name,
                        struct connection_set *connections)
{
    struct listener_set_member *removed = find_member(set, name);

    if (!removed)
        return -ENOENT;
    connection_set_close_socket(connections, removed->name);
    removed->listener = listener_free(removed->listener);
    removed->fd = fd_close(removed->fd);
    return 0;
}

int listener_set_begin(struct listener_set *set)
{
    int r = 0;

    if (set->has_begun)
        return 0;
    for (size_t i = 0; !r && i < LISTENER_SET_MOST; i++) {
        if (set->members[i].listener)
            r = listener_begin(set->members[i].listener);
    }
    set->has_begun = r == 0;
    return r;
}

void listener_set_stop(struct listener_set *set)
{
    for (size_t i = 0; i < LISTENER_SET_MOST; i++) {
        if (set->members[i].listener)
            listener_stop(set->members[i].listener);
    }
}

void listener_set_wake(struct listener_set *set)
{
    for (size_t i = 0; i < LISTENER_SET_MOST; i++) {
        if (set->members[i].listener)
            listener_wake(set->members[i].listener);
    }
}
