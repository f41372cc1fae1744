/* SPDX-License-Identifier: MIT */
/*
 * A TLS client with mbedTLS whose server certnamed judges instead of mbedTLS:
 *
 *     mbedtls_client HOST PORT FILE
 *
 * connects to 127.0.0.1, and prints "connected" or why it did not. mbedTLS wants some authority to
 * be configured, so FILE holds any.
 */
#include <stdio.h>
#include <string.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>

#include <certname/client.h>

struct judge {
    struct certname_client *client;
    const char *host;
};

/* mbedTLS calls this for each certificate, the end entity's last. What mbedTLS found before is put
 * aside: certnamed decides, at the end entity, about all that the server sent. */
static int verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    const struct judge *judge = context;
    struct certname_bytes chain[64];
    size_t n = 0;

    *flags = 0;
    if (depth > 0)
        return 0;
    for (; certificate && n < 64; certificate = certificate->next)
        chain[n++] = (struct certname_bytes){certificate->raw.p, certificate->raw.len};
    if (!certname_verify_chain(judge->client, judge->host, chain, n))
        *flags = MBEDTLS_X509_BADCERT_OTHER;
    return 0;
}

int main(int argc, char **argv)
{
    struct judge judge = {.client = certname_client_new(), .host = argc > 1 ? argv[1] : ""};
    mbedtls_ctr_drbg_context random;
    mbedtls_entropy_context entropy;
    mbedtls_x509_crt authorities;
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    mbedtls_net_context net;
    int r;

    mbedtls_ctr_drbg_init(&random);
    mbedtls_entropy_init(&entropy);
    mbedtls_x509_crt_init(&authorities);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
    mbedtls_net_init(&net);
    if (argc < 4 || mbedtls_x509_crt_parse_file(&authorities, argv[3]) != 0 ||
        mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0) != 0 ||
        mbedtls_net_connect(&net, "127.0.0.1", argv[2], MBEDTLS_NET_PROTO_TCP) != 0 ||
        mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return 2;
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&config, &authorities, NULL);
    mbedtls_ssl_conf_verify(&config, verify, &judge);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    if (mbedtls_ssl_setup(&ssl, &config) != 0 || mbedtls_ssl_set_hostname(&ssl, argv[1]) != 0)
        return 2;
    mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
    r = mbedtls_ssl_handshake(&ssl);
    if (r == 0)
        puts("connected");
    else
        printf("refused: -0x%x; %s\n", (unsigned)-r, certname_client_error(judge.client));
    mbedtls_ssl_free(&ssl);
    mbedtls_net_free(&net);
    mbedtls_ssl_config_free(&config);
    mbedtls_x509_crt_free(&authorities);
    mbedtls_ctr_drbg_free(&random);
    mbedtls_entropy_free(&entropy);
    certname_client_free(judge.client);
    return r == 0 ? 0 : 1;
}
