/* SPDX-License-Identifier: MIT */

/*
 * `fuzz-seeds FOLDER` writes the first inputs of the targets that read DER, which the fixtures of
 * the unit tests make. seeds.py writes those of the other targets. Each run makes new keys, so two
 * runs write different files.
 */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/codec.h"
#include "tests/unit/x509/path_fixture.h"
#include "tests/unit/x509/revocation_fixture.h"
#include "tests/unit/x509/x509_fixture.h"

static const char *root;

static void put(const char *target, const char *name, const void *data, size_t len)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", root, target);
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        exit(EXIT_FAILURE);
    snprintf(path, sizeof(path), "%s/%s/%s", root, target, name);
    file = fopen(path, "wb");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(EXIT_FAILURE);
    }
}

/* --- certificates --- */

static const struct {
    const char *name;
    enum fixture_kind kind;
    const char *edits;
} certificates[] = {
    {"names", FIXTURE_LEAF, "san=dns:www.example.com,dns:*.example.com,ip:c0000201"},
    {"kinds", FIXTURE_LEAF,
     "san=email:jo@example.com,uri:https://example.com/,smtp:jo@example.com,other,rid,x400,edi"},
    {"spiffe", FIXTURE_LEAF, "san=uri:spiffe://example.com/x"},
    {"common-name", FIXTURE_LEAF, "subject=CN:www.example.com/CN:a%00b -san"},
    {"mailbox", FIXTURE_LEAF, "subject=E:jo@example.com -san key=pss:2048:010001"},
    {"old", FIXTURE_LEAF, "version=1 from=19500101000000Z until=99991231235959Z"},
    {"authority", FIXTURE_CA, "nc=permit,dns:example.com,exclude,email:evil.example key=p384"},
    {"root", FIXTURE_ROOT, "key=rsa:2048:010001"},
    {"wrong-key", FIXTURE_LEAF, "key=explicit"},
    {"nul", FIXTURE_LEAF, "san=dns:www.example.com%00.evil.example,dns:,ip:c0"},
    {"empty", FIXTURE_LEAF, "subject= issuer= serial=0081 key=ed25519"},
    {"twice", FIXTURE_LEAF, "san=dns:www.example.com +san=dns:example.com"},
};

static void put_certificates(void)
{
    for (size_t i = 0; i < sizeof(certificates) / sizeof(certificates[0]); i++) {
        struct fixture fixture;

        fixture_init(&fixture, certificates[i].kind, certificates[i].edits);
        put("certificate", certificates[i].name, fixture.der, fixture.len);
        fixture_deinit(&fixture);
    }
}

/* --- revocation --- */

static const struct {
    const char *name;
    unsigned shape;
    bool is_leaf; /* the CRL lists the end entity */
    const char *point;
} crls[] = {
    {"plain", CRL_PLAIN, true, NULL},
    {"others", CRL_PLAIN, false, NULL},
    {"empty", CRL_NO_END | CRL_V1, false, NULL},
    {"entries", CRL_ENTRY_FOREIGN | CRL_TWICE | CRL_ENTRY_NONCRITICAL, true, NULL},
    {"user", CRL_ONLY_USER | CRL_AUTHORITY, false, NULL},
    {"scope", CRL_ONLY_USER | CRL_SOME_REASONS | CRL_INDIRECT, false, LEAF_POINT},
    {"extensions", CRL_AUTHORITY | CRL_DELTA | CRL_CRITICAL | CRL_GENERALIZED, false, LEAF_POINT},
    {"relative", CRL_RELATIVE_POINT | CRL_NUMBER_LONG | CRL_V3, false, NULL},
    {"dns", CRL_DNS_POINT | CRL_ENTRY_REASON_TWICE | CRL_TRAILING, false, NULL},
};

static const struct {
    const char *name;
    unsigned shape;
} responses[] = {
    {"good", OCSP_PLAIN},
    {"revoked", OCSP_REVOKED | OCSP_SHA256 | OCSP_BY_KEY},
    {"unknown", OCSP_UNKNOWN | OCSP_NO_END | OCSP_NONCE},
    {"others", OCSP_OTHERS_TOO | OCSP_REVOKED_TOO},
    {"critical", OCSP_CRITICAL | OCSP_SINGLE_CRITICAL},
    {"later", OCSP_TRY_LATER},
    {"other-type", OCSP_OTHER_TYPE},
    {"broken", OCSP_BROKEN_SINGLE | OCSP_TRAILING},
};

static struct bytes view(struct bytes span)
{
    return (struct bytes){.data = span.data, .len = span.len};
}

static X509 *parse(struct bytes der)
{
    const unsigned char *at = der.data;
    X509 *parsed = d2i_X509(NULL, &at, (long)der.len);

    if (!parsed)
        exit(EXIT_FAILURE);
    return parsed;
}

/* A valid path, so that the answer depends only on the CRLs and the OCSP response. */
struct line {
    struct path_family family;
    struct party issuer;
    X509 *leaf;
};

