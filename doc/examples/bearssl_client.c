/* SPDX-License-Identifier: MIT */
/*
 * A TLS client with BearSSL whose server certnamed judges:
 *
 *     bearssl_client HOST PORT
 *
 * connects to 127.0.0.1, and prints "connected" or why it did not. BearSSL's X.509 engine is
 * replaced by one that validates nothing: it collects what the server sends, decodes the end
 * entity's key, and asks certnamed at the end.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bearssl.h>
#include <certname/client.h>

#define CHAIN_COUNT 16
#define CHAIN_BYTES 65536

/* BearSSL's engine begins with the pointer to its functions. */
struct engine {
    const br_x509_class *functions;
    struct certname_client *client;
    const char *host;
    br_x509_decoder_context decoder; /* of the end entity, for its key */
    unsigned char bytes[CHAIN_BYTES];
    struct certname_bytes chain[CHAIN_COUNT];
    size_t n_chain, n_bytes;
    int is_too_long;
};

static void start_chain(const br_x509_class **context, const char *server_name)
{
    struct engine *engine = (struct engine *)(void *)context;

    (void)server_name;
    br_x509_decoder_init(&engine->decoder, NULL, NULL);
    engine->n_chain = engine->n_bytes = 0;
    engine->is_too_long = 0;
}

static void start_cert(const br_x509_class **context, uint32_t len)
{
    struct engine *engine = (struct engine *)(void *)context;

    if (engine->n_chain == CHAIN_COUNT || len > CHAIN_BYTES - engine->n_bytes)
        engine->is_too_long = 1;
    else
        engine->chain[engine->n_chain++] = (struct certname_bytes){engine->bytes + engine->n_bytes, 0};
}

static void append(const br_x509_class **context, const unsigned char *data, size_t len)
{
    struct engine *engine = (struct engine *)(void *)context;

    if (engine->is_too_long || len > CHAIN_BYTES - engine->n_bytes)
        return;
    memcpy(engine->bytes + engine->n_bytes, data, len);
    engine->n_bytes += len;
    engine->chain[engine->n_chain - 1].len += len;
    if (engine->n_chain == 1)
        br_x509_decoder_push(&engine->decoder, data, len);
}

static void end_cert(const br_x509_class **context)
{
    (void)context;
}

static unsigned end_chain(const br_x509_class **context)
{
    struct engine *engine = (struct engine *)(void *)context;

    if (engine->is_too_long || engine->n_chain == 0)
        return BR_ERR_X509_LIMIT_EXCEEDED;
    return certname_verify_chain(engine->client, engine->host, engine->chain, engine->n_chain) ? 0 : BR_ERR_X509_NOT_TRUSTED;
}

static const br_x509_pkey *get_pkey(const br_x509_class *const *context, unsigned *usages)
{
    const struct engine *engine = (const struct engine *)(const void *)context;

    /* certnamed has verified that the key may be used by a server. */
    if (usages)
        *usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
    return br_x509_decoder_get_pkey((br_x509_decoder_context *)&engine->decoder);
}

static const br_x509_class functions = {
    .context_size = sizeof(struct engine),
    .start_chain = start_chain,
    .start_cert = start_cert,
    .append = append,
    .end_cert = end_cert,
    .end_chain = end_chain,
    .get_pkey = get_pkey,
};

static int receive(void *context, unsigned char *data, size_t len)
{
    ssize_t n = read(*(int *)context, data, len);

    return n > 0 ? (int)n : -1;
}

static int transmit(void *context, const unsigned char *data, size_t len)
{
    ssize_t n = write(*(int *)context, data, len);

    return n > 0 ? (int)n : -1;
}

int main(int argc, char **argv)
{
    static unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
    static struct engine engine = {.functions = &functions};
    struct sockaddr_in address = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0), error, is_connected;
    br_x509_minimal_context unused;
    br_ssl_client_context client;
    br_sslio_context io;

    if (argc < 3)
        return 2;
    address.sin_port = htons((unsigned short)atoi(argv[2]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        return 2;
    engine.client = certname_client_new();
    engine.host = argv[1];
    br_ssl_client_init_full(&client, &unused, NULL, 0);
    br_ssl_engine_set_x509(&client.eng, &engine.functions);
    br_ssl_engine_set_buffer(&client.eng, buffer, sizeof(buffer), 1);
    br_ssl_client_reset(&client, argv[1], 0);
    br_sslio_init(&io, &client.eng, receive, &fd, transmit, &fd);
    /* Writing ends the handshake first. A server that closes the connection during the handshake is no
     * error to BearSSL, but nothing can be written then. */
    is_connected = br_sslio_write_all(&io, "\n", 1) == 0 && br_sslio_flush(&io) == 0;
    error = br_ssl_engine_last_error(&client.eng);
    if (is_connected && error == 0)
        puts("connected");
    else
        printf("refused: %d; %s\n", error, certname_client_error(engine.client));
    certname_client_free(engine.client);
    close(fd);
    return is_connected && error == 0 ? 0 : 1;
}
