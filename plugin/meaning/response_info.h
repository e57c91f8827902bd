/* response_info.h
 * What the tables say of a status code. The rows are generated from tables/
 * by tools/make_tables.py; look-up by code is one array index.
 *
 * Pure: no Wireshark type. Everything returned is static and constant.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_RESPONSE_INFO_H
#define SIPRESP_RESPONSE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sip/sip_message.h"

#define SIP_CODE_MIN 100
#define SIP_CODE_MAX 699
#define SIP_CODE_FINAL_MIN 200
#define SIP_CODE_SESSION_PROGRESS 183

/* RFC 3261 7.2: below 200 a response is provisional. */
static inline bool
response_is_final(unsigned code)
{
    return code >= SIP_CODE_FINAL_MIN;
}

typedef enum {
    RESPONSE_REGISTERED,
    RESPONSE_DEPRECATED,
    RESPONSE_RESERVED,
    RESPONSE_LEGACY,        /* RFC 2543, dropped by RFC 3261 */
    RESPONSE_VENDOR,
    RESPONSE_UNREGISTERED
} response_registration;

/* Both ends are in it. */
typedef struct {
    uint16_t first;
    uint16_t last;
} code_range;

/* Methods as a set of bits, 1u << sip_method. */
typedef uint32_t sip_method_set;

typedef struct {
    const char *text;           /* with its source in square brackets */
    sip_method_set methods;     /* 0: whatever the method */
    sip_method_set not_methods;
    const char *phrase;         /* NULL: whatever the phrase on the wire */
    const char *reason_text;    /* NULL: whatever the Reason headers tell */
    uint16_t first_code;        /* the codes that the note is about */
    uint16_t last_code;
} response_note;

typedef struct {
    uint8_t digit;
    const char *name;
    const char *meaning;
    const response_note *notes;
    size_t note_count;
} response_class;

typedef struct {
    uint16_t code;
    response_registration registration;
    const char *phrase;
    const char *reference;      /* "RFC 3261 section 21.4.2" */
    const char *reference_url;  /* NULL where no RFC defines the code */
    uint8_t isup_cause;         /* Q.850 value; 0: none is usual */
    const response_note *notes;
    size_t note_count;
} response_row;

typedef struct {
    uint16_t code;
    uint8_t outcome;
    const char *phrase;         /* as sent, in any case; NULL: any */
    const char *reason_text;    /* stands in the text of a Reason value; NULL: any */
} outcome_condition;

/* What a call is for whoever asks which ones failed, and who ended it; in the
 * order of tools/lib/tables/outcome_rows.py, which names them. */
typedef enum {
    CALL_OPEN,
    CALL_ANSWERED,
    CALL_NOT_TAKEN,
    CALL_FAILED,
    CALL_UNKNOWN
} call_result;

typedef enum {
    ENDED_BY_UNKNOWN,
    ENDED_BY_CALLER,
    ENDED_BY_CALLEE,
    ENDED_BY_NETWORK,
    ENDED_BY_NOBODY
} call_ender;

typedef struct {
    uint8_t result;             /* call_result */
    uint8_t ended_by;           /* call_ender */
} outcome_of_call;

/* The row of a code, or NULL if the tables have none. Any number may come. */
const response_row *response_row_of(unsigned code);

/* Is this phrase, which was sent, another one than the code of the row is
 * registered with? Upper and lower case are equal, and no phrase is no other
 * one; without a registered row (or NULL) nothing can be said. */
bool response_phrase_differs(const response_row *row, sip_text phrase);

/* The class of a code by its first digit, or NULL outside 100..699. */
const response_class *response_class_of(unsigned code);

/* What a client must take an unregistered code for: 183 for a provisional
 * code, x00 for a final one (RFC 3261 8.1.3.2). code lies in 100..699. */
unsigned response_treated_as(unsigned code);

/* What a response of this code to an INVITE that begins a dialog says of the
 * call, as a number of tables/outcomes.toml. code lies in 100..699. */
#define OUTCOME_NOT_A_CALL 0
#define OUTCOME_BLOCKED 14
/* What a call comes to without a final response. */
#define OUTCOME_NEVER_ANSWERED 12
#define OUTCOME_OPEN 13
#define OUTCOME_FINAL_UNSEEN 15
unsigned response_outcome(unsigned code);

/* The same of a whole response, whose phrase or Reason header can say more than
 * the code: a 603 is declined, a 603 "Network Blocked" is blocked. */
unsigned response_outcome_of(const sip_message *message);

/* What a call that comes to this outcome is. Any number may come. */
outcome_of_call response_outcome_of_call(unsigned outcome);

/* What is said of codes that no table row has. */
extern const response_note response_note_unregistered;
extern const response_note response_note_out_of_range;

/* Does the text of a Reason value of the message hold this (RFC 3326 2)? */
bool response_reason_tells(const sip_message *message, const char *part);

/* The set that holds the method, or 0 for one that is not registered. */
sip_method_set sip_method_set_of(sip_text method);

/* The name of the one method that the set holds. */
const char *sip_method_name(sip_method_set method);

/* Does the note hold for a response of this code to this method with this
 * phrase on the wire? method is 0 where it is unknown; a note narrowed by
 * method is then left out. What the note asks of Reason headers is not looked at. */
bool response_note_applies(const response_note *note, unsigned code, sip_method_set method,
                           sip_text phrase);

#endif
