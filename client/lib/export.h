/* SPDX-License-Identifier: MIT */
#pragma once

/* Marks a function of the API. All others are hidden; libcertname-client.map lists the API too. */
#define EXPORT __attribute__((visibility("default")))
