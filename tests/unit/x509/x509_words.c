/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/x509_words.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct word word_of(const char *text)
{
    return (struct word){.text = text, .len = strlen(text)};
}

struct word word_behind(struct word word, size_t n)
{
    return (struct word){.text = word.text + n, .len = word.len - n};
}

struct word word_take(struct word *rest, char mark)
{
    const char *at = rest->len ? memchr(rest->text, mark, rest->len) : NULL;
    struct word word = {.text = rest->text, .len = at ? (size_t)(at - rest->text) : rest->len};

    *rest = word_behind(*rest, word.len + (at ? 1 : 0));
    return word;
}

static bool is(struct word word, const char *text)
{
    return word.len == strlen(text) && memcmp(word.text, text, word.len) == 0;
}

/* Converts a text to octets; `_` stands for a blank and `%xx` for any octet. */
static struct der write_text(uint8_t tag, struct word word)
{
    struct der der = DER_NONE;

    for (size_t i = 0; i < word.len; i++) {
        char c = word.text[i] == '_' ? ' ' : word.text[i];

        if (c == '%' && i + 2 < word.len) {
            der = der_join(der, der_hex(word.text + i + 1, 2));
            i += 2;
        } else {
            der = der_join(der, der_new(&c, 1));
        }
    }
    return der_wrap(tag, der);
}

/* Converts `CN:text` to an attribute; a tilde after the type makes it a PrintableString. */
static struct der write_attribute(struct word word)
{
    static const struct {
        const char *name;
        const char *oid;
    } types[] = {
        {"CN", "550403"},
        {"O", "55040a"},
        {"OU", "55040b"},
        {"C", "550406"},
        {"E", "2a864886f70d010901"},
    };
    struct word value = word, type = word_take(&value, ':');
    bool printable = type.len > 0 && type.text[type.len - 1] == '~';

    type.len -= printable;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (is(type, types[i].name))
            return der_wrap(0x30,
                            der_join(der_wrap(0x06, der_hex(types[i].oid, strlen(types[i].oid))),
                                     write_text(printable       ? 0x13
                                                : is(type, "E") ? 0x16
                                                                : 0x0c,
                                                value)));
    ck_abort_msg("no attribute: %s", word.text);
}

struct der word_name(struct word word)
{
    struct der name = DER_NONE;

    while (word.len > 0) {
        struct word relative = word_take(&word, '/');
        struct der set = DER_NONE;

        while (relative.len > 0)
            set = der_join(set, write_attribute(word_take(&relative, '+')));
        name = der_join(name, der_wrap(0x31, set));
    }
    return der_wrap(0x30, name);
}

static struct der write_other(const char *oid, struct der value)
{
    return der_wrap(0xa0,
                    der_join(der_wrap(0x06, der_hex(oid, strlen(oid))), der_wrap(0xa0, value)));
}

static struct der write_general(struct word word)
{
    struct word value = word, kind = word_take(&value, ':');

    if (is(kind, "dns"))
        return write_text(0x82, value);
    if (is(kind, "email"))
        return write_text(0x81, value);
    if (is(kind, "uri"))
        return write_text(0x86, value);
    if (is(kind, "ip"))
        return der_wrap(0x87, der_hex(value.text, value.len));
    if (is(kind, "dn"))
        return der_wrap(0xa4, word_name(value));
    if (is(kind, "smtp"))
        return write_other("2b06010505070809", write_text(0x0c, value));
    if (is(kind, "smtp-bad"))
        return write_other("2b06010505070809", write_text(0x16, value));
    if (is(kind, "other"))
        return write_other("2b060104018307", der_hex("0500", 4));
    if (is(kind, "rid"))
        return der_wrap(0x88, der_hex("2a03", 4));
    if (is(kind, "x400"))
        return der_wrap(0xa3, der_hex("3000", 4));
    if (is(kind, "edi"))
        return der_wrap(0xa5, der_hex("a1030c0161", 10));
    ck_abort_msg("no name: %s", word.text);
}

struct der word_names(struct word word)
{
    struct der names = DER_NONE;

