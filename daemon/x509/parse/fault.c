/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/fault.h"

#include <stdarg.h>
#include <stdio.h>

void fault_add(struct fault_list *list, const char *code, int verify_code, unsigned depth,
               const char *format, ...)
{
    struct fault *fault = &list->faults[list->n];
    va_list arguments;

    if (list->n == FAULTS_COUNT)
        return;
    list->n++;
    fault->code = code;
    fault->verify_code = verify_code;
    fault->depth = depth;
    va_start(arguments, format);
    vsnprintf(fault->text, sizeof(fault->text), format, arguments);
    va_end(arguments);
}
