// SPDX-License-Identifier: Apache-2.0
#include "schedule.h"

// sin(pi * x) for -0.5 <= x <= 0.5 within 4e-6: the series to x^9.
static float sine(float x) {
    const float square = x * x;
    float sum = 0.0821458866f;               // pi^9 / 9!
    sum = sum * square - 0.599264529f;       // pi^7 / 7!
    sum = sum * square + 2.55016404f;        // pi^5 / 5!
    sum = sum * square - 5.16771278f;        // pi^3 / 3!
    return (sum * square + 3.14159265f) * x; // pi
}

float schedule_factor(enum Schedule schedule, uint32_t step, uint32_t steps) {
    const float done = (float)step / (float)steps;
    switch (schedule) {
    case SCHEDULE_CONSTANT:
        return 1.0f;
    case SCHEDULE_LINEAR:
        return 1.0f - done;
    case SCHEDULE_COSINE:
        return 0.5f + 0.5f * sine(0.5f - done); // (1 + cos(pi * done)) / 2
    }
    return 1.0f;
}
