/* SPDX-License-Identifier: MIT */
/* Implements `reload`: makes the daemon read its configuration again. */
#include <stdio.h>
#include <stdlib.h>

#include "client/ctl/command.h"
#include "client/ctl/inquire.h"
#include "client/ctl/text.h"

static int run_reload(const struct ctl_options *options, char *const *operands, int n_operands)
{
    char *text;
    int r;

    (void)operands;
    if (n_operands > 0)
        return command_misused("`reload` takes no operand");
    r = inquire_text(options, CERTNAME_RELOAD, &text);
    if (r)
        return r == CERTNAME_ERR_RELOAD ? COMMAND_REFUSED : COMMAND_UNDECIDED;
    r = text_print(stdout, "", *text ? text : "the configuration has been read again", "\n");
    free(text);
    if (r)
        text_complain(
            "the configuration has been read again, but there is no memory to print the answer");
    return COMMAND_DONE;
}

const struct command reload_command = {
    .name = "reload",
    .summary = "make the daemon read its configuration again",
    .usage = "[--socket PATH] reload",
    .help =
        "Makes the daemon read its configuration again, and waits until the new one is in force "
        "or\n"
        "refused. Where it is refused the old one stays in force. For root, and for the user that\n"
        "started the daemon.\n"
        "\n"
        "  --socket PATH   the daemon's administrative socket, instead of CERTNAMED_ADMIN_SOCKET,\n"
        "                  admin.sock beside CERTNAMED_SOCKET, or /run/certnamed/admin.sock\n"
        "\n"
        "Exit status: 0 in force, 1 refused, 2 not done.\n",
    .known = OPTIONS_OF_DAEMON,
    .run = run_reload,
};
