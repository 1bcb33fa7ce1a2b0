// SPDX-License-Identifier: GPL-2.0-or-later

/// A positive real factor as TFLite's integer kernels store it: multiplier * 2^(shift - 31).
package struct FixedPointMultiplier: Sendable, Hashable {
    /// 0, or 2^30...2^31-1.
    package var multiplier: Int32
    /// Power of two, negative to the right: -31...maximumShift in valid graphs.
    package var shift: Int

    /// Factors above 2^this would lift every possible sum out of range.
    package static let maximumShift = 30

    /// The nearest representable factor; 0 for factors below 2^-32.
    ///
    /// TFLite quantization_util.cc, QuantizeMultiplier with double rounding.
    package init(_ factor: Double) {
        guard factor > 0, factor.isFinite else {
            (multiplier, shift) = (0, 0)
            return
        }
        var exponent = Int(factor.exponent) + 1
        var fixed = Int64((factor.significand / 2 * 0x1p31).rounded(.toNearestOrAwayFromZero))
        if fixed == 1 << 31 {
            fixed /= 2
            exponent += 1
        }
        if exponent < -31 { (fixed, exponent) = (0, 0) }
        multiplier = Int32(fixed)
        shift = exponent
    }

    init(multiplier: Int32, shift: Int) {
        self.multiplier = multiplier
        self.shift = shift
    }

    /// value times the factor, rounded twice: the doubled product's high half, half up, then a
    /// rounding right shift (TFLite common.cc, MultiplyByQuantizedMultiplier without
    /// TFLITE_SINGLE_ROUNDING). The left shift wraps, as the reference's does in practice.
    package func apply(_ value: Int32) -> Int32 {
        let raised = shift > 0 ? value << Int32(shift) : value
        let high = FixedPoint.doublingHighProduct(raised, multiplier)
        return shift < 0 ? FixedPoint.roundingShift(high, by: -shift) : high
    }

    /// value times the factor, rounded once, half up (TFLite's TFLITE_SINGLE_ROUNDING).
    package func applyRoundingOnce(_ value: Int32) -> Int32 {
        let bits = 31 - shift
        guard bits > 0 else { return apply(value) }
        let product = Int64(value) * Int64(multiplier)
        return Int32(clamping: (product + (Int64(1) << (bits - 1))) >> bits)
    }
}

/// How a fully connected layer's sums are rounded to its output's units. Convolutions always
/// round twice.
package enum DenseRounding: Sendable {
    /// As LiteRT 2.3, whose reference kernel multiplies in double precision
    /// (reference/integer_ops/fully_connected.h), and as the firmware's kernels.
    case once
    /// As older TFLite and TFLite Micro: another result in less than 1 % of values, by one unit.
    case twice
}

/// Arithmetic of gemmlowp's fixedpoint.h.
enum FixedPoint {
    /// (a * b) / 2^31 rounded half up, saturated (SaturatingRoundingDoublingHighMul).
    static func doublingHighProduct(_ a: Int32, _ b: Int32) -> Int32 {
        if a == .min && b == .min { return .max }
        let product = Int64(a) * Int64(b)
        let nudge: Int64 = product >= 0 ? 1 << 30 : 1 - (1 << 30)
        return Int32((product + nudge) / (1 << 31))
    }

    /// value / 2^exponent rounded half away from zero (RoundingDivideByPOT), exponent 0...31.
    static func roundingShift(_ value: Int32, by exponent: Int) -> Int32 {
        let mask = Int32(truncatingIfNeeded: (Int64(1) << exponent) - 1)
        let remainder = value & mask
        let threshold = (mask >> 1) &+ (value < 0 ? 1 : 0)
        return (value >> exponent) &+ (remainder > threshold ? 1 : 0)
    }

    /// value * 2^exponent, saturated (SaturatingRoundingMultiplyByPOT for exponent >= 0).
    static func saturatingShift(_ value: Int32, by exponent: Int) -> Int32 {
        let wide = Int64(value) << exponent
        return Int32(max(Int64(Int32.min), min(Int64(Int32.max), wide)))
    }
}
