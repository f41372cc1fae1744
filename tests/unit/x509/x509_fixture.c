/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/x509_fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "tests/unit/x509/x509_der.h"
#include "tests/unit/x509/x509_words.h"

/* The AlgorithmIdentifier of ecdsa-with-SHA256. */
#define SIGNATURE "300a06082a8648ce3d040302"

#define MAX_EXTENSIONS 80

struct extension {
    struct word name;
    struct word value; /* the value, including an exclamation mark before it */
    bool removed;
};

struct parsed_config {
    struct word version, serial, subject, issuer, from, until, signature, inner, key;
    bool ids;
    struct extension extensions[MAX_EXTENSIONS];
    size_t n_extensions;
};

static const char *const defaults[] = {
    [FIXTURE_LEAF] = "serial=01 subject=CN:example.com issuer=CN:ca ku=!03020780 "
                     "eku=300a06082b06010505070301 san=dns:example.com aki=3003800122 ski=040133",
    [FIXTURE_CA] = "serial=02 subject=CN:ca issuer=CN:root bc=!30030101ff ku=!03020204 "
                   "aki=3003800111 ski=040122",
    [FIXTURE_ROOT] =
        "serial=03 subject=CN:root issuer=CN:root bc=!30030101ff ku=!03020204 ski=040111",
};

static const char common[] = "version=3 from=200101000000Z until=391231235959Z signature=" SIGNATURE
                             " key=p256";

static const struct {
    const char *name;
    const char *oid;
} short_names[] = {
    {"bc", "551d13"},
    {"ku", "551d0f"},
    {"eku", "551d25"},
    {"san", "551d11"},
    {"nc", "551d1e"},
    {"aki", "551d23"},
    {"ski", "551d0e"},
    {"cp", "551d20"},
    {"pm", "551d21"},
    {"pc", "551d24"},
    {"iap", "551d36"},
    {"crldp", "551d1f"},
    {"ian", "551d12"},
    {"aia", "2b06010505070101"},
    {"sia", "2b0601050507010b"},
    {"tls", "2b06010505070118"},
};

static bool is(struct word word, const char *text)
{
    return word.len == strlen(text) && memcmp(word.text, text, word.len) == 0;
}

static struct word *find_field(struct parsed_config *draft, struct word name)
{
    const struct {
        const char *name;
        struct word *field;
    } fields[] = {
        {"version", &draft->version}, {"serial", &draft->serial}, {"subject", &draft->subject},
        {"issuer", &draft->issuer},   {"from", &draft->from},     {"until", &draft->until},
        {"key", &draft->key},         {"inner", &draft->inner},   {"signature", &draft->signature},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (is(name, fields[i].name))
            return fields[i].field;
    return NULL;
}

static struct extension *find_extension(struct parsed_config *draft, struct word name)
{
    for (size_t i = 0; i < draft->n_extensions; i++)
        if (draft->extensions[i].name.len == name.len &&
            memcmp(draft->extensions[i].name.text, name.text, name.len) == 0)
            return &draft->extensions[i];
    return NULL;
}

static void edit_extension(struct parsed_config *draft, struct word name, struct word value,
                           bool more)
{
    struct extension *extension = more ? NULL : find_extension(draft, name);

    if (!extension) {
        ck_assert_uint_lt(draft->n_extensions, MAX_EXTENSIONS);
        extension = &draft->extensions[draft->n_extensions++];
    }
    *extension = (struct extension){.name = name, .value = value};
}

static void edit(struct parsed_config *draft, struct word word)
{
    struct word name = word, value;
    struct word *field;

    if (is(word, "ids")) {
        draft->ids = true;
    } else if (word.text[0] == '-') {
        struct extension *extension = find_extension(draft, word_behind(word, 1));

        ck_assert_msg(extension, "nothing to remove: %s", word.text);
        extension->removed = true;
    } else {
        bool more = word.text[0] == '+';

        value = word_behind(word, more);
        name = word_take(&value, '=');
        field = find_field(draft, name);
        if (field)
            *field = value;
        else
            edit_extension(draft, name, value, more);
    }
}

static void edit_all(struct parsed_config *draft, const char *edits)
{
    struct word rest = word_of(edits);

    while (rest.len > 0) {
        struct word word = word_take(&rest, ' ');

        if (word.len > 0)
            edit(draft, word);
    }
}

static struct der write_oid(struct word name)
{
    for (size_t i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++)
        if (is(name, short_names[i].name))
            return der_wrap(0x06, der_hex(short_names[i].oid, strlen(short_names[i].oid)));
    ck_assert_msg(name.len > 2 && memcmp(name.text, "x:", 2) == 0, "no extension: %s", name.text);
    return der_wrap(0x06, der_hex(name.text + 2, name.len - 2));
}

static struct der write_value(struct word name, struct word value)
{
    if (value.len > 0 && value.text[0] == '#')
        return der_hex(value.text + 1, value.len - 1);
    if (is(name, "san"))
        return der_wrap(0x30, word_names(value));
    if (is(name, "nc"))
        return word_constraints(value);
    return der_hex(value.text, value.len);
}

static struct der write_extension(const struct extension *extension)
{
    struct word value = extension->value;
    struct der der = write_oid(extension->name);

