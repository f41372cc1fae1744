/* SPDX-License-Identifier: MIT */
#include "client/ctl/tcp_connect.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/ctl/wait.h"

/* --- names --- */

/*
 * A look-up of a name. It is allocated, because a look-up that cannot be cancelled goes on writing
 * into it after resolve() has returned.
 */
struct lookup {
    struct gaicb request;
    struct addrinfo hints;
    struct target target;
};

static struct lookup *lookup_new(const struct target *target)
{
    struct lookup *lookup = calloc(1, sizeof(*lookup));

    if (!lookup)
        return NULL;
    lookup->target = *target;
    lookup->hints.ai_socktype = SOCK_STREAM;
    lookup->hints.ai_flags = AI_NUMERICSERV | (target->is_address ? AI_NUMERICHOST : 0);
    lookup->request.ar_name = lookup->target.host;
    lookup->request.ar_service = lookup->target.port;
    lookup->request.ar_request = &lookup->hints;
    return lookup;
}

/*
 * Waits for a look-up. Returns EAI_INPROGRESS if the deadline has passed, else the result of the
 * look-up.
 */
static int wait_for_lookup(struct lookup *lookup, int64_t deadline_ms)
{
    const struct gaicb *const list[] = {&lookup->request};
    int r;

    while ((r = gai_error(&lookup->request)) == EAI_INPROGRESS) {
        int64_t left_ms = deadline_ms - clock_now_ms();
        struct timespec wait = {.tv_sec = left_ms / 1000, .tv_nsec = left_ms % 1000 * 1000000};

        if (left_ms <= 0)
            break;
        (void)gai_suspend(list, 1, &wait);
    }
    return r;
}

/*
 * Resolves the target's name. It uses getaddrinfo_a(), because getaddrinfo() cannot be given a
 * deadline.
 */
static int resolve(const struct target *target, int64_t deadline_ms, struct addrinfo **listp,
                   struct target_error *error)
{
    struct lookup *lookup = lookup_new(target);
    struct gaicb *list[] = {lookup ? &lookup->request : NULL};
    int r;

    if (!lookup)
        return target_fail(error, target, "memory", "no memory");
    r = getaddrinfo_a(GAI_NOWAIT, list, 1, NULL);
    if (!r)
        r = wait_for_lookup(lookup, deadline_ms);
    if (r == EAI_INPROGRESS && gai_cancel(&lookup->request) == EAI_NOTCANCELED)
        return target_fail(error, target, "unreachable",
                           "its name was not resolved in time: check that the name server answers");
    *listp = lookup->request.ar_result;
    free(lookup);
    if (r)
        return target_fail(error, target, "unreachable",
                           "its name cannot be resolved (%s): check its spelling", gai_strerror(r));
    return 0;
}

/* --- connections --- */

/* Waits until connect() has finished. Returns 0 or -errno. */
static int finish_connect(int fd, int64_t deadline_ms)
{
    socklen_t len = sizeof(int);
    int failed = 0;
    int r = wait_for(fd, POLLOUT, deadline_ms);

    if (r)
        return r;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &len) < 0)
        return -errno;
    return -failed;
}

static int connect_to(const struct addrinfo *address, int64_t deadline_ms, int *fdp)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int r = 0;

    if (fd < 0)
        return -errno;
    if (connect(fd, address->ai_addr, address->ai_addrlen) < 0)
        r = errno == EINPROGRESS || errno == EINTR ? finish_connect(fd, deadline_ms) : -errno;
    if (r)
        (void)close(fd);
    else
        *fdp = fd;
    return r;
}

/*
 * Tries the addresses in order. The time is divided among them, so that an address that never
 * answers leaves time for the others. Returns 0 and *fdp; or the -errno of the last address.
 */
static int connect_any(const struct addrinfo *list, int64_t deadline_ms, int *fdp)
{
    int n_left = 0;
    int r = -EADDRNOTAVAIL;

    for (const struct addrinfo *i = list; i; i = i->ai_next)
        n_left++;
    for (const struct addrinfo *i = list; i; i = i->ai_next, n_left--) {
        int64_t now = clock_now_ms();

        r = connect_to(i, now + (deadline_ms - now) / n_left, fdp);
        if (r == 0)
            break;
    }
    return r;
}

int tcp_connect(const struct target *target, int64_t deadline_ms, int *fdp,
                struct target_error *error)
{
    struct addrinfo *list = NULL;
    int r = resolve(target, deadline_ms, &list, error);

    if (r)
        return r;
    r = connect_any(list, deadline_ms, fdp);
    freeaddrinfo(list);
    if (r == 0)
        return 0;
    return target_fail(error, target, "unreachable",
                       "cannot connect (%s): check host and port, and that a server listens there",
                       strerror(-r));
}
