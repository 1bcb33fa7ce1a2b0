// SPDX-License-Identifier: Apache-2.0
/// Forward kernels against naive references in int64, exactly.
#include "reference.h"

static void compare(const char *what, const int8_t *found, const int8_t *expected, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        CHECK(found[i] == expected[i], "%s: element %d is %d, should be %d", what, (int)i, found[i],
              expected[i]);
}

static void check_layer(test_layer *test, layer_kind kind, const char *what) {
    int32_t count = output_count(test), overlay = test->split.overlay_count;
    int8_t *expected = calloc((size_t)count, 1);
    reference_forward(test, expected);
    const kl_conv_layer *layer = &test->layer;
    if (kind == FULLY_CONNECTED) {
        void *scratch = scratch_of(test, kl_fully_connected_s8_scratch_bytes(layer, overlay));
        kl_fully_connected_s8(layer, test->input, &test->split, test->bias, test->output, scratch);
    } else if (kind == DEPTHWISE) {
        void *scratch = scratch_of(test, kl_depthwise_s8_scratch_bytes(layer));
        kl_depthwise_s8(layer, test->input, &test->split, test->bias, test->output, scratch);
        if (input_count(test) >= count) { // in place
            compare(what, test->output, expected, count);
            kl_depthwise_s8(layer, test->input, &test->split, test->bias, test->input, scratch);
            memcpy(test->output, test->input, (size_t)count);
        }
    } else {
        void *scratch = scratch_of(test, kl_conv_s8_scratch_bytes(layer, overlay));
        kl_conv_s8(layer, test->input, &test->split, test->bias, test->output, scratch);
    }
    compare(what, test->output, expected, count);
    free(expected);
    free_layer(test);
}

static void test_layers(layer_kind kind, const char *what) {
    check_layer(make_layer(kind, random_between(0, 9) == 0 ? 24 : 7), kind, what);
}

/// So many channels that few pixels are unpacked at a time.
static void test_long_rows(void) {
    kl_shape input = {random_between(1, 4), random_between(1, 5), random_between(500, 700)};
    check_layer(make_layer_on(POINTWISE, &input, 0), POINTWISE, "long rows");
}

/// Average and maximum over the window's part inside the input, straight from the definition.
static void test_pooling(void) {
    test_layer *test = make_layer(DEPTHWISE, 12);
    const kl_conv_layer *conv = &test->layer;
    kl_pool_layer layer = {conv->input, conv->output, conv->window, conv->activation_min,
                           conv->activation_max};
    int32_t channels = layer.input.channels;
    int8_t *maximum = calloc((size_t)output_count(test), 1);
    kl_average_pool_s8(&layer, test->input, test->output);
    kl_max_pool_s8(&layer, test->input, maximum);
    for (int32_t i = 0; i < output_count(test); i++) {
        int32_t oy = i / channels / layer.output.width, ox = i / channels % layer.output.width;
        int32_t count = 0, sum = 0, best = -128;
        for (int32_t y = 0; y < layer.input.height; y++)
            for (int32_t x = 0; x < layer.input.width; x++) {
                int32_t ky = y - oy * layer.window.stride_height + layer.window.pad_top;
                int32_t kx = x - ox * layer.window.stride_width + layer.window.pad_left;
                if (ky < 0 || kx < 0 || ky >= layer.window.kernel_height ||
                    kx >= layer.window.kernel_width)
                    continue;
                int32_t value = test->input[(y * layer.input.width + x) * channels + i % channels];
                sum += value;
                count++;
                best = value > best ? value : best;
            }
        double mean = count > 0 ? (double)sum / count : 0;
        int32_t average = (int32_t)(mean < 0 ? ceil(mean - 0.5) : floor(mean + 0.5));
        int32_t low = layer.activation_min, high = layer.activation_max;
        average = average < low ? low : average > high ? high : average;
        best = best < low ? low : best > high ? high : best;
        CHECK(test->output[i] == average, "average pool: %d, not %d", test->output[i], average);
        CHECK(maximum[i] == best, "max pool: %d, not %d", maximum[i], best);
    }
    free(maximum);
    free_layer(test);
}

