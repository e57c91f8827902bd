/* said_info.h
 * What the tables say of the numbers in Reason and Warning headers.
 *
 * Pure: no Wireshark type. Everything returned is static and constant.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SAID_INFO_H
#define SIPRESP_SAID_INFO_H

#include <stdint.h>

#include "sip/sip_said.h"

typedef struct {
    uint16_t code;
    const char *name;       /* as registered */
    const char *meaning;    /* with its source in square brackets */
} warning_row;

typedef struct {
    uint8_t value;
    const char *name;
} q850_cause;

/* The row of a Warning code, or NULL if the tables have none. */
const warning_row *warning_row_of(unsigned code);

/* What ITU-T Q.850 calls a cause, or NULL. Any number may come. */
const char *q850_cause_name(uint32_t cause);

/* "SIP" or "Q.850", in whatever case it was sent; NULL for another protocol. */
const char *reason_protocol_name(const sip_reason *reason);

/* The name of the reason's cause: of a status code its phrase, of a Q.850 cause
 * that name; NULL where the tables have none. */
const char *reason_cause_name(const sip_reason *reason);

#endif
