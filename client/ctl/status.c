/* SPDX-License-Identifier: MIT */
/* Implements `status`: prints what the daemon reports about itself. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/command.h"
#include "client/ctl/inquire.h"
#include "client/ctl/json.h"
#include "client/ctl/json_outline.h"
#include "client/ctl/text.h"

static int print_json(const json_t *status)
{
    char *line = json_dumps(status, JSON_COMPACT | JSON_ENSURE_ASCII);

    if (line)
        (void)puts(line);
    free(line);
    return line ? 0 : -1;
}

/*
 * Finds a key at the top level of the status or in its object "supervisor". Other objects are not
 * searched, because the names of counters in them may equal the key.
 */
static const json_t *find_key(const json_t *status, const char *key)
{
    const json_t *found = json_object_get(status, key);

    return found ? found : json_object_get(json_object_get(status, "supervisor"), key);
}

/* --- text for people --- */

/*
 * Prints `before` and the value of a key if that value is a string or an integer; otherwise prints
 * nothing.
 */
static int print_key(FILE *out, const json_t *object, const char *key, const char *before)
{
    const json_t *value = find_key(object, key);

    if (!json_is_string(value) && !json_is_integer(value))
        return 0;
    if (json_is_string(value))
        return text_print(out, before, json_string_value(value), "");
    (void)fprintf(out, "%s%lld", before, (long long)json_integer_value(value));
    return 0;
}

/* If the object has the key, prints why files were refused. */
static int print_refusal(FILE *out, const json_t *object, const char *key, const char *before)
{
    const json_t *refused = find_key(object, key);
    int r;

    if (!json_is_object(refused))
        return 0;
    r = print_key(out, refused, "file", before);
    if (!r)
        r = print_key(out, refused, "line", ":");
    if (!r)
        r = print_key(out, refused, "message", ": ");
    (void)fputc('\n', out);
    return r;
}

/*
 * Prints the version, the generation and the time of loading; then what is out of order: a program
 * or files on disk that are not in use, and configurations that were refused.
 */
static int print_head(FILE *out, const json_t *object)
{
    int r;

    (void)fputs("certnamed", out);
    r = print_key(out, object, "version", " ");
    if (!r)
        r = print_key(out, object, "generation", ", generation ");
    if (!r)
        r = print_key(out, object, "loaded-at", ", loaded at ");
    (void)fputc('\n', out);
    if (json_is_true(find_key(object, "program-replaced")))
        (void)fputs(
            "an OLD program runs: the one on disk has been replaced since it was started, and "
            "runs after a restart (systemctl restart certnamed)\n",
            out);
    if (json_is_false(find_key(object, "files-in-force")))
        (void)fputs("the files on disk are NOT in force\n", out);
    if (!r)
        r = print_refusal(out, object, "start-refused", "no policy is in force: ");
    return r ? r : print_refusal(out, object, "reload-refused", "the last reload was refused: ");
}

/*
 * Removes from the object "supervisor" the keys that also stand at the top level with the same
 * value.
 */
static void drop_repeated_keys(json_t *status)
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

static int print_text(const json_t *status)
{
    json_t *shown = json_deep_copy(status);
    int r = shown ? print_head(stdout, shown) : -1;

    (void)fputc('\n', stdout);
    drop_repeated_keys(shown);
    if (!r)
        r = json_outline_print(stdout, shown);
    json_decref(shown);
    return r;
}

/* --- the command --- */

/*
 * Returns the exit status of --check, which tells whether the configuration files on disk are in
 * force.
 */
static int check_in_force(const json_t *status)
{
    const json_t *in_force = find_key(status, "files-in-force");

    if (json_is_true(in_force))
        return COMMAND_DONE;
    if (json_is_false(in_force)) {
        text_complain("the files on disk are not in force: `certnamectl reload` puts them in force "
                      "or prints why not");
        return COMMAND_REFUSED;
    }
    text_complain("the daemon's status does not say whether the files on disk are in force");
    return COMMAND_UNDECIDED;
}

static int print_status(const struct ctl_options *options, const json_t *status)
{
    int r = options_have(options, OPTION_JSON) ? print_json(status) : print_text(status);

    if (r) {
        text_complain("no memory to print the status");
        return COMMAND_UNDECIDED;
    }
    return options_have(options, OPTION_CHECK) ? check_in_force(status) : COMMAND_DONE;
}

static int run_status(const struct ctl_options *options, char *const *operands, int n_operands)
{
    int exit_status = COMMAND_UNDECIDED;
    json_t *status;
    char *text;

    (void)operands;
    if (n_operands > 0)
        return command_misused("`status` takes no operand");
    if (inquire_text(options, CERTNAME_STATUS, &text))
        return COMMAND_UNDECIDED;
    status = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(status))
        exit_status = print_status(options, status);
    else
        text_complain(
            "the daemon's status is not a JSON object: check that certnamed and this program are "
            "of the same release");
    json_decref(status);
    free(text);
    return exit_status;
}

const struct command status_command = {
    .name = "status",
    .summary = "print the daemon's policy, verifiers and counters",
    .usage = "[--socket PATH] status [--json] [--check]",
    .help =
        "Prints which policy is in force, since when and from which files, and the counters of "
        "the\n"
        "verifiers and the cache. For root, and for the user that started it.\n"
        "\n"
        "  --json          print one JSON object\n"
        "  --check         fail if the files on disk are not what is in force\n"
        "  --socket PATH   the daemon's administrative socket, instead of CERTNAMED_ADMIN_SOCKET,\n"
        "                  admin.sock beside CERTNAMED_SOCKET, or /run/certnamed/admin.sock\n"
        "\n"
        "Exit status: 0 done; with --check 1 if the files on disk are not in force; 2 not done.\n",
    .known = OPTIONS_OF_DAEMON | OPTION_BIT(OPTION_JSON) | OPTION_BIT(OPTION_CHECK),
    .run = run_status,
};