static void test_add(void) {
    double left = 0.01 + random_unit(), right = 0.01 + random_unit();
    if (random_between(0, 3) == 0)
        right = left;
    double output = 0.2 + random_unit(), twice = 2 * (left > right ? left : right);
    kl_add_layer layer = {random_between(1, 99),
                          random_between(-128, 127),
                          0,
                          0,
                          random_between(-128, 127),
                          0,
                          0,
                          random_between(-128, 127),
                          0,
                          0,
                          random_between(-128, 0),
                          random_between(1, 127)};
    quantize_multiplier(left / twice, &layer.left_multiplier, &layer.left_shift);
    quantize_multiplier(right / twice, &layer.right_multiplier, &layer.right_shift);
    quantize_multiplier(twice / (output * (1 << 20)), &layer.output_multiplier,
                        &layer.output_shift);
    int8_t a[99], b[99], y[99];
    random_bytes(a, 99, -128, 127);
    random_bytes(b, 99, -128, 127);
    kl_add_s8(&layer, a, b, y);
    for (int32_t i = 0; i < layer.count; i++) {
        int64_t sum = reference_requantize((int64_t)(a[i] - layer.left_zero_point) * (1 << 20),
                                           layer.left_multiplier, layer.left_shift);
        sum += reference_requantize((int64_t)(b[i] - layer.right_zero_point) * (1 << 20),
                                    layer.right_multiplier, layer.right_shift);
        int32_t value = reference_requantize(sum, layer.output_multiplier, layer.output_shift) +
                        layer.output_zero_point;
        value = value < layer.activation_min ? layer.activation_min : value;
        value = value > layer.activation_max ? layer.activation_max : value;
        CHECK(y[i] == value, "add: %d, not %d", y[i], value);
        double real =
            (a[i] - layer.left_zero_point) * left + (b[i] - layer.right_zero_point) * right;
        real = real / output + layer.output_zero_point;
        if (real > layer.activation_min && real < layer.activation_max)
            CHECK(fabs(real - y[i]) <= 0.51, "add: %d is far from %f", y[i], real);
    }
    memcpy(b, a, 99); // in place
    layer.right_zero_point = layer.left_zero_point;
    kl_add_s8(&layer, a, b, y);
    kl_add_s8(&layer, a, b, a);
    compare("add in place", a, y, layer.count);
}

static void test_mean_mask_select(void) {
    kl_shape shape = {random_between(1, 9), random_between(1, 9), random_between(1, 30)};
    int8_t input[9 * 9 * 30], output[30], kept[9 * 9 * 30];
    int32_t pixels = shape.height * shape.width, count = pixels * shape.channels;
    random_bytes(input, count, -128, 127);
    int32_t multiplier = 0, shift = 0, zero = random_between(-128, 127);
    double scale = 0.1 + random_unit();
    quantize_multiplier(scale / pixels, &multiplier, &shift);
    kl_mean_s8(&shape, input, zero, 3, multiplier, shift, output);
    for (int32_t c = 0; c < shape.channels; c++) {
        int64_t sum = 0;
        for (int32_t i = 0; i < pixels; i++)
            sum += input[i * shape.channels + c] - zero;
        int32_t value = reference_requantize(sum, multiplier, shift) + 3;
        value = value < -128 ? -128 : value > 127 ? 127 : value;
        CHECK(output[c] == value, "mean: %d, not %d", output[c], value);
    }
    uint8_t mask[(9 * 9 * 30 + 7) / 8];
    int32_t low = random_between(-128, 0), high = random_between(0, 127);
    kl_clamp_mask_s8(input, count, low, high, mask);
    for (int32_t i = 0; i < 8 * kl_clamp_mask_bytes(count); i++) {
        int32_t bit = i < count && input[i] > low && input[i] < high;
        CHECK((mask[i / 8] >> (i % 8) & 1) == bit, "mask bit %d", (int)i);
    }
    uint16_t selected[30];
    int32_t many = 0;
    for (int32_t c = 0; c < shape.channels; c++)
        if (random_between(0, 1))
            selected[many++] = (uint16_t)c;
    kl_select_channels_s8(input, pixels, shape.channels, selected, many, kept);
    for (int32_t i = 0; i < pixels * many; i++)
        CHECK(kept[i] == input[i / many * shape.channels + selected[i % many]], "selected");
}

static void test_requantize(void) {
    kl_requantize_layer layer = {random_between(-128, 127), random_between(-128, 127), 0, 0,
                                 random_between(-128, 0),   random_between(1, 127)};
    quantize_multiplier(exp2(random_between(-10, 10)) * (0.5 + random_unit()), &layer.multiplier,
                        &layer.shift);
    int8_t input[256], output[256];
    for (int32_t i = 0; i < 256; i++)
        input[i] = (int8_t)(i - 128);
    kl_requantize_s8(&layer, input, 256, output);
    for (int32_t i = 0; i < 256; i++) {
        int32_t value =
            reference_requantize(input[i] - layer.input_zero_point, layer.multiplier, layer.shift);
        value += layer.output_zero_point;
        value = value < layer.activation_min ? layer.activation_min : value;
        value = value > layer.activation_max ? layer.activation_max : value;
        CHECK(output[i] == value, "requantized %d to %d, not %d", input[i], output[i], value);
    }
    kl_requantize_s8(&layer, input, 256, input);
    compare("requantize in place", input, output, 256);
}

