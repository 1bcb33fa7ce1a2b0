// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once

#include <stdint.h>

// To the console, through semihosting.
void report_text(const char *text);
void report_number(uint32_t value);
