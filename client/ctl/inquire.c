/* SPDX-License-Identifier: MIT */
#include "client/ctl/inquire.h"

#include "client/ctl/command.h"
#include "client/ctl/text.h"

/* Time for a reload, which loads the policy and all trust anchors before it is answered. */
#define RELOAD_MS 60000

int inquire_text(const struct ctl_options *options, enum certname_inquiry inquiry, char **textp)
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
        text_complain("%s: only root and certnamed's own user may do this",
                      certname_client_error(client));
    else if (r == CERTNAME_ERR_RELOAD && *certname_client_error(client) == '\0')
        text_complain("the new configuration is refused; the old one stays in force");
    else if (r)
        text_complain("%s", certname_client_error(client));
    (void)certname_client_free(client);
    return r;
}
