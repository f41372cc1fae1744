/* SPDX-License-Identifier: MIT */
#pragma once

/* A client's side of the front, byte by byte: what tests of connections send and expect. Whatever
 * does not go as it must ends the test. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/error.h"
#include "proto/frame.h"

/* What of a reply's payload is handed out. */
#define WIRE_PAYLOAD_BYTES 64

/* Header and payload go to `out`; the frame's length. */
size_t wire_make_frame(uint8_t *out, uint8_t kind, uint64_t tag, const void *payload, size_t n);

void wire_send_bytes(int client, const uint8_t *data, size_t n);

/* A request whose payload is the question's text, which has to be short. */
void wire_send_question(int client, uint64_t tag, const char *question);

/* The next reply, or false. Its payload, cut at WIRE_PAYLOAD_BYTES, goes to `payload`. */
bool wire_receive(int client, struct frame_header *header, uint8_t *payload);

bool wire_is_closed(int client);

/* The next reply is this error, and its text has the word in it. */
void wire_assert_error(int client, uint64_t tag, enum error_code code, const char *word);

/* The next reply is a verdict whose payload begins with the text. */
void wire_assert_verdict(int client, uint64_t tag, const char *text);
