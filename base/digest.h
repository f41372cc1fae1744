/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The length of a SHA-256 digest (FIPS 180-4), by which certificates, keys and policies are
 * identified.
 */

#define DIGEST_BYTES 32
