/* SPDX-License-Identifier: MIT */
#include "tests/golden/golden_material.h"

#include <check.h>
#include <string.h>

struct golden_material material;

void golden_setup(void)
{
    codec_arena_init(&material.arena);
    for (size_t i = 0; i < sizeof(material.low); i++) {
        material.low[i] = (uint8_t)i;
        material.high[i] = (uint8_t)(0x80 + i);
    }
    memcpy(material.long_certificate, "\x30\x81\xc9", 3);
    memcpy(material.long_crl, "\x30\x82\x01\x00", 4);
    memset(material.long_ocsp, 1, sizeof(material.long_ocsp));
    memcpy(material.long_ocsp, "\x30\x81\x80", 3);
    for (size_t i = 0; i < 201; i++)
        material.long_certificate[3 + i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof(material.long_spki); i++)
        material.long_spki[i] = (uint8_t)i;
    memset(material.long_path, 'd', sizeof(material.long_path));
    material.long_path[0] = '/';
}

void golden_teardown(void)
{
    arena_deinit(&material.arena);
}

struct bytes golden_digest(const uint8_t *bytes)
{
    return (struct bytes){.data = bytes, .len = 32};
}

struct reply golden_find_reply(void)
{
    struct failure failure;
    struct reply reply;

    for (size_t n = 0; n < material.golden.len; n++)
        ck_assert_int_eq(reply_find(&reply, material.golden.frame, n, &failure), 0);
    ck_assert_int_eq(reply_find(&reply, material.golden.frame, material.golden.len, &failure), 1);
    ck_assert(reply.tag == GOLDEN_TAG);
    ck_assert_uint_eq(reply.kind, material.golden.frame[5]);
    ck_assert_uint_eq(reply.n_frame, material.golden.len);
    return reply;
}
