/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "client/ctl/asking.h"
#include "client/ctl/batch.h"
#include "client/ctl/command.h"
#include "client/ctl/question.h"
#include "client/ctl/text.h"

static int misused(const char *what)
{
    text_complain("%s", what);
    return COMMAND_MISUSED;
}

/* The first host that is a name, be it said or connected to; NULL if there is none. */
static const char *name_to_send(const struct options *options, const struct target *target)
{
    for (size_t i = 0; i < options->n_references; i++) {
        if (options->references[i].type == CERTNAME_HOST &&
            !target_is_address(options->references[i].text))
            return options->references[i].text;
    }
    return target->is_address ? NULL : target->host;
}

static const char *default_port(const char *starttls)
{
    if (!starttls)
        return "443";
    return strcmp(starttls, "imap") == 0 ? "143" : "25";
}

static int plan(struct asking *asking)
{
    const struct options *options = asking->options;
    struct connect_plan *made = &asking->plan;
    const char *wrong = target_parse(&made->target, options->connect,
                                     default_port(options->starttls));

    if (wrong) {
        text_complain("--connect %s: %s", options->connect, wrong);
        return COMMAND_MISUSED;
    }
    made->starttls = options->starttls;
    if (target_server_name(made->server_name, name_to_send(options, &made->target)))
        return misused(
            "--host: with --connect the first name must be in ASCII (A-labels, xn--...), "
            "and of 255 bytes at most");
    made->staple = question_wants_path(options);
    return asking_run(asking);
}

static int run_one(const struct options *options, bool explain, char *const *operands,
                   int n_operands)
{
    struct asking asking = {.options = options, .explain = explain};
    const char *wrong = question_check(options);

    if (wrong)
        return misused(wrong);
    if (options->connect && n_operands > 0)
        return misused("--connect takes no operand: the server sends its certificates, and --host "
                       "says whom else to ask about");
    if (options->connect)
        return plan(&asking);
    if (!question_has_identity(options)) {
        if (n_operands == 0)
            return misused("a HOST and a FILE with its certificate are needed");
        if (n_operands == 1)
            return misused("a FILE with the certificate is needed after the HOST");
        asking.host = *operands++;
        n_operands--;
    }
    if (n_operands == 0)
        return misused("a FILE with the certificate is needed");
    asking.files = operands;
    asking.n_files = n_operands;
    return asking_run(&asking);
}

static int run_batch(const struct options *options, int n_operands)
{
    uint64_t others = options->given & ~(OPTION_BIT(OPTION_BATCH) | OPTION_BIT(OPTION_SOCKET) |
                                         OPTION_BIT(OPTION_JSON));
    struct certname_client *client;
    int status;

    if (n_operands > 0 || others != 0)
        return misused("--batch takes no HOST, FILE or option of a question: each line says its "
                       "own");
    client = command_client(options);
    status = client ? batch_run(client) : COMMAND_UNDECIDED;
    (void)certname_client_free(client);
    return status;
}

static int run_verify(const struct options *options, char *const *operands, int n_operands)
{
    if (options_have(options, OPTION_BATCH))
        return run_batch(options, n_operands);
    return run_one(options, false, operands, n_operands);
}

static int run_explain(const struct options *options, char *const *operands, int n_operands)
{
    return run_one(options, true, operands, n_operands);
}

#define OPTIONS_OF_A_QUESTION                                                                      \
    (OPTIONS_ASKING | OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_PATH) |                          \
     OPTION_BIT(OPTION_NO_PATH) | OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_HOST) |           \
     OPTION_BIT(OPTION_EMAIL) | OPTION_BIT(OPTION_URI) | OPTION_BIT(OPTION_SPIFFE) |               \
     OPTION_BIT(OPTION_SRV) | OPTION_BIT(OPTION_NO_IDENTITY) | OPTION_BIT(OPTION_ANCHORS) |        \
     OPTION_BIT(OPTION_CRL) | OPTION_BIT(OPTION_OCSP) | OPTION_BIT(OPTION_TIME) |                  \
     OPTION_BIT(OPTION_MAX_DEPTH) | OPTION_BIT(OPTION_CONNECT) | OPTION_BIT(OPTION_STARTTLS))

