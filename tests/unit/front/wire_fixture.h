/* SPDX-License-Identifier: MIT */
#pragma once

/* The client's side of a connection, byte by byte. A function fails the test if something is not as
 * expected. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/error.h"
#include "proto/frame.h"

/* A reply's payload is cut to this. */
#define WIRE_PAYLOAD_BYTES 64

/* Writes header and payload to `out`. Returns the length of the frame. */
size_t wire_make_frame(uint8_t *out, uint8_t kind, uint64_t tag, const void *payload, size_t n);

void wire_send_bytes(int client, const uint8_t *data, size_t n);

/* Sends a request whose payload is this short text. */
void wire_send_question(int client, uint64_t tag, const char *question);

/* Receives the next reply; its payload, cut to WIRE_PAYLOAD_BYTES, goes to `payload`. Returns false
 * if there is none. */
bool wire_receive(int client, struct frame_header *header, uint8_t *payload);

bool wire_is_closed(int client);

/* Asserts that the next reply is this error, and that its text has the word in it. */
void wire_assert_error(int client, uint64_t tag, enum error_code code, const char *word);

/* Asserts that the next reply is a verdict whose payload begins with the text. */
void wire_assert_verdict(int client, uint64_t tag, const char *text);
