/* SPDX-License-Identifier: MIT */
#include "client/ctl/reference.h"

#define REFERENCE_BYTES_MAX 2048

int reference_add(struct certname_question *question, enum certname_reference type,
                  const char *text, size_t len, const char **whyp)
{
    int r = certname_question_add_reference(question, type, text, len);

    if (r == CERTNAME_ERR_MEMORY)
        *whyp = "no memory";
    else if (r)
        *whyp = len > REFERENCE_BYTES_MAX ? "a reference is longer than 2,048 bytes"
                                          : "there are more than 16 references";
    return r;
}
