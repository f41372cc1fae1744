/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/crl_parse.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/revocation/revocation_extension.h"

#define TAG_ENUMERATED 0x0a
#define TAG_DIRECTORY  0xa4

/*
 * The reason codes range from unspecified (0) to aACompromise (10); 7 is not used (RFC 5280 section
 * 5.3.1).
 */
#define REASON_LAST   10
#define REASON_UNUSED 7

/* The state while the entries of a CRL are read. */
struct entry_reader {
    struct crl *crl;
    size_t n_room, n_issuers_room;
    uint32_t issuer; /* the issuer of the entries that follow, as in struct crl_entry */
    bool is_out_of_memory;
};

static bool read_reason(struct crl_entry *entry, struct bytes value)
{
    struct der reason;

    if (!der_take_tag(&value, TAG_ENUMERATED, &reason) || value.len > 0 ||
        reason.content.len != 1 || *reason.content.data > REASON_LAST ||
        *reason.content.data == REASON_UNUSED)
        return false;
    entry->reason = *reason.content.data;
    return true;
}

/* Returns whether the GeneralNames contain this directory name. */
static bool have_name(struct bytes names, struct bytes wanted)
{
    struct der name;

    while (der_take(&names, &name)) {
        if (name.tag == TAG_DIRECTORY && distinguished_equal(name.content, wanted))
            return true;
    }
    return false;
}

static bool make_issuer_room(struct entry_reader *reader)
{
    struct crl *crl = reader->crl;
    size_t n_room = reader->n_issuers_room ? reader->n_issuers_room * 2 : 4;
    struct bytes *issuers;

    if (crl->n_other_issuers < reader->n_issuers_room)
        return true;
    issuers = reallocarray(crl->other_issuers, n_room, sizeof(*issuers));
    if (!issuers)
        return false;
    crl->other_issuers = issuers;
    reader->n_issuers_room = n_room;
    return true;
}

/*
 * Reads a certificateIssuer (RFC 5280 section 5.3.3). It holds for this entry and for those that
 * follow. Malformed names count as the issuer of no certificate.
 */
static void read_issuer(struct entry_reader *reader, struct bytes value)
{
    struct crl *crl = reader->crl;
    struct der names = {0};

    if (!der_take_tag(&value, DER_SEQUENCE, &names) || value.len > 0)
        crl_note_flaw(crl, REASON_CRL_EXTENSION);
    if (have_name(names.content, crl->issuer)) {
        reader->issuer = 0;
        return;
    }
    if (!make_issuer_room(reader)) {
        reader->is_out_of_memory = true;
        return;
    }
    crl->other_issuers[crl->n_other_issuers++] = names.content;
    reader->issuer = (uint32_t)crl->n_other_issuers;
}

/*
 * Reads an extension of an entry (RFC 5280 section 5.3). Only in an indirect CRL can an entry be
 * about another issuer's certificate; in any other CRL it counts as one about the CRL's own issuer.
 */
static void take_extension(struct entry_reader *reader, struct crl_entry *entry,
                           const struct extension *extension)
{
    struct crl *crl = reader->crl;

    switch (extension_arc(extension)) {
    case EXTENSION_REASON:
        if (!read_reason(entry, extension->value))
            crl_note_flaw(crl, REASON_CRL_EXTENSION);
        break;
    case EXTENSION_CERTIFICATE_ISSUER:
        if (crl->scope.is_indirect)
            read_issuer(reader, extension->value);
        else
            crl_note_flaw(crl, REASON_CRL_EXTENSION);
        break;
    case EXTENSION_INVALIDITY_DATE:
        break;
    default:
        if (extension->is_critical)
            crl_note_flaw(crl, REASON_CRL_ENTRY_CRITICAL);
    }
}

static bool read_extensions(struct entry_reader *reader, struct crl_entry *entry, struct bytes list)
{
    struct extension extension;
    uint64_t seen = 0;

    while (list.len > 0) {
        if (!extension_take(&list, &extension))
            return false;
        if (extension_is_repeated(&extension, &seen))
            crl_note_flaw(reader->crl, REASON_CRL_EXTENSION);
        take_extension(reader, entry, &extension);
    }
    return true;
}

