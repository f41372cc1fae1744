/* SPDX-License-Identifier: MIT */
#include "client/ctl/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/explain.h"
#include "client/ctl/input.h"
#include "client/ctl/json.h"
#include "client/ctl/request.h"
#include "client/ctl/text.h"

static int fill_question(struct certname_question *question, const struct verify_options *options,
                         char *const *operands, int n_operands)
{
    int r;

    r = certname_question_set_host(question, operands[0], strlen(operands[0]));
    if (r) {
        text_complain("%s", request_host_error(r));
        return -1;
    }
    if (options->path)
        (void)certname_question_require_path(question);
    if (options->explain)
        (void)certname_question_explain(question);
    (void)certname_question_set_purpose(question, options->purpose);
    for (int i = 1; i < n_operands; i++) {
        if (input_add_file(question, operands[i]))
            return -1;
    }
    return 0;
}

static enum verify_status status_of(int result, const struct verify_options *options)
{
    if (result == CERTNAME_VERIFIED)
        return VERIFY_ACCEPTED;
    if (result == CERTNAME_NAME_MATCHES && !options->path)
        return VERIFY_ACCEPTED;
    return result == CERTNAME_NOT_VERIFIED ? VERIFY_REFUSED : VERIFY_UNDECIDED;
}

/* 0, or -1 without memory. */
static int print_json(json_t *object)
{
    char *line = json_line(object);

    if (line)
        (void)puts(line);
    free(line);
    return line ? 0 : -1;
}

static int print_answer(const struct certname_client *client, int result,
                        const struct certname_verdict *verdict,
                        const struct verify_options *options)
{
    if (result < 0 && options->json)
        return print_json(
            json_from_error(certname_result_name(result), certname_client_error(client)));
    if (result < 0) {
        text_complain("%s", certname_client_error(client));
        return 0;
    }
    if (options->json)
        return print_json(json_from_verdict(verdict));
    return options->explain ? explain_print(stdout, verdict) : text_print_verdict(stdout, verdict);
}

static enum verify_status ask(struct certname_client *client,
                              const struct certname_question *question,
                              const struct verify_options *options)
{
    struct certname_verdict *verdict;
    int result = certname_verify(client, question, &verdict);
    int r = print_answer(client, result, verdict, options);

    (void)certname_verdict_free(verdict);
    if (r) {
        text_complain("no memory to print the verdict");
        return VERIFY_UNDECIDED;
    }
    return status_of(result, options);
}

enum verify_status verify_run(struct certname_client *client, const struct verify_options *options,
                              char *const *operands, int n_operands)
{
    struct certname_question *question = certname_question_new();
    enum verify_status status = VERIFY_UNDECIDED;

    if (!question)
        text_complain("no memory for the question");
    else if (!fill_question(question, options, operands, n_operands))
        status = ask(client, question, options);
    (void)certname_question_free(question);
    return status;
}
