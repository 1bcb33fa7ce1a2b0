// SPDX-License-Identifier: Apache-2.0
/// Streamed blocks against their layers run whole, exactly: any tile, any overlap that is allowed.
#include "support.h"

/// A block of random layers, what its layers make when run whole, and memory to run it in.
typedef struct {
    test_layer *layers[3];
    kl_add_layer addition;
    kl_streamed_block block;
    int8_t *expected;
    int32_t input_bytes;
    int32_t output_bytes;
} test_block;

static void *zeros(int32_t bytes) {
    void *block = calloc((size_t)(bytes > 0 ? bytes : 1), 1);
    if (block == NULL)
        exit(2);
    return block;
}

static void run_whole(test_block *test) {
    test_layer **layers = test->layers;
    for (int32_t i = 0; i < 3; i++) {
        const kl_conv_layer *layer = &layers[i]->layer;
        const int8_t *input = i == 0 ? layers[0]->input : layers[i - 1]->output;
        kl_weights weights = {layers[i]->weights, 0, 0, 0};
        if (i == 1)
            kl_depthwise_s8(layer, input, &weights, layers[i]->bias, layers[i]->output,
                            scratch_of(layers[i], kl_depthwise_s8_scratch_bytes(layer)));
        else
            kl_conv_s8(layer, input, &weights, layers[i]->bias, layers[i]->output,
                       scratch_of(layers[i], kl_conv_s8_scratch_bytes(layer, 0)));
    }
    memcpy(test->expected, layers[2]->output, (size_t)test->output_bytes);
    if (test->block.addition == 0)
        return;
    kl_add_layer addition = test->addition;
    addition.count = test->output_bytes;
    kl_add_s8(&addition, layers[0]->input, layers[2]->output, test->expected);
}

static void add_input(test_block *test) {
    kl_add_layer *layer = &test->addition;
    double left = 0.01 + random_unit(), right = 0.01 + random_unit();
    double output = 0.2 + random_unit(), twice = 2 * (left > right ? left : right);
    layer->left_zero_point = random_between(-128, 127);
    layer->right_zero_point = random_between(-128, 127);
    layer->output_zero_point = random_between(-128, 127);
    layer->activation_min = random_between(-128, 0);
    layer->activation_max = random_between(1, 127);
    quantize_multiplier(left / twice, &layer->left_multiplier, &layer->left_shift);
    quantize_multiplier(right / twice, &layer->right_multiplier, &layer->right_shift);
    quantize_multiplier(twice / (output * (1 << 20)), &layer->output_multiplier,
                        &layer->output_shift);
    test->block.addition = layer;
}

static test_block *make_block(void) {
    test_block *test = zeros(sizeof *test);
    test_layer **layers = test->layers;
    layers[0] = make_layer(random_between(0, 1) ? CONVOLUTION : POINTWISE, 17);
    layers[1] = make_layer_on(DEPTHWISE, &layers[0]->layer.output, 0);
    const kl_shape *input = &layers[0]->layer.input, *middle = &layers[1]->layer.output;
    int32_t adds = input->height == middle->height && input->width == middle->width &&
                   random_between(0, 3) > 0;
    layers[2] = make_layer_on(POINTWISE, middle, adds ? input->channels : 0);
    kl_weights weights[3] = {{0, 0, 0, 0}};
    for (int32_t i = 0; i < 3; i++)
        weights[i].base = layers[i]->weights;
    kl_streamed_block block = {
        &layers[0]->layer,
        &layers[1]->layer,
        &layers[2]->layer,
        weights[0],
        weights[1],
        weights[2],
        layers[0]->bias,
        layers[1]->bias,
        layers[2]->bias,
        0,
        random_between(1, middle->height + 1),
    };
    test->block = block;
    if (adds)
        add_input(test);
    test->input_bytes = input_count(layers[0]);
    test->output_bytes = output_count(layers[2]);
    test->expected = zeros(test->output_bytes);
    run_whole(test);
    return test;
}

static void free_block(test_block *test) {
    for (int32_t i = 0; i < 3; i++)
        free_layer(test->layers[i]);
    free(test->expected);
    free(test);
}

