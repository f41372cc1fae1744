/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Functions for the client's side of a connection, byte by byte. They fail the test if something
 * differs from what is expected.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/error.h"
#include "proto/frame.h"

/* The payload of a reply is cut to this length. */
#define WIRE_PAYLOAD_BYTES 64

/* Writes header and payload to `out`. Returns the length of the frame. */
size_t wire_make_frame(uint8_t *out, uint8_t kind, uint64_t tag, const void *payload, size_t n);

void wire_send_bytes(int client, const uint8_t *data, size_t n);

/* Sends a request with this text as its payload. */
void wire_send_question(int client, uint64_t tag, const char *question);

/*
 * Receives the next reply, and copies its payload to `payload`, cut to WIRE_PAYLOAD_BYTES. Returns
 * false if there is none.
 */
bool wire_receive(int client, struct frame_header *header, uint8_t *payload);

bool wire_is_closed(int client);

/* Asserts that the next reply is this error and that its text contains the word. */
void wire_assert_error(int client, uint64_t tag, enum error_code code, const char *word);

/* Asserts that the next reply is a verdict whose payload begins with the text. */
void wire_assert_verdict(int client, uint64_t tag, const char *text);
