/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/command.h"
#include "client/ctl/json.h"
#include "client/ctl/report.h"
#include "client/ctl/service.h"
#include "client/ctl/text.h"

static int print_json(const json_t *status)
{
    char *line = json_dumps(status, JSON_COMPACT | JSON_ENSURE_ASCII);

    if (line)
        (void)puts(line);
    free(line);
    return line ? 0 : -1;
}

/* Anywhere deeper stand counters with names of their own: there is a code `version`, too. */
static const json_t *find(const json_t *status, const char *key)
{
    const json_t *found = json_object_get(status, key);

    return found ? found : json_object_get(json_object_get(status, "supervisor"), key);
}

/* --- for a person --- */

/* The names of who and what, where they are strings and numbers: "generation 3". */
static int print_name(FILE *out, const json_t *object, const char *key, const char *before)
{
    const json_t *value = find(object, key);

    if (!json_is_string(value) && !json_is_integer(value))
        return 0;
    if (json_is_string(value))
        return text_print(out, before, json_string_value(value), "");
    (void)fprintf(out, "%s%lld", before, (long long)json_integer_value(value));
    return 0;
}

static int print_refused(FILE *out, const json_t *object)
{
    const json_t *refused = find(object, "reload-refused");
    int r;

    if (!json_is_object(refused))
        return 0;
    r = print_name(out, refused, "file", "the last reload was refused: ");
    if (!r)
        r = print_name(out, refused, "line", ":");
    if (!r)
        r = print_name(out, refused, "message", ": ");
    (void)fputc('\n', out);
    return r;
}

/* What a person wants to know first. */
static int print_head(FILE *out, const json_t *object)
{
    int r;

    (void)fputs("certnamed", out);
    r = print_name(out, object, "version", " ");
    if (!r)
        r = print_name(out, object, "generation", ", generation ");
    if (!r)
        r = print_name(out, object, "loaded-at", ", loaded at ");
    (void)fputc('\n', out);
    if (json_is_false(find(object, "files-in-force")))
        (void)fputs("the files on disk are NOT what is in force\n", out);
    return r ? r : print_refused(out, object);
}

/* The supervisor says some of what the front says: once is enough, where both say the same. */
static void drop_repeated(json_t *status)
{
    json_t *inner = json_object_get(status, "supervisor");
    const char *key;
    json_t *value;
    void *next;

    json_object_foreach_safe(inner, next, key, value)
    {
        if (json_equal(value, json_object_get(status, key)))
            (void)json_object_del(inner, key);
    }
}

static int print_report(const json_t *status)
{
    json_t *shown = json_deep_copy(status);
    int r = shown ? print_head(stdout, shown) : -1;

    (void)fputc('\n', stdout);
    drop_repeated(shown);
    if (!r)
        r = report_print(stdout, shown);
    json_decref(shown);
    return r;
}

/* --- the command --- */

/* With --check the files on disk are to be what is in force. */
static int judge(const json_t *status)
{
    const json_t *in_force = find(status, "files-in-force");

    if (json_is_true(in_force))
        return COMMAND_DONE;
    if (json_is_false(in_force)) {
        text_complain("the files on disk are not what is in force: `certnamectl reload` says why");
        return COMMAND_REFUSED;
    }
    text_complain("the daemon does not say whether the files on disk are in force");
    return COMMAND_UNDECIDED;
}

static int show(const struct options *options, const json_t *status)
{
    int r = options_have(options, OPTION_JSON) ? print_json(status) : print_report(status);

    if (r) {
        text_complain("no memory to print the status");
        return COMMAND_UNDECIDED;
    }
    return options_have(options, OPTION_CHECK) ? judge(status) : COMMAND_DONE;
}

static int run_status(const struct options *options, char *const *operands, int n_operands)
{
    int answer = COMMAND_UNDECIDED;
    json_t *status;
    char *text;

    (void)operands;
    if (n_operands > 0) {
        text_complain("it takes no operand");
        return COMMAND_MISUSED;
    }
    if (service_inquire(options, CERTNAME_STATUS, &text))
        return COMMAND_UNDECIDED;
    status = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(status))
        answer = show(options, status);
    else
        text_complain("the daemon's status is no JSON object: do certnamed and this program belong "
                      "together?");
    json_decref(status);
    free(text);
    return answer;
}

const struct command status_command = {
    .name = "status",
    .summary = "what the daemon does and holds",
    .usage = "[--socket PATH] status [--json] [--check]",
    .help = "Prints which policy is in force, since when and from which files, what the verifiers\n"
            "have answered, and what is kept. For root and the daemon's own user.\n"
            "\n"
            "  --json          as one JSON object\n"
            "  --check         fail if the files on disk are not what is in force\n"
            "  --socket PATH   the daemon's socket\n"
            "\n"
            "Exit status: 0 done, 1 with --check: the files are not in force, 2 not done.\n",
    .known = OPTIONS_ASKING | OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_CHECK),
    .run = run_status,
};
