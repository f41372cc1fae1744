/* SPDX-License-Identifier: MIT */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "client/ctl/batch.h"
#include "client/ctl/text.h"
#include "client/ctl/verify.h"

static const char usage[] = "usage: certnamectl [--socket PATH] verify [--json] [--path] "
                            "[--purpose server|client] HOST FILE...\n"
                            "       certnamectl [--socket PATH] verify --batch\n"
                            "       certnamectl [--socket PATH] explain [--json] HOST FILE...\n"
                            "       certnamectl --help | --version\n";

static const char details[] =
    "\n"
    "Asks certnamed whether certificates may stand for HOST, a host name or an IP address. Each "
    "FILE holds\n"
    "certificates in PEM, or one in DER; the end entity's comes first. `-` is standard input.\n"
    "\n"
    "`explain` also says of each name that the certificate presents why it does not match, the "
    "nearest first.\n"
    "\n"
    "  --socket PATH   the daemon's socket, instead of CERTNAMED_SOCKET or "
    "/run/certnamed/certnamed.sock\n"
    "  --path          ask for the path to a trust anchor too: only a validated chain is accepted "
    "then\n"
    "  --purpose USE   what the certificate is for: server or client\n"
    "  --json          print the verdict, or the error, as one JSON object\n"
    "  --batch         answer JSON Lines on standard input with JSON Lines on standard output, in "
    "order\n"
    "\n"
    "A line of a batch is an object: \"host\" (string), \"certificates\" (list of DER in base64, "
    "the end\n"
    "entity's first) and, if wanted, \"id\" (anything; echoed), \"path\" (true or false), "
    "\"purpose\". Other keys\n"
    "are refused, blank lines skipped, lines over 512 KiB refused. Each line gets a verdict or an "
    "\"error\";\n"
    "a daemon that is busy is asked again. Values that are not printable ASCII show as \\xNN, a "
    "backslash as\n"
    "two.\n"
    "\n"
    "Exit status: 0 accepted, 1 refused, 2 could not be decided; of a batch: 0 if every line got a "
    "verdict,\n"
    "else 2.\n";

struct options {
    const char *socket;
    bool batch;
    bool help;
    bool version;
    struct verify_options verify;
};

enum option_key {
    OPTION_SOCKET = 1,
    OPTION_BATCH,
    OPTION_HELP,
    OPTION_JSON,
    OPTION_PATH,
    OPTION_PURPOSE,
    OPTION_VERSION,
};

static const struct option global_options[] = {
    {"socket", required_argument, NULL, OPTION_SOCKET},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {0},
};

static const struct option verify_options[] = {
    {"socket", required_argument, NULL, OPTION_SOCKET},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"batch", no_argument, NULL, OPTION_BATCH},
    {"json", no_argument, NULL, OPTION_JSON},
    {"path", no_argument, NULL, OPTION_PATH},
    {"purpose", required_argument, NULL, OPTION_PURPOSE},
    {0},
};

static const struct option explain_options[] = {
    {"socket", required_argument, NULL, OPTION_SOCKET},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"json", no_argument, NULL, OPTION_JSON},
    {0},
};

static int misused(const char *what)
{
    if (what)
        text_complain("%s", what);
    (void)fputs(usage, stderr);
    return VERIFY_UNDECIDED;
}

static bool set_purpose(struct options *options, const char *purpose)
{
    if (strcmp(purpose, "server") == 0)
        options->verify.purpose = CERTNAME_PURPOSE_SERVER;
    else if (strcmp(purpose, "client") == 0)
        options->verify.purpose = CERTNAME_PURPOSE_CLIENT;
    else
        text_complain("--purpose %s: it must be server or client", purpose);
    return options->verify.purpose != CERTNAME_PURPOSE_UNSPECIFIED;
}

static bool set_option(struct options *options, int key)
{
    switch (key) {
    case OPTION_SOCKET:
        options->socket = optarg;
        return true;
    case OPTION_BATCH:
        return options->batch = true;
    case OPTION_HELP:
        return options->help = true;
    case OPTION_JSON:
        return options->verify.json = true;
    case OPTION_PATH:
        return options->verify.path = true;
    case OPTION_PURPOSE:
        return set_purpose(options, optarg);
    case OPTION_VERSION:
        return options->version = true;
    default:
        return false;
    }
}

/*
 * False if an option is wrong, and it has been said which; else optind is where the operands start.
 */
static bool read_options(struct options *options, int argc, char **argv, const char *how,
                         const struct option *known)
{
    int key;

    optind = 0;
    while ((key = getopt_long(argc, argv, how, known, NULL)) != -1) {
        if (!set_option(options, key))
            return false;
    }
    return true;
}

static int run_verify(struct certname_client *client, const struct options *options,
                      char *const *operands, int n_operands)
{
    bool asks = n_operands > 0 || options->verify.path ||
                options->verify.purpose != CERTNAME_PURPOSE_UNSPECIFIED;

    if (options->batch && asks)
        return misused("--batch takes no HOST, FILE, --path or --purpose: each line says its own");
    if (options->batch)
        return batch_run(client);
    if (n_operands == 0)
        return misused("a HOST and a FILE with its certificate are needed");
    if (n_operands == 1)
        return misused("a FILE with the certificate is needed after the HOST");
    return (int)verify_run(client, &options->verify, operands, n_operands);
}

/* False if there is no such command, and it has been said. */
static bool set_command(struct options *options, const char *command)
{
    options->verify.explain = strcmp(command, "explain") == 0;
    if (options->verify.explain || strcmp(command, "verify") == 0)
        return true;
    (void)misused("unknown command: it is `verify` or `explain`");
    return false;
}

static int run(const struct options *options, char *const *operands, int n_operands)
{
    struct certname_client *client = certname_client_new();
    int status = VERIFY_UNDECIDED;

    if (!client)
        text_complain("no memory");
    else if (options->socket && certname_client_set_path(client, options->socket))
        text_complain("--socket: %s", certname_client_error(client));
    else
        status = run_verify(client, options, operands, n_operands);
    (void)certname_client_free(client);
    return status;
}

/* A verdict that nobody could read is none. */
static int close_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (status != VERIFY_UNDECIDED)
        text_complain("cannot write to standard output");
    return VERIFY_UNDECIDED;
}

static void ignore_broken_pipes(void)
{
    sigset_t signals;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGPIPE);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
}

static int dispatch(struct options *options, int argc, char **argv)
{
    int n_global;

    if (!read_options(options, argc, argv, "+", global_options))
        return misused(NULL);
    n_global = optind;
    if (!options->help && !options->version) {
        if (n_global == argc)
            return misused("no command: try `verify`");
        if (!set_command(options, argv[n_global]))
            return VERIFY_UNDECIDED;
        argv[n_global] = argv[0];
        if (!read_options(options, argc - n_global, argv + n_global, "",
                          options->verify.explain ? explain_options : verify_options))
            return misused(NULL);
    }
    if (options->help)
        (void)printf("%s%s", usage, details);
    else if (options->version)
        (void)puts("certnamectl " PACKAGE_VERSION);
    else
        return run(options, argv + n_global + optind, argc - n_global - optind);
    return 0;
}

int main(int argc, char **argv)
{
    struct options options = {0};

    ignore_broken_pipes();
    return close_output(dispatch(&options, argc, argv));
}
