/* SPDX-License-Identifier: MIT */
/*
 * A TLS client with OpenSSL whose server certnamed judges:
 *
 *     openssl_client HOST PORT FILE [instead] [wait]
 *
 * connects to 127.0.0.1, trusts the authorities in FILE, and prints "connected" or why it did not.
 * With `wait` the question is asked without blocking, beside the handshake.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <certname/openssl.h>

static int connect_to(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        perror("connect");
        exit(2);
    }
    return fd;
}

/* Shakes hands; answers the library's questions while OpenSSL waits for one. */
static int shake_hands(SSL *ssl, struct certname_client *client)
{
    int r;

    while ((r = SSL_connect(ssl)) != 1 && SSL_get_error(ssl, r) == SSL_ERROR_WANT_RETRY_VERIFY) {
        while (certname_openssl_is_waiting(ssl)) {
            struct pollfd watched;

            (void)certname_process(client);
            watched = (struct pollfd){.fd = certname_client_fd(client), .events = (short)certname_client_events(client)};
            if (certname_openssl_is_waiting(ssl))
                (void)poll(&watched, 1, certname_client_wait_ms(client));
        }
    }
    return r;
}

int main(int argc, char **argv)
{
    int instead = argc > 4 && strcmp(argv[4], "instead") == 0;
    int waits = argc > 4 && strcmp(argv[argc - 1], "wait") == 0;
    unsigned how = instead ? CERTNAME_OPENSSL_INSTEAD : CERTNAME_OPENSSL_BESIDES;
    struct certname_client *client = certname_client_new();
    struct certname_pool *pool = certname_pool_new(client);
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    SSL *ssl;
    int r;

    if (argc < 4 || (waits ? certname_openssl_use_async(ctx, client, how) : certname_openssl_use(ctx, pool, how)) != 0 ||
        SSL_CTX_load_verify_locations(ctx, argv[3], NULL) != 1)
        return 2;
    ssl = SSL_new(ctx);
    SSL_set_fd(ssl, connect_to(argv[2]));
    SSL_set_tlsext_host_name(ssl, argv[1]);
    SSL_set1_host(ssl, argv[1]);
    r = shake_hands(ssl, client);
    if (r == 1)
        puts("connected");
    else
        printf("refused: %ld %s; %s\n", SSL_get_verify_result(ssl), X509_verify_cert_error_string(SSL_get_verify_result(ssl)),
               certname_openssl_reason(ssl));
    if (r == 1)
        SSL_shutdown(ssl);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    certname_pool_free(pool);
    certname_client_free(client);
    return r == 1 ? 0 : 1;
}
