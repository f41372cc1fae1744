/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/ocsp_parse.h"

#include <string.h>

#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/moment.h"
#include "daemon/x509/revocation/revocation_extension.h"
#include "daemon/x509/revocation/revocation_limits.h"

#define TAG_ENUMERATED 0x0a
#define TAG_0          0xa0
#define TAG_1          0xa1
#define TAG_2          0xa2
#define TAG_GOOD       0x80
#define TAG_REVOKED    0xa1
#define TAG_UNKNOWN    0x82

/* The OIDs below id-pkix-ocsp (1.3.6.1.5.5.7.48.1) of the basic response and of the nonce. */
static const uint8_t id_basic[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01};
static const uint8_t id_nonce[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02};

static bool is_oid(struct bytes oid, const uint8_t *bytes, size_t len)
{
    return oid.len == len && memcmp(oid.data, bytes, len) == 0;
}

static bool read_moment(int64_t *secondsp, struct bytes *rest)
{
    struct der time;

    return der_take_tag(rest, DER_GENERALIZED_TIME, &time) && moment_read(secondsp, &time);
}

/* Reads optional extensions inside an explicit tag. */
static bool read_extensions(struct bytes *rest, bool *has_unknown_criticalp)
{
    struct der tagged, sequence;
    struct extension extension;

    if (!der_take_tag(rest, TAG_1, &tagged))
        return true;
    if (!der_take_tag(&tagged.content, DER_SEQUENCE, &sequence) || tagged.content.len > 0)
        return false;
    while (sequence.content.len > 0) {
        if (!extension_take(&sequence.content, &extension))
            return false;
        if (extension.is_critical && !is_oid(extension.oid, id_nonce, sizeof(id_nonce)))
            *has_unknown_criticalp = true;
    }
    return true;
}

/*
 * Finds the basic response in the outer one. Sets *is_statusp if the response is only an error
 * status.
 */
static bool read_outer(struct bytes bytes, struct bytes *basicp, bool *is_statusp)
{
    struct der outer, status, tagged, sequence, type, octets;

    if (!der_take_tag(&bytes, DER_SEQUENCE, &outer) || bytes.len > 0 ||
        !der_take_tag(&outer.content, TAG_ENUMERATED, &status) || status.content.len != 1)
        return false;
    *is_statusp = *status.content.data != 0;
    if (*is_statusp)
        return *status.content.data < 0x80 && outer.content.len == 0;
    if (!der_take_tag(&outer.content, TAG_0, &tagged) || outer.content.len > 0 ||
        !der_take_tag(&tagged.content, DER_SEQUENCE, &sequence) || tagged.content.len > 0 ||
        !der_take_tag(&sequence.content, DER_OID, &type) ||
        !is_oid(type.content, id_basic, sizeof(id_basic)) ||
        !der_take_tag(&sequence.content, DER_OCTET_STRING, &octets) || sequence.content.len > 0)
        return false;
    *basicp = octets.content;
    return true;
}

static bool read_responder(struct ocsp_response *response, struct bytes *rest)
{
    struct der tagged, name, key;

    if (der_take_tag(rest, TAG_1, &tagged)) {
        if (!der_take_tag(&tagged.content, DER_SEQUENCE, &name))
            return false;
        response->responder_name = name.whole;
        return tagged.content.len == 0;
    }
    if (!der_take_tag(rest, TAG_2, &tagged) ||
        !der_take_tag(&tagged.content, DER_OCTET_STRING, &key))
        return false;
    response->responder_key = key.content;
    return tagged.content.len == 0;
}

/* Reads ResponseData (RFC 6960 section 4.2.1), of which only version 1 exists. */
static bool read_data(struct ocsp_response *response, bool *has_unknown_criticalp)
{
    struct bytes rest = response->value.content;
    struct der singles;
    int64_t produced;

    if (!read_responder(response, &rest) || !read_moment(&produced, &rest) ||
        !der_take_tag(&rest, DER_SEQUENCE, &singles))
        return false;
    response->singles = singles.content;
    return read_extensions(&rest, has_unknown_criticalp) && rest.len == 0;
}

static bool read_certificates(struct ocsp_response *response)
{
    struct bytes rest = response->value.rest;
    struct der tagged, sequence;

    if (rest.len == 0)
        return true;
    if (!der_take_tag(&rest, TAG_0, &tagged) || rest.len > 0 ||
        !der_take_tag(&tagged.content, DER_SEQUENCE, &sequence) || tagged.content.len > 0)
        return false;
    response->certificates = sequence.content;
    return true;
}

enum revocation_reason ocsp_parse(struct ocsp_response *response, struct bytes bytes)
{
    bool is_status = false, has_unknown_critical = false;
    struct bytes basic;

    *response = (struct ocsp_response){0};
    if (bytes.len > OCSP_BYTES || !read_outer(bytes, &basic, &is_status))
        return REASON_OCSP_MALFORMED;
    if (is_status)
        return REASON_OCSP_UNSUCCESSFUL;
    if (!signed_value_read(&response->value, basic) || !read_certificates(response) ||
        !read_data(response, &has_unknown_critical))
        return REASON_OCSP_MALFORMED;
    return has_unknown_critical ? REASON_OCSP_CRITICAL : REASON_GOOD;
}

/* Reads a CertID (RFC 6960 section 4.1.1). */
static bool read_id(struct ocsp_single *single, struct bytes *rest)
{
    struct der id, algorithm, oid, name, key, serial;

    if (!der_take_tag(rest, DER_SEQUENCE, &id) ||
        !der_take_tag(&id.content, DER_SEQUENCE, &algorithm) ||
        !der_take_tag(&algorithm.content, DER_OID, &oid) ||
        !der_take_tag(&id.content, DER_OCTET_STRING, &name) ||
        !der_take_tag(&id.content, DER_OCTET_STRING, &key) ||
        !der_take_tag(&id.content, DER_INTEGER, &serial) || id.content.len > 0)
        return false;
    single->hash_algorithm = oid.content;
    single->issuer_name_hash = name.content;
    single->issuer_key_hash = key.content;
    single->serial = serial.content;
    return true;
}

static bool read_status(struct ocsp_single *single, struct bytes *rest)
{
    struct der status;

    if (!der_take(rest, &status))
        return false;
    switch (status.tag) {
    case TAG_GOOD:
        single->status = OCSP_STATUS_GOOD;
        return status.content.len == 0;
    case TAG_REVOKED:
        single->status = OCSP_STATUS_REVOKED;
        return true;
    case TAG_UNKNOWN:
        single->status = OCSP_STATUS_UNKNOWN;
        return status.content.len == 0;
    default:
        return false;
    }
}

static bool read_period(struct ocsp_single *single, struct bytes *rest)
{
    struct der tagged;

    if (!read_moment(&single->from, rest))
        return false;
    single->has_end = der_take_tag(rest, TAG_0, &tagged);
    if (!single->has_end)
        return true;
    return read_moment(&single->until, &tagged.content) && tagged.content.len == 0 &&
           single->until >= single->from;
}

bool ocsp_take_single(struct bytes *rest, struct ocsp_single *single)
{
    struct der sequence;

    *single = (struct ocsp_single){0};
    return der_take_tag(rest, DER_SEQUENCE, &sequence) && read_id(single, &sequence.content) &&
           read_status(single, &sequence.content) && read_period(single, &sequence.content) &&
           read_extensions(&sequence.content, &single->has_unknown_critical) &&
           sequence.content.len == 0;
}
