/* SPDX-License-Identifier: MIT */
#include "proto/request.h"

const char *request_reference_name(enum request_reference_kind kind)
{
    switch (kind) {
    case REQUEST_HOST:
        return "host";
    case REQUEST_EMAIL:
        return "email";
    case REQUEST_URI:
        return "uri";
    case REQUEST_SPIFFE:
        return "spiffe";
    case REQUEST_SRV:
        return "srv";
    }
    return "unknown";
}
