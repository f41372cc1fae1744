/* SPDX-License-Identifier: MIT */
#include "client/ctl/options.h"

#include <getopt.h>
#include <string.h>

#include "client/ctl/moment.h"
#include "client/ctl/number.h"
#include "client/ctl/text.h"

/*
 * getopt_long() returns KEY_BASE plus the enum option_key of a long option. KEY_BASE is above every
 * character of a short option.
 */
#define KEY_BASE 256

/* --- values: each function returns true, or prints what is wrong with the value --- */

static bool take_purpose(struct ctl_options *options, const char *value)
{
    if (strcmp(value, "server") == 0)
        options->purpose = CERTNAME_PURPOSE_SERVER;
    else if (strcmp(value, "client") == 0)
        options->purpose = CERTNAME_PURPOSE_CLIENT;
    else
        text_complain("--purpose %s: it must be server or client", value);
    return options->purpose != CERTNAME_PURPOSE_UNSPECIFIED;
}

static bool take_starttls(struct ctl_options *options, const char *value)
{
    options->starttls = value;
    if (strcmp(value, "smtp") == 0 || strcmp(value, "imap") == 0)
        return true;
    text_complain("--starttls %s: it must be smtp or imap", value);
    return false;
}

static bool take_time(struct ctl_options *options, const char *value)
{
    if (moment_parse(value, strlen(value), &options->time))
        return true;
    text_complain("--time %s: it must be a date and time of RFC 3339, as in 2026-06-30T12:00:00Z",
                  value);
    return false;
}

static bool take_max_depth(struct ctl_options *options, const char *value)
{
    uint64_t number;

    if (!number_parse(value, UINT32_MAX, &number)) {
        text_complain("--max-depth %s: it must be a number of intermediates, 0 or more", value);
        return false;
    }
    options->max_depth = (unsigned)number;
    return true;
}

static bool add_reference(struct ctl_options *options, enum certname_reference type,
                          const char *text)
{
    if (options->n_references == OPTIONS_REFERENCES_COUNT) {
        text_complain("a question takes at most %d references", OPTIONS_REFERENCES_COUNT);
        return false;
    }
    options->references[options->n_references++] = (struct options_reference){.type = type,
                                                                              .text = text};
    return true;
}

static bool take_host(struct ctl_options *options, const char *value)
{
    return add_reference(options, CERTNAME_HOST, value);
}

static bool take_email(struct ctl_options *options, const char *value)
{
    return add_reference(options, CERTNAME_EMAIL, value);
}

static bool take_uri(struct ctl_options *options, const char *value)
{
    return add_reference(options, CERTNAME_URI, value);
}

static bool take_spiffe(struct ctl_options *options, const char *value)
{
    return add_reference(options, CERTNAME_SPIFFE, value);
}

static bool take_srv(struct ctl_options *options, const char *value)
{
    return add_reference(options, CERTNAME_SRV, value);
}

static bool add_file(struct options_files *files, const char *option, const char *path)
{
    if (files->n == OPTIONS_FILES_COUNT) {
        text_complain("%s: at most %d files: join several into one file in PEM", option,
                      OPTIONS_FILES_COUNT);
        return false;
    }
    files->paths[files->n++] = path;
    return true;
}

static bool take_anchors(struct ctl_options *options, const char *value)
{
    return add_file(&options->anchors, "--anchors", value);
}

static bool take_crl(struct ctl_options *options, const char *value)
{
    return add_file(&options->crls, "--crl", value);
}

/* --- the options --- */

#define NO_TEXT      SIZE_MAX
#define TEXT(member) offsetof(struct ctl_options, member)

