/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Checks the bytes of a message strictly before protobuf-c decodes them. protobuf-c merges a
 * singular field that occurs twice, loses unknown fields when it does, and reads a value of the
 * wrong wire type as the default. In a request nothing may be lost like that, since the lost part
 * could be the one that makes the question stricter.
 */

#include <stdbool.h>

#include <protobuf-c/protobuf-c.h>

#include "base/bytes.h"

/*
 * Returns whether the bytes are a sequence of fields in which each known singular field occurs at
 * most once, and each known field has its wire type and a value that its type can hold. Submessages
 * are checked in the same way. Unknown fields are not judged: protobuf-c keeps and counts them, and
 * the decoder of a request refuses them.
 */
bool codec_strict_check(const ProtobufCMessageDescriptor *message, struct bytes bytes);
