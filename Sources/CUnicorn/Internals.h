// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_INTERNALS_H
#define KINGLET_INTERNALS_H

#include <pthread.h>

#include "CUnicorn.h"

// What kl_fast_path_enter was called with last on this thread.
extern _Thread_local kl_fast_path *kl_current_path;

// Writes machine code over a function of Unicorn's, which no thread may be executing. False where
// the system does not let a program write to its code.
bool kl_write_code(void *place, const uint8_t *code, size_t length);

// Makes a function of Unicorn's a jump to `target`, unless that is out of reach.
bool kl_write_jump(void *place, const void *target);

// Defines `function`, which changes Unicorn's code in this process by a call of `change` the first
// time, and returns what that returned: whether it could be changed.
#define KL_ONCE(function, change)                                                                  \
    static bool function##_is_done;                                                                \
    static void function##_first(void) {                                                           \
        function##_is_done = change();                                                             \
    }                                                                                              \
    bool function(void) {                                                                          \
        static pthread_once_t once = PTHREAD_ONCE_INIT;                                            \
        pthread_once(&once, function##_first);                                                     \
        return function##_is_done;                                                                 \
    }

// Byte of Q in what Unicorn calls CPUARMState; 0: not known.
uint32_t kl_q_offset(void);

// What translations call for an addition that may set Q: the plain one, and one that also writes
// itself over its call.
uint32_t kl_add_setq(void *environment, uint32_t a, uint32_t b);
uint32_t kl_add_setq_inlining(void *environment, uint32_t a, uint32_t b);

// What an engine's Unicorn translates with, or NULL when that is not found for sure.
uint8_t *kl_translator(uc_engine *engine);

// Whether Unicorn is 2.0.1, whose insides are known; the lowest byte may be any.
static inline bool kl_is_known_version(void) {
    return uc_version(NULL, NULL) >> 8 == 0x020001;
}

#endif
