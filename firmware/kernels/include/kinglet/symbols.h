// SPDX-License-Identifier: Apache-2.0
/// With KINGLET_SYMBOL_SUFFIX defined, every kernel gets that suffix, so that two builds of the
/// kernels (portable and DSP) can be linked into one program and compared.
#ifndef KINGLET_SYMBOLS_H
#define KINGLET_SYMBOLS_H

// clang-format off

#ifdef KINGLET_SYMBOL_SUFFIX
#define KL_JOIN_(name, suffix) name##suffix
#define KL_JOIN(name, suffix) KL_JOIN_(name, suffix)
#define KL_VARIANT(name) KL_JOIN(name, KINGLET_SYMBOL_SUFFIX)

#define kl_add_s8 KL_VARIANT(kl_add_s8)
#define kl_argmax_s8 KL_VARIANT(kl_argmax_s8)
#define kl_average_pool_input_gradient KL_VARIANT(kl_average_pool_input_gradient)
#define kl_average_pool_s8 KL_VARIANT(kl_average_pool_s8)
#define kl_bias_gradient KL_VARIANT(kl_bias_gradient)
#define kl_clamp_mask_bytes KL_VARIANT(kl_clamp_mask_bytes)
#define kl_clamp_mask_s8 KL_VARIANT(kl_clamp_mask_s8)
#define kl_conv_input_gradient KL_VARIANT(kl_conv_input_gradient)
#define kl_conv_input_gradient_of KL_VARIANT(kl_conv_input_gradient_of)
#define kl_conv_input_gradient_scratch_bytes KL_VARIANT(kl_conv_input_gradient_scratch_bytes)
#define kl_conv_s8 KL_VARIANT(kl_conv_s8)
#define kl_conv_s8_scratch_bytes KL_VARIANT(kl_conv_s8_scratch_bytes)
#define kl_conv_update_weights KL_VARIANT(kl_conv_update_weights)
#define kl_conv_weight_gradient KL_VARIANT(kl_conv_weight_gradient)
#define kl_conv_weight_gradient_scratch_bytes KL_VARIANT(kl_conv_weight_gradient_scratch_bytes)
#define kl_depthwise_input_gradient KL_VARIANT(kl_depthwise_input_gradient)
#define kl_depthwise_input_gradient_scratch_bytes KL_VARIANT(kl_depthwise_input_gradient_scratch_bytes)
#define kl_depthwise_s8 KL_VARIANT(kl_depthwise_s8)
#define kl_depthwise_s8_scratch_bytes KL_VARIANT(kl_depthwise_s8_scratch_bytes)
#define kl_depthwise_weight_gradient KL_VARIANT(kl_depthwise_weight_gradient)
#define kl_depthwise_weight_gradient_scratch_bytes KL_VARIANT(kl_depthwise_weight_gradient_scratch_bytes)
#define kl_expf KL_VARIANT(kl_expf)
#define kl_fully_connected_input_gradient KL_VARIANT(kl_fully_connected_input_gradient)
#define kl_fully_connected_input_gradient_scratch_bytes KL_VARIANT(kl_fully_connected_input_gradient_scratch_bytes)
#define kl_fully_connected_s8 KL_VARIANT(kl_fully_connected_s8)
#define kl_fully_connected_s8_scratch_bytes KL_VARIANT(kl_fully_connected_s8_scratch_bytes)
#define kl_gradient_add KL_VARIANT(kl_gradient_add)
#define kl_gradient_apply_mask KL_VARIANT(kl_gradient_apply_mask)
#define kl_gradient_from_float KL_VARIANT(kl_gradient_from_float)
#define kl_logf KL_VARIANT(kl_logf)
#define kl_max_pool_input_gradient KL_VARIANT(kl_max_pool_input_gradient)
#define kl_max_pool_s8 KL_VARIANT(kl_max_pool_s8)
#define kl_mean_s8 KL_VARIANT(kl_mean_s8)
#define kl_pad_s8 KL_VARIANT(kl_pad_s8)
#define kl_requantize_s8 KL_VARIANT(kl_requantize_s8)
#define kl_select_channels_gradient KL_VARIANT(kl_select_channels_gradient)
#define kl_select_channels_s8 KL_VARIANT(kl_select_channels_s8)
#define kl_softmax_cross_entropy_s8 KL_VARIANT(kl_softmax_cross_entropy_s8)
#define kl_stream_rows KL_VARIANT(kl_stream_rows)
#define kl_streamed_block_rows_s8 KL_VARIANT(kl_streamed_block_rows_s8)
#define kl_streamed_block_s8 KL_VARIANT(kl_streamed_block_s8)
#define kl_streamed_block_s8_scratch_bytes KL_VARIANT(kl_streamed_block_s8_scratch_bytes)
#define kl_tiled_block_gradient KL_VARIANT(kl_tiled_block_gradient)
#define kl_tiled_block_gradient_scratch_bytes KL_VARIANT(kl_tiled_block_gradient_scratch_bytes)
#define kl_update_biases KL_VARIANT(kl_update_biases)
#define kl_update_depthwise_channels KL_VARIANT(kl_update_depthwise_channels)
#define kl_update_depthwise_weights KL_VARIANT(kl_update_depthwise_weights)
#define kl_update_weights KL_VARIANT(kl_update_weights)
#endif

#endif
