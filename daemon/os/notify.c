/* SPDX-License-Identifier: MIT */
#include "daemon/os/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

/*
 * Returns the watchdog's interval in milliseconds; 0 if there is no watchdog, or if it is meant for
 * another process.
 */
static int64_t read_watchdog(void)
{
    const char *pid = getenv("WATCHDOG_PID");
    const char *usec = getenv("WATCHDOG_USEC");
    long long value;

    if (!usec || (pid && strtol(pid, NULL, 10) != getpid()))
        return 0;
    value = strtoll(usec, NULL, 10);
    return value >= 1000 ? value / 1000 : 0;
}

/*
 * Turns the name of the socket into an address: a path, or after an @ a name in the abstract
 * namespace. Returns 0 with *lenp, or -EINVAL.
 */
static int set_address(struct sockaddr_un *address, socklen_t *lenp, const char *name)
{
    size_t n = strlen(name);

    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if ((name[0] != '/' && name[0] != '@') || n < 2 || n >= sizeof(address->sun_path))
        return -EINVAL;
    memcpy(address->sun_path, name, n);
    if (name[0] == '@')
        address->sun_path[0] = '\0';
    *lenp = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    return 0;
}

static int connect_to(int *fdp, const char *name)
{
    struct sockaddr_un address;
    socklen_t len;
    int fd, r = set_address(&address, &len, name);

    if (r)
        return r;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    if (connect(fd, (const struct sockaddr *)&address, len) < 0) {
        r = -errno;
        fd_close(fd);
        return r;
    }
    *fdp = fd;
    return 0;
}

int notify_open(struct notify *notify)
{
    const char *name = getenv("NOTIFY_SOCKET");
    int r = 0;

    *notify = NOTIFY_NULL;
    if (name) {
        r = connect_to(&notify->socket, name);
        if (r)
            log_error("cannot reach the service manager at %s: %s", name, strerror(-r));
        notify->watchdog_ms = read_watchdog();
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_PID");
    unsetenv("WATCHDOG_USEC");
    return r;
}

void notify_close(struct notify *notify)
{
    notify->socket = fd_close(notify->socket);
}

void notify_send(const struct notify *notify, const char *state)
{
    ssize_t n;

    if (notify->socket < 0)
        return;
    n = send(notify->socket, state, strlen(state), MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)n;
}
