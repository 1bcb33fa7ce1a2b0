// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_MARKER_H
#define RUNTIME_MARKER_H

// Step, phase, loss and metric markers through ITM stimulus ports; the protocol is in
// firmware/README.md. Where no debugger enabled a port, a marker costs three loads and three
// branches. In the host twin markers do nothing.

#include "runtime/core.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum KlPort {
    KL_PORT_CONSOLE = 0,
    KL_PORT_STEP_BEGIN = 24,
    KL_PORT_STEP_END = 25,
    KL_PORT_PHASE_BEGIN = 26,
    KL_PORT_PHASE_END = 27,
    KL_PORT_NAME = 28,
    KL_PORT_LOSS = 29,
    KL_PORT_METRIC = 30,
};

enum KlPhase {
    KL_PHASE_FORWARD = 1,
    KL_PHASE_BACKWARD = 2,
    KL_PHASE_UPDATE = 3,
    KL_PHASE_INPUT = 4,
    KL_PHASE_EVALUATION = 5,
    KL_PHASE_FIRST_OWN = 16, // ids from here on are the app's, named by kl_phase_define
};

#if KL_CORTEX_M

static inline bool kl_itm_enabled(enum KlPort port) {
    return (KL_REGISTER(KL_DEMCR) & KL_DEMCR_TRCENA) &&
           (KL_REGISTER(KL_ITM_TCR) & KL_ITM_TCR_ITMENA) &&
           ((KL_REGISTER(KL_ITM_TER) >> port) & 1u);
}

// Waits for room in the ITM's FIFO: at most a few thousand reads, so that a trace port which was
// enabled but is not drained slows the program down instead of stopping it.
static inline void kl_itm_wait(enum KlPort port) {
    for (uint32_t reads = 0; reads < 4096; reads++)
        if (KL_REGISTER(KL_ITM_PORT(port)) & 1u)
            return;
}

static inline void kl_mark(enum KlPort port, uint32_t value) {
    if (kl_itm_enabled(port)) {
        kl_itm_wait(port);
        KL_REGISTER(KL_ITM_PORT(port)) = value;
    }
}

static inline void kl_itm_byte(enum KlPort port, uint8_t value) {
    kl_itm_wait(port);
    *(volatile uint8_t *)KL_ITM_PORT(port) = value;
}

static inline void kl_mark_name(const char *name) {
    if (kl_itm_enabled(KL_PORT_NAME))
        while (*name)
            kl_itm_byte(KL_PORT_NAME, (uint8_t)*name++);
}

#else

static inline void kl_mark(enum KlPort port, uint32_t value) {
    (void)port;
    (void)value;
}

static inline void kl_mark_name(const char *name) {
    (void)name;
}

#endif

static inline uint32_t kl_float_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline void kl_step_begin(uint32_t index) {
    kl_mark(KL_PORT_STEP_BEGIN, index);
}
static inline void kl_step_end(uint32_t index) {
    kl_mark(KL_PORT_STEP_END, index);
}

// Phases nest: time inside an inner phase is not counted for the outer one.
static inline void kl_phase_begin(uint32_t phase) {
    kl_mark(KL_PORT_PHASE_BEGIN, phase);
}
static inline void kl_phase_end(uint32_t phase) {
    kl_mark(KL_PORT_PHASE_END, phase);
}

// Gives an app's own phase id (KL_PHASE_FIRST_OWN and up) a name in the record.
static inline void kl_phase_define(uint32_t phase, const char *name) {
    kl_mark_name(name);
    kl_mark(KL_PORT_NAME, phase);
}

// The loss of the step that is running.
static inline void kl_loss(float value) {
    kl_mark(KL_PORT_LOSS, kl_float_bits(value));
}

// A named result of the whole run.
static inline void kl_metric(const char *name, float value) {
    kl_mark_name(name);
    kl_mark(KL_PORT_METRIC, kl_float_bits(value));
}

#endif
