/* call_taps.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/call_taps.h"

#include <epan/tap.h>

#include "calls/call_facts.h"
#include "draw/call_story.h"
#include "sipresp_tap.h"

static int tap_calls;

void
register_call_tap(void)
{
    tap_calls = register_tap(SIPRESP_CALL_TAP);
}

bool
calls_are_tapped(void)
{
    return have_tap_listener(tap_calls);
}

static sipresp_call *
begin_told(packet_info *pinfo, uint32_t call, int64_t time)
{
    sipresp_call *told = wmem_new0(pinfo->pool, sipresp_call);

    told->number = call;
    told->frame = pinfo->num;
    told->time = time;
    return told;
}

void
tap_message_of_call(packet_info *pinfo, const calls *followed, const message_origin *origin,
                    const sip_message *message, const sip_identity *identity)
{
    const uint32_t call = calls_call_by(followed, message->call_id, pinfo->num);

    if (!call) {
        return;
    }
    const sip_tags tags = sip_tags_known(message, identity);
    const call_parties parties = parties_of_message(pinfo->pool, followed, call, message, &tags);
    sipresp_call *told = begin_told(pinfo, call, origin->time);
    told->call_id = parties.call_id;
    told->caller = parties.caller;
    told->caller_name = parties.caller_name;
    told->callee = parties.callee;
    told->callee_name = parties.callee_name;
    tap_queue_packet(tap_calls, pinfo, told);
}

void
tap_call_change(packet_info *pinfo, const calls *followed _U_, uint32_t call, int64_t time)
{
    tap_queue_packet(tap_calls, pinfo, begin_told(pinfo, call, time));
}
