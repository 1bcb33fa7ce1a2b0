// SPDX-License-Identifier: GPL-2.0-or-later

/// Samples of noise in the form that training firmware reads, for rows without data: memory and cycles do not
/// depend on what is trained with.
package struct NoiseSamples {
    /// Values of one sample.
    let values: Int
    let classes: Int

    package init(values: Int, classes: Int) {
        self.values = values
        self.classes = classes
    }

    private static let count = 16

    /// IDX files by name: unsigned bytes, a vector of all its values a sample.
    package var files: [String: [UInt8]] {
        // Any numbers would do; these are the same on every machine (a linear congruential generator
        // with the constants of Knuth's MMIX).
        var state: UInt64 = 1
        func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        let images =
            Self.header(0x802, [Self.count, values]) + (0..<Self.count * values).map { _ in next() }
        let labels =
            Self.header(0x801, [Self.count])
            + (0..<Self.count).map { UInt8(truncatingIfNeeded: $0 % min(classes, 256)) }
        return [
            "train-images.idx": images, "train-labels.idx": labels, "test-images.idx": images,
            "test-labels.idx": labels,
        ]
    }

    private static func header(_ magic: Int, _ sizes: [Int]) -> [UInt8] {
        ([magic] + sizes).flatMap { number in
            stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
        }
    }

    func write(to folder: String) throws(WorkbenchError) {
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            try OutputFile.write(bytes, to: "\(folder)/\(name)")
        }
    }
}
