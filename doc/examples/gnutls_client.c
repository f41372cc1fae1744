/* SPDX-License-Identifier: MIT */
/*
 * A TLS client with GnuTLS whose server certnamed judges:
 *
 *     gnutls_client HOST PORT FILE [instead] [wait]
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

#include <certname/gnutls.h>

/* The facts about a session that the verification needs. */
struct connection {
    const char *host;
    unsigned how;
    struct certname_client *client; /* NULL: the question waits */
    struct certname_pool *pool;
    struct certname_gnutls_question *question;
    char reason[512];
};

static int verify(gnutls_session_t session)
{
    struct connection *connection = gnutls_session_get_ptr(session);

    if (connection->client)
        return certname_gnutls_verify_async(session, connection->client, &connection->question,
                                            connection->host, connection->how, connection->reason,
                                            sizeof(connection->reason));
    return certname_gnutls_verify(session, connection->pool, connection->host, connection->how,
                                  connection->reason, sizeof(connection->reason));
}

static int connect_to(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)atoi(port))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        perror("connect");
        exit(2);
    }
    return fd;
}

/* Shakes hands; answers the library's question while GnuTLS waits for it. */
static int shake_hands(gnutls_session_t session, struct connection *connection)
{
    int r;

    while ((r = gnutls_handshake(session)) < 0 && !gnutls_error_is_fatal(r)) {
        struct pollfd watched;

        if (!connection->question)
            continue;
        (void)certname_process(connection->client);
        watched = (struct pollfd){.fd = certname_client_fd(connection->client),
                                  .events = (short)certname_client_events(connection->client)};
        if (certname_client_wait_ms(connection->client) >= 0)
            (void)poll(&watched, 1, certname_client_wait_ms(connection->client));
    }
    return r;
}

int main(int argc, char **argv)
{
    int instead = argc > 4 && strcmp(argv[4], "instead") == 0;
    int waits = argc > 4 && strcmp(argv[argc - 1], "wait") == 0;
    struct certname_client *client = certname_client_new();
    struct connection connection = {
        .host = argc > 1 ? argv[1] : "",
        .how = instead ? CERTNAME_GNUTLS_INSTEAD : CERTNAME_GNUTLS_BESIDES,
        .client = waits ? client : NULL,
        .pool = certname_pool_new(client),
    };
    gnutls_certificate_credentials_t credentials;
    gnutls_session_t session;
    int fd, r;

    if (argc < 4 || gnutls_certificate_allocate_credentials(&credentials) < 0 ||
        gnutls_certificate_set_x509_trust_file(credentials, argv[3], GNUTLS_X509_FMT_PEM) < 0)
        return 2;
    gnutls_certificate_set_verify_function(credentials, verify);
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_session_set_ptr(session, &connection);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_server_name_set(session, GNUTLS_NAME_DNS, argv[1], strlen(argv[1]));
    fd = connect_to(argv[2]);
    gnutls_transport_set_int(session, fd);
    r = shake_hands(session, &connection);
    if (r == 0)
        puts("connected");
    else
        printf("refused: %d %s; %s\n", r, gnutls_strerror(r), connection.reason);
    if (r == 0)
        gnutls_bye(session, GNUTLS_SHUT_WR);
    gnutls_deinit(session);
    connection.question = certname_gnutls_question_free(connection.question);
    gnutls_certificate_free_credentials(credentials);
    certname_pool_free(connection.pool);
    certname_client_free(client);
    return r == 0 ? 0 : 1;
}
