/* SPDX-License-Identifier: MIT */
/* Asks questions in a loop around poll(2). */
#include <poll.h>

#include "example.h"

int main(int argc, char **argv)
{
    struct certname_client *client = certname_client_new();

    example_ask(client, argc, argv);
    while (certname_process(client) > 0) {
        /* If the descriptor is -1, poll() only waits for the timeout. */
        struct pollfd watched = {
            .fd = certname_client_fd(client),
            .events = (short)certname_client_events(client),
        };

        poll(&watched, 1, certname_client_wait_ms(client));
    }
    certname_client_free(client);
    return 0;
}
