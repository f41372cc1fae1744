/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "client/lib/client.h"
#include "client/lib/export.h"

/* As for questions: a daemon that went away in between is asked once more. A reload is not: it may
 * have been what ended it. */
static int inquire(struct certname_client *client, enum frame_kind kind,
                   const struct deadline *deadline, char **textp)
{
    int r = client_inquire(client, kind, deadline, textp);

    if (r == CONNECTION_GONE && kind != FRAME_KIND_RELOAD) {
        failure_clear(&client->failure);
        r = client_inquire(client, kind, deadline, textp);
    }
    return r == CONNECTION_GONE ? CERTNAME_ERR_UNAVAILABLE : r;
}

EXPORT int certname_inquire(struct certname_client *client, enum certname_inquiry inquiry,
                            char **textp)
{
    struct deadline deadline;
    int saved = errno;
    int r;

    if (textp)
        *textp = NULL;
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    client_begin(client, &deadline);
    if (!textp || inquiry < CERTNAME_STATUS || inquiry > CERTNAME_RELOAD)
        return failure_set(&client->failure, CERTNAME_ERR_ARGUMENT, 0,
                           "no place for the answer (NULL), or no such inquiry");
    if (client->outstanding.n_entries > 0)
        return failure_set(
            &client->failure, CERTNAME_ERR_ARGUMENT, 0,
            "questions sent with certname_send() wait for their answers: take these first");
    r = inquire(client, (enum frame_kind)inquiry, &deadline, textp);
    if (!r)
        errno = saved;
    return r;
}
