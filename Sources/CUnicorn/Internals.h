// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_INTERNALS_H
#define KINGLET_INTERNALS_H

#include "CUnicorn.h"

// What kl_fast_path_enter was called with last on this thread.
extern _Thread_local kl_fast_path *kl_current_path;

// Writes machine code over a function of Unicorn's, which no thread may be executing. False where
// the system does not let a program write to its code.
bool kl_write_code(void *place, const uint8_t *code, size_t length);

#endif
