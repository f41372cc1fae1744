/* SPDX-License-Identifier: MIT */
#include "client/ctl/inquire.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/command.h"
#include "client/ctl/text.h"

/*
 * The timeout of a reload: the daemon answers only after it has loaded the policy and all trust
 * anchors.
 */
#define RELOAD_MS 60000

/*
 * Writes the path of the administrative socket: CERTNAMED_ADMIN_SOCKET; else admin.sock in the
 * folder of CERTNAMED_SOCKET; else the built-in path. Returns 0, or -1 if the path is too long.
 */
static int find_path(char *path, size_t size)
{
    const char *admin = secure_getenv("CERTNAMED_ADMIN_SOCKET");
    const char *beside = secure_getenv("CERTNAMED_SOCKET");
    const char *slash = beside ? strrchr(beside, '/') : NULL;
    int n;

    if (admin && *admin)
        n = snprintf(path, size, "%s", admin);
    else if (beside && *beside)
        n = snprintf(path, size, "%.*sadmin.sock", slash ? (int)(slash + 1 - beside) : 0, beside);
    else
        n = snprintf(path, size, "%s", CERTNAME_ADMIN_SOCKET);
    return n >= 0 && (size_t)n < size ? 0 : -1;
}

/* Returns a client for the administrative socket; or prints the reason and returns NULL. */
static struct certname_client *make_client(const struct ctl_options *options)
{
    struct certname_client *client = command_client(options);
    char path[PATH_MAX];

    if (!client || options->socket)
        return client;
    if (find_path(path, sizeof(path)) || certname_client_set_path(client, path)) {
        text_complain(
            "the path of the administrative socket is too long: set CERTNAMED_ADMIN_SOCKET");
        return certname_client_free(client);
    }
    return client;
}

int inquire_text(const struct ctl_options *options, enum certname_inquiry inquiry, char **textp)
{
    struct certname_client *client = make_client(options);
    int r = CERTNAME_ERR_MEMORY;

    *textp = NULL;
    if (!client)
        return r;
    if (inquiry == CERTNAME_RELOAD)
        (void)certname_client_set_timeout(client, RELOAD_MS);
    r = certname_inquire(client, inquiry, textp);
    if (r == CERTNAME_ERR_RELOAD && *certname_client_error(client) == '\0')
        text_complain("the new configuration is refused; the old one stays in force");
    else if (r)
        text_complain("%s", certname_client_error(client));
    (void)certname_client_free(client);
    return r;
}
