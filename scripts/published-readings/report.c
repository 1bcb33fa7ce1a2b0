// SPDX-License-Identifier: GPL-2.0-or-later

#include "report.h"

void report_text(const char *text) {
    register uint32_t operation __asm("r0") = 4; // SYS_WRITE0
    register const char *argument __asm("r1") = text;
    __asm volatile("bkpt 0xab" : "+r"(operation) : "r"(argument) : "memory");
}

void report_number(uint32_t value) {
    char digits[12];
    char *place = digits + sizeof digits - 1;
    *place = 0;
    do {
        *--place = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    report_text(place);
}
