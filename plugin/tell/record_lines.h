/* record_lines.h
 * The lines of -z sipresp,records: JSON objects, one a line, on standard output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_RECORD_LINES_H
#define SIPRESP_RECORD_LINES_H

#include "compat.h"

#include <stdint.h>

#include <epan/tap.h>
#include <wsutil/json_dumper.h>

json_dumper begin_line(const char *record, uint32_t frame, int64_t time);

/* NULL is written as null, and so is what is not known. */
void add_text(json_dumper *line, const char *name, const char *text);
void add_number(json_dumper *line, const char *name, int64_t number, bool known);
void add_boolean(json_dumper *line, const char *name, bool value);

/* Nanoseconds as decimal seconds, every digit kept. */
void add_seconds(json_dumper *line, const char *name, int64_t ns, bool known);

/* TAP_PACKET_FAILED once a line could not be written. */
tap_packet_status end_line(json_dumper *line);

/* Ends the process, with a word to the user, if not all could be written. */
void end_if_unwritten(void);

#endif
