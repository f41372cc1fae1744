/* SPDX-License-Identifier: MIT */
#include "daemon/front/bin.h"

#include <assert.h>
#include <errno.h>
#include <linux/sockios.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "daemon/front/bin_keeper.h"
#include "daemon/limits.h"
#include "daemon/os/rights.h"

/* The interval at which parked sockets are handed over, many of them in one message. */
#define RETRY_MS 5

/* A socket that waits in the front until it is handed to the bin. */
struct parked_socket {
    STAILQ_ENTRY(parked_socket) in_bin;
    struct account *account; /* the account that is charged for it, or NULL */
    int socket;
};

STAILQ_HEAD(parked_queue, parked_socket);

struct bin {
    struct bin_callbacks callbacks;
    int socket;
    bool has_option;
    bool has_ended;
    struct event *retry_timer;
    bool is_timing;
    struct parked_queue parked;
    size_t n_parked;
    size_t n_unreleased; /* messages with sockets that the bin has received and may not drop yet */
};

bool bin_may_get_rights(int socket)
{
    return rights_read(socket) != 0;
}

size_t bin_count_parked(const struct bin *bin)
{
    return bin->n_parked;
}

ssize_t bin_receive(int socket, void *room, size_t n_room, bool gets_rights)
{
    struct iovec part = {.iov_base = room, .iov_len = n_room};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t n;

    if (!gets_rights)
        return recv(socket, room, n_room, MSG_DONTWAIT);
    n = recvmsg(socket, &message, MSG_DONTWAIT | MSG_PEEK);
    if (n > 0 && message.msg_flags & MSG_CTRUNC) {
        errno = EPERM;
        return -1;
    }
    return n > 0 ? recv(socket, room, (size_t)n, MSG_DONTWAIT) : n;
}

/* --- to the bin --- */

static void note_failure(struct bin *bin, int error)
{
    if (bin->has_ended || (error != EPIPE && error != ECONNRESET && error != ECONNREFUSED))
        return;
    bin->has_ended = true;
    bin->callbacks.ended(bin->callbacks.context);
}

/* Sends copies of the sockets to the bin's process. Returns whether it took them. */
static bool send_sockets(struct bin *bin, const int *sockets, size_t n)
{
    alignas(struct cmsghdr) char ancillary[CMSG_SPACE(BIN_KEEPER_SOCKETS_COUNT * sizeof(int))] = {
        0};
    char kind = BIN_KEEPER_SOCKETS;
    struct iovec part = {.iov_base = &kind, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = ancillary,
        .msg_controllen = CMSG_SPACE(n * sizeof(int)),
    };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

    assert(n <= BIN_KEEPER_SOCKETS_COUNT);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(rights), sockets, n * sizeof(int));
    if (sendmsg(bin->socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == 1)
        return true;
    note_failure(bin, errno);
    return false;
}

