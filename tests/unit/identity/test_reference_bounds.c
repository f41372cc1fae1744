/* SPDX-License-Identifier: MIT */

/*
 * Tests reference identities at the limits of their length, and properties that hold for every
 * text.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "daemon/identity/idn.h"
#include "daemon/identity/reference.h"

/*
 * Returns n, or a tenth of it if CERTNAMED_QUICK is set, as by tools that run the test many times.
 */
static uint32_t share_of(uint32_t n)
{
    return getenv("CERTNAMED_QUICK") ? n / 10 : n;
}

static int parse(struct reference *reference, const char *text, size_t len)
{
    return reference_host_parse(reference, RULES_RFC9525, (const uint8_t *)text, len);
}

/* A text of the maximal length is parsed; a text that is one byte longer is refused as too long. */
START_TEST(the_longest_input)
{
    uint8_t text[REFERENCE_INPUT_BYTES + 1];
    struct reference reference;

    memset(text, '*', sizeof(text));
    ck_assert_int_eq(reference_host_parse(&reference, RULES_RFC9525, text, sizeof(text)),
                     REFERENCE_TOO_LONG);
    ck_assert_int_eq(reference_host_parse(&reference, RULES_RFC9525, text, sizeof(text) - 1),
                     REFERENCE_WILDCARD);

    memset(text, 'a', sizeof(text));
    ck_assert_int_eq(reference_host_parse(&reference, RULES_RFC9525, text, sizeof(text)),
                     REFERENCE_TOO_LONG);
    ck_assert_int_eq(reference_host_parse(&reference, RULES_RFC9525, text, sizeof(text) - 1),
                     REFERENCE_LABEL_TOO_LONG);
}
END_TEST

/*
 * A label of up to 63 bytes is accepted and a longer one is refused, both by our parser and by
 * libidn2.
 */
START_TEST(labels_of_every_length)
{
    uint8_t text[2000], ascii[REFERENCE_LABEL_BYTES];

    memset(text, 'a', sizeof(text));
    for (size_t len = 1; len <= sizeof(text); len++) {
        struct reference reference;
        size_t ascii_len = 0;
        int r = reference_host_parse(&reference, RULES_RFC9525, text, len), expected = REFERENCE_OK;

        if (len > REFERENCE_INPUT_BYTES)
            expected = REFERENCE_TOO_LONG;
        else if (len > REFERENCE_LABEL_BYTES)
            expected = REFERENCE_LABEL_TOO_LONG;
        ck_assert_int_eq(r, expected);

        r = idn_to_ascii(text, len, ascii, sizeof(ascii), &ascii_len);
        ck_assert_int_eq(r, len <= sizeof(ascii) ? IDN_OK : IDN_TOO_LONG);
    }
}
END_TEST

/*
 * A label of n equal two-byte letters, for every n, is refused as too long, or becomes an A-label
 * that stays the same if it is parsed again.
 */
START_TEST(u_labels_of_every_length)
{
    uint8_t text[REFERENCE_INPUT_BYTES];
    size_t n_taken = 0;

    for (size_t i = 0; i < sizeof(text); i += 2)
        memcpy(text + i, "\xc3\xbc", 2);
    for (size_t len = 2; len <= sizeof(text); len += 2) {
        struct reference reference, again;
        int r = reference_host_parse(&reference, RULES_RFC9525, text, len);

        ck_assert(r == 0 || r == REFERENCE_LABEL_TOO_LONG);
        if (r != 0)
            continue;
        n_taken++;
        ck_assert_uint_le(reference.value_len, REFERENCE_LABEL_BYTES);
        ck_assert_int_eq(parse(&again, reference.value, reference.value_len), 0);
        ck_assert_str_eq(again.value, reference.value);
    }
    /* Each letter after the first one makes the A-label one byte longer, from xn--tda on. */
    ck_assert_uint_eq(n_taken, REFERENCE_LABEL_BYTES - strlen("xn--tda") + 1);
}
END_TEST

/* Names with lengths around the maximum, with and without a dot at the end. */
START_TEST(names_around_the_longest)
{
    char text[REFERENCE_NAME_BYTES + 4];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 2 ? '.' : 'a';
    for (size_t len = 249; len <= sizeof(text); len++) {
        struct reference reference;
        size_t bare = text[len - 1] == '.' ? len - 1 : len;
        int r = parse(&reference, text, len);

        ck_assert_int_eq(r, bare <= REFERENCE_NAME_BYTES ? REFERENCE_OK : REFERENCE_TOO_LONG);
        if (r == 0) {
            ck_assert_uint_eq(reference.value_len, bare);
            ck_assert_uint_eq(reference.given_len, len);
        }
    }
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/*
 * Returns whether the compared text and the shown text, if each is parsed again, give the same
 * reference.
 */
static bool stands_for_itself(const struct reference *reference)
{
    struct reference by_value, by_given;

    return parse(&by_value, reference->value, reference->value_len) == 0 &&
           parse(&by_given, reference->given, reference->given_len) == 0 &&
           strcmp(by_value.value, reference->value) == 0 &&
           strcmp(by_given.value, reference->value) == 0 &&
           strcmp(by_given.given, reference->given) == 0;
}

static bool is_clean(const struct reference *reference)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

    return strspn(reference->value, allowed) == reference->value_len ||
           reference->type == IDENTITY_IP;
}

