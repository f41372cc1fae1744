/* SPDX-License-Identifier: MIT */
#include "daemon/front/http_server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/metrics.h"
#include "daemon/front/buffer.h"
#include "daemon/limits.h"

struct http_client {
    LIST_ENTRY(http_client) in_server;
    struct http_server *server;
    int socket;
    bool gets_rights; /* descriptors may be passed over the socket (bin.h) */
    struct event *readable;
    struct event *writable;
    struct event *late; /* a timer that closes the connection, whatever has been received by then */
    size_t n_in;
    struct buffer out;
    char in[LIMIT_METRICS_REQUEST_BYTES];
};

LIST_HEAD(http_client_list, http_client);

struct http_server {
    struct event_base *base;
    struct admin *admin;
    struct bin *bin;
    int socket;
    struct event *readable;
    struct event *paused;
    struct http_client_list clients;
    size_t n_clients;
};

/* The pause after accept failed, most likely because no descriptors are left. */
#define PAUSE_MS 100

static const struct timeval patience = {
    .tv_sec = LIMIT_METRICS_MS / 1000,
    .tv_usec = LIMIT_METRICS_MS % 1000 * 1000,
};

/* --- one client --- */

static void http_client_free(struct http_client *client)
{
    if (client->readable)
        event_free(client->readable);
    if (client->writable)
        event_free(client->writable);
    if (client->late)
        event_free(client->late);
    bin_close(client->server->bin, client->socket, NULL, client->gets_rights);
    buffer_deinit(&client->out);
    free(client);
}

/* Closes a client, which makes room for the next one. */
static void http_client_end(struct http_client *client)
{
    struct http_server *server = client->server;

    LIST_REMOVE(client, in_server);
    server->n_clients--;
    http_client_free(client);
    event_add(server->readable, NULL);
}

static int put_reply(struct http_client *client, const char *status, const char *type,
                     const char *body, size_t n_body)
{
    char head[256];
    int n = snprintf(head, sizeof(head),
                     "HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                     "Connection: close\r\n\r\n",
                     status, type, n_body);
    int r = buffer_append(&client->out, head, (size_t)n);

    return r ? r : buffer_append(&client->out, body, n_body);
}

static int put_refusal(struct http_client *client, const char *status)
{
    return put_reply(client, status, "text/plain", "", 0);
}

/* Returns the end of the request's first line, or NULL if it has not come yet. */
static const char *find_end_of_line(const struct http_client *client)
{
    return memchr(client->in, '\n', client->n_in);
}

static bool starts_with(const char *text, size_t n, const char *beginning)
{
    size_t n_beginning = strlen(beginning);

    return n >= n_beginning && memcmp(text, beginning, n_beginning) == 0;
}

static bool request_has(const struct http_client *client, const char *text)
{
    return memmem(client->in, client->n_in, text, strlen(text)) != NULL;
}

/*
 * Writes the metrics in the older text format if the client accepts text/plain and does not name
 * OpenMetrics, else as OpenMetrics. Media types are compared in lower case, in which Prometheus
 * sends them.
 */
static int put_metrics(struct http_client *client)
{
    static const char openmetrics[] = "application/openmetrics-text";
    const char *text;
    size_t n_text = admin_write_metrics(client->server->admin, &text), n_older;
    char *older;
    int r;

    if (request_has(client, openmetrics) || !request_has(client, "text/plain"))
        return put_reply(client, "200 OK",
                         "application/openmetrics-text; version=1.0.0; charset=utf-8", text,
                         n_text);
    older = metrics_to_prometheus(text, n_text, &n_older);
    if (!older)
        return put_refusal(client, "503 Service Unavailable");
    r = put_reply(client, "200 OK", "text/plain; version=0.0.4; charset=utf-8", older, n_older);
    free(older);
    return r;
}

static int answer(struct http_client *client)
{
    const char *end = find_end_of_line(client);
    size_t n = end ? (size_t)(end - client->in) : 0;

    if (!starts_with(client->in, n, "GET "))
        return put_refusal(client, n > 0 ? "405 Method Not Allowed" : "400 Bad Request");
    if (!starts_with(client->in, n, "GET /metrics HTTP/1.") &&
        !starts_with(client->in, n, "GET /metrics?"))
        return put_refusal(client, "404 Not Found");
    return put_metrics(client);
}

