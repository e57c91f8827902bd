/* safe_text.h
 * Texts that a sender chose, as they may be printed: whatever a terminal might
 * obey, or takes for the end of a line, is written as \u and four
 * hexadecimal digits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SAFE_TEXT_H
#define SIPRESP_SAFE_TEXT_H

#include <stdbool.h>

#include <epan/wmem_scopes.h>

/* Is every character printable ASCII? */
bool text_is_plain(const char *text);

/* text must be valid UTF-8. */
const char *safe_text(wmem_allocator_t *pool, const char *text);

/* As a JSON string with its quotes, which every reader reads back as it was. */
char *json_text(wmem_allocator_t *pool, const char *text);

#endif
