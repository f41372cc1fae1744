/* SPDX-License-Identifier: MIT */
#pragma once

/* A client of the API consists of an exchange with the daemon and the settings of the program. */

#include <stdbool.h>

#include "certname/client.h"
#include "client/lib/exchange.h"

struct certname_client {
    struct exchange exchange;
    unsigned timeout_ms;
    /* a callback has freed the client: certname_process() frees it when it returns */
    bool is_freed;
};

/*
 * Begins a function of the API that asks and waits for the answer. Returns 0; CERTNAME_ERR_ARGUMENT
 * if questions of certname_ask() wait or a callback is running; or the error of exchange_begin().
 */
int client_begin_waiting(struct certname_client *client);

/*
 * Hands the call to the exchange with the client's timeout. A call that is NULL means that there
 * was no memory for it. Returns 0; or CERTNAME_ERR_MEMORY and fills in the failure.
 */
int client_add_call(struct certname_client *client, struct call *call);
