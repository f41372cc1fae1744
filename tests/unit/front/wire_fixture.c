/* SPDX-License-Identifier: MIT */
#include "tests/unit/front/wire_fixture.h"
#include "proto/limits.h"

#include <check.h>
#include <string.h>
#include <sys/socket.h>

size_t wire_make_frame(uint8_t *out, uint8_t kind, uint64_t tag, const void *payload, size_t n)
{
    frame_write_header(out, kind, tag, n);
    memcpy(out + FRAME_HEADER_BYTES, payload, n);
    return FRAME_HEADER_BYTES + n;
}

void wire_send_bytes(int client, const uint8_t *data, size_t n)
{
    ck_assert_int_eq(send(client, data, n, MSG_NOSIGNAL), (ssize_t)n);
}

void wire_send_question(int client, uint64_t tag, const char *question)
{
    uint8_t frame[64];

    wire_send_bytes(client, frame,
                    wire_make_frame(frame, FRAME_KIND_VERIFY, tag, question, strlen(question)));
}

static bool receive_exactly(int client, uint8_t *data, size_t n)
{
    return recv(client, data, n, MSG_DONTWAIT | MSG_WAITALL) == (ssize_t)n;
}

bool wire_receive(int client, struct frame_header *header, uint8_t *payload)
{
    static uint8_t data[LIMIT_REPLY_BYTES];

    if (!receive_exactly(client, data, FRAME_HEADER_BYTES))
        return false;
    frame_peek(header, data, FRAME_HEADER_BYTES, LIMIT_REPLY_BYTES);
    ck_assert_uint_le(header->length, LIMIT_REPLY_BYTES);
    ck_assert(
        receive_exactly(client, data + FRAME_HEADER_BYTES, header->length - FRAME_HEADER_BYTES));
    memcpy(payload, data + FRAME_HEADER_BYTES, 64);
    return true;
}

bool wire_is_closed(int client)
{
    uint8_t byte;

    return recv(client, &byte, 1, MSG_DONTWAIT) == 0;
}

void wire_assert_error(int client, uint64_t tag, enum error_code code, const char *word)
{
    struct frame_header header;
    uint8_t payload[64];

    ck_assert(wire_receive(client, &header, payload));
    ck_assert_uint_eq(header.kind, FRAME_KIND_ERROR);
    ck_assert_uint_eq(header.tag, tag);
    ck_assert_uint_eq(payload[1], code);
    ck_assert_ptr_nonnull(memmem(payload, sizeof(payload), word, strlen(word)));
}

void wire_assert_verdict(int client, uint64_t tag, const char *text)
{
    struct frame_header header;
    uint8_t payload[64];

    ck_assert(wire_receive(client, &header, payload));
    ck_assert_uint_eq(header.kind, FRAME_KIND_VERDICT);
    ck_assert_uint_eq(header.tag, tag);
    ck_assert_mem_eq(payload, text, strlen(text));
}
