/* records.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/records.h"

#include "compat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/json_dumper.h>
#include <wsutil/report_message.h>

#include "sipresp_tap.h"

#define COMMAND "sipresp,records"
#define NS_PER_S INT64_C(1000000000)

static const char *const step_names[SIPRESP_STEP_COUNT] = {
    [SIPRESP_INVITE] = "invite",
    [SIPRESP_ALERTED] = "alerted",
    [SIPRESP_INVITE_FINAL] = "invite_final",
    [SIPRESP_BYE] = "bye",
    [SIPRESP_BYE_FINAL] = "bye_final",
    [SIPRESP_REGISTER] = "register",
    [SIPRESP_REGISTER_FINAL] = "register_final",
};

static void
add_text(json_dumper *line, const char *name, const char *text)
{
    json_dumper_set_member_name(line, name);
    json_dumper_value_string(line, text);
}

static void
add_number(json_dumper *line, const char *name, int64_t number, bool known)
{
    json_dumper_set_member_name(line, name);
    if (known) {
        json_dumper_value_anyf(line, "%" PRId64, number);
    } else {
        json_dumper_value_anyf(line, "null");
    }
}

static void
add_boolean(json_dumper *line, const char *name, bool value)
{
    json_dumper_set_member_name(line, name);
    json_dumper_value_anyf(line, value ? "true" : "false");
}

/* Nanoseconds as decimal seconds, every digit kept. A clock that was set back
 * makes delays negative. */
static void
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

static json_dumper
begin_line(const char *record, uint32_t frame, int64_t time)
{
    json_dumper line = { .output_file = stdout };

    json_dumper_begin_object(&line);
    add_text(&line, "record", record);
    add_number(&line, "frame", frame, true);
    add_seconds(&line, "time", time, true);
    return line;
}

static tap_packet_status
end_line(json_dumper *line)
{
    json_dumper_end_object(line);
    return json_dumper_finish(line) ? TAP_PACKET_DONT_REDRAW : TAP_PACKET_FAILED;
}

static tap_packet_status
write_response(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped,
               tap_flags_t flags _U_)
{
    const sipresp_response *response = (const sipresp_response *)tapped;
    json_dumper line = begin_line("response", response->frame, response->time);

    add_number(&line, "class", response->class_digit, response->class_digit > 0);
    add_number(&line, "code", response->code, true);
    add_text(&line, "phrase", response->phrase);
    add_boolean(&line, "phrase_differs", response->phrase_differs);
    add_text(&line, "method", response->method);
    json_dumper_set_member_name(&line, "outcome");
    json_dumper_value_string(&line, response->outcome_name);
    add_boolean(&line, "ends_call", response->ends_call);
    add_seconds(&line, "delay", response->delay, response->delay != SIPRESP_UNKNOWN);
    add_number(&line, "repetition", response->repetition, response->repetition != SIPRESP_UNKNOWN);
    return end_line(&line);
}

static tap_packet_status
write_step(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tapped, tap_flags_t flags _U_)
{
    const sipresp_session_step *step = (const sipresp_session_step *)tapped;
    json_dumper line = begin_line(step_names[step->step], step->frame, step->time);

    add_number(&line, "code", step->code, step->code > 0);
    add_number(&line, "after", step->after, step->after > 0);
    add_boolean(&line, "counted", step->counted);
    add_seconds(&line, "delay", step->delay, step->delay != SIPRESP_UNKNOWN);
    return end_line(&line);
}

static bool
listen(const char *tap, const char *filter, tap_packet_cb packet)
{
    GString *error = register_tap_listener(tap, g_malloc(1), filter, TL_REQUIRES_NOTHING, NULL, packet, NULL, g_free);

    if (error) {
        report_failure("-z " COMMAND ": %s", error->str);
        g_string_free(error, TRUE);
    }
    return !error;
}

static stat_started
start_records(const char *command, void *data _U_)
{
    const size_t length = strlen(COMMAND);
    const char *filter = command[length] == ',' ? command + length + 1 : NULL;

    STAT_STARTED(listen(SIPRESP_TAP, filter, write_response) && listen(SIPRESP_SESSION_TAP, filter, write_step));
}

void
register_records(void)
{
    static stat_tap_ui command = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = COMMAND,
        .tap_init_cb = start_records,
    };

    register_stat_tap_ui(&command, NULL);
}
