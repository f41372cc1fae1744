/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The functions of GnuTLS that the preloaded library calls, and those that it replaces. Like
 * OpenSSL's (openssl_api.h) they are looked up in the library that the program uses; the preloaded
 * library is not linked with GnuTLS.
 */

#include <stddef.h>

typedef struct gnutls_session_int *gnutls_session_t;
typedef struct gnutls_x509_crt_int *gnutls_x509_crt_t;

typedef struct gnutls_datum_st {
    unsigned char *data;
    unsigned size;
} gnutls_datum_t;

typedef struct gnutls_typed_vdata_st {
    int type;
    unsigned char *data;
    unsigned size; /* the length of the data; 0 means that the data ends in NUL */
} gnutls_typed_vdata_st;

/* Constants of GnuTLS's headers, whose names are in the comments. */
enum {
    GNUTLS_INIT_SERVER = 1,         /* GNUTLS_SERVER */
    GNUTLS_TYPE_X509 = 1,           /* GNUTLS_CRT_X509 */
    GNUTLS_STATUS_INVALID = 2,      /* GNUTLS_CERT_INVALID */
    GNUTLS_VDATA_HOSTNAME = 1,      /* GNUTLS_DT_DNS_HOSTNAME */
    GNUTLS_VDATA_ADDRESS = 4,       /* GNUTLS_DT_IP_ADDRESS */
    GNUTLS_NAME_HOST = 1,           /* GNUTLS_NAME_DNS */
    GNUTLS_FORMAT_DER = 0,          /* GNUTLS_X509_FMT_DER */
    GNUTLS_ERROR_CERTIFICATE = -43, /* GNUTLS_E_CERTIFICATE_ERROR */
    GNUTLS_ERROR_MEMORY = -25,      /* GNUTLS_E_MEMORY_ERROR */
};

int gnutls_init(gnutls_session_t *sessionp, unsigned flags);
void gnutls_deinit(gnutls_session_t session);
int gnutls_server_name_set(gnutls_session_t session, int type, const void *name, size_t len);
int gnutls_certificate_verify_peers(gnutls_session_t session, gnutls_typed_vdata_st *data,
                                    unsigned elements, unsigned *statusp);
int gnutls_certificate_verification_status_print(unsigned status, int type, gnutls_datum_t *out,
                                                 unsigned flags);
unsigned gnutls_x509_crt_check_hostname(gnutls_x509_crt_t certificate, const char *name);
unsigned gnutls_x509_crt_check_hostname2(gnutls_x509_crt_t certificate, const char *name,
                                         unsigned flags);
int gnutls_session_set_data(gnutls_session_t session, const void *data, size_t len);
