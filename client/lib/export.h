/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Marks a function of the API. All other functions are hidden; libcertname-client.map must list the
 * functions of the API too.
 */
#define EXPORT __attribute__((visibility("default")))
