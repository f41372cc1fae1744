/* SPDX-License-Identifier: MIT */
#include "tests/unit/identity/oracle_input.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "base/utf8.h"

#define T(text)                                                                                    \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

#define LABEL_60 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct piece {
    const char *text;
    size_t len;
};

/* Only few labels, so that two random names often have a label in common. */
static const struct piece plain_labels[] = {
    T("a"), T("b"), T("www"), T("com"), T("example"), T("test"), T("co"), T("uk"), T("1"), T("a-b"),
};
static const struct piece odd_labels[] = {
    T("*"),
    T("*"),
    T("a*"),
    T("*a"),
    T("w*w"),
    T("**"),
    T("xn--a"),
    T("xn--zca"),
    T("XN--ZCA"),
    T("xn--*"),
    T("*-b"),
    T("a-*"),
    T("*xn--zca"),
    T("x*"),
    T("-a"),
    T("a-"),
    T("a_b"),
    T(""),
    T("a--b"),
    T("192"),
    T("0"),
    T("a\0b"),
    T("a b"),
    T("\xfc"),
    T("a:b"),
    T("A"),
    T("xn--"),
    T("\x01"),
    T("*\0"),
    T("[::1]"),
    T("_"),
    T("xn-*"),
    T("xn--a*"),
    T("github"),
    T("io"),
    T("\xc3\xbc"),
    T("\xc3\x9f"),
    T("\xe2\x84\xaa"),
    T("\xe3\x80\x82"),
    T("\n"),
    T("%"),
    T("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    T("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
};
/* Labels with characters beyond ASCII, some of which are not valid. */
static const struct piece foreign_labels[] = {
    T("\xf0\x9f\x98\x80"),     T("*\xc3\xbc"),    T("\xc3\xbc" LABEL_60 "aaaa"), T("-\xc3\xbc"),
    T("\xe2\x80\x8b\xc3\xbc"), T("\xef\xbc\x8a"),
};
static const struct piece addresses[] = {
    T("192.0.2.1"),        T("192.0.2.01"),       T("127.1"),
    T("2001:db8::1"),      T("+192.0.2.1"),       T(" 192.0.2.1"),
    T("192.0.2.1 x"),      T("192.0.2.256"),      T("::1"),
    T("*.0.2.1"),          T("::ffff:192.0.2.1"), T("::ffff:192.0.2.01"),
    T("0x7f.1"),           T("192.0.2.1."),       T("::ffff:1.2.3.4"),
    T("4294967488.0.2.1"), T("fe80::1%eth0"),
};
static const struct piece octets[] = {
    T("\xc0\0\2\1"),
    T("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"),
    T("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1"),
    T("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"),
    T("\x7f\0\0\1"),
    T("\xc0\0\2"),
    T(""),
};

void input_start(struct input *input)
{
    const char *seed = getenv("CERTNAMED_SEED");

    input->state = 0x5eed0fce57ULL;
    if (seed && strcmp(seed, "random") == 0)
        input->state = (uint64_t)time(NULL) * 1000003u + (uint64_t)clock();
    else if (seed)
        input->state = strtoull(seed, NULL, 0);
    printf("CERTNAMED_SEED=%" PRIu64 "\n", input->state);
    fflush(stdout);
}

uint32_t input_below(struct input *input, uint32_t n)
{
    uint64_t x;

    input->state += 0x9e3779b97f4a7c15ULL;
    x = input->state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return (uint32_t)((x ^ (x >> 31)) >> 33) % n;
}

static void append(struct input_text *text, const void *data, size_t len)
{
    if (len > 0 && text->len + len <= sizeof(text->data)) {
        memcpy(text->data + text->len, data, len);
        text->len += len;
    }
}

static void take_piece(struct input *input, struct input_text *text, const struct piece *pieces,
                       uint32_t n_pieces)
{
    const struct piece *piece = &pieces[input_below(input, n_pieces)];

    append(text, piece->text, piece->len);
}

static void take_label(struct input *input, struct input_text *text, uint32_t odd_in)
{
    if (input_below(input, 100) == 0)
        take_piece(input, text, foreign_labels, COUNT(foreign_labels));
    else if (input_below(input, odd_in) == 0)
        take_piece(input, text, odd_labels, COUNT(odd_labels));
    else
        take_piece(input, text, plain_labels, COUNT(plain_labels));
}

static void change_case(struct input *input, struct input_text *text)
{
    for (size_t i = 0; i < text->len; i++) {
        uint8_t small = text->data[i] | 0x20;

        if (small >= 'a' && small <= 'z' && input_below(input, 4) == 0)
            text->data[i] ^= 0x20;
    }
}

static void take_labels(struct input *input, struct input_text *text)
{
    uint32_t n = input_below(input, 40) == 0 ? 8 : 1 + input_below(input, 4);
    uint32_t odd_in = 2 + input_below(input, 8);

    for (uint32_t i = 0; i < n; i++) {
        if (i > 0)
            append(text, ".", 1);
        /* Many names begin with a star, because wildcards are the hardest to get right. */
        if (i == 0 && input_below(input, 4) == 0)
            append(text, "*", 1);
        else
            take_label(input, text, i == 0 ? 3 : odd_in);
    }
    /* A few names are about as long as a name may be. */
    for (uint32_t i = input_below(input, 200) == 0 ? 4 : 0; i > 0; i--)
        append(text, "." LABEL_60, sizeof("." LABEL_60) - 1);
    if (input_below(input, 12) == 0)
        append(text, ".", 1);
}

static void take_name(struct input *input, struct input_text *text)
{
    text->len = 0;
    if (input_below(input, 12) == 0)
        take_piece(input, text, addresses, COUNT(addresses));
    else
        take_labels(input, text);
    if (input_below(input, 4) == 0)
        change_case(input, text);
}

/* --- certificates --- */

static ASN1_STRING *new_string(int type, const void *data, size_t len)
{
    ASN1_STRING *string = ASN1_STRING_type_new(type);

    ck_assert_ptr_nonnull(string);
    ck_assert_int_eq(ASN1_STRING_set(string, len > 0 ? data : "", (int)len), 1);
    return string;
}

static void set_other_name(GENERAL_NAME *name, const struct input_text *text, int nid)
{
    ASN1_TYPE *value = ASN1_TYPE_new();

    ASN1_TYPE_set(value, V_ASN1_IA5STRING, new_string(V_ASN1_IA5STRING, text->data, text->len));
    ck_assert_int_eq(GENERAL_NAME_set0_othername(name, OBJ_nid2obj(nid), value), 1);
}

static void set_directory_name(GENERAL_NAME *name, const struct input_text *text)
{
    X509_NAME *directory = X509_NAME_new();

    X509_NAME_add_entry_by_NID(directory, NID_commonName, V_ASN1_TELETEXSTRING, text->data,
                               (int)text->len, -1, 0);
    GENERAL_NAME_set0_value(name, GEN_DIRNAME, directory);
}

/*
 * Most identities are dNSNames. Some of the others contain a text that would match if it were in a
 * dNSName.
 */
static void set_general_name(struct input *input, GENERAL_NAME *name, const struct input_text *text)
{
    const struct piece *address = &octets[input_below(input, COUNT(octets))];

    switch (input_below(input, 14)) {
    case 0:
        GENERAL_NAME_set0_value(name, GEN_EMAIL,
                                new_string(V_ASN1_IA5STRING, text->data, text->len));
        break;
    case 1:
        GENERAL_NAME_set0_value(name, GEN_URI, new_string(V_ASN1_IA5STRING, text->data, text->len));
        break;
    case 2:
    case 3:
        GENERAL_NAME_set0_value(name, GEN_IPADD,
                                new_string(V_ASN1_OCTET_STRING, address->text, address->len));
        break;
    case 4:
        set_other_name(name, text, input_below(input, 2) == 0 ? NID_SRVName : NID_ms_upn);
        break;
    case 5:
        set_directory_name(name, text);
        break;
    default:
        GENERAL_NAME_set0_value(name, GEN_DNS, new_string(V_ASN1_IA5STRING, text->data, text->len));
    }
}

static struct input_text *next_name(struct input_certificate *certificate, struct input *input)
{
    struct input_text *text = &certificate->names[certificate->n_names++];

    take_name(input, text);
    return text;
}

static void add_alternative(struct input_certificate *certificate, struct input *input)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    uint32_t n = 1 + input_below(input, 4);

    for (uint32_t i = 0; i < n; i++) {
        GENERAL_NAME *name = GENERAL_NAME_new();

        set_general_name(input, name, next_name(certificate, input));
        ck_assert_int_gt(sk_GENERAL_NAME_push(names, name), 0);
    }
    ck_assert_int_eq(X509_add1_ext_i2d(certificate->x509, NID_subject_alt_name, names, 0, 0), 1);
    GENERAL_NAMES_free(names);
}

