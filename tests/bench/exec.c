/* SPDX-License-Identifier: MIT */

/*
 * A program that does next to nothing, built without a library, with libssl or with
 * libcertname-client, so that the cost of starting it is that of the library. It calls one function
 * of the library, so that the linker keeps the library.
 */

#include <stdlib.h>

#if defined(BENCH_SSL)
#include <openssl/ssl.h>
#elif defined(BENCH_CLIENT)
#include "certname/client.h"
#endif

int main(void)
{
#if defined(BENCH_SSL)
    return SSL_alert_type_string(0) ? EXIT_SUCCESS : EXIT_FAILURE;
#elif defined(BENCH_CLIENT)
    return certname_result_name(CERTNAME_NOT_VERIFIED) ? EXIT_SUCCESS : EXIT_FAILURE;
#else
    return EXIT_SUCCESS;
#endif
}
