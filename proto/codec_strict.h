/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A strict look at the bytes of a message before protobuf-c decodes it. protobuf-c merges a
 * singular field that stands twice, loses unknown fields on the way, and takes a value of the wrong
 * wire type for the default. A request must not lose anything like that, since it could be the part
 * that makes the question stricter.
 */

#include <stdbool.h>

#include <protobuf-c/protobuf-c.h>

#include "base/bytes.h"

/*
 * Returns whether the bytes are fields one after the other, each known singular field stands at
 * most once, and each known field has its wire type and a value that its type can hold; likewise in
 * the messages within. Unknown fields are left to the decoder, which keeps and counts them.
 */
bool codec_strict_check(const ProtobufCMessageDescriptor *message, struct bytes bytes);
