/* SPDX-License-Identifier: MIT */
#include "client/ctl/question_options.h"

#include <string.h>

#include "client/ctl/attachment.h"
#include "client/ctl/der_file.h"
#include "client/ctl/reference.h"
#include "client/ctl/text.h"

/*
 * The options that only matter when a path is validated; each of them makes the question ask for
 * the path.
 */
#define OPTIONS_OF_PATHS                                                                           \
    (OPTION_BIT(OPTION_PATH) | OPTION_BIT(OPTION_NO_IDENTITY) | OPTION_BIT(OPTION_ANCHORS) |       \
     OPTION_BIT(OPTION_CRL) | OPTION_BIT(OPTION_OCSP) | OPTION_BIT(OPTION_TIME) |                  \
     OPTION_BIT(OPTION_MAX_DEPTH))

bool question_options_want_path(const struct ctl_options *options)
{
    if ((options->given & OPTIONS_OF_PATHS) != 0)
        return true;
    return options_have(options, OPTION_CONNECT) && !options_have(options, OPTION_NO_PATH);
}

bool question_options_have_identity(const struct ctl_options *options)
{
    return options->n_references > 0 || options_have(options, OPTION_NO_IDENTITY) ||
           options_have(options, OPTION_CONNECT);
}

const char *question_options_check(const struct ctl_options *options)
{
    if (options_have(options, OPTION_NO_IDENTITY) && options->n_references > 0)
        return "--no-identity excludes --host, --email, --uri, --spiffe and --srv";
    if (options_have(options, OPTION_NO_PATH) && question_options_want_path(options))
        return "--no-path excludes every option that asks for the path";
    if (options_have(options, OPTION_NO_PATH) && !options_have(options, OPTION_CONNECT))
        return "--no-path needs --connect: without --connect no path is asked for unless --path is "
               "given";
    if (options_have(options, OPTION_STARTTLS) && !options_have(options, OPTION_CONNECT))
        return "--starttls needs --connect";
    if (options_have(options, OPTION_OCSP) && options_have(options, OPTION_CONNECT))
        return "--ocsp excludes --connect: the OCSP response is the one that the server staples";
    return NULL;
}

static int add_reference(struct certname_question *question, enum certname_reference type,
                         const char *text)
{
    const char *why;

    if (reference_add(question, type, text, strlen(text), &why) == 0)
        return 0;
    text_complain("%s", why);
    return -1;
}

static int add_references(struct certname_question *question, const struct ctl_options *options,
                          const char *host)
{
    int r = host ? add_reference(question, CERTNAME_HOST, host) : 0;

    for (size_t i = 0; !r && i < options->n_references; i++)
        r = add_reference(question, options->references[i].type, options->references[i].text);
    return r;
}

static int add_files(struct certname_question *question, enum attachment_kind kind,
                     const struct options_files *files)
{
    int r = 0;

    for (size_t i = 0; !r && i < files->n; i++)
        r = der_file_attach(question, kind, files->paths[i]);
    return r;
}

static void add_settings(struct certname_question *question, const struct ctl_options *options)
{
    if (question_options_want_path(options))
        (void)certname_question_require_path(question);
    if (options_have(options, OPTION_NO_IDENTITY))
        (void)certname_question_without_identity(question);
    if (options_have(options, OPTION_TIME))
        (void)certname_question_set_time(question, options->time);
    if (options_have(options, OPTION_MAX_DEPTH))
        (void)certname_question_set_max_depth(question, options->max_depth);
    (void)certname_question_set_purpose(question, options->purpose);
}

int question_options_fill(struct certname_question *question, const struct ctl_options *options,
                          const char *host)
{
    int r = add_references(question, options, host);

    if (!r)
        r = add_files(question, ATTACHMENT_ANCHOR, &options->anchors);
    if (!r)
        r = add_files(question, ATTACHMENT_CRL, &options->crls);
    if (!r && options->ocsp)
        r = der_file_attach(question, ATTACHMENT_OCSP, options->ocsp);
    if (!r)
        add_settings(question, options);
    return r;
}
