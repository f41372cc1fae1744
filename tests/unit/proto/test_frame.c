/* SPDX-License-Identifier: MIT */

/*
 * Tests frames: the header is read from any prefix of a stream and judged by its length alone, and
 * protobuf-c can read error frames.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "proto/arena.h"
#include "proto/codec.h"
#include "proto/error.h"
#include "proto/frame.h"

#define LIMIT 64

START_TEST(header_has_the_documented_bytes)
{
    static const uint8_t expected[FRAME_HEADER_BYTES] = {
        0, 0, 0, 0x15, 1, 129, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
    };
    uint8_t out[FRAME_HEADER_BYTES];

    frame_write_header(out, FRAME_KIND_VERDICT, 0x0102030405060708, 5);
    ck_assert_mem_eq(out, expected, sizeof(expected));
}
END_TEST

/*
 * A prefix of a frame needs more bytes; the whole frame is complete, and bytes after it change
 * nothing.
 */
START_TEST(every_prefix_needs_more)
{
    uint8_t data[FRAME_HEADER_BYTES + 7] = {0};
    struct frame_header header;

    frame_write_header(data, FRAME_KIND_VERIFY, 9, 5);
    for (size_t n = 0; n < FRAME_HEADER_BYTES + 5; n++) {
        ck_assert_int_eq(frame_peek(&header, data, n, LIMIT), FRAME_NEED_MORE);
        ck_assert_uint_eq(header.length, n < FRAME_HEADER_BYTES ? 0 : 21);
    }
    for (size_t n = FRAME_HEADER_BYTES + 5; n <= sizeof(data); n++)
        ck_assert_int_eq(frame_peek(&header, data, n, LIMIT), FRAME_COMPLETE);
    ck_assert_uint_eq(header.tag, 9);
    ck_assert_uint_eq(header.kind, FRAME_KIND_VERIFY);
    ck_assert_uint_eq(header.version, FRAME_VERSION);
}
END_TEST

static const struct {
    const char *intent;
    uint32_t length;
    enum frame_status status;
} lengths[] = {
    {"nothing at all", 0, FRAME_TOO_SHORT},
    {"one less than a header", 15, FRAME_TOO_SHORT},
    {"a header alone", 16, FRAME_COMPLETE},
    {"one more than is there", 17, FRAME_NEED_MORE},
    {"the limit", LIMIT, FRAME_NEED_MORE},
    {"one over the limit", LIMIT + 1, FRAME_TOO_LARGE},
    {"the largest there is", UINT32_MAX, FRAME_TOO_LARGE},
};

START_TEST(length_is_judged_at_its_bounds)
{
    uint8_t data[FRAME_HEADER_BYTES] = {0};
    struct frame_header header;

    for (int i = 0; i < 4; i++)
        data[i] = (uint8_t)(lengths[_i].length >> (24 - 8 * i));
    ck_assert_msg(frame_peek(&header, data, sizeof(data), LIMIT) == lengths[_i].status, "%s",
                  lengths[_i].intent);
    ck_assert_uint_eq(header.length, lengths[_i].length);
}
END_TEST

/*
 * protobuf-c reads the error payloads that error.c writes, at every text length at which the
 * encoding changes its form.
 */
START_TEST(error_frame_reads_back)
{
    static const size_t sizes[] = {
        0, 1, 127, 128, LIMIT_ERROR_TEXT_BYTES, LIMIT_ERROR_TEXT_BYTES + 100};
    size_t n_text = sizes[_i];
    size_t n_kept = n_text < LIMIT_ERROR_TEXT_BYTES ? n_text : LIMIT_ERROR_TEXT_BYTES;
    char *text = calloc(1, n_text + 1);
    uint8_t out[ERROR_FRAME_BYTES];
    struct frame_header header;
    struct arena arena;
    struct codec_error read;
    uint32_t field = (uint32_t)_i * UINT32_MAX / 5;
    size_t n;

    memset(text, 'x', n_text);
    n = error_write_field_frame(out, 77, ERROR_BUSY, field, text);
    ck_assert_uint_le(n, sizeof(out));
    ck_assert_int_eq(frame_peek(&header, out, n, sizeof(out)), FRAME_COMPLETE);
    ck_assert_uint_eq(header.length, n);
    ck_assert_uint_eq(header.kind, FRAME_KIND_ERROR);
    ck_assert_uint_eq(header.tag, 77);

    codec_arena_init(&arena);
    ck_assert_int_eq(codec_read_error(&read, out + FRAME_HEADER_BYTES, n - FRAME_HEADER_BYTES), 0);
    ck_assert_uint_eq(read.code, ERROR_BUSY);
    ck_assert_uint_eq(read.field, field);
    ck_assert_uint_eq(read.text.len, n_kept);
    if (n_kept)
        ck_assert_mem_eq(read.text.data, text, n_kept);
    arena_deinit(&arena);
    free(text);
}
END_TEST

START_TEST(error_names_are_distinct)
{
    for (unsigned a = ERROR_NONE; a <= ERROR_RESOURCES; a++) {
        for (unsigned b = a + 1; b <= ERROR_RESOURCES + 1; b++)
            ck_assert_str_ne(error_name(a), error_name(b));
    }
    ck_assert_str_eq(error_name(UINT32_MAX), "unknown");
}
END_TEST

START_TEST(arena_keeps_its_ceilings)
{
    struct arena arena;
    unsigned char *a, *b;

    arena_init(&arena, 100, 3);
    a = arena_alloc(&arena, 10);
    b = arena_alloc(&arena, 10);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    memset(a, 1, 10);
    memset(b, 2, 10);
    ck_assert_uint_eq(a[9], 1);
    ck_assert_ptr_null(arena_alloc(&arena, 101));
    ck_assert(arena.over_limit);
    ck_assert_ptr_nonnull(arena_alloc(&arena, 10));
    ck_assert_ptr_null(arena_alloc(&arena, 1));
    arena_deinit(&arena);
    arena_deinit(&arena);
    ck_assert(!arena.over_limit);
    ck_assert_ptr_nonnull(arena_alloc(&arena, 100));
    ck_assert_ptr_null(arena_alloc(&arena, 1));
    arena_deinit(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frame");
    TCase *cases = tcase_create("frame");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(cases, header_has_the_documented_bytes);
    tcase_add_test(cases, every_prefix_needs_more);
    tcase_add_loop_test(cases, length_is_judged_at_its_bounds, 0, 7);
    tcase_add_loop_test(cases, error_frame_reads_back, 0, 6);
    tcase_add_test(cases, error_names_are_distinct);
    tcase_add_test(cases, arena_keeps_its_ceilings);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
