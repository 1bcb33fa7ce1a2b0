// SPDX-License-Identifier: GPL-2.0-or-later

/// Type of a tensor's elements.
package enum ElementType: String, Sendable, Hashable, Codable {
    case int8, int32, float32

    package var byteCount: Int { self == .int8 ? 1 : 4 }
}

/// Extents of a tensor, outermost first. Activations are NHWC with batch 1, or [1, features].
package struct Shape: Sendable, Hashable, Codable {
    /// Every extent is at least 1 in a valid graph. An empty list is a scalar.
    package var extents: [Int]

    package init(_ extents: [Int]) { self.extents = extents }

    package init(height: Int, width: Int, channels: Int) {
        extents = [1, height, width, channels]
    }

    package var rank: Int { extents.count }

    /// Elements; 0 where an extent is not positive, Int.max where the product does not fit.
    package var count: Int {
        var product = 1
        for extent in extents {
            guard extent > 0 else { return 0 }
            let (next, overflows) = product.multipliedReportingOverflow(by: extent)
            if overflows { return .max }
            product = next
        }
        return product
    }

    /// Rows of an NHWC tensor; 1 for other ranks.
    package var height: Int { rank == 4 ? extents[1] : 1 }
    /// Columns of an NHWC tensor; 1 for other ranks.
    package var width: Int { rank == 4 ? extents[2] : 1 }
    /// The innermost extent.
    package var channels: Int { extents.last ?? 1 }
    /// Rows times columns.
    package var pixels: Int { height * width }
}

extension Shape: CustomStringConvertible {
    package var description: String {
        "[" + extents.map(String.init).joined(separator: ",") + "]"
    }
}
