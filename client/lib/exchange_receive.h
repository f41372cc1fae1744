/* SPDX-License-Identifier: MIT */
#pragma once

/* The receiving side of an exchange: gives each reply to the call that it answers. */

#include "client/lib/exchange_calls.h"

/*
 * Reads once what has arrived, or all of it where sending failed, and ends the calls that it
 * answers. A reply that answers no call ends the connection.
 */
void exchange_receive(struct exchange *exchange);
