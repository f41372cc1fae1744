/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Each compares what was decoded with what is expected, field by field, and fails the test if they
 * differ.
 */

#include "proto/request.h"
#include "proto/verdict.h"

void same_bytes(struct bytes actual, struct bytes expected);
void same_request(const struct request *actual, const struct request *expected);
void same_verdict(const struct verdict *actual, const struct verdict *expected);
