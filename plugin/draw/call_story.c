/* call_story.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/call_story.h"

#include <epan/charsets.h>
#include <epan/to_str.h>

#include "calls/details.h"
#include "draw/fields.h"
#include "explain/explain.h"
#include "sip/sip_party.h"

/* Whether a request may still be answered takes a look at each of its hops, and this is
 * asked for with each message: of a request with more of them nothing is explained. */
#define UNANSWERED_HOPS_MAX 64

static const char *
valid_text(wmem_allocator_t *pool, sip_text text)
{
    return text.length ? (const char *)get_utf_8_string(pool, text.start, (int)text.length) : NULL;
}

call_parties
parties_of_message(wmem_allocator_t *pool, const calls *followed, uint32_t call, const sip_message *message,
                   const sip_tags *tags)
{
    const call_side side = calls_from_is_of(followed, call, tags);
    const bool turned = side == SIDE_CALLEE;
    call_parties parties = { .call_id = valid_text(pool, message->call_id) };

    if (side == SIDE_UNKNOWN) {
        return parties;
    }
    const sip_party caller = sip_party_of(turned ? message->to : message->from);
    const sip_party callee = sip_party_of(turned ? message->from : message->to);
    parties.caller = valid_text(pool, caller.user);
    parties.caller_name = valid_text(pool, caller.name);
    parties.callee = valid_text(pool, callee.user);
    parties.callee_name = valid_text(pool, callee.name);
    return parties;
}

const char *
address_of_host(wmem_allocator_t *pool, const calls *followed, uint32_t host)
{
    uint8_t buffer[IPV4_LENGTH];
    const sip_text bytes = calls_host(followed, host, buffer);
    const address_type type = bytes.length == IPV4_LENGTH ? AT_IPv4 : bytes.length == 16 ? AT_IPv6 : AT_NONE;
    address written;

    if (type == AT_NONE) {
        return NULL;
    }
    set_address(&written, (int)type, (int)bytes.length, bytes.start);
    return address_to_str(pool, &written);
}

call_cause
cause_of_call(wmem_allocator_t *pool, const calls *followed, uint32_t call)
{
    const sip_request *latest = calls_request(followed, calls_call(followed, call)->latest);
    explanation e;

    if ((!latest->best && latest->hops > UNANSWERED_HOPS_MAX) || !explain_call(followed, call, &e)) {
        return (call_cause){ NULL, NULL };
    }
    return (call_cause){ e.row->id, wmem_strdup(pool, e.text.text) };
}

const char *
join_of_call(call_join by)
{
    static const char *const names[] = {
        [JOINED_BY_SESSION_ID] = "Session-ID",
        [JOINED_BY_ICID] = "icid-value",
        [JOINED_BY_HEADER] = "named header",
        [JOINED_BY_REPLACES] = "Replaces",
        [JOINED_BY_LIKENESS] = "likeness",
        [JOINED_AMBIGUOUS] = "not joined: several calls are as like",
    };

    return names[by];
}

static const char *
seconds(wmem_allocator_t *pool, int64_t ns)
{
    return wmem_strdup_printf(pool, "%.1f s", (double)ns / CALLS_SECOND);
}

const char *
story_of_call(wmem_allocator_t *pool, const call_facts *facts)
{
    const char *outcome = val_to_str_const(facts->outcome, outcome_names, "unknown");

    if (facts->result == CALL_ANSWERED && facts->duration != CALLS_UNKNOWN) {
        return wmem_strdup_printf(pool, "%s, %s", outcome, seconds(pool, facts->duration));
    }
    if (facts->result != CALL_ANSWERED && facts->ring_time != CALLS_UNKNOWN) {
        return wmem_strdup_printf(pool, "%s, after %s of ringing", outcome, seconds(pool, facts->ring_time));
    }
    return outcome;
}