/// The largest distance from input to output that the header allows; INT32_MAX: any.
static int32_t largest_distance(const test_block *test) {
    const kl_conv_layer *first = test->block.expansion, *middle = test->block.depthwise;
    int32_t row = first->input.width * first->input.channels;
    int32_t made = test->block.projection->output.width * test->block.projection->output.channels;
    int32_t largest = test->block.addition != 0 ? 0 : INT32_MAX;
    int32_t height = middle->output.height;
    for (int32_t end = test->block.tile_rows; end < height; end += test->block.tile_rows) {
        int32_t expanded = (end - 1) * middle->window.stride_height - middle->window.pad_top +
                           middle->window.kernel_height;
        expanded = expanded > middle->input.height ? middle->input.height : expanded;
        int32_t rows = expanded * first->window.stride_height - first->window.pad_top;
        rows = rows < 0 ? 0 : rows > first->input.height ? first->input.height : rows;
        int32_t distance = rows * row - end * made;
        largest = distance < largest ? distance : largest;
    }
    return largest;
}

static void check_output(const test_block *test, const char *what, const int8_t *found) {
    int32_t different = 0;
    for (int32_t i = 0; i < test->output_bytes; i++)
        different += found[i] != test->expected[i];
    CHECK(different == 0, "%s, %d rows a tile: %d of %d elements differ", what,
          (int)test->block.tile_rows, (int)different, (int)test->output_bytes);
}

static void *block_scratch(const test_block *test, bool reads_rows) {
    int32_t bytes = kl_streamed_block_s8_scratch_bytes(&test->block, reads_rows);
    void *scratch = zeros(bytes);
    memset(scratch, 0xa5, (size_t)bytes);
    return scratch;
}

static void test_apart(const test_block *test) {
    void *scratch = block_scratch(test, false);
    int8_t *output = zeros(test->output_bytes);
    kl_streamed_block_s8(&test->block, test->layers[0]->input, output, scratch);
    check_output(test, "apart", output);
    free(output);
    free(scratch);
}

/// Output over the input, `distance` bytes after it.
static void test_over(const test_block *test, int32_t distance) {
    int32_t before = distance < 0 ? -distance : 0, after = distance > 0 ? distance : 0;
    int32_t output_end = after + test->output_bytes, input_end = before + test->input_bytes;
    int8_t *memory = zeros(output_end > input_end ? output_end : input_end);
    memcpy(memory + before, test->layers[0]->input, (size_t)test->input_bytes);
    void *scratch = block_scratch(test, false);
    kl_streamed_block_s8(&test->block, memory + before, memory + after, scratch);
    check_output(test, "over its input", memory + after);
    free(scratch);
    free(memory);
}

typedef struct {
    const test_block *test;
    int32_t next; ///< the row that is asked for next, or a later one
    int32_t end;  ///< the row that cannot be read
} row_reader;

static bool read_row(void *context, int32_t row, int8_t *destination) {
    row_reader *reader = context;
    const kl_shape *shape = &reader->test->block.expansion->input;
    int32_t bytes = shape->width * shape->channels;
    CHECK(row >= reader->next && row < shape->height, "row %d after row %d", (int)row,
          (int)reader->next - 1);
    CHECK(reader->next <= reader->end, "row %d although %d failed", (int)row, (int)reader->end);
    reader->next = row + 1;
    if (row >= reader->end)
        return false;
    memcpy(destination, reader->test->layers[0]->input + row * bytes, (size_t)bytes);
    return true;
}

static void test_rows(const test_block *test) {
    void *scratch = block_scratch(test, true);
    int8_t *output = zeros(test->output_bytes);
    row_reader reader = {test, 0, INT32_MAX};
    CHECK(kl_streamed_block_rows_s8(&test->block, read_row, &reader, output, scratch),
          "all rows were given");
    check_output(test, "row by row", output);
    if (reader.next > 0) {
        row_reader failing = {test, 0, random_between(0, reader.next - 1)};
        CHECK(!kl_streamed_block_rows_s8(&test->block, read_row, &failing, output, scratch),
              "row %d was not given", (int)failing.end);
    }
    free(output);
    free(scratch);
}

int main(void) {
    int32_t cases = 0;
    for (int32_t round = 0; round < 700; round++) {
        seed_random((uint64_t)round);
        test_block *test = make_block();
        test_apart(test);
        int32_t largest = largest_distance(test);
        test_over(test, largest < INT32_MAX ? largest : random_between(0, 300));
        test_over(test, (largest < INT32_MAX ? largest : 0) - random_between(1, 300));
        if (test->block.addition == 0)
            test_rows(test);
        cases += test->block.addition == 0 ? 4 : 3;
        free_block(test);
    }
    return finish("streamed blocks equal their layers", cases);
}