/* Returns whether the empty line that ends a request has been received. */
static bool is_whole(const struct http_client *client)
{
    return memmem(client->in, client->n_in, "\r\n\r\n", 4) ||
           memmem(client->in, client->n_in, "\n\n", 2);
}

/* Sends what is left of the reply. Closes the connection after the last byte or after a failure. */
static void send_on(struct http_client *client)
{
    while (client->out.len > 0) {
        ssize_t n = send(client->socket, buffer_data(&client->out), client->out.len,
                         MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            break;
        buffer_consume(&client->out, (size_t)n);
    }
    http_client_end(client);
}

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct http_client *client = context;
    ssize_t n = bin_receive(socket, client->in + client->n_in, sizeof(client->in) - client->n_in,
                            client->gets_rights);

    (void)events;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        http_client_end(client);
        return;
    }
    client->n_in += (size_t)n;
    if (!is_whole(client) && client->n_in < sizeof(client->in))
        return;
    event_del(client->readable);
    if ((is_whole(client) ? answer(client) : put_refusal(client, "400 Bad Request")) < 0 ||
        event_add(client->writable, NULL) < 0) {
        http_client_end(client);
        return;
    }
    send_on(client);
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
    http_client_end(context);
}

static void http_client_begin(struct http_server *server, int socket)
{
    struct http_client *client = calloc(1, sizeof(*client));

    if (!client) {
        bin_close(server->bin, socket, NULL, bin_may_get_rights(socket));
        return;
    }
    *client = (struct http_client){
        .server = server,
        .socket = socket,
        .gets_rights = bin_may_get_rights(socket),
    };
    client->readable = event_new(server->base, socket, EV_READ | EV_PERSIST, on_readable, client);
    client->writable = event_new(server->base, socket, EV_WRITE | EV_PERSIST, on_writable, client);
    client->late = event_new(server->base, -1, 0, on_late, client);
    if (!client->readable || !client->writable || !client->late ||
        event_add(client->readable, NULL) < 0 || event_add(client->late, &patience) < 0) {
        http_client_free(client);
        return;
    }
    LIST_INSERT_HEAD(&server->clients, client, in_server);
    server->n_clients++;
}

/* --- the socket --- */

static void on_listening(evutil_socket_t socket, short events, void *context)
{
    const struct timeval interval = {.tv_usec = PAUSE_MS * 1000};
    struct http_server *server = context;
    int client = accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)events;
    if (client >= 0)
        http_client_begin(server, client);
    else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        event_add(server->paused, &interval);
    /* If the largest number of clients is connected, the next client has to wait until one of them
     * is gone. */
    if (server->n_clients >= LIMIT_METRICS_CONNECTIONS_COUNT ||
        event_pending(server->paused, EV_TIMEOUT, NULL))
        event_del(server->readable);
}

static void on_paused(evutil_socket_t socket, short events, void *context)
{
    struct http_server *server = context;

    (void)socket;
    (void)events;
    event_add(server->readable, NULL);
}

int http_server_new(struct http_server **serverp, struct event_base *base, int socket,
                    struct admin *admin, struct bin *bin)
{
    struct http_server *server = calloc(1, sizeof(*server));

    if (!server || fcntl(socket, F_SETFL, O_NONBLOCK) < 0) {
        int r = server ? -errno : -ENOMEM;

        free(server);
        fd_close(socket);
        return r;
    }
    *server = (struct http_server){.base = base, .admin = admin, .bin = bin, .socket = socket};
    LIST_INIT(&server->clients);
    server->readable = event_new(base, socket, EV_READ | EV_PERSIST, on_listening, server);
    server->paused = event_new(base, -1, 0, on_paused, server);
    if (!server->readable || !server->paused || event_add(server->readable, NULL) < 0) {
        http_server_free(server);
        return -ENOMEM;
    }
    *serverp = server;
    return 0;
}

struct http_server *http_server_free(struct http_server *server)
{
    struct http_client *client;

    if (!server)
        return NULL;
    while ((client = LIST_FIRST(&server->clients))) {
        LIST_REMOVE(client, in_server);
        http_client_free(client);
    }
    if (server->readable)
        event_free(server->readable);
    if (server->paused)
        event_free(server->paused);
    fd_close(server->socket);
    free(server);
    return NULL;
}
