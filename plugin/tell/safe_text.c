/* safe_text.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/safe_text.h"

#include <glib.h>

#include "sip/plain_text.h"

bool
text_is_plain(const char *text)
{
    while (*text >= ' ' && *text < 0x7f) {
        text++;
    }
    return *text == '\0';
}

static void
append_safely(wmem_strbuf_t *safe, const char *text, bool in_json)
{
    for (; *text; text = g_utf8_next_char(text)) {
        const gunichar character = g_utf8_get_char(text);
        if (plain_text_leaves_out(character)) {
            wmem_strbuf_append_printf(safe, "\\u%04x", character);
            continue;
        }
        if (in_json && (character == '"' || character == '\\')) {
            wmem_strbuf_append_c(safe, '\\');
        }
        wmem_strbuf_append_unichar(safe, character);
    }
}

const char *
safe_text(wmem_allocator_t *pool, const char *text)
{
    if (text_is_plain(text)) {
        return text;
    }
    wmem_strbuf_t *safe = wmem_strbuf_new(pool, "");

    append_safely(safe, text, false);
    return wmem_strbuf_finalize(safe);
}

char *
json_text(wmem_allocator_t *pool, const char *text)
{
    wmem_strbuf_t *json = wmem_strbuf_new(pool, "\"");

    append_safely(json, text, true);
    wmem_strbuf_append_c(json, '"');
    return wmem_strbuf_finalize(json);
}
