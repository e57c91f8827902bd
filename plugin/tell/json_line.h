/* json_line.h
 * One line of JSON Lines on standard output: how its members are written, and
 * what becomes of one that cannot be written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_JSON_LINE_H
#define SIPRESP_JSON_LINE_H

#include "compat.h"

#include <epan/address.h>
#include <epan/tap.h>
#include <wsutil/json_dumper.h>

/* Begins a record of that kind, with frame and time (ns since the epoch). */
json_dumper begin_line(const char *record, uint32_t frame, int64_t time);
/* Begins a record of that kind. */
json_dumper begin_bare_line(const char *record);

/* NULL is written as null; text is valid UTF-8. */
void add_text(json_dumper *line, const char *name, const char *text);
/* null where it is not known. */
void add_number(json_dumper *line, const char *name, int64_t number, bool known);
/* An address and its port; of what has no IP address, such as a socket of an ISDN card, there is none. */
void add_end(json_dumper *line, const char *name, const char *port_name, const address *a, uint32_t port);
void add_boolean(json_dumper *line, const char *name, bool value);
/* Nanoseconds as decimal seconds, every digit kept; null where they are not known. */
void add_seconds(json_dumper *line, const char *name, int64_t ns, bool known);

/* Ends the line; TAP_PACKET_FAILED where a line could not be written. */
tap_packet_status end_line(json_dumper *line);

/* Ends the process where lines are missing, with a word to the user that begins with the command. */
void end_if_unwritten(const char *command);

/* Registers a listener without data that the tap calls with packet; returns false, with a word to the user that begins
 * with the command, where it could not. filter may be NULL. */
bool listen_for_lines(const char *command, const char *tap, const char *filter, tap_packet_cb packet);
bool has_begun(const char *command, GString *error);

#endif
