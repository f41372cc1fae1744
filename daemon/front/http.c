/* SPDX-License-Identifier: MIT */
#include "daemon/front/http.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "daemon/front/buffer.h"
#include "daemon/limits.h"

struct visit {
    LIST_ENTRY(visit) in_http;
    struct http *http;
    int socket;
    struct event *readable;
    struct event *writable;
    struct event *late; /* one for the whole visit, whatever comes */
    size_t n_in;
    struct buffer out;
    char in[LIMIT_METRICS_REQUEST_BYTES];
};

LIST_HEAD(visit_list, visit);

struct http {
    struct event_base *base;
    struct admin *admin;
    int socket;
    struct event *readable;
    struct event *rested;
    struct visit_list visits;
    size_t n_visits;
};

/* How long it rests where accepting fails, for want of descriptors most likely. */
#define REST_MS 100

static const struct timeval patience = {
    .tv_sec = LIMIT_METRICS_MS / 1000,
    .tv_usec = LIMIT_METRICS_MS % 1000 * 1000,
};

/* --- one visit --- */

static void visit_free(struct visit *visit)
{
    if (visit->readable)
        event_free(visit->readable);
    if (visit->writable)
        event_free(visit->writable);
    if (visit->late)
        event_free(visit->late);
    fd_close(visit->socket);
    buffer_deinit(&visit->out);
    free(visit);
}

/* With fewer than allowed the next is accepted again. */
static void visit_end(struct visit *visit)
{
    struct http *http = visit->http;

    LIST_REMOVE(visit, in_http);
    http->n_visits--;
    visit_free(visit);
    event_add(http->readable, NULL);
}

static int put_reply(struct visit *visit, const char *status, const char *type, const char *body,
                     size_t n_body)
{
    char head[256];
    int n = snprintf(head, sizeof(head),
                     "HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                     "Connection: close\r\n\r\n",
                     status, type, n_body);
    int r = buffer_append(&visit->out, head, (size_t)n);

    return r ? r : buffer_append(&visit->out, body, n_body);
}

static int put_refusal(struct visit *visit, const char *status)
{
    return put_reply(visit, status, "text/plain", "", 0);
}

/* The request's first line, without its end; NULL if it has none. */
static const char *find_end_of_line(const struct visit *visit)
{
    return memchr(visit->in, '\n', visit->n_in);
}

static bool begins_with(const char *text, size_t n, const char *beginning)
{
    size_t n_beginning = strlen(beginning);

    return n >= n_beginning && memcmp(text, beginning, n_beginning) == 0;
}

static int answer(struct visit *visit)
{
    static const char type[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const char *end = find_end_of_line(visit);
    size_t n = end ? (size_t)(end - visit->in) : 0;
    const char *text;
    size_t n_text;

    if (!begins_with(visit->in, n, "GET "))
        return put_refusal(visit, n > 0 ? "405 Method Not Allowed" : "400 Bad Request");
    if (!begins_with(visit->in, n, "GET /metrics HTTP/1.") &&
        !begins_with(visit->in, n, "GET /metrics?"))
        return put_refusal(visit, "404 Not Found");
    n_text = admin_write_metrics(visit->http->admin, &text);
    return put_reply(visit, "200 OK", type, text, n_text);
}

/* The end of the header: an empty line. */
static bool is_whole(const struct visit *visit)
{
    return memmem(visit->in, visit->n_in, "\r\n\r\n", 4) ||
           memmem(visit->in, visit->n_in, "\n\n", 2);
}

/* Sends what is left; the visit ends with the last byte or a failure. */
static void send_on(struct visit *visit)
{
    while (visit->out.len > 0) {
        ssize_t n = send(visit->socket, buffer_data(&visit->out), visit->out.len,
                         MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            break;
        buffer_consume(&visit->out, (size_t)n);
    }
    visit_end(visit);
}

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct visit *visit = context;
    ssize_t n = recv(socket, visit->in + visit->n_in, sizeof(visit->in) - visit->n_in,
                     MSG_DONTWAIT);

    (void)events;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        visit_end(visit);
        return;
    }
    visit->n_in += (size_t)n;
    if (!is_whole(visit) && visit->n_in < sizeof(visit->in))
        return;
    event_del(visit->readable);
    if ((is_whole(visit) ? answer(visit) : put_refusal(visit, "400 Bad Request")) < 0 ||
        event_add(visit->writable, NULL) < 0) {
        visit_end(visit);
        return;
    }
    send_on(visit);
}

static void on_writable(evutil_socket_t socket, short events, void *context)
{
    (void)socket;
    (void)events;
    send_on(context);
}

static void on_late(evutil_socket_t socket, short events, void *context)
{
    (void)socket;
    (void)events;
    visit_end(context);
}

static void visit_begin(struct http *http, int socket)
{
    struct visit *visit = calloc(1, sizeof(*visit));

    if (!visit) {
        fd_close(socket);
        return;
    }
    *visit = (struct visit){.http = http, .socket = socket};
    visit->readable = event_new(http->base, socket, EV_READ | EV_PERSIST, on_readable, visit);
    visit->writable = event_new(http->base, socket, EV_WRITE | EV_PERSIST, on_writable, visit);
    visit->late = event_new(http->base, -1, 0, on_late, visit);
    if (!visit->readable || !visit->writable || !visit->late ||
        event_add(visit->readable, NULL) < 0 || event_add(visit->late, &patience) < 0) {
        visit_free(visit);
        return;
    }
    LIST_INSERT_HEAD(&http->visits, visit, in_http);
    http->n_visits++;
}

/* --- the socket --- */

static void on_visitor(evutil_socket_t socket, short events, void *context)
{
    const struct timeval interval = {.tv_usec = REST_MS * 1000};
    struct http *http = context;
    int visitor = accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)events;
    if (visitor >= 0)
        visit_begin(http, visitor);
    else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        event_add(http->rested, &interval);
    /* With enough visits the next one waits for the end of another. */
    if (http->n_visits >= LIMIT_METRICS_CONNECTIONS_COUNT ||
        event_pending(http->rested, EV_TIMEOUT, NULL))
        event_del(http->readable);
}

static void on_rested(evutil_socket_t socket, short events, void *context)
{
    struct http *http = context;

    (void)socket;
    (void)events;
    event_add(http->readable, NULL);
}

int http_new(struct http **httpp, struct event_base *base, int socket, struct admin *admin)
{
    struct http *http = calloc(1, sizeof(*http));

    if (!http || fcntl(socket, F_SETFL, O_NONBLOCK) < 0) {
        int r = http ? -errno : -ENOMEM;

        free(http);
        fd_close(socket);
        return r;
    }
    *http = (struct http){.base = base, .admin = admin, .socket = socket};
    LIST_INIT(&http->visits);
    http->readable = event_new(base, socket, EV_READ | EV_PERSIST, on_visitor, http);
    http->rested = event_new(base, -1, 0, on_rested, http);
    if (!http->readable || !http->rested || event_add(http->readable, NULL) < 0) {
        http_free(http);
        return -ENOMEM;
    }
    *httpp = http;
    return 0;
}

struct http *http_free(struct http *http)
{
    struct visit *visit;

    if (!http)
        return NULL;
    while ((visit = LIST_FIRST(&http->visits))) {
        LIST_REMOVE(visit, in_http);
        visit_free(visit);
    }
    if (http->readable)
        event_free(http->readable);
    if (http->rested)
        event_free(http->rested);
    fd_close(http->socket);
    free(http);
    return NULL;
}
