/* site_notes.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/site_notes.h"

#include <epan/prefs.h>
#include <epan/uat.h>

#include "meaning/response_info.h"

#define CODE_COUNT (SIP_CODE_MAX - SIP_CODE_MIN + 1)

static site_row *rows;
static unsigned row_count;

/* Row numbers from 1 on, 0 for none: the first row of each code, and for each
 * row the next one of the same code. Made when it is first asked for after a
 * change, since Wireshark does not tell of every change when it is complete. */
static unsigned first_row[CODE_COUNT];
static unsigned *next_row;
static bool index_is_current;

static bool
given(const char *text)
{
    return text && *text;
}

static sip_text
text_of(const char *string)
{
    return (sip_text){ (const uint8_t *)string, strlen(string) };
}

/* Why the row cannot be taken, as a sentence to g_free(); NULL if it can. */
static char *
fault_of(const site_row *row)
{
    if (row->code < SIP_CODE_MIN || row->code > SIP_CODE_MAX) {
        return g_strdup_printf("Status code %u is outside %d to %d; give the three digits of a SIP status code.",
            row->code, SIP_CODE_MIN, SIP_CODE_MAX);
    }
    if (given(row->method) && !sip_method_set_of(text_of(row->method))) {
        return g_strdup_printf("Method \"%s\" for code %u is no registered SIP method; write it in capitals, "
            "as in the CSeq header, or leave it empty for any method.", row->method, row->code);
    }
    if (!given(row->phrase) && !given(row->note)) {
        return g_strdup_printf("Code %u has neither a phrase nor a note; give one of them, or remove the row.",
            row->code);
    }
    if ((given(row->phrase) && !g_utf8_validate(row->phrase, -1, NULL)) ||
        (given(row->note) && !g_utf8_validate(row->note, -1, NULL))) {
        return g_strdup_printf("The text for code %u is not UTF-8; write it anew.", row->code);
    }
    const response_row *known = response_row_of(row->code);
    if (given(row->phrase) && known) {
        return g_strdup_printf("Code %u has the phrase \"%s\" already; leave the phrase empty and write a note.",
            row->code, known->phrase);
    }
    return NULL;
}

static ws_bool
check_row(void *record, char **error)
{
    index_is_current = false;
    *error = fault_of((const site_row *)record);
    return *error == NULL;
}

static void *
copy_row(void *destination, const void *source, size_t size _U_)
{
    const site_row *from = (const site_row *)source;
    site_row *to = (site_row *)destination;

    to->code = from->code;
    to->method = g_strdup(from->method);
    to->phrase = g_strdup(from->phrase);
    to->note = g_strdup(from->note);
    return to;
}

static void
free_row(void *record)
{
    site_row *row = (site_row *)record;

    g_free(row->method);
    g_free(row->phrase);
    g_free(row->note);
}

static void
forget_index(void)
{
    index_is_current = false;
}

static void
forget_rows(void)
{
    forget_index();
    g_free(next_row);
    next_row = NULL;
}

static void
make_index(void)
{
    memset(first_row, 0, sizeof first_row);
    g_free(next_row);
    next_row = g_new(unsigned, row_count + 1);
    for (unsigned number = row_count; number > 0; number--) {
        unsigned *first = &first_row[rows[number - 1].code - SIP_CODE_MIN];
        next_row[number] = *first;
        *first = number;
    }
    index_is_current = true;
}

const site_row *
site_notes_next(unsigned code, sip_text method, size_t *position)
{
    if (!row_count || code < SIP_CODE_MIN || code > SIP_CODE_MAX) {
        return NULL;
    }
    if (!index_is_current) {
        make_index();
    }
    size_t number = *position ? next_row[*position] : first_row[code - SIP_CODE_MIN];
    while (number && given(rows[number - 1].method) && !sip_text_equals(method, rows[number - 1].method)) {
        number = next_row[number];
    }
    if (!number) {
        return NULL;
    }
    *position = number;
    return &rows[number - 1];
}

const char *
site_notes_phrase(unsigned code, sip_text method)
{
    size_t position = 0;
    const site_row *row;

    while ((row = site_notes_next(code, method, &position))) {
        if (given(row->phrase)) {
            return row->phrase;
        }
    }
    return NULL;
}

UAT_DEC_CB_DEF(site_row, code, site_row);
UAT_CSTRING_CB_DEF(site_row, method, site_row);
UAT_CSTRING_CB_DEF(site_row, phrase, site_row);
UAT_CSTRING_CB_DEF(site_row, note, site_row);

void
site_notes_register(void)
{
    static uat_field_t columns[] = {
        UAT_FLD_DEC(site_row, code, "Code", "Status code, 100 to 699"),
        UAT_FLD_CSTRING(site_row, method, "Method",
            "Only for responses to this method, such as INVITE; empty for any"),
        UAT_FLD_CSTRING(site_row, phrase, "Phrase",
            "What a code that sipresp does not know is called here; empty for a note alone"),
        UAT_FLD_CSTRING(site_row, note, "Note",
            "Shown with the notes of the response, marked with [site]; empty for a phrase alone"),
        UAT_END_FIELDS
    };
    uat_t *table = uat_new("SIP response notes of this site", sizeof(site_row), "sipresp_notes", TRUE,
        &rows, &row_count, UAT_AFFECTS_DISSECTION, NULL, copy_row, check_row, free_row, forget_index,
        forget_rows, columns);

    prefs_register_uat_preference(prefs_find_module("sipresp"), "notes", "Notes of this site",
        "Your own notes on status codes, and phrases for codes that sipresp does not know", table);
}
