/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference_internal.h"

#include <string.h>

#include "base/utf8.h"

/*
 * Reads a mailbox (RFC 5321 section 4.1.2, RFC 6531 section 3.3). The local part is kept byte for
 * byte, since only the domain's owner knows which local parts mean the same mailbox. The domain is
 * read as a host name.
 */

_Static_assert(REFERENCE_VALUE_BYTES >= REFERENCE_LOCAL_PART_BYTES + 1 + REFERENCE_NAME_BYTES,
               "a mailbox fits in `value`");
_Static_assert(REFERENCE_VALUE_BYTES >= REFERENCE_INPUT_BYTES,
               "a mailbox that is kept as it was given fits in `value`");

/*
 * Returns whether a local part may contain the character, besides dots: atext of RFC 5321, and by
 * RFC 6531 everything beyond ASCII except control characters and the byte order mark, which RFC
 * 9598 section 3 forbids.
 */
static bool is_atom_character(uint32_t code)
{
    static const char others[] = "!#$%&'*+-/=?^_`{|}~";
    uint8_t byte = (uint8_t)code;

    if (code >= 0x80)
        return code >= 0xa0 && code != 0xfeff;
    if (name_classes(&byte, 1) & (NAME_LETTER | NAME_DIGIT))
        return true;
    return memchr(others, byte, sizeof(others) - 1) != NULL;
}

static int find_local_part_fault(const uint8_t *text, size_t len)
{
    bool after_dot = true;
    size_t n;

    if (len > REFERENCE_LOCAL_PART_BYTES)
        return REFERENCE_LOCAL_PART_TOO_LONG;
    if (memchr(text, '"', len) || memchr(text, '\\', len))
        return REFERENCE_LOCAL_PART_QUOTED;

    for (size_t at = 0; at < len; at += n) {
        uint32_t code = 0;

        n = utf8_next(text + at, len - at, &code);
        if (code == '.' ? after_dot : !is_atom_character(code))
            return REFERENCE_LOCAL_PART;
        after_dot = code == '.';
    }
    return after_dot ? REFERENCE_LOCAL_PART : REFERENCE_OK;
}

static int find_text_fault(const uint8_t *text, size_t len)
{
    int fault;

    if (len > REFERENCE_INPUT_BYTES)
        return REFERENCE_TOO_LONG;
    fault = reference_labels_characters_fault(text, len);
    return fault == REFERENCE_NUL || fault == REFERENCE_NOT_UTF8 || fault == REFERENCE_WHITE_SPACE
               ? fault
               : REFERENCE_OK;
}

/*
 * Reads a mailbox as X509_check_email does: it checks no syntax, and only ignores the case of
 * letters after the last @.
 */
static int read_emulated(struct reference *reference, const uint8_t *text, size_t len)
{
    int r;

    if (reference->head_len == 0)
        return REFERENCE_LOCAL_PART;
    r = reference_part_read_domain(reference, reference->set, text + reference->head_len + 1,
                                   len - reference->head_len - 1);
    if (r != 0)
        return r;
    reference_part_append(reference, text, len);
    reference->type = IDENTITY_EMAIL;
    return REFERENCE_OK;
}

static int read_mailbox(struct reference *reference, const uint8_t *text, size_t len)
{
    int r = find_local_part_fault(text, reference->head_len);

    if (r == 0)
        r = reference_part_read_domain(reference, RULES_RFC9525, text + reference->head_len + 1,
                                       len - reference->head_len - 1);
    if (r != 0)
        return r;
    reference_part_append(reference, text, reference->head_len + 1);
    reference_part_append(reference, reference->domain, reference->domain_len);
    reference->type = IDENTITY_EMAIL;
    return REFERENCE_OK;
}

int reference_email_read(struct reference *reference, const uint8_t *text, size_t len)
{
    int r = find_text_fault(text, len);
    const uint8_t *at;

    if (r != 0)
        return r;
    at = memrchr(text, '@', len);
    if (!at)
        return REFERENCE_NO_AT;
    reference->head_len = (size_t)(at - text);
    return rule_set_is_openssl_email(reference->set) ? read_emulated(reference, text, len)
                                                     : read_mailbox(reference, text, len);
}