static const struct {
    const char *name;
    bool (*take)(struct ctl_options *,
                 const char *); /* checks and stores the value; NULL if any text will do */
    size_t text; /* the offset of the member of struct ctl_options that holds the value as text;
                    NO_TEXT if there is none */
    bool repeats;
} table[OPTIONS_COUNT] = {
    [OPTION_SOCKET] = {"socket", NULL, TEXT(socket), false},
    [OPTION_HELP] = {"help", NULL, NO_TEXT, true},
    [OPTION_VERSION] = {"version", NULL, NO_TEXT, true},
    [OPTION_JSON] = {"json", NULL, NO_TEXT, true},
    [OPTION_BATCH] = {"batch", NULL, NO_TEXT, true},
    [OPTION_PATH] = {"path", NULL, NO_TEXT, true},
    [OPTION_NO_PATH] = {"no-path", NULL, NO_TEXT, true},
    [OPTION_PURPOSE] = {"purpose", take_purpose, NO_TEXT, false},
    [OPTION_HOST] = {"host", take_host, NO_TEXT, true},
    [OPTION_EMAIL] = {"email", take_email, NO_TEXT, true},
    [OPTION_URI] = {"uri", take_uri, NO_TEXT, true},
    [OPTION_SPIFFE] = {"spiffe", take_spiffe, NO_TEXT, true},
    [OPTION_SRV] = {"srv", take_srv, NO_TEXT, true},
    [OPTION_NO_IDENTITY] = {"no-identity", NULL, NO_TEXT, true},
    [OPTION_ANCHORS] = {"anchors", take_anchors, NO_TEXT, true},
    [OPTION_CRL] = {"crl", take_crl, NO_TEXT, true},
    [OPTION_OCSP] = {"ocsp", NULL, TEXT(ocsp), false},
    [OPTION_TIME] = {"time", take_time, NO_TEXT, false},
    [OPTION_MAX_DEPTH] = {"max-depth", take_max_depth, NO_TEXT, false},
    [OPTION_CONNECT] = {"connect", NULL, TEXT(connect), false},
    [OPTION_STARTTLS] = {"starttls", take_starttls, NO_TEXT, false},
    [OPTION_DENY] = {"deny", NULL, NO_TEXT, true},
    [OPTION_NEW_BACKUP] = {"new-backup", NULL, TEXT(new_backup), false},
    [OPTION_RSA] = {"rsa", NULL, NO_TEXT, true},
    [OPTION_CHECK] = {"check", NULL, NO_TEXT, true},
    [OPTION_REPLAY] = {"replay", NULL, TEXT(replay), false},
    [OPTION_HASH_NAMES] = {"hash-names", NULL, NO_TEXT, true},
    [OPTION_OLD] = {"old", NULL, TEXT(old), false},
    [OPTION_CERTNAMED] = {"certnamed", NULL, TEXT(certnamed), false},
    [OPTION_USER] = {"user", NULL, TEXT(user), false},
    [OPTION_INSECURE_TRUST_UNMAPPED_UID] = {"insecure-trust-unmapped-uid", NULL, NO_TEXT, true},
    [OPTION_PROMETHEUS] = {"prometheus", NULL, NO_TEXT, true},
};

bool options_have(const struct ctl_options *options, enum option_key key)
{
    return (options->given & OPTION_BIT(key)) != 0;
}

static bool has_value(int key)
{
    return table[key].take != NULL || table[key].text != NO_TEXT;
}

static bool take(struct ctl_options *options, int key, const char *value)
{
    if (options_have(options, (enum option_key)key) && !table[key].repeats) {
        text_complain("--%s is given twice", table[key].name);
        return false;
    }
    options->given |= OPTION_BIT(key);
    if (table[key].text != NO_TEXT)
        *(const char **)(void *)((char *)options + table[key].text) = value;
    return table[key].take == NULL || table[key].take(options, value);
}

/* Returns the option_key of a short option that getopt_long() returned, or -1. */
static int find_long(int answer)
{
    switch (answer) {
    case 'h':
        return OPTION_HELP;
    case 'V':
        return OPTION_VERSION;
    default:
        return answer >= KEY_BASE ? answer - KEY_BASE : -1;
    }
}

/* Prints why getopt_long() refused an option. */
static void complain(int answer, char *const *argv)
{
    int key = optopt - KEY_BASE;

    if (answer == ':')
        text_complain("--%s needs a value", table[key].name);
    else if (key >= 0)
        text_complain("--%s takes no value", table[key].name);
    else if (optopt != 0)
        text_complain("there is no option -%c", optopt);
    else
        text_complain("there is no option %s here", argv[optind - 1]);
}

static void select_known(struct option known_options[static OPTIONS_COUNT + 1], uint64_t known)
{
    size_t n = 0;

    for (int key = 0; key < OPTIONS_COUNT; key++) {
        if ((known & OPTION_BIT(key)) == 0)
            continue;
        known_options[n++] = (struct option){
            .name = table[key].name,
            .has_arg = has_value(key) ? required_argument : no_argument,
            .val = KEY_BASE + key,
        };
    }
    known_options[n] = (struct option){0};
}

int options_read(struct ctl_options *options, int argc, char **argv, uint64_t known, bool stops,
                 int *firstp)
{
    struct option known_options[OPTIONS_COUNT + 1];
    int answer;

    select_known(known_options, known);
    opterr = 0;
    optind = 0;
    while ((answer = getopt_long(argc, argv, stops ? "+:hV" : ":hV", known_options, NULL)) != -1) {
        int key = find_long(answer);

        if (key < 0) {
            complain(answer, argv);
            return 1;
        }
        if (!take(options, key, optarg))
            return 1;
    }
    *firstp = optind;
    return 0;
}
