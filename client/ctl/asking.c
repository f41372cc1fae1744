/* SPDX-License-Identifier: MIT */
#include "client/ctl/asking.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/ctl/command.h"
#include "client/ctl/explain.h"
#include "client/ctl/input.h"
#include "client/ctl/json.h"
#include "client/ctl/question.h"
#include "client/ctl/show.h"
#include "client/ctl/text.h"

/* --- the answer --- */

static int status_of(int result, bool wants_path)
{
    if (result == CERTNAME_VERIFIED)
        return COMMAND_DONE;
    if (result == CERTNAME_NAME_MATCHES && !wants_path)
        return COMMAND_DONE;
    return result == CERTNAME_NOT_VERIFIED ? COMMAND_REFUSED : COMMAND_UNDECIDED;
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

static int print_error(const struct asking *asking, const char *code, const char *text)
{
    if (options_have(asking->options, OPTION_JSON))
        return print_json(json_from_error(code, text));
    text_complain("%s", text);
    return 0;
}

static int print_verdict(const struct asking *asking, const struct certname_verdict *verdict)
{
    if (options_have(asking->options, OPTION_JSON))
        return print_json(json_from_verdict(verdict));
    return asking->explain ? explain_print(stdout, verdict) : show_verdict(stdout, verdict);
}

static int ask(struct certname_client *client, const struct certname_question *question,
               const struct asking *asking)
{
    struct certname_verdict *verdict;
    int result = certname_verify(client, question, &verdict);
    int r;

    if (result < 0)
        r = print_error(asking, certname_result_name(result), certname_client_error(client));
    else
        r = print_verdict(asking, verdict);
    (void)certname_verdict_free(verdict);
    if (r) {
        text_complain("no memory to print the verdict");
        return COMMAND_UNDECIDED;
    }
    return status_of(result, question_wants_path(asking->options));
}

/* --- the question --- */

static int add_files(struct certname_question *question, const struct asking *asking)
{
    for (int i = 0; i < asking->n_files; i++) {
        if (input_add_file(question, MATERIAL_CERTIFICATE, asking->files[i]))
            return -1;
    }
    return 0;
}

static int add_from_server(struct certname_question *question, const struct asking *asking)
{
    struct target_error error;

    if (connect_fill(question, &asking->plan, &error) == 0)
        return 0;
    if (print_error(asking, error.code, error.text))
        text_complain("no memory to print the error");
    return -1;
}

static int fill(struct certname_question *question, const struct asking *asking)
{
    const char *host = asking->host;

    /* Who is connected to is who is asked about, unless it is said otherwise. */
    if (options_have(asking->options, OPTION_CONNECT) && asking->options->n_references == 0 &&
        !options_have(asking->options, OPTION_NO_IDENTITY))
        host = asking->plan.target.host;
    if (question_fill(question, asking->options, host))
        return -1;
    if (asking->explain)
        (void)certname_question_explain(question);
    return options_have(asking->options, OPTION_CONNECT) ? add_from_server(question, asking)
                                                         : add_files(question, asking);
}

int asking_run(const struct asking *asking)
{
    struct certname_question *question = certname_question_new();
    struct certname_client *client = command_client(asking->options);
    int status = COMMAND_UNDECIDED;

    if (!question)
        text_complain("no memory for the question");
    else if (client && fill(question, asking) == 0)
        status = ask(client, question, asking);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    return status;
}
