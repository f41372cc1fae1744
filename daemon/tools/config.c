/* SPDX-License-Identifier: MIT */
#include "daemon/tools/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/load/epoch.h"
#include "daemon/load/load_error.h"
#include "daemon/load/warnings.h"

static int load_epoch(struct epoch **epochp, const struct sources *sources)
{
    const struct epoch_number number = {.generation = 1, .epoch = 1};
    struct policy_error error = {0};
    char text[LOAD_ERROR_BYTES];

    if (epoch_load(epochp, sources, number, &error) == 0)
        return 0;
    /* The message about a fault in a file begins with file and line, as compilers write it. */
    fprintf(stderr, "%s%s\n",
            error.file[0] ? "" : "certnamed: ", load_error_text(&error, text, sizeof(text)));
    return 1;
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

static void print_warnings(const struct epoch *epoch)
{
    const struct policy *policy = epoch_context(epoch)->policy;
    struct policy_warning warning;
    char text[WARNINGS_TEXT_BYTES];

    for (size_t i = 0; policy_warning(policy, clock_now_s(), i, &warning); i++)
        printf("note: %s\n", warnings_text(&warning, text, sizeof(text)));
    if (epoch_material_warning(epoch)[0] != '\0')
        printf("note: %s\n", epoch_material_warning(epoch));
}

int config_check(const struct sources *sources)
{
    struct epoch *epoch = NULL;
    char name[LOAD_ERROR_BYTES];

    if (load_epoch(&epoch, sources) != 0)
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