/* Tells the bin that it may drop the sockets whose references the front has closed. */
static void send_releases(struct bin *bin)
{
    const char kind = BIN_KEEPER_RELEASE;

    while (bin->n_unreleased > 0) {
        if (send(bin->socket, &kind, 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1) {
            note_failure(bin, errno);
            return;
        }
        bin->n_unreleased--;
    }
}

/*
 * Hands sockets to the bin. The front closes its own references before it tells the bin to drop the
 * sockets, so that the bin's references are the last ones. Returns whether the bin took the
 * sockets.
 */
static bool hand_over(struct bin *bin, const int *sockets, size_t n)
{
    if (!send_sockets(bin, sockets, n))
        return false;
    for (size_t i = 0; i < n; i++)
        fd_close(sockets[i]);
    bin->n_unreleased++;
    send_releases(bin);
    return true;
}

/* --- sockets that wait --- */

static void start_timer(struct bin *bin)
{
    const struct timeval interval = {.tv_usec = RETRY_MS * 1000};

    if (!bin->is_timing)
        bin->is_timing = event_add(bin->retry_timer, &interval) == 0;
}

/*
 * Keeps a socket in the front until it can be handed over. If memory runs out the socket stays open
 * until the front ends, because closing it here might block for any time.
 */
static void park(struct bin *bin, int socket, struct account *account)
{
    struct parked_socket *parked = malloc(sizeof(*parked));

    if (!parked)
        return;
    *parked = (struct parked_socket){.account = account, .socket = socket};
    STAILQ_INSERT_TAIL(&bin->parked, parked, in_bin);
    bin->n_parked++;
    if (account)
        account_charge(account, ACCOUNT_CONNECTIONS, 1);
}

static void unpark_first(struct bin *bin)
{
    struct parked_socket *parked = STAILQ_FIRST(&bin->parked);

    STAILQ_REMOVE_HEAD(&bin->parked, in_bin);
    bin->n_parked--;
    if (parked->account)
        account_release(parked->account, ACCOUNT_CONNECTIONS, 1);
    free(parked);
}

/*
 * Hands over the sockets that have waited longest, as many as fit into one message. Returns whether
 * there were any and the bin took them.
 */
static bool hand_over_parked(struct bin *bin)
{
    int sockets[BIN_KEEPER_SOCKETS_COUNT];
    struct parked_socket *parked;
    size_t n = 0;

    STAILQ_FOREACH(parked, &bin->parked, in_bin)
    {
        sockets[n++] = parked->socket;
        if (n == BIN_KEEPER_SOCKETS_COUNT)
            break;
    }
    if (n == 0 || !hand_over(bin, sockets, n))
        return false;
    for (size_t i = 0; i < n; i++)
        unpark_first(bin);
    return true;
}

static void on_retry(evutil_socket_t socket, short events, void *context)
{
    struct bin *bin = context;
    bool any = false;

    (void)socket;
    (void)events;
    send_releases(bin);
    while (hand_over_parked(bin))
        any = true;
    if (!any && bin->n_parked == 0 && bin->n_unreleased == 0) {
        event_del(bin->retry_timer);
        bin->is_timing = false;
    }
    if (any)
        bin->callbacks.unparked(bin->callbacks.context);
}

/* --- closing --- */

/*
 * Shuts down the connection in both directions. Returns whether input is left that the front has
 * not read.
 */
static bool has_unread_input(int socket)
{
    int n = 1;

    shutdown(socket, SHUT_RDWR);
    return ioctl(socket, SIOCINQ, &n) < 0 || n > 0;
}

bool bin_close(struct bin *bin, int socket, struct account *account, bool gets_rights)
{
    bool is_tainted = gets_rights && has_unread_input(socket);

    if (!is_tainted && bin->has_option) {
        fd_close(socket);
        return false;
    }
    if (is_tainted && account)
        account_fine_cpu(account, LIMIT_VERIFY_CPU_MS * 1000);
    /* The first socket is handed over at once. Sockets that follow within the interval are
     * collected and handed over together. */
    if (bin->is_timing || !hand_over(bin, &socket, 1))
        park(bin, socket, account);
    start_timer(bin);
    return is_tainted;
}

/* --- life --- */

int bin_new(struct bin **binp, struct event_base *base, int socket, bool has_option,
            const struct bin_callbacks *callbacks)
{
    struct bin *bin = calloc(1, sizeof(*bin));

    if (!bin)
        return -ENOMEM;
    bin->callbacks = *callbacks;
    bin->socket = socket;
    bin->has_option = has_option;
    STAILQ_INIT(&bin->parked);
    bin->retry_timer = event_new(base, -1, EV_PERSIST, on_retry, bin);
    if (!bin->retry_timer) {
        bin_free(bin);
        return -ENOMEM;
    }
    *binp = bin;
    return 0;
}

struct bin *bin_free(struct bin *bin)
{
    if (!bin)
        return NULL;
    while (!STAILQ_EMPTY(&bin->parked))
        unpark_first(bin);
    if (bin->retry_timer)
        event_free(bin->retry_timer);
    free(bin);
    return NULL;
}