static void test_pad(void) {
    kl_pad_layer layer = {{random_between(1, 5), random_between(1, 5), random_between(1, 9)},
                          {0, 0, 0},
                          random_between(0, 3),
                          random_between(0, 3),
                          random_between(0, 4),
                          random_between(-128, 127)};
    layer.output.height = layer.input.height + layer.top + random_between(0, 3);
    layer.output.width = layer.input.width + layer.left + random_between(0, 3);
    layer.output.channels = layer.input.channels + layer.channels_before + random_between(0, 3);
    int32_t count = layer.output.height * layer.output.width * layer.output.channels;
    int8_t input[5 * 5 * 9], *output = calloc((size_t)count, 1);
    random_bytes(input, 5 * 5 * 9, -128, 127);
    kl_pad_s8(&layer, input, output);
    for (int32_t i = 0; i < count; i++) {
        int32_t c = i % layer.output.channels - layer.channels_before;
        int32_t x = i / layer.output.channels % layer.output.width - layer.left;
        int32_t y = i / layer.output.channels / layer.output.width - layer.top;
        int32_t inside = c >= 0 && c < layer.input.channels && x >= 0 && x < layer.input.width &&
                         y >= 0 && y < layer.input.height;
        int32_t value =
            inside ? input[(y * layer.input.width + x) * layer.input.channels + c] : layer.value;
        CHECK(output[i] == value, "padded element %d is %d, not %d", (int)i, output[i], value);
    }
    free(output);
}

/// Largest possible sums on either side, and every shift.
static void test_extremes(void) {
    kl_conv_layer layer = {{1, 1, 16384}, {1, 1, 2}, {1, 1, 1, 1, 0, 0}, -128, 0, -128, 127, 0, 0};
    int8_t *input = malloc(16384), *weights = malloc(2 * 16384), output[2];
    memset(input, 127, 16384);
    memset(weights, 127, 16384);
    memset(weights + 16384, -127, 16384);
    int32_t bias[2] = {KL_BIAS_LIMIT, -KL_BIAS_LIMIT}, multipliers[2];
    int8_t shifts[2];
    layer.multipliers = multipliers;
    layer.shifts = shifts;
    kl_weights split = {weights, 0, 0, 0};
    void *scratch = malloc((size_t)(kl_conv_s8_scratch_bytes(&layer, 0) +
                                    kl_fully_connected_s8_scratch_bytes(&layer, 0)));
    for (int32_t shift = -31; shift <= 7; shift++)
        for (int32_t m = 0; m < 6; m++) {
            multipliers[0] = multipliers[1] = m % 3 == 0 ? 1 << 30 : m % 3 == 1 ? INT32_MAX : 0;
            shifts[0] = shifts[1] = (int8_t)shift;
            layer.output_zero_point = shift % 2 == 0 ? -128 : 127;
            if (m < 3)
                kl_conv_s8(&layer, input, &split, bias, output, scratch);
            else
                kl_fully_connected_s8(&layer, input, &split, bias, output, scratch);
            int64_t sum = 127LL * 255 * 16384 + KL_BIAS_LIMIT;
            for (int32_t i = 0; i < 2; i++) {
                int64_t signed_sum = i ? -sum : sum;
                int32_t value = m < 3
                                    ? reference_requantize(signed_sum, multipliers[0], shift)
                                    : reference_requantize_once(signed_sum, multipliers[0], shift);
                value += layer.output_zero_point;
                value = value < -128 ? -128 : value > 127 ? 127 : value;
                CHECK(output[i] == value, "extreme sum, shift %d: %d, not %d", shift, output[i],
                      value);
            }
        }
    free(input);
    free(weights);
    free(scratch);
}

int main(void) {
    int32_t cases = 0;
    for (int32_t round = 0; round < 400; round++, cases += 9) {
        seed_random((uint64_t)round);
        test_layers(CONVOLUTION, "convolution");
        test_layers(POINTWISE, "pointwise");
        if (round % 10 == 0)
            test_long_rows();
        test_layers(FULLY_CONNECTED, "fully connected");
        test_layers(DEPTHWISE, "depthwise");
        test_pooling();
        test_add();
        test_mean_mask_select();
        test_requantize();
        test_pad();
    }
    test_extremes();
    return finish("forward kernels equal an int64 reference", cases);
}