/*
 * Random texts are made of pieces that have a meaning in references. If a name changed when it is
 * parsed again, it could be compared as one name and shown as another.
 */
START_TEST(what_is_taken_stands_for_itself)
{
    static const char *const pieces[] = {
        "a",      "B",      "1",      "9",      "-",      "_",      ".",          ".",
        ".",      "xn--",   "XN--",   "kva",    "zca",    "\u00fc", "\u00df",     "\u3002",
        "\uff21", "\uff0a", "\u212a", "\u05d0", "\u0308", "\u200d", "\U00020000", "example",
        ":",      "::",     "192",    "\u00ad", "\uff3f", "\uff11", "bcher-",     "fa-hia",
    };
    uint32_t state = 20240611;
    size_t n_taken = 0;

    for (uint32_t round = 0; round < share_of(200000); round++) {
        struct reference reference;
        char text[128];
        size_t len = 0;

        for (uint32_t n = 1 + next_random(&state) % 6; n > 0; n--) {
            const char *piece =
                pieces[next_random(&state) % (uint32_t)(sizeof(pieces) / sizeof(pieces[0]))];
            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        if (parse(&reference, text, len) != 0)
            continue;

        n_taken++;
        if (!is_clean(&reference) || !stands_for_itself(&reference))
            ck_abort_msg("%.*s became %s", (int)len, text, reference.value);
    }
    ck_assert_uint_gt(n_taken, share_of(20000));
}
END_TEST

static size_t encode(uint32_t code, uint8_t text[4])
{
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        text[i] = (uint8_t)(0x80 | (code & 0x3f));
    text[0] = (uint8_t)((0xf00u >> len) | code);
    return len;
}

/*
 * Bytes that are not UTF-8 are refused by our own decoder. libidn2 would refuse them too, so the
 * decoder is called by itself.
 */
START_TEST(bytes_that_are_no_character)
{
    static const char *const texts[] = {
        "\xc3", "\xe3\x80", "\xf0\xa0\x80", "\xc0\xae", "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf",
        "\xff",
    };
    uint32_t code = 0;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        ck_assert_uint_eq(utf8_next((const uint8_t *)texts[i], strlen(texts[i]), &code), 0);
    ck_assert_uint_eq(utf8_next((const uint8_t *)"a", 0, &code), 0);
    ck_assert_uint_eq(utf8_next((const uint8_t *)"\xf4\x8f\xbf\xbf", 4, &code), 4);
    ck_assert_uint_eq(code, 0x10ffff);
}
END_TEST

/* Tries every Unicode character beyond ASCII, or with CERTNAMED_QUICK every tenth, as a label. */
START_TEST(every_character)
{
    size_t n_taken = 0;

    for (uint32_t code = 0x80; code <= 0x10ffff; code += 10 / share_of(10)) {
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        struct reference reference;
        uint8_t text[4];
        size_t len = encode(code, text);
        uint32_t read = 0;
        int r = reference_host_parse(&reference, RULES_RFC9525, text, len);

        if (utf8_next(text, len, &read) != (surrogate ? 0 : len) || read != (surrogate ? 0 : code))
            ck_abort_msg("U+%04X is misread", code);
        if ((r == REFERENCE_NOT_UTF8) != surrogate || r < 0)
            ck_abort_msg("U+%04X: %d", code, r);
        if ((r == REFERENCE_WHITE_SPACE) != utf8_is_space(code))
            ck_abort_msg("U+%04X: %d, white space or not", code, r);
        if (r != 0)
            continue;

        n_taken++;
        if (!is_clean(&reference) || !stands_for_itself(&reference))
            ck_abort_msg("U+%04X became %s", code, reference.value);
    }
    ck_assert_uint_gt(n_taken, share_of(90000));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference-bounds");
    TCase *bounds = tcase_create("bounds"), *properties = tcase_create("properties");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(bounds, the_longest_input);
    tcase_add_test(bounds, labels_of_every_length);
    tcase_add_test(bounds, u_labels_of_every_length);
    tcase_add_test(bounds, names_around_the_longest);
    tcase_add_test(bounds, bytes_that_are_no_character);
    suite_add_tcase(suite, bounds);

    tcase_set_timeout(properties, 120);
    tcase_add_test(properties, what_is_taken_stands_for_itself);
    tcase_add_test(properties, every_character);
    suite_add_tcase(suite, properties);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
