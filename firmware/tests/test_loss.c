// SPDX-License-Identifier: Apache-2.0
/// The float functions against libm, and softmax cross-entropy against finite differences.
#include "support.h"

/// FNV-1a over the bits of both functions on fixed grids.
#define DIGEST 0x3034096cU

/// Distance in units in the last place of the expected value.
static double ulps(float found, double expected) {
    float near = (float)expected;
    double unit = (double)nextafterf(fabsf(near), INFINITY) - (double)fabsf(near);
    return fabs((double)found - expected) / unit;
}

static void test_functions(void) {
    double worst = 0;
    for (int32_t i = 0; i < 400000; i++) {
        float x = (float)(-86.9 + 174.8 * random_unit());
        worst = fmax(worst, ulps(kl_expf(x), exp((double)x)));
    }
    CHECK(worst < 2, "kl_expf is off by %g units in the last place", worst);
    CHECK(kl_expf(0) == 1 && kl_expf(-88) == 0 && kl_expf(1e9F) == kl_expf(88), "limits of exp");
    worst = 0;
    for (int32_t i = 0; i < 400000; i++) {
        float x = (float)exp(-80 + 160 * random_unit());
        if (i % 2)
            x = (float)(0.5 + random_unit());
        worst = fmax(worst, ulps(kl_logf(x), log((double)x)));
    }
    CHECK(worst < 2, "kl_logf is off by %g units in the last place", worst);
    CHECK(kl_logf(1) == 0, "log 1");
}

/// Every bit of the functions, so that a compiler that contracts or reorders is noticed. The same
/// digest comes out on every machine.
static void test_digest(void) {
    uint32_t digest = 2166136261U;
    for (int32_t i = -60000; i < 60000; i++) {
        float values[2] = {kl_expf((float)i * 1.4e-3F), kl_logf((float)(i + 60001) * 0.37F)};
        const uint8_t *bytes = (const uint8_t *)values;
        for (size_t k = 0; k < sizeof values; k++)
            digest = (digest ^ bytes[k]) * 16777619U;
    }
    CHECK(digest == DIGEST, "digest of the float functions is 0x%08x", (unsigned)digest);
}

static double loss_of(const double *logits, int32_t classes, int32_t label) {
    double largest = logits[0], sum = 0;
    for (int32_t i = 1; i < classes; i++)
        largest = fmax(largest, logits[i]);
    for (int32_t i = 0; i < classes; i++)
        sum += exp(logits[i] - largest);
    return log(sum) + largest - logits[label];
}

static void test_cross_entropy(void) {
    int32_t classes = random_between(2, 100), zero = random_between(-128, 127);
    int32_t label = random_between(0, classes - 1);
    float scale = (float)(0.001 + 0.3 * random_unit()), work[100];
    int8_t logits[100];
    double real[100] = {0};
    kl_grad data[100];
    kl_gradient gradient = {data, 0};
    random_bytes(logits, classes, -128, 127);
    for (int32_t i = 0; i < classes; i++)
        real[i] = (double)scale * (logits[i] - zero);
    float loss = kl_softmax_cross_entropy_s8(logits, classes, scale, zero, label, work, &gradient);
    double expected = loss_of(real, classes, label), top = 0;
    CHECK(fabs((double)loss - expected) < 1e-6 + 1e-6 * expected, "loss %g, not %g", (double)loss,
          expected);
    for (int32_t i = 0; i < classes; i++)
        top = fmax(top, fabs((double)work[i]));
    for (int32_t i = 0; i < classes; i++) {
        double kept = real[i], step = 1e-5;
        real[i] = kept + step;
        double above = loss_of(real, classes, label);
        real[i] = kept - step;
        double below = loss_of(real, classes, label);
        real[i] = kept;
        double slope = (above - below) / (2 * step);
        CHECK(fabs((double)work[i] - slope) < 2e-6, "gradient %g, not %g", (double)work[i], slope);
        double found = ldexp(data[i], gradient.exponent);
        // Half a unit of a mantissa, a whole one where the largest rounds up and is held.
        CHECK(fabs(found - (double)work[i]) <= top / KL_GRADIENT_MAX * 1.01,
              "mantissa %d stands for %g, not %g", data[i], found, (double)work[i]);
    }
    int32_t best = kl_argmax_s8(logits, classes);
    for (int32_t i = 0; i < classes; i++)
        CHECK(logits[i] < logits[best] || (logits[i] == logits[best] && i >= best), "argmax");
}

int main(void) {
    seed_random(3);
    test_functions();
    test_digest();
    for (int32_t i = 0; i < 500; i++)
        test_cross_entropy();
    return finish("loss and its gradient agree with double precision", 502);
}
