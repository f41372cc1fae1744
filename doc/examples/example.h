/* SPDX-License-Identifier: MIT */
#ifndef EXAMPLE_H
#define EXAMPLE_H

/*
 * Functions that the examples share. Each example asks about one certificate for many hosts without
 * blocking, in the event loop that it is named after:
 *
 *     ./NAME CERTIFICATE.der HOST...
 *
 * It prints one line for each host.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certname/client.h"

struct example_host {
    struct certname_client *client;
    const char *name;
};

static inline void example_print(void *context, int result, struct certname_verdict *verdict)
{
    const struct example_host *host = context;

    printf("%s: %s\n", host->name, certname_result_name(result));
    if (result < 0)
        fprintf(stderr, "%s: %s\n", host->name, certname_client_error(host->client));
    certname_verdict_free(verdict);
}

static inline void example_fail(const char *what)
{
    fprintf(stderr, "example: %s\n", what);
    exit(1);
}

/* Asks about the certificate in the file argv[1], once for each host from argv[2] on. */
static inline void example_ask(struct certname_client *client, int argc, char **argv)
{
    static unsigned char der[32768];
    struct example_host *hosts = calloc((size_t)argc, sizeof(*hosts));
    FILE *file = argc > 2 ? fopen(argv[1], "rb") : NULL;
    size_t n_der = file ? fread(der, 1, sizeof(der), file) : 0;

    if (!client || !hosts || n_der == 0)
        example_fail("usage: CERTIFICATE.der HOST...");
    fclose(file);
    for (int i = 2; i < argc; i++) {
        struct certname_question *question = certname_question_new();

        hosts[i] = (struct example_host){.client = client, .name = argv[i]};
        if (certname_question_set_host(question, argv[i], strlen(argv[i])) ||
            certname_question_add_certificate(question, der, n_der) ||
            certname_ask(client, question, example_print, &hosts[i]))
            example_fail(certname_client_error(client));
        certname_question_free(question);
    }
}

#endif
