/* SPDX-License-Identifier: MIT */

/*
 * Tests hosts as reference identities: which ones are refused and why, and the form in which the
 * others are compared.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/reference.h"
#include "tests/unit/identity/match_rows.h"

#define T(text) text, sizeof(text) - 1

#define LABEL_62 LABEL_61 "a"
#define NAME_254 NAME_253 "a"

static int parse(struct reference *reference, const char *text, size_t len)
{
    uint8_t *copy = exactly(text, len);
    int r = reference_host_parse(reference, RULES_RFC9525, copy, len);

    free(copy);
    return r;
}

static const struct fault_row {
    const char *intent;
    const char *text;
    size_t len;
    int expected;
} fault_rows[] = {
    {"nothing", T(""), REFERENCE_EMPTY},
    {"the root alone", T("."), REFERENCE_EMPTY},
    {"an ideographic dot alone", T("\u3002"), REFERENCE_EMPTY},

    {"a NUL within a label", T("san\0.example.com"), REFERENCE_NUL},
    {"a NUL at the start", T("\0example.com"), REFERENCE_NUL},
    {"a NUL counted in the length", T("example.com\0"), REFERENCE_NUL},
    {"an address before a NUL", T("192.0.2.1\0.example"), REFERENCE_NUL},
    {"an IPv6 address before a NUL", T("::1\0"), REFERENCE_NUL},
    {"a NUL weighs more than what follows", T("a\0*:443"), REFERENCE_NUL},

    {"the first character beyond ASCII", T("\xc2\x80.example"), REFERENCE_U_LABEL},
    {"a byte no UTF-8 has", T("\xff.example"), REFERENCE_NOT_UTF8},
    {"Latin-1",
     T("b\xfc"
       "cher.example"),
     REFERENCE_NOT_UTF8},
    {"cut off in a character", T("example.\xc3"), REFERENCE_NOT_UTF8},
    {"a continuation alone", T("\x80.example"), REFERENCE_NOT_UTF8},
    {"an overlong dot", T("a\xc0\xae.example"), REFERENCE_NOT_UTF8},
    {"an overlong slash in three bytes", T("a\xe0\x80\xaf.example"), REFERENCE_NOT_UTF8},
    {"a surrogate", T("\xed\xa0\x80.example"), REFERENCE_NOT_UTF8},
    {"beyond Unicode", T("\xf4\x90\x80\x80.example"), REFERENCE_NOT_UTF8},
    {"five bytes", T("\xf8\x88\x80\x80\x80.example"), REFERENCE_NOT_UTF8},

    {"a space", T("a b.example"), REFERENCE_WHITE_SPACE},
    {"a space after an address", T("192.0.2.1 "), REFERENCE_WHITE_SPACE},
    {"a space before an address", T(" 192.0.2.1"), REFERENCE_WHITE_SPACE},
    {"a space within an address", T("192. 0.2.1"), REFERENCE_WHITE_SPACE},
    {"an address and a name", T("192.0.2.1 evil.example"), REFERENCE_WHITE_SPACE},
    {"a line end", T("example.com\n"), REFERENCE_WHITE_SPACE},
    {"a tab", T("\texample.com"), REFERENCE_WHITE_SPACE},
    {"U+0085 next line", T("a\xc2\x85.example"), REFERENCE_WHITE_SPACE},
    {"U+00A0 no-break space", T("a\u00a0b.example"), REFERENCE_WHITE_SPACE},
    {"U+2003 em space", T("a\u2003b.example"), REFERENCE_WHITE_SPACE},
    {"U+2028 line separator", T("a\u2028.example"), REFERENCE_WHITE_SPACE},
    {"U+3000 ideographic space", T("a\u3000.example"), REFERENCE_WHITE_SPACE},
    {"a space weighs more than a port", T("example.com:443 "), REFERENCE_WHITE_SPACE},

    {"a wildcard", T("*.example.com"), REFERENCE_WILDCARD},
    {"a star alone", T("*"), REFERENCE_WILDCARD},
    {"a star within", T("w*w.example.com"), REFERENCE_WILDCARD},
    {"a full-width star, which maps to one", T("\uff0a.example.com"), REFERENCE_WILDCARD},

    {"an address in brackets", T("[::1]"), REFERENCE_BRACKETS},
    {"with a port too", T("[2001:db8::1]:443"), REFERENCE_BRACKETS},
    {"a closing one alone", T("a].example"), REFERENCE_BRACKETS},

    {"a zone", T("fe80::1%eth0"), REFERENCE_ZONE},
    {"an escape", T("a%20b.example"), REFERENCE_ZONE},

    {"a port", T("san.example.com:443"), REFERENCE_PORT},
    {"a port after an address", T("192.0.2.1:443"), REFERENCE_PORT},
    {"a full-width colon", T("com\uff1a443"), REFERENCE_PORT},
    {"not quite IPv6", T("2001:db8::1::2"), REFERENCE_PORT},
    {"IPv6 with a trailing dot", T("2001:db8::1."), REFERENCE_PORT},
    {"IPv6, five digits", T("2001:00db8::1"), REFERENCE_PORT},
    {"IPv6 with an octal tail", T("::ffff:192.0.2.01"), REFERENCE_PORT},
    {"longer than any address", T("0000:0000:0000:0000:0000:0000:192.168.158.1900"),
     REFERENCE_PORT},

    {"a path", T("example.com/a"), REFERENCE_CHARACTER},
    {"a user", T("user@example.com"), REFERENCE_CHARACTER},
    {"a comma", T("a.example,b.example"), REFERENCE_CHARACTER},
    {"a quote", T("\"a\".example"), REFERENCE_CHARACTER},
    {"a backslash", T("a\\.example"), REFERENCE_CHARACTER},
    {"a plus", T("+192.0.2.1"), REFERENCE_CHARACTER},
    {"a control character", T("a\x01.example"), REFERENCE_CHARACTER},
    {"DEL", T("a\x7f.example"), REFERENCE_CHARACTER},
    {"U+2100, which maps to a/c", T("\u2100.example"), REFERENCE_CHARACTER},
    {"U+249C, which maps to (a)", T("\u249c.example"), REFERENCE_CHARACTER},

    {"a leading dot", T(".example.com"), REFERENCE_LEADING_DOT},
    {"a leading dot, one label", T(".com"), REFERENCE_LEADING_DOT},
    {"two dots alone", T(".."), REFERENCE_LEADING_DOT},
    {"a leading ideographic dot", T("\u3002example"), REFERENCE_LEADING_DOT},
    {"a leading dot before an address", T(".192.0.2.1"), REFERENCE_LEADING_DOT},

    {"two dots", T("a..example"), REFERENCE_EMPTY_LABEL},
    {"two dots at the end", T("example.com.."), REFERENCE_EMPTY_LABEL},
    {"two ideographic dots", T("a\u3002\uff61example"), REFERENCE_EMPTY_LABEL},
    {"a dot and a full-width one", T("example.\uff0e"), REFERENCE_EMPTY_LABEL},
    {"two dots weigh more than an A-label", T("xn--a..example"), REFERENCE_EMPTY_LABEL},

    {"64 bytes", T("a" LABEL_63 ".example"), REFERENCE_LABEL_TOO_LONG},
    {"64 bytes at the end", T("example.a" LABEL_63), REFERENCE_LABEL_TOO_LONG},
    {"64 bytes and a trailing dot", T("a" LABEL_63 "."), REFERENCE_LABEL_TOO_LONG},
    {"64 bytes of xn--", T("xn--" LABEL_63), REFERENCE_LABEL_TOO_LONG},
    {"63 characters, over 63 as an A-label", T("\u00fc" LABEL_62), REFERENCE_LABEL_TOO_LONG},
    {"64 bytes once mapped", T("\uff41" LABEL_63), REFERENCE_LABEL_TOO_LONG},

    {"254 bytes", T(NAME_254), REFERENCE_TOO_LONG},
    {"254 bytes and a trailing dot", T(NAME_254 "."), REFERENCE_TOO_LONG},
    {"254 bytes once converted", T("\u00fc." NAME_253), REFERENCE_TOO_LONG},

    {"an address in two parts", T("127.1"), REFERENCE_NUMERIC},
    {"a number", T("1"), REFERENCE_NUMERIC},
    {"a number for a top-level domain", T("host.123"), REFERENCE_NUMERIC},
    {"an octet too big", T("192.0.2.256"), REFERENCE_NUMERIC},
    {"an octet in octal", T("192.0.2.01"), REFERENCE_NUMERIC},
    {"an octet too many", T("192.0.2.1.5"), REFERENCE_NUMERIC},
    {"an address with a trailing dot", T("192.0.2.1."), REFERENCE_NUMERIC},
    {"hexadecimal, then a number", T("0x7f.1"), REFERENCE_NUMERIC},
    {"full-width digits", T("192.0.2.\uff11"), REFERENCE_NUMERIC},
    {"ideographic dots", T("192\u30020\u30022\u30021"), REFERENCE_NUMERIC},

    {"the last part in hexadecimal", T("192.0.2.0x1"), REFERENCE_NUMERIC},
    {"an address in hexadecimal", T("0xc0000201"), REFERENCE_NUMERIC},

    {"an emoji", T("\U0001f600.example"), REFERENCE_U_LABEL},
    {"an underscore and a letter", T("a_b\u00fc.example"), REFERENCE_U_LABEL},
    {"a full-width underscore", T("a\uff3fb.example"), REFERENCE_U_LABEL},
    {"a hyphen at the start", T("-\u00fc.example"), REFERENCE_U_LABEL},
    {"a hyphen at the end", T("\u00fc-.example"), REFERENCE_U_LABEL},
    {"a full-width hyphen at the start", T("\uff0da.example"), REFERENCE_U_LABEL},
    {"two hyphens in third place", T("ab--\u00fc.example"), REFERENCE_U_LABEL},
    {"a combining mark at the start", T("\u0308a.example"), REFERENCE_U_LABEL},
    {"a joiner without a reason", T("a\u200db.example"), REFERENCE_U_LABEL},
    {"a digit before Hebrew", T("1\u05d0.example"), REFERENCE_U_LABEL},
    {"nothing but a soft hyphen", T("\u00ad.example"), REFERENCE_U_LABEL},
    {"nothing but a zero-width space", T("\u200b"), REFERENCE_U_LABEL},
    {"a dot that is no dot: U+2024", T("a\u2024b.example"), REFERENCE_U_LABEL},
    {"a slash that is none: U+2044", T("a\u2044b.example"), REFERENCE_U_LABEL},
    {"a full-width prefix, not an A-label", T("\uff58n--a.example"), REFERENCE_U_LABEL},
};

START_TEST(every_fault_by_its_name)
{
    const struct fault_row *row = &fault_rows[_i];
    struct reference reference, zero = {0};
    int r;

    memset(&reference, 0xa5, sizeof(reference));
    r = parse(&reference, row->text, row->len);
    ck_assert_msg(r == row->expected, "%s: expected %d, got %d", row->intent, row->expected, r);
    ck_assert_msg(memcmp(&reference, &zero, sizeof(zero)) == 0, "%s: something stays", row->intent);
}
END_TEST

START_TEST(every_fault_has_a_row_and_a_text)
{
    for (int fault = REFERENCE_EMPTY; fault <= REFERENCE_U_LABEL; fault++) {
        size_t n_rows = 0;

        for (size_t i = 0; i < sizeof(fault_rows) / sizeof(fault_rows[0]); i++)
            n_rows += fault_rows[i].expected == fault;
        ck_assert_msg(n_rows > 0, "no row for fault %d", fault);

        for (int other = REFERENCE_OK; other < fault; other++)
            ck_assert_str_ne(reference_fault_text((enum reference_fault)fault),
                             reference_fault_text((enum reference_fault)other));
    }
    ck_assert_ptr_nonnull(reference_fault_text((enum reference_fault)999));
    ck_assert_ptr_nonnull(reference_fault_text((enum reference_fault) - 1));
}
END_TEST

static const struct name_row {
    const char *intent;
    const char *text;
    size_t len;
    const char *value;
    const char *given;
} name_rows[] = {
    {"a name", T("san.example.com"), "san.example.com", "san.example.com"},
    {"case", T("SAN.Example.COM"), "san.example.com", "SAN.Example.COM"},
    {"a trailing dot", T("san.example.com."), "san.example.com", "san.example.com."},
    {"one label", T("localhost"), "localhost", "localhost"},
    {"one label and a dot", T("localhost."), "localhost", "localhost."},
    {"an underscore", T("_Dmarc.foo_bar.example"), "_dmarc.foo_bar.example",
     "_Dmarc.foo_bar.example"},
    {"hyphens in third place", T("r3---sn-x.googlevideo.com"), "r3---sn-x.googlevideo.com",
     "r3---sn-x.googlevideo.com"},
    {"hyphens at the ends", T("-a.b-.example"), "-a.b-.example", "-a.b-.example"},
    {"digits, but not at the end", T("192.0.2.1.example"), "192.0.2.1.example",
     "192.0.2.1.example"},
    {"not all digits at the end", T("host.1a"), "host.1a", "host.1a"},
    {"an xn without its hyphens", T("xn-a.xn.example"), "xn-a.xn.example", "xn-a.xn.example"},

    {"an A-label", T("xn--bcher-kva.example"), "xn--bcher-kva.example", "xn--bcher-kva.example"},
    {"an A-label in capitals", T("XN--BCHER-KVA.Example"), "xn--bcher-kva.example",
     "XN--BCHER-KVA.Example"},
    {"an A-label only IDNA 2008 has", T("xn--fa-hia.example"), "xn--fa-hia.example",
     "xn--fa-hia.example"},
    {"a sharp s alone", T("xn--zca"), "xn--zca", "xn--zca"},

    /* RFC 9525 section 6.3 compares the following as ASCII, even where IDNA 2008 does not allow
     * what they encode. */
    {"an emoji's A-label", T("xn--n3h.example"), "xn--n3h.example", "xn--n3h.example"},
    {"several emoji", T("XN--53hy7af013i.ws"), "xn--53hy7af013i.ws", "XN--53hy7af013i.ws"},
    {"an A-label of a control character", T("xn--a.example"), "xn--a.example", "xn--a.example"},
    {"an A-label of plain ASCII", T("xn--abc-.example"), "xn--abc-.example", "xn--abc-.example"},
    {"nothing after the prefix", T("xn--.example"), "xn--.example", "xn--.example"},
    {"a prefix behind a prefix", T("xn--xn--bcher-kva.example"), "xn--xn--bcher-kva.example",
     "xn--xn--bcher-kva.example"},
    {"an underscore behind the prefix", T("xn--a_b-joa.example"), "xn--a_b-joa.example",
     "xn--a_b-joa.example"},
    {"as the last label", T("example.xn--a"), "example.xn--a", "example.xn--a"},

    {"a U-label; ASCII keeps its case", T("B\u00dccher.Example"), "xn--bcher-kva.example",
     "xn--bcher-kva.Example"},
    {"a U-label and a trailing dot", T("b\u00fccher.Example."), "xn--bcher-kva.example",
     "xn--bcher-kva.Example."},
    {"not in NFC", T("bu\u0308cher.example"), "xn--bcher-kva.example", "xn--bcher-kva.example"},
    {"a sharp s stays one", T("fa\u00df.example"), "xn--fa-hia.example", "xn--fa-hia.example"},
    {"a final sigma stays one", T("\u03b1\u03c2"), "xn--mxa8a", "xn--mxa8a"},
    {"full-width letters", T("\uff25\uff58ample.com"), "example.com", "example.com"},
    {"the Kelvin sign", T("\u212aelvin.example"), "kelvin.example", "kelvin.example"},
    {"a soft hyphen", T("ex\u00adample.com"), "example.com", "example.com"},
    {"a full-width A-label", T("\uff58n--bcher-kva.example"), "xn--bcher-kva.example",
     "xn--bcher-kva.example"},
    {"an ideographic full stop", T("b\u00fccher\u3002Example"), "xn--bcher-kva.example",
     "xn--bcher-kva.Example"},
    {"a full-width full stop", T("WWW\uff0eexample.com"), "www.example.com", "WWW.example.com"},
    {"a half-width one, at the end", T("example.com\uff61"), "example.com", "example.com."},
    {"Hebrew", T("\u05d0.example"), "xn--4db.example", "xn--4db.example"},
    {"four bytes", T("\U00020000.example"), "xn--j50i.example", "xn--j50i.example"},

    {"63 bytes", T(LABEL_63 ".example"), LABEL_63 ".example", LABEL_63 ".example"},
    {"253 bytes", T(NAME_253), NAME_253, NAME_253},
    {"253 bytes and a trailing dot", T(NAME_253 "."), NAME_253, NAME_253 "."},
};

