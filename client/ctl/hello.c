/* SPDX-License-Identifier: MIT */
/* Implements `hello`: prints the daemon's protocol versions, features and limits. */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/command.h"
#include "client/ctl/json.h"
#include "client/ctl/text.h"

static const struct {
    enum certname_limit limit;
    const char *name;
    const char *text;
} limits[] = {
    {CERTNAME_LIMIT_REQUEST_BYTES, "request_bytes", "bytes of a request"},
    {CERTNAME_LIMIT_CERTIFICATES, "certificates", "certificates in a request"},
    {CERTNAME_LIMIT_CERTIFICATE_BYTES, "certificate_bytes", "bytes of a certificate"},
    {CERTNAME_LIMIT_REFERENCES, "references", "references in a request"},
    {CERTNAME_LIMIT_REFERENCE_BYTES, "reference_bytes", "bytes of a reference"},
    {CERTNAME_LIMIT_ANCHORS, "anchors", "trust anchors in a request"},
    {CERTNAME_LIMIT_CRLS, "crls", "CRLs in a request"},
    {CERTNAME_LIMIT_REPLY_BYTES, "reply_bytes", "bytes of an answer"},
    {CERTNAME_LIMIT_IN_FLIGHT, "in_flight", "requests at a time on a connection"},
    {CERTNAME_LIMIT_IN_FLIGHT_PER_UID, "in_flight_per_uid", "requests at a time of a uid"},
    {CERTNAME_LIMIT_CONNECTIONS_PER_UID, "connections_per_uid", "connections of a uid"},
    {CERTNAME_LIMIT_QUEUE_MS, "queue_ms", "milliseconds to wait for a verifier"},
};

#define LIMITS_COUNT (sizeof(limits) / sizeof(limits[0]))

static int print_text(const struct certname_hello *hello)
{
    const char *before = "features: ";
    int r = text_print(stdout, "certnamed ", certname_hello_release(hello), "\n");

    if (r)
        return r;
    (void)fputs("protocol versions:", stdout);
    for (size_t i = 0; certname_hello_version(hello, i) != 0; i++)
        (void)printf(" %u", certname_hello_version(hello, i));
    (void)printf("\nlast field of a request: %u\n", certname_hello_last_field(hello));
    for (size_t i = 0; certname_hello_feature(hello, i); i++) {
        (void)printf("%s%s", before, certname_hello_feature(hello, i));
        before = ", ";
    }
    if (certname_hello_feature(hello, 0))
        (void)putchar('\n');
    for (size_t i = 0; i < LIMITS_COUNT; i++) {
        if (certname_hello_limit(hello, limits[i].limit) != 0)
            (void)printf("  %8u  %s\n", certname_hello_limit(hello, limits[i].limit),
                         limits[i].text);
    }
    return 0;
}

static json_t *list_versions(const struct certname_hello *hello)
{
    json_t *list = json_array();

    for (size_t i = 0; certname_hello_version(hello, i) != 0; i++)
        (void)json_array_append_new(list, json_integer(certname_hello_version(hello, i)));
    return list;
}

static json_t *list_features(const struct certname_hello *hello)
{
    json_t *list = json_array();

    for (size_t i = 0; certname_hello_feature(hello, i); i++)
        (void)json_array_append_new(list, json_string(certname_hello_feature(hello, i)));
    return list;
}

static json_t *list_limits(const struct certname_hello *hello)
{
    json_t *object = json_object();

    for (size_t i = 0; i < LIMITS_COUNT; i++) {
        if (certname_hello_limit(hello, limits[i].limit) != 0)
            (void)json_object_set_new(object, limits[i].name,
                                      json_integer(certname_hello_limit(hello, limits[i].limit)));
    }
    return object;
}

static int print_json(const struct certname_hello *hello)
{
    char *release = text_escape(certname_hello_release(hello),
                                strlen(certname_hello_release(hello)));
    json_t *object = json_object();
    char *line;

    (void)json_object_set_new(object, "release", json_string(release ? release : ""));
    (void)json_object_set_new(object, "versions", list_versions(hello));
    (void)json_object_set_new(object, "last_field", json_integer(certname_hello_last_field(hello)));
    (void)json_object_set_new(object, "features", list_features(hello));
    (void)json_object_set_new(object, "limits", list_limits(hello));
    free(release);
    line = json_line(object);
    if (!line)
        return -1;
    (void)puts(line);
    free(line);
    return 0;
}

static int ask(struct certname_client *client, bool is_json)
{
    struct certname_hello *hello = NULL;
    int r = certname_client_hello(client, &hello);

    if (r == CERTNAME_ERR_UNKNOWN_KIND)
        text_complain("the daemon is older than this question: it knows the fields 1 to 15 of a "
                      "request, and has the limits of PROTOCOL.md");
    else if (r)
        text_complain("%s", certname_client_error(client));
    if (r)
        return COMMAND_UNDECIDED;
    r = is_json ? print_json(hello) : print_text(hello);
    if (r)
        text_complain("no memory to print the answer");
    (void)certname_hello_free(hello);
    return r ? COMMAND_UNDECIDED : COMMAND_DONE;
}

static int run_hello(const struct ctl_options *options, char *const *operands, int n_operands)
{
    struct certname_client *client;
    int status;

    (void)operands;
    if (n_operands > 0)
        return command_misused("`hello` takes no operand");
    json_exit_without_memory();
    client = command_client(options);
    if (!client)
        return COMMAND_UNDECIDED;
    status = ask(client, options_have(options, OPTION_JSON));
    (void)certname_client_free(client);
    return status;
}

const struct command hello_command = {
    .name = "hello",
    .summary = "print what the daemon speaks, knows and takes",
    .usage = "[--socket PATH] hello [--json]",
    .help = "Prints the release of the daemon, the versions of the protocol that it speaks, the "
            "last field of\n"
            "a request that it knows, its features, and its limits. For everybody.\n"
            "\n"
            "  --json          print one JSON object\n"
            "  --socket PATH   the daemon's socket, instead of CERTNAMED_SOCKET or\n"
            "                  /run/certnamed/certnamed.sock\n"
            "\n"
            "Exit status: 0 done, 2 no answer.\n",
    .known = OPTIONS_OF_DAEMON | OPTION_BIT(OPTION_JSON),
    .run = run_hello,
};
