/* SPDX-License-Identifier: MIT */
/*
 * Implements `verify` and `explain`: checks their options and operands, then asks one question
 * (ask.h) or a batch (batch.h).
 */
#include <stdbool.h>
#include <string.h>

#include "client/ctl/ask.h"
#include "client/ctl/batch.h"
#include "client/ctl/command.h"
#include "client/ctl/question_options.h"
#include "client/ctl/text.h"

/*
 * Returns the name to send as server_name: the first --host that is a name, else the target's name.
 * Returns NULL if all of them are addresses.
 */
static const char *find_server_name(const struct ctl_options *options, const struct target *target)
{
    for (size_t i = 0; i < options->n_references; i++) {
        if (options->references[i].type == CERTNAME_HOST &&
            !target_is_address(options->references[i].text))
            return options->references[i].text;
    }
    return target->is_address ? NULL : target->host;
}

static const char *choose_port(const char *starttls)
{
    if (!starttls)
        return "443";
    return strcmp(starttls, "imap") == 0 ? "143" : "25";
}

static int run_connect(struct ask_job *job)
{
    const struct ctl_options *options = job->options;
    struct tls_fetch_plan *plan = &job->plan;
    const char *wrong = target_parse(&plan->target, options->connect,
                                     choose_port(options->starttls));

    if (wrong) {
        text_complain("--connect %s: %s", options->connect, wrong);
        return COMMAND_MISUSED;
    }
    plan->starttls = options->starttls;
    if (target_server_name(plan->server_name, find_server_name(options, &plan->target)))
        return command_misused("--host: with --connect the first name must be in ASCII (A-labels, "
                               "xn--...) and have at "
                               "most 255 bytes");
    plan->staple = question_options_want_path(options);
    return ask_run(job);
}

static int run_one(const struct ctl_options *options, bool explain, char *const *operands,
                   int n_operands)
{
    struct ask_job job = {.options = options, .explain = explain};
    const char *wrong = question_options_check(options);

    if (wrong)
        return command_misused(wrong);
    if (options->connect && n_operands > 0)
        return command_misused(
            "--connect takes no operand: the server sends the certificates, and --host "
            "names another reference");
    if (options->connect)
        return run_connect(&job);
    if (!question_options_have_identity(options)) {
        if (n_operands == 0)
            return command_misused("a HOST and a FILE with its certificate are needed");
        if (n_operands == 1)
            return command_misused("a FILE with the certificate is needed after the HOST");
        job.host = *operands++;
        n_operands--;
    }
    if (n_operands == 0)
        return command_misused("a FILE with the certificate is needed");
    job.files = operands;
    job.n_files = n_operands;
    return ask_run(&job);
}

static int run_batch(const struct ctl_options *options, int n_operands)
{
    uint64_t others = options->given &
                      ~(OPTION_BIT(OPTION_BATCH) | OPTION_BIT(OPTION_JSON) | OPTIONS_OF_DAEMON);
    struct certname_client *client;

    if (n_operands > 0 || others != 0)
        return command_misused(
            "--batch takes no HOST, FILE or option of a question: each line of the "
            "input describes its question");
    client = command_client(options);
    return client ? batch_run(client) : COMMAND_UNDECIDED;
}

static int run_verify(const struct ctl_options *options, char *const *operands, int n_operands)
{
    if (options_have(options, OPTION_BATCH))
        return run_batch(options, n_operands);
    return run_one(options, false, operands, n_operands);
}

static int run_explain(const struct ctl_options *options, char *const *operands, int n_operands)
{
    return run_one(options, true, operands, n_operands);
}

#define OPTIONS_OF_A_QUESTION                                                                      \
    (OPTIONS_OF_DAEMON | OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_PATH) |                       \
     OPTION_BIT(OPTION_NO_PATH) | OPTION_BIT(OPTION_PURPOSE) | OPTION_BIT(OPTION_HOST) |           \
     OPTION_BIT(OPTION_EMAIL) | OPTION_BIT(OPTION_URI) | OPTION_BIT(OPTION_SPIFFE) |               \
     OPTION_BIT(OPTION_SRV) | OPTION_BIT(OPTION_NO_IDENTITY) | OPTION_BIT(OPTION_ANCHORS) |        \
     OPTION_BIT(OPTION_CRL) | OPTION_BIT(OPTION_OCSP) | OPTION_BIT(OPTION_TIME) |                  \
     OPTION_BIT(OPTION_MAX_DEPTH) | OPTION_BIT(OPTION_CONNECT) | OPTION_BIT(OPTION_STARTTLS))

