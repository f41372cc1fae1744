/* SPDX-License-Identifier: MIT */
/*
 * A TLS client that uses one SSL for two connections:
 *
 *     openssl_reused HOST PORT OTHER-HOST OTHER-PORT
 *
 * It gives up the first connection, to HOST, while the question about this server is under way, and
 * connects the same SSL to OTHER-HOST. Both are on 127.0.0.1. It prints "connected" or "refused" for
 * the second connection.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <certname/openssl.h>

/* Begins a handshake with a server. Returns what SSL_connect() returns. */
static int begin(SSL *ssl, const char *host, const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        perror("connect");
        exit(2);
    }
    SSL_set_fd(ssl, fd);
    SSL_set_tlsext_host_name(ssl, host);
    SSL_set1_host(ssl, host);
    return SSL_connect(ssl);
}

static void wait_for_answer(SSL *ssl, struct certname_client *client)
{
    while (certname_openssl_is_waiting(ssl)) {
        struct pollfd watched;

        (void)certname_process(client);
        watched = (struct pollfd){.fd = certname_client_fd(client), .events = (short)certname_client_events(client)};
        if (certname_openssl_is_waiting(ssl))
            (void)poll(&watched, 1, certname_client_wait_ms(client));
    }
}

int main(int argc, char **argv)
{
    struct certname_client *client = certname_client_new();
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl;
    int r;

    if (argc < 5 || certname_openssl_use_async(ctx, client, CERTNAME_OPENSSL_INSTEAD) != 0)
        return 2;
    ssl = SSL_new(ctx);
    r = begin(ssl, argv[1], argv[2]);
    if (SSL_get_error(ssl, r) != SSL_ERROR_WANT_RETRY_VERIFY || SSL_clear(ssl) != 1)
        return 2;
    r = begin(ssl, argv[3], argv[4]);
    while (r != 1 && SSL_get_error(ssl, r) == SSL_ERROR_WANT_RETRY_VERIFY) {
        wait_for_answer(ssl, client);
        r = SSL_connect(ssl);
    }
    puts(r == 1 ? "connected" : "refused");
    puts(certname_openssl_reason(ssl));
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    certname_client_free(client);
    return r == 1 ? 0 : 1;
}
