/* SPDX-License-Identifier: MIT */
#include "daemon/verify/keys.h"

#include "daemon/verify/chain.h"
#include "daemon/x509/parse/certificate.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/outline.h"
#include "proto/request.h"

_Static_assert(PATH_CERTIFICATES_COUNT <= LIMIT_CERTIFICATES_COUNT, "a path's keys have a place");

static int add(struct keys *keys, const struct x509_context *context, struct bytes spki,
               struct bytes issuer, struct bytes serial)
{
    struct key *key = &keys->keys[keys->n_keys];
    int r = x509_sha256(context, spki.data, spki.len, key->spki);

    if (!r)
        r = x509_sha256(context, issuer.data, issuer.len, key->issuer);
    if (r)
        return r;
    key->serial = serial.data;
    key->n_serial = serial.len;
    keys->n_keys++;
    return 0;
}

static int add_path(struct keys *keys, const struct x509_context *context,
                    const struct path_result *result)
{
    int r = 0;

    keys->validated = true;
    for (size_t i = 0; !r && i < result->n_path; i++)
        r = add(keys, context, result->path[i].spki, result->path[i].issuer,
                result->path[i].serial);
    return r;
}

/* By its octets, as those of all others: libcrypto has the magnitude of a negative one, and a
 * denial of the number that tools show would pass it by. */
static struct bytes leaf_serial(const struct certificate *leaf, struct bytes bytes)
{
    struct bytes rest = {.data = bytes.data, .len = bytes.len}, serial;
    struct der certificate, tbs, value;

    if (der_take_tag(&rest, DER_SEQUENCE, &certificate) &&
        der_take_tag(&certificate.content, DER_SEQUENCE, &tbs)) {
        (void)der_take_tag(&tbs.content, DER_CONTEXT_0 | DER_CONSTRUCTED, &value);
        if (der_take_tag(&tbs.content, DER_INTEGER, &value))
            return value.content;
    }
    certificate_serial(leaf, &serial.data, &serial.len);
    return serial;
}

static int add_leaf(struct keys *keys, const struct x509_context *context,
                    const struct certificate *leaf, struct bytes der)
{
    struct bytes spki, issuer, serial = leaf_serial(leaf, der);
    int r;

    spki.data = certificate_spki(leaf, &spki.len);
    r = certificate_issuer(leaf, &issuer.data, &issuer.len);
    return r ? r : add(keys, context, spki, issuer, serial);
}

static int add_sent(struct keys *keys, const struct x509_context *context,
                    const struct request *request)
{
    int r = 0;

    for (size_t i = 1; !r && i < request->n_certificates; i++) {
        struct outline outline;

        if (outline_read(&outline, request->certificates[i].data, request->certificates[i].len) ==
            OUTLINE_OK)
            r = add(keys, context, outline.spki, outline.issuer, outline.serial);
    }
    return r;
}

int keys_init(struct keys *keys, const struct x509_context *context, const struct chain *chain,
              const struct certificate *leaf, const struct request *request)
{
    int r;

    keys->validated = false;
    keys->n_keys = 0;
    if (chain->state == CHAIN_VALID)
        return add_path(keys, context, &chain->result);
    r = add_leaf(keys, context, leaf, request->certificates[0]);
    return r ? r : add_sent(keys, context, request);
}