#define HELP_OF_A_QUESTION                                                                         \
    "The question is about HOST, a host name or an IP address. Instead of HOST these options "     \
    "name\n"                                                                                       \
    "references; they may be repeated, one that matches is enough, and every operand is a FILE:\n" \
    "\n"                                                                                           \
    "  --host HOST     a host name or an IP address\n"                                             \
    "  --email ADDR    a mailbox, as in jo@example.org\n"                                          \
    "  --uri URI       a URI, of which scheme and host are compared\n"                             \
    "  --spiffe ID     a SPIFFE ID, compared as a whole\n"                                         \
    "  --srv NAME      a service and its domain, as in _imaps.example.org\n"                       \
    "  --no-identity   no reference: only ask whether the path is good for the purpose\n"          \
    "\n"                                                                                           \
    "Each FILE holds certificates in PEM, or one in DER; the end entity's comes first. The FILE\n" \
    "`-` is standard input.\n"                                                                     \
    "\n"                                                                                           \
    "  --connect HOST[:PORT]   take the certificates and the stapled OCSP response from a\n"       \
    "                          server, and ask for the path; an IPv6 address with a port is\n"     \
    "                          [ADDRESS]:PORT; the default port is 443, 25 or 143\n"               \
    "  --starttls PROTOCOL     with --connect: begin TLS with STARTTLS of smtp or imap\n"          \
    "  --no-path               with --connect: do not ask for the path\n"                          \
    "\n"                                                                                           \
    "  --path          ask for the path to a trust anchor too: only a validated chain is\n"        \
    "                  accepted then; each of the following options implies --path\n"              \
    "  --anchors FILE  trust anchors, where the policy lets a request bring them\n"                \
    "  --crl FILE      CRLs, in PEM or DER\n"                                                      \
    "  --ocsp FILE     the OCSP response that the server stapled, in DER\n"                        \
    "  --time TIME     judge the path at this time, as in 2026-06-30T12:00:00Z, where the\n"       \
    "                  policy lets a request choose it\n"                                          \
    "  --max-depth N   accept at most N intermediates\n"                                           \
    "  --purpose USE   what the certificate is used for: server or client\n"                       \
    "\n"                                                                                           \
    "  --json          print the verdict, or the error, as one JSON object\n"                      \
    "  --socket PATH   the daemon's socket\n"

#define HELP_STATUS "\nExit status: 0 accepted, 1 refused, 2 no verdict"

const struct command verify_command = {
    .name = "verify",
    .summary = "ask whether certificates may stand for a name",
    .usage = "[--socket PATH] verify [OPTION...] HOST FILE...\n"
             "[--socket PATH] verify [OPTION...] --email|--uri|--spiffe|--srv|--host VALUE... "
             "FILE...\n"
             "[--socket PATH] verify [OPTION...] --connect HOST[:PORT] [--starttls smtp|imap]\n"
             "[--socket PATH] verify --batch",
    .help = HELP_OF_A_QUESTION
    "  --batch         read questions as JSON Lines from standard input, and print verdicts as\n"
    "                  JSON Lines in the same order\n"
    "\n"
    "Each line of a batch is an object. \"certificates\" is a list of DER in base64, the end\n"
    "entity's first. \"host\", \"email\", \"uri\", \"spiffe\" and \"srv\" are strings or lists of\n"
    "strings, of which one that matches is enough; or \"identity\" is false, and \"path\" true.\n"
    "Optional keys are \"path\" (true or false), \"purpose\", \"explain\" (true or false), and "
    "\"id\"\n"
    "(any value; it is repeated in the answer). Where \"path\" is true also \"time\" (RFC 3339),\n"
    "\"anchors\" and \"crls\" (lists of DER in base64), \"ocsp\" (DER in base64) and "
    "\"max_depth\".\n"
    "Other keys and lines over 512 KiB are errors; blank lines are skipped. Each line gets a\n"
    "verdict or an \"error\"; while the daemon is busy a question is asked again. Values that are\n"
    "not printable ASCII are shown as \\xNN, a backslash as two.\n" HELP_STATUS
    "; of a batch: 0 if every\nline got a verdict, else 2.\n",
    .known = OPTIONS_OF_A_QUESTION | OPTION_BIT(OPTION_BATCH),
    .run = run_verify,
};

const struct command explain_command = {
    .name = "explain",
    .summary = "ask the same, and print why each presented name does not match",
    .usage = "[--socket PATH] explain [OPTION...] HOST FILE...\n"
             "[--socket PATH] explain [OPTION...] --email|--uri|--spiffe|--srv|--host VALUE... "
             "FILE...\n"
             "[--socket PATH] explain [OPTION...] --connect HOST[:PORT] [--starttls smtp|imap]",
    .help =
        "Does what `verify` does, and prints for each identity that the certificate presents why\n"
        "it does not match, the nearest first.\n"
        "\n" HELP_OF_A_QUESTION HELP_STATUS ".\n",
    .known = OPTIONS_OF_A_QUESTION,
    .run = run_explain,
};
