/* SPDX-License-Identifier: MIT */
#include "client/ctl/service.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/command.h"
#include "client/ctl/text.h"

/* A reload builds everything anew before it is answered: ten thousand domains and all roots. */
#define RELOAD_MS 60000

int service_inquire(const struct options *options, enum certname_inquiry inquiry, char **textp)
{
    struct certname_client *client = command_client(options);
    int r = CERTNAME_ERR_MEMORY;

    *textp = NULL;
    if (!client)
        return r;
    if (inquiry == CERTNAME_RELOAD)
        (void)certname_client_set_timeout(client, RELOAD_MS);
    r = certname_inquire(client, inquiry, textp);
    if (r == CERTNAME_ERR_FORBIDDEN)
        text_complain("%s: this is for root and certnamed's own user",
                      certname_client_error(client));
    else if (r == CERTNAME_ERR_RELOAD && *certname_client_error(client) == '\0')
        text_complain("the new configuration is refused, and the old one goes on");
    else if (r)
        text_complain("%s", certname_client_error(client));
    (void)certname_client_free(client);
    return r;
}

static int refuse_operands(void)
{
    text_complain("it takes no operand");
    return COMMAND_MISUSED;
}

/* --- metrics --- */

/* U+0080 to U+009F in UTF-8, among them U+009B, which is ESC [ in one character. */
static bool is_c1(const char *text)
{
    return (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] >= 0x80 &&
           (unsigned char)text[1] < 0xa0;
}

/* For a program that reads lines, or for a person: nothing in it may move a cursor. */
static void make_printable(char *text)
{
    for (; *text; text++) {
        if (is_c1(text))
            *text++ = '?';
        else if (((unsigned char)*text >= ' ' || *text == '\n') && *text != 0x7f)
            continue;
        *text = '?';
    }
}

static int run_metrics(const struct options *options, char *const *operands, int n_operands)
{
    size_t len;
    char *text;

    (void)operands;
    if (n_operands > 0)
        return refuse_operands();
    if (service_inquire(options, CERTNAME_METRICS, &text))
        return COMMAND_UNDECIDED;
    make_printable(text);
    len = strlen(text);
    (void)fputs(text, stdout);
    if (len > 0 && text[len - 1] != '\n')
        (void)fputc('\n', stdout);
    free(text);
    return COMMAND_DONE;
}

const struct command metrics_command = {
    .name = "metrics",
    .summary = "print the daemon's counters as OpenMetrics text",
    .usage = "[--socket PATH] metrics",
    .help = "Prints what the daemon counts, as OpenMetrics text. For root and the daemon's own "
            "user.\n"
            "\n"
            "  --socket PATH   the daemon's socket\n"
            "\n"
            "Exit status: 0 done, 2 not done.\n",
    .known = OPTIONS_ASKING,
    .run = run_metrics,
};

/* --- reload --- */

static int run_reload(const struct options *options, char *const *operands, int n_operands)
{
    char *text;
    int r;

    (void)operands;
    if (n_operands > 0)
        return refuse_operands();
    r = service_inquire(options, CERTNAME_RELOAD, &text);
    if (r)
        return r == CERTNAME_ERR_RELOAD ? COMMAND_REFUSED : COMMAND_UNDECIDED;
    r = text_print(stdout, "", *text ? text : "the configuration has been read again", "\n");
    free(text);
    if (r)
        text_complain("no memory to print the answer; the configuration has been read again");
    return COMMAND_DONE;
}

const struct command reload_command = {
    .name = "reload",
    .summary = "have the daemon read its configuration again",
    .usage = "[--socket PATH] reload",
    .help =
        "Has the daemon read its configuration again, and waits until the new one is in force or\n"
        "refused: then the old one goes on. For root and the daemon's own user.\n"
        "\n"
        "  --socket PATH   the daemon's socket\n"
        "\n"
        "Exit status: 0 in force, 1 refused, 2 could not be done.\n",
    .known = OPTIONS_ASKING,
    .run = run_reload,
};