#define HELP_OF_A_QUESTION                                                                         \
    "Whom to ask about: HOST, a host name or an IP address; or any of these, each as often as\n"   \
    "wanted, where one that matches is enough. Then every operand is a FILE.\n"                    \
    "\n"                                                                                           \
    "  --host HOST     a host name or an IP address\n"                                             \
    "  --email ADDR    a mailbox, as in jo@example.org\n"                                          \
    "  --uri URI       a URI, of which scheme and host count\n"                                    \
    "  --spiffe ID     a SPIFFE id, all of which counts\n"                                         \
    "  --srv NAME      a service and its domain, as in _imaps.example.org\n"                       \
    "  --no-identity   nobody: is the path good for the purpose?\n"                                \
    "\n"                                                                                           \
    "Each FILE holds certificates in PEM, or one in DER; the end entity's comes first. `-` is\n"   \
    "standard input.\n"                                                                            \
    "\n"                                                                                           \
    "  --connect HOST[:PORT]   take certificates and stapled OCSP response from a server, and "    \
    "ask\n"                                                                                        \
    "                          for the path; [ADDRESS]:PORT for IPv6; port 443, 25, 143\n"         \
    "  --starttls PROTOCOL     smtp or imap: TLS begins after that dialogue\n"                     \
    "  --no-path               with --connect: do not ask for the path\n"                          \
    "\n"                                                                                           \
    "  --path          ask for the path to a trust anchor too: only a validated chain is\n"        \
    "                  accepted then; each of the following asks for it as well\n"                 \
    "  --anchors FILE  trust anchors, where the policy lets a request bring them\n"                \
    "  --crl FILE      CRLs, in PEM or DER\n"                                                      \
    "  --ocsp FILE     the OCSP response that was stapled, in DER\n"                               \
    "  --time TIME     the moment to judge at, as in 2026-06-30T12:00:00Z, where the policy\n"     \
    "                  lets a request say so\n"                                                    \
    "  --max-depth N   at most N intermediates\n"                                                  \
    "  --purpose USE   what the certificate is for: server or client\n"                            \
    "\n"                                                                                           \
    "  --json          print the verdict, or the error, as one JSON object\n"                      \
    "  --socket PATH   the daemon's socket\n"

#define HELP_STATUS "\nExit status: 0 accepted, 1 refused, 2 could not be decided"

const struct command verify_command = {
    .name = "verify",
    .summary = "ask whether certificates may stand for a name",
    .usage = "[--socket PATH] verify [OPTION...] HOST FILE...\n"
             "[--socket PATH] verify [OPTION...] --email|--uri|--spiffe|--srv|--host VALUE... "
             "FILE...\n"
             "[--socket PATH] verify [OPTION...] --connect HOST[:PORT] [--starttls smtp|imap]\n"
             "[--socket PATH] verify --batch",
    .help = HELP_OF_A_QUESTION
    "  --batch         answer JSON Lines on standard input with JSON Lines on standard output,\n"
    "                  in order\n"
    "\n"
    "A line of a batch is an object. \"certificates\" is a list of DER in base64, the end "
    "entity's\n"
    "first. \"host\", \"email\", \"uri\", \"spiffe\", \"srv\" are strings or lists of strings, of "
    "which\n"
    "one that matches is enough; or \"identity\" is false, with \"path\" true. If wanted: "
    "\"path\"\n"
    "(true or false), \"purpose\", \"explain\" (true or false), \"id\" (anything; echoed); and "
    "where\n"
    "\"path\" is true \"time\" (RFC 3339), \"anchors\" and \"crls\" (lists of DER in base64), "
    "\"ocsp\" (DER\n"
    "in base64), \"max_depth\". Other keys are refused, blank lines skipped, lines over 512 KiB\n"
    "refused. Each line gets a verdict or an \"error\"; a daemon that is busy is asked again. "
    "Values\n"
    "that are not printable ASCII show as \\xNN, a backslash as two.\n" HELP_STATUS
    "; of a batch: 0 if every line\ngot a verdict, else 2.\n",
    .known = OPTIONS_OF_A_QUESTION | OPTION_BIT(OPTION_BATCH),
    .run = run_verify,
};

const struct command explain_command = {
    .name = "explain",
    .summary = "the same, and why each name that the certificate presents does not match",
    .usage = "[--socket PATH] explain [OPTION...] HOST FILE...\n"
             "[--socket PATH] explain [OPTION...] --email|--uri|--spiffe|--srv|--host VALUE... "
             "FILE...\n"
             "[--socket PATH] explain [OPTION...] --connect HOST[:PORT] [--starttls smtp|imap]",
    .help = "As `verify`, and says of each identity that the certificate presents why it does "
            "not\n"
            "match, the nearest first.\n"
            "\n" HELP_OF_A_QUESTION HELP_STATUS ".\n",
    .known = OPTIONS_OF_A_QUESTION,
    .run = run_explain,
};
