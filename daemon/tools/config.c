/* SPDX-License-Identifier: MIT */
#include "daemon/tools/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/load/epoch.h"
#include "daemon/load/warnings.h"

static int load(struct generation **generationp, const struct sources *sources)
{
    const struct generation_number number = {.generation = 1, .epoch = 1};
    struct policy_error error = {0};
    char text[GENERATION_ERROR_BYTES];

    if (generation_load(generationp, sources, number, &error) == 0)
        return 0;
    /* A mistake in a file begins with where it is, as a compiler's. */
    fprintf(stderr, "%s%s\n",
            error.file[0] ? "" : "certnamed: ", generation_error_text(&error, text, sizeof(text)));
    return 1;
}

/* What was printed has to have arrived. */
static int finish(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_SUCCESS;
    perror("certnamed: standard output");
    return EXIT_FAILURE;
}

static void print_remarks(const struct generation *generation)
{
    const struct policy *policy = generation_context(generation)->policy;
    struct policy_remark remark;
    char text[REMARKS_TEXT_BYTES];

    for (size_t i = 0; policy_remark(policy, clock_now_s(), i, &remark); i++)
        printf("note: %s\n", remarks_text(&remark, text, sizeof(text)));
    if (generation_remark(generation)[0] != '\0')
        printf("note: %s\n", generation_remark(generation));
}

int inspect_check(const struct sources *sources)
{
    struct generation *generation = NULL;
    char name[GENERATION_ERROR_BYTES];

    if (load(&generation, sources) != 0)
        return EXIT_FAILURE;
    if (generation_files(generation).n_texts > 0)
        printf("%s: good\n", generation_name(generation, name, sizeof(name)));
    else
        puts("there is no configuration: the built-in policy serves");
    print_remarks(generation);
    generation_free(generation);
    return finish();
}

static int print(const struct verify_context *context)
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
    return finish();
}

int inspect_print(const struct sources *sources)
{
    struct generation *generation = NULL;
    int status;

    if (load(&generation, sources) != 0)
        return EXIT_FAILURE;
    status = print(generation_context(generation));
    generation_free(generation);
    return status;
}
