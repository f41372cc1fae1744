/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether what was read is what was meant, field by field: the test fails where it is not. */

#include "proto/request.h"
#include "proto/verdict.h"

void same_bytes(struct bytes actual, struct bytes expected);
void same_request(const struct request *actual, const struct request *expected);
void same_verdict(const struct verdict *actual, const struct verdict *expected);
