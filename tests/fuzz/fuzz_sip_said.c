/* fuzz_sip_said.c
 * Any headers, and any text for each of them: what is read of Reason, Warning,
 * Retry-After, challenges and URIs lies in the text, each value behind the one
 * before, and what is to be shown is short, valid and harmless.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include "meaning/said_info.h"
#include "sip/sip_auth.h"
#include "sip/sip_uri.h"

static void
check_plain(sip_text text)
{
    char buffer[PLAIN_TEXT_SIZE];
    size_t length = plain_text(text, buffer);

    must(buffer[length] == '\0' && count_characters(buffer, length) <= PLAIN_TEXT_MAX);
    length = plain_text_unescaped(text, buffer);
    must(buffer[length] == '\0' && count_characters(buffer, length) <= PLAIN_TEXT_MAX);
}

static void
check_reasons(const sip_message *message, sip_text whole)
{
    sip_values reasons = sip_reasons_of(message);
    const uint8_t *behind = whole.start;
    sip_reason reason;
    sip_reason first;
    bool found = false;

    while (sip_reason_next(&reasons, &reason)) {
        must(reason.value.length && reason.value.start >= behind && lies_inside(reason.value, whole));
        must(lies_inside(reason.protocol, reason.value) && lies_inside(reason.text, reason.value));
        must(reason_cause_name(&reason) == NULL || reason.has_cause);
        behind = reason.value.start + reason.value.length;
        check_plain(reason.text);
        if (!found && reason.kind == REASON_Q850 && reason.has_cause) {
            found = true;
            must(sip_reason_find(message, REASON_Q850, &first) && same_place(first.value, reason.value));
        }
    }
    must(found || !sip_reason_find(message, REASON_Q850, &first));
}

static void
check_warnings(const sip_message *message, sip_text whole)
{
    sip_values warnings = sip_warnings_of(message);
    const uint8_t *behind = whole.start;
    sip_warning warning;

    while (sip_warning_next(&warnings, &warning)) {
        must(warning.value.length && warning.value.start >= behind && lies_inside(warning.value, whole));
        must(lies_inside(warning.agent, warning.value) && lies_inside(warning.text, warning.value));
        must(warning.code <= 999);
        behind = warning.value.start + warning.value.length;
        check_plain(warning.text);
    }
}

static void
check_auths(sip_text headers, sip_header_id id)
{
    sip_auths auths = sip_auths_of(headers, id);
    sip_auth auth;

    for (size_t count = 0; sip_auth_next(&auths, &auth); count++) {
        must(count <= headers.length);
        must(lies_inside(auth.scheme, headers) && lies_inside(auth.realm, headers));
        must(lies_inside(auth.nonce, headers) && lies_inside(auth.username, headers));
    }
}

static void
check_uri(sip_text text)
{
    const sip_text uri = sip_uri_of(text);
    sip_uri parts;

    must(lies_inside(uri, text));
    if (sip_uri_read(uri, &parts)) {
        must(parts.scheme.length && lies_inside(parts.scheme, uri));
        must(lies_inside(parts.user, uri) && lies_inside(parts.host, uri));
        must(sip_host_kind_of(parts.host) <= HOST_LOOPBACK);
    }
    must(sip_host_kind_of(text) <= HOST_LOOPBACK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const sip_text text = { bytes, length };
    const sip_message of_value = { .headers = text, .reason = text, .warning = text, .retry_after = text };
    sip_retry_after retry_after;
    sip_message message;

    check_plain(text);
    check_reasons(&of_value, text);
    check_warnings(&of_value, text);
    if (sip_retry_after_read(&of_value, &retry_after)) {
        must(lies_inside(retry_after.comment, text));
    }
    check_uri(text);
    check_auths(text, SIP_HEADER_WWW_AUTHENTICATE);
    check_auths(text, SIP_HEADER_PROXY_AUTHORIZATION);
    if (sip_message_parse(bytes, length, &message) != SIP_OTHER) {
        check_reasons(&message, text);
        check_warnings(&message, text);
        must(!sip_retry_after_read(&message, &retry_after) || lies_inside(retry_after.comment, text));
    }
    return 0;
}
