// SPDX-License-Identifier: GPL-2.0-or-later

/// Base mnemonics, without condition, `s` suffix, width or data-type qualifier.
package enum Mnemonic: String, Sendable, CaseIterable {
    case adc, add, udf
}
