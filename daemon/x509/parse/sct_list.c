/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/sct_list.h"

#include "base/big_endian.h"
#include "daemon/x509/parse/der.h"

#define VERSION_1 0
/* The octets of version 1 from the version to the length of its extensions. */
#define HEAD_BYTES (1 + SCT_LOG_BYTES + 8 + 2)
/* The octets before the signature: a hash, an algorithm and a length. */
#define SIGNATURE_HEAD_BYTES 4

/* Takes a byte string that follows its length of two octets. */
static bool take_string(struct bytes *rest, struct bytes *string)
{
    size_t len;

    if (rest->len < 2)
        return false;
    len = (size_t)big_endian_read(rest->data, 2);
    if (len > rest->len - 2)
        return false;
    *string = (struct bytes){.data = rest->data + 2, .len = len};
    *rest = (struct bytes){.data = rest->data + 2 + len, .len = rest->len - 2 - len};
    return true;
}

bool sct_list_open(struct bytes *list, struct bytes extension)
{
    struct der octets;

    return der_take_tag(&extension, DER_OCTET_STRING, &octets) && extension.len == 0 &&
           take_string(&octets.content, list) && octets.content.len == 0 && list->len > 0;
}

/* Reads one timestamp of version 1, which takes up all of `bytes`. */
static bool read_v1(struct bytes bytes, struct sct *sct)
{
    struct bytes rest = {.data = bytes.data + HEAD_BYTES - 2, .len = 0};
    struct bytes ignored;

    if (bytes.len < HEAD_BYTES)
        return false;
    sct->log = bytes.data + 1;
    sct->time_ms = big_endian_read(bytes.data + 1 + SCT_LOG_BYTES, 8);
    rest.len = bytes.len - (HEAD_BYTES - 2);
    if (!take_string(&rest, &ignored) || rest.len < SIGNATURE_HEAD_BYTES)
        return false;
    rest.data += 2;
    rest.len -= 2;
    return take_string(&rest, &ignored) && ignored.len > 0 && rest.len == 0;
}

int sct_list_take(struct bytes *list, struct sct *sct)
{
    struct bytes one;

    while (list->len > 0) {
        if (!take_string(list, &one) || one.len == 0)
            return -1;
        if (one.data[0] == VERSION_1)
            return read_v1(one, sct) ? 1 : -1;
    }
    return 0;
}
