// SPDX-License-Identifier: Apache-2.0
#ifndef FAULT_H
#define FAULT_H

// The frame of all fault samples: two clean steps, then the broken act in step 2, phase forward,
// three calls deep, so that a report has a step, a phase and a call stack to show. A sample that
// comes back from its act says so and ends with exit code 1.

#include "runtime/core.h"
#include "runtime/marker.h"
#include "runtime/text.h"

// The broken act; each sample defines its own.
static void act(void);

__attribute__((noinline)) static void forward(void) {
    kl_phase_begin(KL_PHASE_FORWARD);
    act();
    kl_phase_end(KL_PHASE_FORWARD);
}

__attribute__((noinline)) static void step(uint32_t index) {
    kl_step_begin(index);
    if (index == 2)
        forward();
    kl_step_end(index);
}

int main(void) {
    for (uint32_t index = 0; index < 3; index++)
        step(index);
    kl_put("no fault was raised\n");
    return 1;
}

#endif
