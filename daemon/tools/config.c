/* SPDX-License-Identifier: MIT */
#include "daemon/tools/config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/load/epoch.h"
#include "daemon/load/load_error.h"
#include "daemon/load/trust_remark.h"
#include "daemon/load/warnings.h"
#include "daemon/tools/service_view.h"

/*
 * Prints an error. If it is in a file, the message begins with the place, in the form that
 * compilers use.
 */
static void print_error(const struct policy_error *error)
{
    char text[LOAD_ERROR_BYTES];

    fprintf(stderr, "%s%s\n",
            error->file[0] ? "" : "certnamed: ", load_error_text(error, text, sizeof(text)));
}

/* Returns 0; or prints the reason, which is in the error then, and returns 1. */
static int load_or_print(struct epoch **epochp, const struct sources *sources,
                         struct policy_error *error)
{
    const struct epoch_number number = {.generation = 1, .epoch = 1};

    if (epoch_load(epochp, sources, number, error) == 0)
        return 0;
    print_error(error);
    return 1;
}

static int load_epoch(struct epoch **epochp, const struct sources *sources)
{
    struct policy_error error = {0};

    return load_or_print(epochp, sources, &error);
}

/*
 * Flushes standard output. Returns the exit status, which is success only if all output has been
 * written.
 */
static int finish_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_SUCCESS;
    perror("certnamed: standard output");
    return EXIT_FAILURE;
}

static bool is_listen(const struct policy *policy, const char *name)
{
    size_t n = 0;
    const struct policy_listen *listens = policy_listens(policy, &n);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(listens[i].name, name) == 0)
            return true;
    }
    return false;
}

/*
 * Notes which sockets the configuration needs and does not open. Only the daemon knows which
 * sockets the service manager passes; it refuses to start or reload if one is missing.
 */
static void print_missing_sockets(const struct policy *policy)
{
    size_t n = 0;
    const struct policy_client_socket *sockets = policy_client_sockets(policy, &n);
    char text[WARNINGS_TEXT_BYTES];

    for (size_t i = 0; i < n; i++) {
        struct policy_warning warning = {.origin = sockets[i].origin};

        if (is_listen(policy, sockets[i].name))
            continue;
        snprintf(warning.text, sizeof(warning.text),
                 "no section listen has the name \"%s\": certnamed starts only if the service "
                 "manager passes a socket with that name (FileDescriptorName=)",
                 sockets[i].name);
        printf("note: %s\n", warnings_text(&warning, text, sizeof(text)));
    }
}

static void print_warnings(const struct epoch *epoch)
{
    const struct policy *policy = epoch_context(epoch)->policy;
    struct policy_warning warning;
    char text[WARNINGS_TEXT_BYTES > TRUST_REMARK_BYTES ? WARNINGS_TEXT_BYTES : TRUST_REMARK_BYTES];

    for (size_t i = 0; policy_warning(policy, clock_now_s(), i, &warning); i++)
        printf("note: %s\n", warnings_text(&warning, text, sizeof(text)));
    for (size_t i = 0; trust_remark(epoch_context(epoch), i, text, sizeof(text)); i++)
        printf("note: %s\n", text);
    print_missing_sockets(policy);
    if (epoch_material_warning(epoch)[0] != '\0')
        printf("note: %s\n", epoch_material_warning(epoch));
}

static int enter_service(void)
{
    int r = service_view_enter();

    if (r == -EPERM)
        fputs("certnamed: --service: only root can try what the service's user may read: run it as "
              "root\n",
              stderr);
    else if (r)
        fprintf(stderr, "certnamed: --service: %s\n", strerror(-r));
    return r;
}

/* Loads the configuration as the service does. Returns 0; or prints the reason and returns 1. */
static int load_as_service(struct epoch **epochp, const struct sources *sources)
{
    struct policy_error error = {0};

    if (enter_service() != 0)
        return 1;
    if (load_or_print(epochp, sources, &error) != 0) {
        if (strstr(error.message, strerror(EACCES)))
            fputs("certnamed: this is what the service sees: it runs as a user of its own "
                  "(DynamicUser=), so that everybody has to be able to read its files (chmod 644) "
                  "and to search their folders (chmod 755)\n",
                  stderr);
        return 1;
    }
    if (service_view_check(epoch_context(*epochp)->policy, &error) == 0)
        return 0;
    print_error(&error);
    *epochp = epoch_free(*epochp);
    return 1;
}

int config_check(const struct sources *sources, bool as_service)
{
    struct epoch *epoch = NULL;
    char name[LOAD_ERROR_BYTES];

    if ((as_service ? load_as_service : load_epoch)(&epoch, sources) != 0)
        return EXIT_FAILURE;
    if (epoch_files(epoch).n_texts > 0)
        printf("%s: good\n", epoch_name(epoch, name, sizeof(name)));
    else
        puts("there is no configuration: the built-in policy serves");
    print_warnings(epoch);
    epoch_free(epoch);
    return finish_output();
}

static int print_policy(const struct verify_context *context)
{
    char *text = NULL;
    size_t len = 0;
    int r = policy_print(context->policy, &text, &len);

    if (r) {
        fprintf(stderr, "certnamed: cannot print the policy: %s\n", strerror(-r));
        return EXIT_FAILURE;
    }
    fwrite(text, 1, len, stdout);
    free(text);
    fputs("# SHA-256 of what stands above: ", stdout);
    for (size_t i = 0; i < sizeof(context->digest); i++)
        printf("%02x", context->digest[i]);
    putchar('\n');
    return finish_output();
}

int config_print(const struct sources *sources)
{
    struct epoch *epoch = NULL;
    int status;

    if (load_epoch(&epoch, sources) != 0)
        return EXIT_FAILURE;
    status = print_policy(epoch_context(epoch));
    epoch_free(epoch);
    return status;
}
