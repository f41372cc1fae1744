/* SPDX-License-Identifier: MIT */

/*
 * Programs that do next to nothing, so that the cost of starting them is that of the library that
 * they are linked with: none, libssl or libcertname-client. One call makes the linker keep it.
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
