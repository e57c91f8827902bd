/* sip_text.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_text.h"

bool
sip_bytes_differ_in_letters(const uint8_t *bytes, const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (sip_lower(bytes[i]) != sip_lower((uint8_t)word[i])) {
            return true;
        }
    }
    return false;
}

uint64_t
sip_line_ends(const uint8_t *bytes, size_t length)
{
    return marks_in(bytes, length, '\r', '\n', '\r', '\n');
}
