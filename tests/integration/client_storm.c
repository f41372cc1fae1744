/* SPDX-License-Identifier: MIT */

/*
 * Asks many questions at once through the asynchronous form, and prints as JSON how many were
 * answered, how late the last one ended, and how long a step of the loop took:
 *
 *     client-storm SOCKET HOST FILE COUNT TIMEOUT_MS
 *
 * Before it asks it prints a line "connected" once a first question was answered.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certname/client.h"
#include "tests/unit/client/loop_watch.h"

/* The number of questions that are asked between two steps of the loop. */
#define BATCH_COUNT 100

static struct certname_question *make_question(const char *host, const char *path)
{
    static unsigned char der[32768];
    struct certname_question *question = certname_question_new();
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(der, 1, sizeof(der), file) : 0;

    if (file)
        (void)fclose(file);
    if (!question || certname_question_set_host(question, host, strlen(host)) ||
        certname_question_add_certificate(question, der, n)) {
        (void)fprintf(stderr, "client-storm: %s or %s cannot be asked about\n", host, path);
        exit(EXIT_FAILURE);
    }
    return question;
}

static int storm(struct loop_watch *watch, struct certname_client *client,
                 const struct certname_question *question, long n, unsigned timeout_ms)
{
    int r = 0;

    for (long i = 0; r >= 0 && i < n; i++) {
        r = loop_watch_ask(watch, client, question, timeout_ms);
        if (!r && i % BATCH_COUNT == 0)
            r = loop_watch_step(watch, client);
    }
    return r < 0 ? r : loop_watch_run(watch, client);
}

int main(int argc, char **argv)
{
    struct certname_client *client = certname_client_new();
    struct certname_question *question;
    struct loop_watch watch = {0};
    unsigned timeout_ms;
    int r;

    if (argc != 6 || !client)
        return EXIT_FAILURE;
    timeout_ms = (unsigned)strtoul(argv[5], NULL, 10);
    question = make_question(argv[2], argv[3]);
    r = certname_client_set_path(client, argv[1]);
    if (!r)
        r = certname_client_set_timeout(client, timeout_ms);
    if (!r)
        r = certname_verify(client, question, NULL);
    (void)printf("connected\n");
    (void)fflush(stdout);
    (void)getchar();
    if (r >= 0)
        r = storm(&watch, client, question, strtol(argv[4], NULL, 10), timeout_ms);
    (void)printf("{\"result\": %d, \"answers\": %zu, \"accepted\": %zu, \"refused\": %zu, "
                 "\"last_error\": %d, \"gap_us\": %lld, \"early_us\": %lld, \"late_us\": %lld, "
                 "\"cpu_us\": %lld, \"stolen_us\": %lld}\n",
                 r, watch.n, watch.n_accepted, watch.n_refused, watch.last_error,
                 (long long)watch.gap_us, (long long)watch.early_us, (long long)watch.late_us,
                 (long long)watch.cpu_us, (long long)watch.stolen_us);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