START_TEST(a_name_in_its_one_form)
{
    const struct name_row *row = &name_rows[_i];
    struct reference reference;

    ck_assert_msg(parse(&reference, row->text, row->len) == 0, "%s: refused", row->intent);
    ck_assert_int_eq(reference.type, IDENTITY_DNS);
    ck_assert_str_eq(reference.value, row->value);
    ck_assert_uint_eq(reference.value_len, strlen(row->value));
    ck_assert_str_eq(reference.given, row->given);
    ck_assert_uint_eq(reference.given_len, strlen(row->given));
    ck_assert_uint_eq(reference.address_len, 0);
}
END_TEST

static const struct address_row {
    const char *intent;
    const char *text;
    size_t len;
    const char *value;
    const char *address;
    size_t address_len;
} address_rows[] = {
    {"IPv4", T("192.0.2.1"), "192.0.2.1", T("\xc0\0\2\1")},
    {"zeros", T("0.0.0.0"), "0.0.0.0", T("\0\0\0\0")},
    {"IPv6", T("2001:db8::2"), "2001:db8::2", T("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\2")},
    {"IPv6 at length", T("2001:0DB8:0:0::2"), "2001:db8::2",
     T("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\2")},
    {"IPv6, which is no port", T("2001:db8::1:443"), "2001:db8::1:443",
     T("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\1\x4\x43")},
    {"any", T("::"), "::", T("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
    {"IPv4-mapped stays IPv6", T("::FFFF:192.0.2.1"), "::ffff:192.0.2.1",
     T("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1")},
    {"the longest text", T("ABCD:ABCD:ABCD:ABCD:ABCD:ABCD:192.168.158.190"),
     "abcd:abcd:abcd:abcd:abcd:abcd:c0a8:9ebe",
     T("\xab\xcd\xab\xcd\xab\xcd\xab\xcd\xab\xcd\xab\xcd\xc0\xa8\x9e\xbe")},
};

START_TEST(an_address_in_its_one_form)
{
    const struct address_row *row = &address_rows[_i];
    struct reference reference;

    ck_assert_msg(parse(&reference, row->text, row->len) == 0, "%s: refused", row->intent);
    ck_assert_int_eq(reference.type, IDENTITY_IP);
    ck_assert_str_eq(reference.value, row->value);
    ck_assert_uint_eq(reference.value_len, strlen(row->value));
    ck_assert_str_eq(reference.given, row->text);
    ck_assert_uint_eq(reference.given_len, row->len);
    ck_assert_uint_eq(reference.address_len, row->address_len);
    ck_assert_mem_eq(reference.address, row->address, row->address_len);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(rows, every_fault_by_its_name, 0,
                        sizeof(fault_rows) / sizeof(fault_rows[0]));
    tcase_add_test(rows, every_fault_has_a_row_and_a_text);
    tcase_add_loop_test(rows, a_name_in_its_one_form, 0, sizeof(name_rows) / sizeof(name_rows[0]));
    tcase_add_loop_test(rows, an_address_in_its_one_form, 0,
                        sizeof(address_rows) / sizeof(address_rows[0]));
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