/* Returns whether an INTEGER has no superfluous octets, so that equal numbers are equal bytes. */
static bool is_minimal(struct bytes integer)
{
    if (integer.len < 2)
        return integer.len == 1;
    return !(integer.data[0] == 0x00 && integer.data[1] < 0x80) &&
           !(integer.data[0] == 0xff && integer.data[1] >= 0x80);
}

/* Reads one entry. In a CRL of version 1 entries have no extensions. */
static bool read_entry(struct entry_reader *reader, struct bytes *list, struct crl_entry *entry)
{
    struct der sequence, serial, date, extensions;
    struct bytes rest;

    *entry = (struct crl_entry){0};
    if (!der_take_tag(list, DER_SEQUENCE, &sequence))
        return false;
    rest = sequence.content;
    if (!der_take_tag(&rest, DER_INTEGER, &serial) || !is_minimal(serial.content) ||
        !der_take(&rest, &date) || (date.tag != DER_UTC_TIME && date.tag != DER_GENERALIZED_TIME))
        return false;
    entry->serial = serial.content;
    if (rest.len > 0 &&
        (reader->crl->is_version_1 || !der_take_tag(&rest, DER_SEQUENCE, &extensions) ||
         rest.len > 0 || !read_extensions(reader, entry, extensions.content)))
        return false;
    entry->issuer = reader->issuer;
    return true;
}

static bool make_room(struct entry_reader *reader)
{
    struct crl *crl = reader->crl;
    size_t n_room = reader->n_room ? reader->n_room * 2 : 16;
    struct crl_entry *entries;

    if (crl->n_entries < reader->n_room)
        return true;
    entries = reallocarray(crl->entries, n_room, sizeof(*entries));
    if (!entries)
        return false;
    crl->entries = entries;
    reader->n_room = n_room;
    return true;
}

static int compare_serials(struct bytes a, struct bytes b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return memcmp(a.data, b.data, a.len);
}

/*
 * Returns the place of an entry among those with the same serial number: first those that revoke
 * for good, then those that suspend, then those that cancel.
 */
static int get_weight(uint8_t reason)
{
    if (reason == CRL_REASON_REMOVED)
        return 2;
    return reason == CRL_REASON_HOLD ? 1 : 0;
}

/*
 * Sorts entries by serial number and then by get_weight, so that crl_find returns the strictest
 * one.
 */
static int compare_entries(const void *a, const void *b)
{
    const struct crl_entry *one = a, *other = b;
    int r = compare_serials(one->serial, other->serial);

    return r ? r : get_weight(one->reason) - get_weight(other->reason);
}

static int compare_key(const void *key, const void *entry)
{
    return compare_serials(*(const struct bytes *)key, ((const struct crl_entry *)entry)->serial);
}

static void sort_entries(struct crl *crl)
{
    if (crl->n_entries < 2)
        return;
    qsort(crl->entries, crl->n_entries, sizeof(*crl->entries), compare_entries);
}

bool crl_read_entries(struct crl *crl, struct bytes list, bool *is_out_of_memoryp)
{
    struct entry_reader reader = {.crl = crl};
    struct crl_entry entry;

    while (list.len > 0) {
        if (!read_entry(&reader, &list, &entry))
            return false;
        if (reader.is_out_of_memory || !make_room(&reader)) {
            *is_out_of_memoryp = true;
            return false;
        }
        crl->entries[crl->n_entries++] = entry;
    }
    sort_entries(crl);
    return true;
}

static bool is_issued_by(const struct crl *crl, const struct crl_entry *entry, struct bytes issuer)
{
    if (entry->issuer == 0)
        return distinguished_equal(crl->issuer, issuer);
    return have_name(crl->other_issuers[entry->issuer - 1], issuer);
}

const struct crl_entry *crl_find(const struct crl *crl, struct bytes issuer, struct bytes serial)
{
    const struct crl_entry *entry, *end = crl->entries + crl->n_entries;

    if (crl->n_entries == 0)
        return NULL;
    entry = bsearch(&serial, crl->entries, crl->n_entries, sizeof(*crl->entries), compare_key);
    while (entry && entry > crl->entries && compare_key(&serial, entry - 1) == 0)
        entry--;
    for (; entry && entry < end && compare_key(&serial, entry) == 0; entry++) {
        if (is_issued_by(crl, entry, issuer))
            return entry;
    }
    return NULL;
}