    if (value.len > 0 && value.text[0] == '!') {
        der = der_join(der, der_hex("0101ff", 6));
        value = word_behind(value, 1);
    }
    return der_wrap(0x30, der_join(der, der_wrap(0x04, write_value(extension->name, value))));
}

static struct der write_extensions(const struct parsed_config *draft)
{
    struct der der = DER_NONE;

    for (size_t i = 0; i < draft->n_extensions; i++)
        if (!draft->extensions[i].removed)
            der = der_join(der, write_extension(&draft->extensions[i]));
    if (der.len == 0)
        return der;
    return der_wrap(0xa3, der_wrap(0x30, der));
}

static struct der write_date(struct word date)
{
    return der_text(date.len == 13 ? 0x17 : 0x18, date.text, date.len);
}

static struct der write_tbs(const struct parsed_config *draft)
{
    struct der der = DER_NONE;
    struct word inner = draft->inner.text ? draft->inner : draft->signature;

    if (!is(draft->version, "0"))
        der = der_wrap(
            0xa0, der_wrap(0x02, der_new((uint8_t[]){(uint8_t)(draft->version.text[0] - '1')}, 1)));
    der = der_join(der, der_wrap(0x02, der_hex(draft->serial.text, draft->serial.len)));
    der = der_join(der, der_hex(inner.text, inner.len));
    der = der_join(der, word_name(draft->issuer));
    der = der_join(der,
                   der_wrap(0x30, der_join(write_date(draft->from), write_date(draft->until))));
    der = der_join(der, word_name(draft->subject));
    der = der_join(der, word_key(draft->key));
    if (draft->ids)
        der = der_join(der, der_hex("81020001", 8));
    return der_wrap(0x30, der_join(der, write_extensions(draft)));
}

void fixture_init(struct fixture *fixture, enum fixture_kind kind, const char *edits)
{
    struct parsed_config draft = {0};
    struct der der;
    const unsigned char *at;

    edit_all(&draft, common);
    edit_all(&draft, defaults[kind]);
    edit_all(&draft, edits);
    der = write_tbs(&draft);
    der = der_join(der, der_hex(draft.signature.text, draft.signature.len));
    der = der_wrap(0x30, der_join(der, der_hex("030100", 6)));
    at = der.data;
    *fixture = (struct fixture){.der = der.data, .len = der.len};
    fixture->x509 = d2i_X509(NULL, &at, (long)der.len);
    ERR_clear_error();
    ck_assert_msg(fixture->x509 && at == der.data + der.len, "no certificate: %s", edits);
    fixture->r = facts_init(&fixture->facts, fixture->x509, fixture->der, fixture->len);
    ck_assert_uint_eq(ERR_peek_error(), 0);
}

void fixture_deinit(struct fixture *fixture)
{
    facts_deinit(&fixture->facts);
    X509_free(fixture->x509);
    free(fixture->der);
    *fixture = (struct fixture){0};
}

void fixture_print(char text[static FIXTURE_FAULTS_BYTES], const struct fault_list *faults)
{
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < faults->n; i++)
        n += (size_t)snprintf(text + n, FIXTURE_FAULTS_BYTES - n, "%s%s@%u", i ? " " : "",
                              faults->faults[i].code, faults->faults[i].depth);
}
