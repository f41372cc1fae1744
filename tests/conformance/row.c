/* SPDX-License-Identifier: MIT */
#include "tests/conformance/row.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const char *const peer_names[N_PEERS] = {
    [PEER_GO] = "go",
    [PEER_CHROMIUM] = "chromium",
    [PEER_MOZILLA] = "mozilla-pkix",
    [PEER_RUSTLS] = "rustls-webpki",
    [PEER_BORINGSSL] = "boringssl-default",
    [PEER_CURL] = "curl",
    [PEER_OPENSSL] = "openssl",
};

const char *peer_name(enum peer peer)
{
    return peer_names[peer];
}

/*
 * The types of names, as the rows write them. The emailAddress of a subject is left out on purpose,
 * since the daemon does not compare it with hosts.
 */
static const struct {
    const char *name;
    enum identity_type type;
} san_types[] = {
    {"DNS", IDENTITY_DNS},
    {"IP", IDENTITY_IP},
    {"email", IDENTITY_EMAIL},
    {"URI", IDENTITY_URI},
};

static enum identity_type san_type(const char *name)
{
    for (size_t i = 0; i < sizeof(san_types) / sizeof(san_types[0]); i++) {
        if (strcmp(san_types[i].name, name) == 0)
            return san_types[i].type;
    }
    return IDENTITY_OTHER;
}

/*
 * Returns whether the text stands for bytes that are not UTF-8. The rows write each such byte as
 * the character with the same number, below U+0100.
 */
static bool stands_for_bytes(const uint8_t *text, size_t len)
{
    uint32_t code;
    size_t n;

    for (size_t at = 0; at < len; at += n) {
        n = utf8_next(text + at, len - at, &code);
        if (n == 0 || code > 0xff)
            return false;
    }
    return true;
}

/* Appends the bytes that a JSON string stands for to `store`. Returns the number of bytes. */
static size_t take_text(uint8_t *store, const json_t *string)
{
    const uint8_t *text = (const uint8_t *)json_string_value(string);
    size_t len = json_string_length(string), n, n_bytes = 0;
    uint32_t code = 0;

    if (!stands_for_bytes(text, len)) {
        memcpy(store, text, len);
        return len;
    }
    for (size_t at = 0; at < len; at += n) {
        n = utf8_next(text + at, len - at, &code);
        store[n_bytes++] = (uint8_t)code;
    }
    return n_bytes;
}

/*
 * Reads an iPAddress, which the rows write as text. A text that is no address stands for octets of
 * a wrong length.
 */
static void take_address(struct identity *identity, uint8_t *store, const char *text)
{
    if (inet_pton(AF_INET, text, store) == 1)
        identity->len = 4;
    else if (inet_pton(AF_INET6, text, store) == 1)
        identity->len = 16;
    else
        identity->type = IDENTITY_MALFORMED;
}

static uint8_t *take_identity(struct row *row, uint8_t *store, enum identity_type type,
                              const json_t *value)
{
    struct identity *identity = &row->presented[row->n_presented++];

    *identity = (struct identity){.type = type, .data = store};
    if (type == IDENTITY_IP)
        take_address(identity, store, json_string_value(value));
    else
        identity->len = take_text(store, value);
    return store + identity->len;
}

/* Returns whether `names` has the form of names in the rows: [[type, value], ...]. */
static bool are_names(const json_t *names)
{
    size_t i;
    json_t *name;

    if (!json_is_array(names))
        return false;
    json_array_foreach(names, i, name)
    {
        if (json_array_size(name) != 2 || !json_is_string(json_array_get(name, 0)) ||
            !json_is_string(json_array_get(name, 1)))
            return false;
    }
    return true;
}

static uint8_t *take_subject(struct row *row, uint8_t *store, const json_t *subject)
{
    size_t i;
    json_t *name;

    json_array_foreach(subject, i, name)
    {
        if (strcmp(json_string_value(json_array_get(name, 0)), "CN") == 0)
            store = take_identity(row, store, IDENTITY_CN, json_array_get(name, 1));
    }
    return store;
}

