/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the server for metrics over HTTP: sends a request in two parts. The server answers once or
 * not at all, and stays usable.
 */

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/front/dispatch.h"
#include "daemon/front/http_server.h"
#include "daemon/limits.h"
#include "tests/fuzz/fuzz.h"

static struct event_base *base;
static struct admin *admin;
static struct http_server *http;
static struct sockaddr_un address;
static socklen_t address_len = sizeof(address);

/* Never called, since this target asks for no verdict. */
static void on_answer(struct requester *requester, uint64_t tag, uint8_t kind,
                      const uint8_t *payload, size_t n)
{
    (void)requester;
    (void)tag;
    (void)kind;
    (void)payload;
    (void)n;
}

static uint32_t on_classify(struct requester *requester)
{
    (void)requester;
    return CLIENT_CLASS_NONE;
}

static void on_report(void *context, uint32_t verifier, enum control_kind kind)
{
    (void)context;
    (void)verifier;
    (void)kind;
}

static int64_t on_clock(void *context, bool exact)
{
    (void)context;
    (void)exact;
    return 1780272000;
}

static void open_admin(void)
{
    static const struct dispatch_callbacks callbacks = {
        .answer = on_answer,
        .classify = on_classify,
        .notify_supervisor = on_report,
        .clock = on_clock,
    };
    static const struct admin_callbacks admin_callbacks;
    static struct account_table accounts;
    static struct monitor monitor;
    static struct settings settings;
    struct dispatch *dispatch;

    monitor.recorder = RECORDER_NULL;
    limits_set_defaults(&settings.limits);
    settings.limits.workers = LIMIT_VERIFIERS_COUNT;
    account_table_init(&accounts);
    base = event_base_new();
    fuzz_must(base && audit_new(&monitor.audit, base) == 0 &&
                  dispatch_new(&dispatch, base, &callbacks, &accounts, &monitor, &settings) == 0 &&
                  admin_new(&admin, &admin_callbacks, dispatch, &monitor, &accounts) == 0,
              "there is something to tell");
}

static void open_once(void)
{
    static const struct bin_callbacks bin_callbacks;
    static struct bin *bin;
    int listener, bin_ends[2];

    if (http)
        return;
    open_admin();
    fuzz_must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, bin_ends) == 0 &&
                  bin_new(&bin, base, bin_ends[0], true, &bin_callbacks) == 0,
              "there is a bin");
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    /* The kernel chooses a name in the abstract namespace, so that no file is created. */
    address.sun_family = AF_UNIX;
    fuzz_must(bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t)) == 0 &&
                  getsockname(listener, (struct sockaddr *)&address, &address_len) == 0 &&
                  listen(listener, 8) == 0 &&
                  http_server_new(&http, base, listener, admin, bin) == 0,
              "there is a server");
}

static void send_part(int fd, const uint8_t *data, size_t n)
{
    (void)!send(fd, data, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    for (int i = 0; i < 3; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
}

static void receive(int fd)
{
    static char reply[65536];
    size_t n = 0;
    ssize_t got;

    while (n < sizeof(reply) - 1 &&
           (got = recv(fd, reply + n, sizeof(reply) - 1 - n, MSG_DONTWAIT)) > 0)
        n += (size_t)got;
    reply[n] = '\0';
    fuzz_must(n == 0 || strncmp(reply, "HTTP/1.0 ", 9) == 0, "an answer is of HTTP");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    int fd;

    open_once();
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fuzz_must(fd >= 0 && connect(fd, (struct sockaddr *)&address, address_len) == 0,
              "the server is still there");
    send_part(fd, data, n / 2);
    send_part(fd, data + n / 2, n - n / 2);
    receive(fd);
    close(fd);
    for (int i = 0; i < 3; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
    return 0;
}
