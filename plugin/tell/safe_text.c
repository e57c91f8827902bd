/* safe_text.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/safe_text.h"

#include <glib.h>

typedef struct {
    gunichar first;
    gunichar last;
} character_range;

/* Controls (a terminal takes U+009B for the beginning of a command), what ends a
 * line or a paragraph, what turns the direction of writing (UAX 9), and what
 * XML cannot hold. */
static const character_range unsafe[] = {
    { 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x061c, 0x061c }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
    { 0x2066, 0x2069 }, { 0xfffe, 0xffff },
};

static bool
is_unsafe(gunichar character)
{
    for (size_t i = 0; i < G_N_ELEMENTS(unsafe); i++) {
        if (character >= unsafe[i].first && character <= unsafe[i].last) {
            return true;
        }
    }
    return false;
}

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
        if (is_unsafe(character)) {
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
