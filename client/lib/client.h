/* SPDX-License-Identifier: MIT */
#pragma once

/* A client of the API: an exchange with the daemon and the settings of the program. */

#include <stdbool.h>

#include "certname/client.h"
#include "client/lib/exchange.h"

struct certname_client {
    struct exchange exchange;
    unsigned timeout_ms;
    bool is_freed; /* freed by a callback: certname_process() frees it when it ends */
};

/*
 * Begins a function of the API that asks and waits. Returns 0; CERTNAME_ERR_ARGUMENT if questions
 * of certname_ask() wait or their callback is running; or what exchange_begin() returned.
 */
int client_begin_waiting(struct certname_client *client);

/*
 * Hands the call to the exchange with the client's timeout. The call is NULL where there was no
 * memory for it. Returns 0; or CERTNAME_ERR_MEMORY, and the failure says so.
 */
int client_add_call(struct certname_client *client, struct call *call);
