/* SPDX-License-Identifier: MIT */
#include "client/ctl/ask.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/ctl/command.h"
#include "client/ctl/der_file.h"
#include "client/ctl/explain.h"
#include "client/ctl/json.h"
#include "client/ctl/question_options.h"
#include "client/ctl/text.h"
#include "client/ctl/verdict_text.h"

/* --- the answer --- */

static int status_of(int result, bool wants_path)
{
    if (certname_accepts(result, wants_path ? CERTNAME_VERIFIED : CERTNAME_NAME_MATCHES))
        return COMMAND_DONE;
    return result == CERTNAME_NOT_VERIFIED ? COMMAND_REFUSED : COMMAND_UNDECIDED;
}

/* Prints the object on one line and releases it. Returns 0, or -1 if memory ran out. */
static int print_json(json_t *object)
{
    char *line = json_line(object);

    if (line)
        (void)puts(line);
    free(line);
    return line ? 0 : -1;
}

static int print_error(const struct ask_job *job, const char *code, const char *text)
{
    if (options_have(job->options, OPTION_JSON))
        return print_json(json_from_error(code, text));
    text_complain("%s", text);
    return 0;
}

static int print_verdict(const struct ask_job *job, const struct certname_verdict *verdict)
{
    if (options_have(job->options, OPTION_JSON))
        return print_json(json_from_verdict(verdict));
    return job->explain ? explain_print(stdout, verdict) : verdict_text_print(stdout, verdict);
}

static int ask(struct certname_client *client, const struct certname_question *question,
               const struct ask_job *job)
{
    struct certname_verdict *verdict;
    int result = certname_verify(client, question, &verdict);
    int r;

    if (result < 0)
        r = print_error(job, certname_result_name(result), certname_client_error(client));
    else
        r = print_verdict(job, verdict);
    (void)certname_verdict_free(verdict);
    if (r) {
        text_drop_output();
        text_complain("no memory to print the verdict");
        return COMMAND_UNDECIDED;
    }
    return status_of(result, question_options_want_path(job->options));
}

/* --- the question --- */

static int add_files(struct certname_question *question, const struct ask_job *job)
{
    for (int i = 0; i < job->n_files; i++) {
        if (der_file_attach(question, ATTACHMENT_CERTIFICATE, job->files[i]))
            return -1;
    }
    return 0;
}

static int add_from_server(struct certname_question *question, const struct ask_job *job)
{
    struct target_error error;

    if (tls_fetch_chain(question, &job->plan, &error) == 0)
        return 0;
    if (print_error(job, error.code, error.text))
        text_complain("no memory to print the error");
    return -1;
}

static int fill(struct certname_question *question, const struct ask_job *job)
{
    const char *host = job->host;

    /* With --connect the reference is the server's host unless an option names another. */
    if (options_have(job->options, OPTION_CONNECT) && job->options->n_references == 0 &&
        !options_have(job->options, OPTION_NO_IDENTITY))
        host = job->plan.target.host;
    if (question_options_fill(question, job->options, host))
        return -1;
    if (job->explain)
        (void)certname_question_explain(question);
    return options_have(job->options, OPTION_CONNECT) ? add_from_server(question, job)
                                                      : add_files(question, job);
}

int ask_run(const struct ask_job *job)
{
    struct certname_question *question = certname_question_new();
    struct certname_client *client = command_client(job->options);
    int status = COMMAND_UNDECIDED;

    if (!question)
        text_complain("no memory for the question");
    else if (client && fill(question, job) == 0)
        status = ask(client, question, job);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    return status;
}
