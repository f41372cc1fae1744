/* SPDX-License-Identifier: MIT */
#pragma once

/* The receiving half of an exchange: gives each reply to the call that it answers. */

#include "client/lib/exchange_calls.h"

/*
 * Reads once, or until no more comes if sending failed, and ends the calls that are answered. A
 * reply that answers no call ends the connection.
 */
void exchange_receive(struct exchange *exchange);
