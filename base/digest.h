/* SPDX-License-Identifier: MIT */
#pragma once

/* SHA-256 (FIPS 180-4): the one hash by which certificates, keys and policies are named. */

#define DIGEST_BYTES 32
