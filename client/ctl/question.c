/* SPDX-License-Identifier: MIT */
#include "client/ctl/question.h"

#include <string.h>

#include "client/ctl/input.h"
#include "client/ctl/material.h"
#include "client/ctl/text.h"

/* Options that say something of paths alone: whoever gives one wants a path. */
#define OPTIONS_OF_PATHS                                                                           \
    (OPTION_BIT(OPTION_PATH) | OPTION_BIT(OPTION_NO_IDENTITY) | OPTION_BIT(OPTION_ANCHORS) |       \
     OPTION_BIT(OPTION_CRL) | OPTION_BIT(OPTION_OCSP) | OPTION_BIT(OPTION_TIME) |                  \
     OPTION_BIT(OPTION_MAX_DEPTH))

bool question_wants_path(const struct options *options)
{
    if ((options->given & OPTIONS_OF_PATHS) != 0)
        return true;
    return options_have(options, OPTION_CONNECT) && !options_have(options, OPTION_NO_PATH);
}

bool question_has_identity(const struct options *options)
{
    return options->n_references > 0 || options_have(options, OPTION_NO_IDENTITY) ||
           options_have(options, OPTION_CONNECT);
}

const char *question_check(const struct options *options)
{
    if (options_have(options, OPTION_NO_IDENTITY) && options->n_references > 0)
        return "--no-identity, and an identity: leave out one";
    if (options_have(options, OPTION_NO_PATH) && question_wants_path(options))
        return "--no-path, and an option that asks for the path: leave out one";
    if (options_have(options, OPTION_NO_PATH) && !options_have(options, OPTION_CONNECT))
        return "--no-path is for --connect: elsewhere no path is asked for unless you say so";
    if (options_have(options, OPTION_STARTTLS) && !options_have(options, OPTION_CONNECT))
        return "--starttls is for --connect";
    if (options_have(options, OPTION_OCSP) && options_have(options, OPTION_CONNECT))
        return "--ocsp, and --connect: the server staples its own response";
    return NULL;
}

static int add_reference(struct certname_question *question, enum certname_reference type,
                         const char *text)
{
    size_t len = strlen(text);
    int r = certname_question_add_reference(question, type, text, len);

    if (r)
        text_complain("%s", material_reference_error(r, len));
    return r ? -1 : 0;
}

static int add_references(struct certname_question *question, const struct options *options,
                          const char *host)
{
    int r = host ? add_reference(question, CERTNAME_HOST, host) : 0;

    for (size_t i = 0; !r && i < options->n_references; i++)
        r = add_reference(question, options->references[i].type, options->references[i].text);
    return r;
}

static int add_files(struct certname_question *question, enum material_kind kind,
                     const struct options_files *files)
{
    int r = 0;

    for (size_t i = 0; !r && i < files->n; i++)
        r = input_add_file(question, kind, files->paths[i]);
    return r;
}

static void add_settings(struct certname_question *question, const struct options *options)
{
    if (question_wants_path(options))
        (void)certname_question_require_path(question);
    if (options_have(options, OPTION_NO_IDENTITY))
        (void)certname_question_without_identity(question);
    if (options_have(options, OPTION_TIME))
        (void)certname_question_set_time(question, options->time);
    if (options_have(options, OPTION_MAX_DEPTH))
        (void)certname_question_set_max_depth(question, options->max_depth);
    (void)certname_question_set_purpose(question, options->purpose);
}

int question_fill(struct certname_question *question, const struct options *options,
                  const char *host)
{
    int r = add_references(question, options, host);

    if (!r)
        r = add_files(question, MATERIAL_ANCHOR, &options->anchors);
    if (!r)
        r = add_files(question, MATERIAL_CRL, &options->crls);
    if (!r && options->ocsp)
        r = input_add_file(question, MATERIAL_OCSP, options->ocsp);
    if (!r)
        add_settings(question, options);
    return r;
}
