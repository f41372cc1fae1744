/* SPDX-License-Identifier: MIT */
/* Implements `metrics`: prints the daemon's counters. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/metrics.h"
#include "base/utf8.h"
#include "client/ctl/command.h"
#include "client/ctl/inquire.h"
#include "client/ctl/text.h"

static bool is_control(uint32_t code)
{
    return (code < 0x20 && code != '\n') || (code >= 0x7f && code < 0xa0);
}

/*
 * Replaces control characters except newlines, and bytes that are not UTF-8, by question marks, so
 * that the text is safe on a terminal. U+009B, or its byte alone, begins a terminal command.
 */
static void make_printable(char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t code = 0;
        size_t n = utf8_next((const uint8_t *)text + i, len - i, &code);

        if (n == 0 || is_control(code)) {
            n = n ? n : 1;
            memset(text + i, '?', n);
        }
        i += n;
    }
}

/*
 * Converts the text to the older Prometheus format if --prometheus was given. Returns false if
 * memory ran out.
 */
static bool choose_format(const struct ctl_options *options, char **textp)
{
    size_t len;
    char *older;

    if (!options_have(options, OPTION_PROMETHEUS))
        return true;
    older = metrics_to_prometheus(*textp, strlen(*textp), &len);
    free(*textp);
    *textp = older;
    if (!older)
        text_complain("out of memory");
    return older != NULL;
}

static int run_metrics(const struct ctl_options *options, char *const *operands, int n_operands)
{
    size_t len;
    char *text;

    (void)operands;
    if (n_operands > 0)
        return command_misused("`metrics` takes no operand");
    if (inquire_text(options, CERTNAME_METRICS, &text))
        return COMMAND_UNDECIDED;
    if (!choose_format(options, &text))
        return COMMAND_UNDECIDED;
    len = strlen(text);
    make_printable(text, len);
    (void)fputs(text, stdout);
    if (len > 0 && text[len - 1] != '\n')
        (void)fputc('\n', stdout);
    free(text);
    return COMMAND_DONE;
}

const struct command metrics_command = {
    .name = "metrics",
    .summary = "print the daemon's counters as OpenMetrics text",
    .usage = "[--socket PATH] metrics [--prometheus]",
    .help =
        "Prints the daemon's counters as OpenMetrics text. For root, and for the user that started "
        "it.\n"
        "\n"
        "  --prometheus    print the older text format, which node_exporter and promtool read\n"
        "  --socket PATH   the daemon's administrative socket, instead of CERTNAMED_ADMIN_SOCKET,\n"
        "                  admin.sock beside CERTNAMED_SOCKET, or /run/certnamed/admin.sock\n"
        "\n"
        "Exit status: 0 done, 2 not done.\n",
    .known = OPTIONS_OF_DAEMON | OPTION_BIT(OPTION_PROMETHEUS),
    .run = run_metrics,
};
