/* SPDX-License-Identifier: MIT */
#pragma once

/* Everything is hidden by default; what carries this stands in libcertname-client.map too. */
#define EXPORT __attribute__((visibility("default")))
