// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// Multiply, multiply accumulate, long multiply, divide (ARMv7-M ARM A5.3.16, A5.3.17).
    ///
    /// Ra = 0b1111 names the form without accumulation.
    static let multiply: [Encoding] =
        [
            Encoding("1111 1011 0000 nnnn 1111 dddd 0000 mmmm", .mul, .multiply, product),
            Encoding("1111 1011 0000 nnnn aaaa dddd 0000 mmmm", .mla, .multiply, accumulated),
            Encoding("1111 1011 0000 nnnn aaaa dddd 0001 mmmm", .mls, .multiply, accumulated),
        ]
        + accumulating("001", "00", .smlabb, .smulbb) + accumulating("001", "01", .smlabt, .smulbt)
        + accumulating("001", "10", .smlatb, .smultb) + accumulating("001", "11", .smlatt, .smultt)
        + accumulating("010", "00", .smlad, .smuad) + accumulating("010", "01", .smladx, .smuadx)
        + accumulating("011", "00", .smlawb, .smulwb) + accumulating("011", "01", .smlawt, .smulwt)
        + accumulating("100", "00", .smlsd, .smusd) + accumulating("100", "01", .smlsdx, .smusdx)
        + accumulating("101", "00", .smmla, .smmul) + accumulating("101", "01", .smmlar, .smmulr)
        + [
            Encoding("1111 1011 0110 nnnn aaaa dddd 0000 mmmm", .smmls, .multiply, accumulated),
            Encoding("1111 1011 0110 nnnn aaaa dddd 0001 mmmm", .smmlsr, .multiply, accumulated),
            Encoding("1111 1011 0111 nnnn 1111 dddd 0000 mmmm", .usad8, .dsp, product),
            Encoding("1111 1011 0111 nnnn aaaa dddd 0000 mmmm", .usada8, .dsp, accumulated),

            Encoding("1111 1011 1000 nnnn llll hhhh 0000 mmmm", .smull, .multiplyLong, long),
            Encoding("1111 1011 1001 nnnn xxxx dddd 1111 mmmm", .sdiv, .divide, product),
            Encoding("1111 1011 1010 nnnn llll hhhh 0000 mmmm", .umull, .multiplyLong, long),
            Encoding("1111 1011 1011 nnnn xxxx dddd 1111 mmmm", .udiv, .divide, product),
        ]
        + longAccumulating("100", "0000", .smlal) + longAccumulating("100", "1000", .smlalbb)
        + longAccumulating("100", "1001", .smlalbt) + longAccumulating("100", "1010", .smlaltb)
        + longAccumulating("100", "1011", .smlaltt) + longAccumulating("100", "1100", .smlald)
        + longAccumulating("100", "1101", .smlaldx) + longAccumulating("101", "1100", .smlsld)
        + longAccumulating("101", "1101", .smlsldx) + longAccumulating("110", "0000", .umlal)
        + longAccumulating("110", "0110", .umaal)

    private static func accumulating(
        _ operation: String, _ variant: String, _ with: Mnemonic, _ without: Mnemonic
    ) -> [Encoding] {
        let lead = "1111 1011 0\(operation) nnnn"
        return [
            Encoding("\(lead) 1111 dddd 00\(variant) mmmm", without, .multiply, product),
            Encoding("\(lead) aaaa dddd 00\(variant) mmmm", with, .multiply, accumulated),
        ]
    }

    private static func longAccumulating(
        _ operation: String, _ variant: String, _ mnemonic: Mnemonic
    ) -> [Encoding] {
        [
            Encoding(
                "1111 1011 1\(operation) nnnn llll hhhh \(variant) mmmm", mnemonic, .multiplyLong,
                [.accumulate(12), .accumulate(8), .read(16), .read(0)])
        ]
    }

    private static let product: [Operand] = [.write(8), .read(16), .read(0)]
    private static let accumulated: [Operand] = [.write(8), .read(16), .read(0), .addend(12)]
    private static let long: [Operand] = [.write(12), .write(8), .read(16), .read(0)]
}