static void line_init(struct line *line)
{
    path_family_init(&line->family, "P-256");
    line->issuer = (struct party){
        .key = line->family.issuer_key,
        .certificate = parse(line->family.issuer),
    };
    line->leaf = parse(line->family.leaf);
}

static void line_deinit(struct line *line)
{
    X509_free(line->issuer.certificate);
    X509_free(line->leaf);
    path_family_deinit(&line->family);
}

static struct request request_of(const struct line *line)
{
    return (struct request){
        .certificates = {view(line->family.leaf), view(line->family.issuer)},
        .n_certificates = 2,
        .anchors = {view(line->family.root)},
        .n_anchors = 1,
        .path = true,
        .no_identity = true,
        .purpose = REQUEST_PURPOSE_SERVER,
    };
}

static void put_request(const char *name, const struct request *request)
{
    struct bytes payload;
    struct arena arena;

    codec_arena_init(&arena);
    if (codec_write_request(request, &arena, &payload) != 0)
        exit(EXIT_FAILURE);
    put("verify", name, payload.data, payload.len);
    arena_deinit(&arena);
}

static void put_crls(const struct line *line)
{
    for (size_t i = 0; i < sizeof(crls) / sizeof(crls[0]); i++) {
        const struct crl_spec spec = {
            .issuer = line->issuer.certificate,
            .key = line->issuer.key,
            .shape = crls[i].shape,
            .from = FIXTURE_NOW - FIXTURE_DAY,
            .until = FIXTURE_NOW + FIXTURE_DAY,
            .serial = crls[i].is_leaf ? ASN1_INTEGER_get(X509_get0_serialNumber(line->leaf)) : 1,
            .reason = 1,
            .point = crls[i].point,
            .n_others = i,
        };
        struct request request = request_of(line);
        struct blob crl = crl_make(&spec);
        char name[64];

        put("crl", crls[i].name, crl.data, crl.len);
        request.crls[request.n_crls++] = (struct bytes){.data = crl.data, .len = crl.len};
        snprintf(name, sizeof(name), "crl-%s", crls[i].name);
        put_request(name, &request);
        blob_free(&crl);
    }
}

static void put_responses(const struct line *line)
{
    for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++) {
        const struct ocsp_spec spec = {
            .certificate = line->leaf,
            .issuer = line->issuer.certificate,
            .responder = &line->issuer,
            .certificates = {i % 2 ? line->issuer.certificate : NULL},
            .shape = responses[i].shape,
            .from = FIXTURE_NOW - FIXTURE_DAY,
            .until = FIXTURE_NOW + FIXTURE_DAY,
        };
        struct request request = request_of(line);
        struct blob response = ocsp_make(&spec);
        char name[64];

        put("ocsp", responses[i].name, response.data, response.len);
        request.ocsp = (struct bytes){.data = response.data, .len = response.len};
        snprintf(name, sizeof(name), "ocsp-%s", responses[i].name);
        put_request(name, &request);
        blob_free(&response);
    }
}

/* --- paths --- */

static void put_path(const char *name, const char *host, const char *kind)
{
    struct request request = {.n_references = 2, .n_certificates = 2, .n_anchors = 1, .path = true};
    struct path_family family;

    path_family_init(&family, kind);
    request.references[0] = (struct request_reference){REQUEST_HOST,
                                                       {(const uint8_t *)host, strlen(host)}};
    request.references[1] = (struct request_reference){
        REQUEST_SRV, {(const uint8_t *)"_imap.www.example.com", 21}};
    request.certificates[0] = view(family.leaf);
    request.certificates[1] = view(family.issuer);
    request.anchors[0] = view(family.root);
    put_request(name, &request);
    path_family_deinit(&family);
}

static void put_names(void)
{
    for (size_t i = 0; i < sizeof(certificates) / sizeof(certificates[0]); i++) {
        static const char *const hosts[] = {"www.example.com", "www.old.example", "a.peer.example"};
        struct request request = {.n_certificates = 1, .explain = true, .n_references = 1};
        struct fixture fixture;
        char name[64];

        fixture_init(&fixture, certificates[i].kind, certificates[i].edits);
        request.certificates[0] = (struct bytes){.data = fixture.der, .len = fixture.len};
        request.references[0] = (struct request_reference){
            REQUEST_HOST, {(const uint8_t *)hosts[i % 3], strlen(hosts[i % 3])}};
        snprintf(name, sizeof(name), "name-%s", certificates[i].name);
        put_request(name, &request);
        fixture_deinit(&fixture);
    }
}

/* The inputs are written in a Check test, since the fixtures use Check's assertions. */
START_TEST(write_all)
{
    struct line line;

    put_certificates();
    put_names();
    put_path("path", "www.example.com", "P-256");
    put_path("path-strict", "www.strict.example", "P-256");
    put_path("path-peer", "www.peer.example", "P-384");
    line_init(&line);
    put_crls(&line);
    put_responses(&line);
    line_deinit(&line);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("seeds");
    TCase *tests = tcase_create("all");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return EXIT_FAILURE;
    }
    root = argv[1];
    tcase_add_test(tests, write_all);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