static bool is_utf8(const struct input_text *text)
{
    uint32_t code;
    size_t n;

    for (size_t at = 0; at < text->len; at += n) {
        n = utf8_next(text->data + at, text->len - at, &code);
        if (n == 0)
            return false;
    }
    return true;
}

/*
 * Adds a common name of a random string type, in which the same bytes may be another text, or
 * invalid.
 */
static void add_common_name(struct input_certificate *certificate, struct input *input)
{
    static const int types[] = {
        V_ASN1_UTF8STRING, V_ASN1_UTF8STRING,    V_ASN1_PRINTABLESTRING,
        V_ASN1_IA5STRING,  V_ASN1_TELETEXSTRING, V_ASN1_BMPSTRING,
    };
    int type = types[input_below(input, COUNT(types))];
    const struct input_text *text = next_name(certificate, input);
    struct input_text wide = {.len = 0};

    for (size_t i = 0; i < text->len && type == V_ASN1_BMPSTRING; i++) {
        const uint8_t pair[2] = {0, text->data[i]};

        append(&wide, pair, sizeof(pair));
    }
    if (type == V_ASN1_BMPSTRING)
        text = &wide;
    /* libcrypto does not add a name that it cannot decode as UTF-8. */
    if (type == V_ASN1_UTF8STRING && !is_utf8(text))
        type = V_ASN1_TELETEXSTRING;
    ck_assert_int_eq(X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate->x509),
                                                NID_commonName, type, text->data, (int)text->len,
                                                -1, 0),
                     1);
}

