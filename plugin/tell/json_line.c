/* json_line.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/json_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <epan/to_str.h>
#include <wsutil/report_message.h>

#include "tell/safe_text.h"

#define NS_PER_S INT64_C(1000000000)

static int write_error;     /* why a line could not be written; 0: all could */

/* Wireshark leaves all but ASCII as it is. */
void
add_text(json_dumper *line, const char *name, const char *text)
{
    json_dumper_set_member_name(line, name);
    if (!text || text_is_plain(text)) {
        json_dumper_value_string(line, text);
    } else {
        char *json = json_text(NULL, text);
        json_dumper_value_anyf(line, "%s", json);
        wmem_free(NULL, json);
    }
}

void
add_number(json_dumper *line, const char *name, int64_t number, bool known)
{
    json_dumper_set_member_name(line, name);
    if (known) {
        json_dumper_value_anyf(line, "%" PRId64, number);
    } else {
        json_dumper_value_anyf(line, "null");
    }
}

void
add_end(json_dumper *line, const char *name, const char *port_name, const address *a, uint32_t port)
{
    const bool is_ip = a->type == AT_IPv4 || a->type == AT_IPv6;
    char *text = is_ip ? address_to_str(NULL, a) : NULL;

    add_text(line, name, text);
    add_number(line, port_name, port, true);
    wmem_free(NULL, text);
}

void
add_boolean(json_dumper *line, const char *name, bool value)
{
    json_dumper_set_member_name(line, name);
    json_dumper_value_anyf(line, value ? "true" : "false");
}

/* A clock that was set back makes delays negative. */
void
add_seconds(json_dumper *line, const char *name, int64_t ns, bool known)
{
    const uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

    json_dumper_set_member_name(line, name);
    if (known) {
        json_dumper_value_anyf(line, "%s%" PRIu64 ".%09" PRIu64, ns < 0 ? "-" : "", size / NS_PER_S, size % NS_PER_S);
    } else {
        json_dumper_value_anyf(line, "null");
    }
}

json_dumper
begin_bare_line(const char *record)
{
    json_dumper line = { .output_file = stdout };

    json_dumper_begin_object(&line);
    add_text(&line, "record", record);
    return line;
}

json_dumper
begin_line(const char *record, uint32_t frame, int64_t time)
{
    json_dumper line = begin_bare_line(record);

    add_number(&line, "frame", frame, true);
    add_seconds(&line, "time", time, true);
    return line;
}

tap_packet_status
end_line(json_dumper *line)
{
    json_dumper_end_object(line);
    const bool finished = json_dumper_finish(line);
    if (ferror(stdout) && !write_error) {
        write_error = errno;
    }
    return finished && !write_error ? TAP_PACKET_DONT_REDRAW : TAP_PACKET_FAILED;
}

/* Records of which some are missing look like those of fewer calls. Wireshark
 * does not look whether its output was written, and would end with status 0. A
 * reader that has enough, such as head, needs no word on that. */
void
end_if_unwritten(const char *command)
{
    if (fflush(stdout) != 0 && !write_error) {
        write_error = errno;
    }
    if (write_error && write_error != EPIPE) {
        report_failure("-z %s: the records could not all be written: %s; "
                       "direct the standard output to where there is room for them.", command, g_strerror(write_error));
    }
    if (write_error) {
        exit(EXIT_FAILURE);
    }
}

bool
has_begun(const char *command, GString *error)
{
    if (error) {
        report_failure("-z %s: %s", command, error->str);
        g_string_free(error, TRUE);
    }
    return !error;
}

bool
listen_for_lines(const char *command, const char *tap, const char *filter, tap_packet_cb packet)
{
    return has_begun(command, register_tap_listener(tap, g_malloc(1), filter, TL_REQUIRES_NOTHING, NULL, packet, NULL,
                                                    g_free));
}