static uint8_t *take_san(struct row *row, uint8_t *store, const json_t *san)
{
    size_t i;
    json_t *name;

    json_array_foreach(san, i, name)
    {
        enum identity_type type = san_type(json_string_value(json_array_get(name, 0)));

        store = take_identity(row, store, type, json_array_get(name, 1));
    }
    return store;
}

/*
 * Reads the names and the reference of a row. `len` is the length of the line, which is enough
 * memory: no text is longer than its JSON, and an address has at most 16 octets.
 */
static int take_names(struct row *row, const json_t *json, size_t len)
{
    const json_t *subject = json_object_get(json, "subject"), *san = json_object_get(json, "san");
    const json_t *host = json_object_get(json, "reference");
    size_t n_names;
    uint8_t *store;

    if (!are_names(subject) || !are_names(san) || !json_is_string(host))
        return 1;

    n_names = json_array_size(subject) + json_array_size(san);
    row->presented = calloc(n_names + 1, sizeof(*row->presented));
    row->store = malloc(len + 16 * n_names);
    if (!row->presented || !row->store)
        return -ENOMEM;

    store = take_san(row, take_subject(row, row->store, subject), san);
    row->host = store;
    row->host_len = take_text(store, host);
    return 0;
}

static enum claim read_claim(const json_t *claims, const char *key)
{
    const char *word = json_string_value(json_object_get(claims, key));

    if (word && strcmp(word, "match") == 0)
        return CLAIM_MATCH;
    if (word && strcmp(word, "nomatch") == 0)
        return CLAIM_NOMATCH;
    return CLAIM_NONE;
}

enum claim row_measured(const struct row *row, const char *key)
{
    return read_claim(json_object_get(row->json, "measured"), key);
}

/*
 * Reads the verdicts of the other implementations. For OpenSSL that is X509_check_ip if the
 * reference is an address, else X509_check_host with flags 0x24, since neither looks at what the
 * other compares.
 */
static void take_claims(struct row *row, const json_t *json)
{
    const json_t *claims = json_object_get(json, "claims");
    const json_t *measured = json_object_get(json, "measured");

    for (size_t peer = 0; peer < PEER_OPENSSL; peer++)
        row->claims[peer] = read_claim(claims, peer_names[peer]);
    row->claims[PEER_OPENSSL] = read_claim(
        measured, row->reference.type == IDENTITY_IP ? "openssl:ip" : "openssl:24");
}

static int take_verdict(struct row *row)
{
    int r = reference_host_parse(&row->reference, RULES_RFC9525, row->host, row->host_len);

    if (r < 0)
        return r;
    row->fault = r;
    if (r == 0)
        match_all(row->rules, &row->reference, row->presented, row->n_presented, &row->result);
    row->accepted = row->result.match == MATCH_FOUND;
    return 0;
}

int row_init(struct row *row, const char *line, size_t len, const struct match_rules *rules)
{
    const char *kind;
    json_t *json;
    int r;

    *row = (struct row){.rules = rules};
    json = json_loadb(line, len, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
    row->json = json;
    row->id = json_string_value(json_object_get(json, "id"));
    kind = json_string_value(json_object_get(json, "kind"));
    if (!row->id || !kind)
        return 1;

    row->about_mail = strcmp(kind, "email") == 0;
    r = take_names(row, json, len);
    if (r == 0)
        r = take_verdict(row);
    if (r == 0)
        take_claims(row, json);
    return r;
}

void row_deinit(struct row *row)
{
    json_decref(row->json);
    free(row->presented);
    free(row->store);
    *row = (struct row){0};
}

bool row_accepts(const struct row *row, const uint8_t *host, size_t len)
{
    struct reference reference;
    struct match_result result;

    if (reference_host_parse(&reference, RULES_RFC9525, host, len) != 0)
        return false;
    match_all(row->rules, &reference, row->presented, row->n_presented, &result);
    return result.match == MATCH_FOUND;
}

enum miss row_nearest_miss(const struct row *row)
{
    return row->result.has_nearest ? row->result.why : MISS_NONE;
}