    while (word.len > 0)
        names = der_join(names, write_general(word_take(&word, ',')));
    return names;
}

/*
 * Converts a name to a GeneralSubtree; `;min` or `;max` after the name gives it a minimum or
 * maximum.
 */
static struct der write_subtree(struct word word)
{
    struct word distance = word, name = word_take(&distance, ';');
    struct der der = write_general(name);

    if (is(distance, "min"))
        der = der_join(der, der_hex("800101", 6));
    else if (is(distance, "max"))
        der = der_join(der, der_hex("810105", 6));
    return der_wrap(0x30, der);
}

struct der word_constraints(struct word word)
{
    struct der lists[2] = {DER_NONE, DER_NONE};
    bool given[2] = {false, false};
    size_t which = 0;

    while (word.len > 0) {
        struct word next = word_take(&word, ',');

        if (is(next, "permit") || is(next, "exclude")) {
            which = is(next, "exclude");
            given[which] = true;
        } else {
            lists[which] = der_join(lists[which], write_subtree(next));
        }
    }
    for (which = 0; which < 2; which++)
        lists[which] = given[which] ? der_wrap(which ? 0xa1 : 0xa0, lists[which]) : lists[which];
    return der_wrap(0x30, der_join(lists[0], lists[1]));
}

static struct der write_spki(const char *algorithm, struct der key)
{
    return der_wrap(0x30, der_join(der_hex(algorithm, strlen(algorithm)),
                                   der_wrap(0x03, der_join(der_hex("00", 2), key))));
}

/* Makes `len` octets, the first of which is `first`. */
static struct der write_filled(uint8_t first, size_t len)
{
    struct der der = der_new(&first, 1);

    while (der.len < len)
        der = der_join(der, der_hex("5b", 2));
    return der;
}

/* Converts `BITS:EXPONENT` to an RSA public key. */
static struct der write_rsa(const char *algorithm, struct word word)
{
    unsigned long bits = strtoul(word.text, NULL, 10);
    struct word exponent = word;
    struct der modulus = write_filled((uint8_t)(0x80 >> (8 - bits % 8) % 8), (bits + 7) / 8);

    (void)word_take(&exponent, ':');
    if (modulus.data[0] & 0x80)
        modulus = der_join(der_hex("00", 2), modulus);
    return write_spki(
        algorithm, der_wrap(0x30, der_join(der_wrap(0x02, modulus),
                                           der_wrap(0x02, der_hex(exponent.text, exponent.len)))));
}

struct der word_key(struct word word)
{
    static const struct {
        const char *name;
        const char *algorithm;
        uint8_t first;
        size_t len;
    } keys[] = {
        {"p256", "301306072a8648ce3d020106082a8648ce3d030107", 0x04, 65},
        {"compressed", "301306072a8648ce3d020106082a8648ce3d030107", 0x02, 33},
        {"p384", "301006072a8648ce3d020106052b81040022", 0x04, 97},
        {"p521", "301006072a8648ce3d020106052b81040023", 0x04, 133},
        {"p192", "301306072a8648ce3d020106082a8648ce3d030101", 0x04, 49},
        {"explicit", "300e06072a8648ce3d02013003020101", 0x04, 65},
        {"implicit", "300b06072a8648ce3d02010500", 0x04, 65},
        {"ed25519", "300506032b6570", 0x5b, 32},
        {"dsa", "300906072a8648ce380401", 0x02, 3},
        {"rsa-bad", "300d06092a864886f70d0101010500", 0x30, 3},
        {"unknown", "300406022a03", 0x5b, 32},
    };
    struct word rest = word, kind = word_take(&rest, ':');

    if (is(kind, "rsa"))
        return write_rsa("300d06092a864886f70d0101010500", rest);
    if (is(kind, "bare"))
        return write_rsa("300b06092a864886f70d010101", rest);
    if (is(kind, "pss"))
        return write_rsa("300b06092a864886f70d01010a", rest);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (is(kind, keys[i].name))
            return write_spki(keys[i].algorithm, write_filled(keys[i].first, keys[i].len));
    ck_abort_msg("no key: %s", word.text);
}