void input_certificate_init(struct input_certificate *certificate, struct input *input,
                            EVP_PKEY *key)
{
    uint32_t n_common = input_below(input, 3) == 0 ? 1 + input_below(input, 4)
                                                   : input_below(input, 2);

    certificate->n_names = 0;
    certificate->x509 = X509_new();
    ck_assert_ptr_nonnull(certificate->x509);
    X509_set_version(certificate->x509, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate->x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate->x509), 3600);
    X509_set_pubkey(certificate->x509, key);

    if (input_below(input, 4) != 0)
        add_alternative(certificate, input);
    for (uint32_t i = 0; i < n_common; i++)
        add_common_name(certificate, input);
    ck_assert_int_gt(X509_sign(certificate->x509, key, EVP_sha256()), 0);
}

void input_certificate_deinit(struct input_certificate *certificate)
{
    X509_free(certificate->x509);
    certificate->x509 = NULL;
}

/* --- hosts --- */

/*
 * Copies a name, in which the first stars are replaced, each by a text that it may stand for or by
 * another text.
 */
static void fill_stars(struct input *input, struct input_text *host, const struct input_text *name)
{
    static const struct piece fillings[] = {
        T("a"), T("b"),   T("www"),      T(""),        T("*"), T("a.b"),
        T("_"), T("a-b"), T("-"),        T("xn--zca"), T("1"), T("**"),
        T("."), T("Z"),   T("\xc3\xbc"), T("xn--a"),   T("0"), T("n--a"),
    };

    host->len = 0;
    for (size_t i = 0; i < name->len; i++) {
        if (name->data[i] == '*' && input_below(input, 8) != 0)
            take_piece(input, host, fillings, COUNT(fillings));
        else
            append(host, name->data + i, 1);
    }
}

static void lead_astray(struct input *input, struct input_text *host)
{
    static const uint8_t bytes[] = {'.', '*', '-', 'a', '_', 0, ' ', ':', 'x', 0x80, '1'};
    size_t at = input_below(input, (uint32_t)host->len + 1);
    uint8_t byte = bytes[input_below(input, COUNT(bytes))];

    switch (input_below(input, 4)) {
    case 0:
        append(host, &byte, 1);
        break;
    case 1:
        append(host, ".", 1);
        break;
    case 2:
        if (at < host->len)
            host->data[at] = byte;
        break;
    default:
        if (at < host->len) {
            memmove(host->data + at, host->data + at + 1, host->len - at - 1);
            host->len--;
        }
    }
}

void input_host(struct input *input, const struct input_certificate *certificate,
                struct input_text *host)
{
    if (certificate->n_names == 0 || input_below(input, 6) == 0)
        take_name(input, host);
    else
        fill_stars(input, host,
                   &certificate->names[input_below(input, (uint32_t)certificate->n_names)]);
    if (input_below(input, 4) == 0)
        change_case(input, host);
    if (input_below(input, 8) == 0)
        lead_astray(input, host);
}

const char *input_show(const uint8_t *text, size_t len)
{
    static char buffers[8][4 * INPUT_BYTES_MAX + 1];
    static size_t turn;
    char *to = buffers[turn++ % 8], *start = to;

    for (size_t i = 0; i < len && i < INPUT_BYTES_MAX; i++)
        to += sprintf(to, text[i] >= 0x20 && text[i] < 0x7f ? "%c" : "\\x%02x", text[i]);
    *to = '\0';
    return start;
}
