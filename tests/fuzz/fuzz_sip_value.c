/* fuzz_sip_value.c
 * Lines, lists, parameters and numbers of any text, each against a slow
 * reading of the same text, byte by byte.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include "sip/sip_value.h"
#include "sip/sip_via.h"

/* Where the part that begins at at ends. */
static size_t
end_by_bytes(sip_text text, char separator, size_t at)
{
    bool quoted = false;
    bool bracketed = false;

    for (; at < text.length; at++) {
        const uint8_t c = text.start[at];
        if (quoted && c == '\\') {
            at++;
        } else if (quoted) {
            quoted = c != '"';
        } else if (bracketed) {
            bracketed = c != '>';
        } else if (c == (uint8_t)separator) {
            return at;
        } else {
            quoted = c == '"';
            bracketed = c == '<';
        }
    }
    return text.length;
}

static void
check_parts(sip_text text, char separator)
{
    sip_parts parts = sip_parts_of(text, separator);
    size_t expected = 0;
    sip_text part;

    while (sip_parts_next(&parts, &part)) {
        const size_t end = end_by_bytes(text, separator, expected);
        const sip_text slow = { text.start + expected, end - expected };
        must(same_place(part, sip_text_trim(slow)));
        must(parts.position == end + 1);
        expected = end + 1;
    }
    must(expected >= text.length);
}

static bool
parameter_by_parts(sip_text text, const char *name, sip_text *parameter)
{
    sip_parts parts = sip_parts_of(text, ';');
    sip_text part;
    bool found = false;

    for (bool proper = true; !found && sip_parts_next(&parts, &part); proper = false) {
        found = !proper && sip_part_is_parameter(part, name, strlen(name), parameter);
    }
    return found;
}

/* Where it nearly always stands it is found in a way of its own. */
static void
check_parameter(sip_text text, const char *name)
{
    sip_text parameter = { NULL, 0 };
    sip_text slow = { NULL, 0 };
    const bool found = sip_value_parameter(text, name, &parameter);

    must(found == parameter_by_parts(text, name, &slow));
    must(same_place(parameter, slow));
    must(!found || lies_inside(parameter, text));
}

static void
check_tag(sip_text text)
{
    sip_text slow = { NULL, 0 };
    sip_text tag = { NULL, 0 };

    must(parameter_by_parts(text, "tag", &slow) == sip_value_tag(text, &tag));
    must(same_place(slow, tag));
}

/* Of a Via, byte by byte. */
static void
check_via(sip_text text)
{
    const sip_via via = sip_via_of(text);
    sip_parts values = sip_parts_of(text, ',');
    sip_text top = { NULL, 0 };
    sip_text branch = { NULL, 0 };
    sip_text sent_by = { NULL, 0 };

    if (sip_parts_next(&values, &top)) {
        sip_parts parts = sip_parts_of(top, ';');
        sip_text proper;
        if (sip_parts_next(&parts, &proper)) {
            size_t start = proper.length;
            while (start > 0 && !sip_is_blank(proper.start[start - 1])) {
                start--;
            }
            sent_by = sip_text_behind(proper, start);
            parameter_by_parts(top, "branch", &branch);
        }
    }
    must(same_place(via.sent_by, sent_by));
    must(same_place(via.branch, branch));
}

static void
check_number(sip_text text)
{
    size_t position = 0;
    size_t at = 0;
    uint32_t number = 0;

    for (; sip_value_number(text, &position, &number); at = position) {
        uint64_t slow = 0;
        size_t digits = 0;
        while (at < text.length && text.start[at] <= ' ') {
            at++;
        }
        for (; digits < 10 && at < text.length && sip_is_digit(text.start[at]); at++, digits++) {
            slow = slow * 10 + (uint64_t)(text.start[at] - '0');
        }
        must(digits > 0 && at == position && slow == number);
    }
    must(position == at);
}

/* A line ends at CRLF, LF or CR, and no byte is lost or seen twice. */
static void
check_lines(sip_text text)
{
    size_t position = 0;
    size_t expected = 0;
    sip_text line;
    bool ended;

    while (sip_line_next(text, &position, &line, &ended)) {
        size_t end = expected;
        while (end < text.length && text.start[end] != '\r' && text.start[end] != '\n') {
            end++;
        }
        must(line.start == text.start + expected && line.length == end - expected);
        must(ended == (end < text.length));
        if (ended) {
            end += text.start[end] == '\r' && end + 1 < text.length && text.start[end + 1] == '\n' ? 2 : 1;
        }
        must(position == end);
        expected = end;
    }
    must(expected == text.length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const names[] = { "tag", "branch", "expires", "refresher", "a" };
    const sip_text text = { bytes, length };

    check_lines(text);
    check_parts(text, ',');
    check_parts(text, ';');
    check_number(text);
    check_tag(text);
    check_via(text);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        check_parameter(text, names[i]);
    }
    return 0;
}
