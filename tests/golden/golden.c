/* SPDX-License-Identifier: MIT */
#include "tests/golden/golden.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"

#define LINE_BYTES 256

static FILE *golden_open(const char *name)
{
    const char *root = getenv("top_srcdir");
    char path[1024];
    FILE *file;

    snprintf(path, sizeof(path), "%s/tests/golden/%s.hex", root ? root : ".", name);
    file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    return file;
}

/* Reads the bytes of one line, each of two hexadecimal digits and a blank, up to a `#`. */
static void line_read(struct golden *golden, char *line)
{
    char *end = line;

    line[strcspn(line, "#\n")] = '\0';
    for (const char *at = line; *(at += strspn(at, " ")) != '\0'; at = end) {
        unsigned long byte = strtoul(at, &end, 16);

        ck_assert_msg(end == at + 2 && byte <= UINT8_MAX, "no hexadecimal: %s", at);
        ck_assert_uint_lt(golden->len, GOLDEN_BYTES);
        golden->frame[golden->len++] = (uint8_t)byte;
    }
}

static void header_expect(const struct golden *golden, const char *name, enum frame_kind kind,
                          uint8_t version, uint64_t tag)
{
    struct frame_header header;
    uint8_t written[FRAME_HEADER_BYTES];

    ck_assert_msg(frame_peek(&header, golden->frame, golden->len, LIMIT_REPLY_BYTES) ==
                      FRAME_COMPLETE,
                  "%s is no whole frame", name);
    ck_assert_uint_eq(header.length, golden->len);
    ck_assert_uint_eq(header.version, version);
    ck_assert_uint_eq(header.kind, kind);
    ck_assert_uint_eq(header.reserved, 0);
    ck_assert(header.tag == tag);
    frame_write_header(written, (uint8_t)kind, tag, golden->len - FRAME_HEADER_BYTES);
    written[4] = version;
    ck_assert_mem_eq(written, golden->frame, FRAME_HEADER_BYTES);
}

void golden_read(struct golden *golden, const char *name, enum frame_kind kind)
{
    golden_read_other(golden, name, kind, FRAME_VERSION, GOLDEN_TAG);
}

void golden_read_other(struct golden *golden, const char *name, enum frame_kind kind,
                       uint8_t version, uint64_t tag)
{
    FILE *file = golden_open(name);
    char line[LINE_BYTES];

    *golden = (struct golden){0};
    while (fgets(line, sizeof(line), file))
        line_read(golden, line);
    ck_assert_int_eq(fclose(file), 0);
    header_expect(golden, name, kind, version, tag);
    golden->payload = (struct bytes){
        .data = golden->frame + FRAME_HEADER_BYTES,
        .len = golden->len - FRAME_HEADER_BYTES,
    };
}

void golden_expect(const struct golden *golden, const char *name, struct bytes payload)
{
    char text[3 * GOLDEN_BYTES + 1] = "";

    ck_assert_uint_le(payload.len, GOLDEN_BYTES);
    for (size_t i = 0; i < payload.len; i++)
        snprintf(text + 3 * i, 4, "%02x ", payload.data[i]);
    ck_assert_msg(
        payload.len == golden->payload.len &&
            (payload.len == 0 || memcmp(payload.data, golden->payload.data, payload.len) == 0),
        "%s is not what is written: %s", name, text);
}
