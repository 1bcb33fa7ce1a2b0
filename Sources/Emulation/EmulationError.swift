// SPDX-License-Identifier: GPL-2.0-or-later

/// What can go wrong between us and the engine; never what firmware does wrong (see `StopReason`).
package enum EmulationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A call into Unicorn failed; `code` is its `uc_err`.
    case engine(operation: String, code: UInt32, message: String)
    /// An origin, alias or length that is not a multiple of the page size, empty or past 4 GiB.
    case misplacedRegion(name: String, origin: UInt32, length: UInt64, granularityBytes: UInt32)
    case overlappingRegion(name: String, origin: UInt32, length: UInt64, other: String)
    case tooManyRegions(limit: Int)
    /// Host access to memory that is not mapped.
    case unmappedHostAccess(address: UInt32, length: Int, mapped: [String])
    case addressOutOfCode(address: UInt32)

    package var description: String {
        switch self {
        case .engine(let operation, let code, let message):
            return "Unicorn: \(operation) failed with error \(code) (\(message))"
        case .misplacedRegion(let name, let origin, let length, let granularity):
            return
                "memory region '\(name)': \(length) bytes at \(hex(origin)); origin and length "
                + "must be multiples of \(granularity), the length above 0 and the end at most 4 GiB"
        case .overlappingRegion(let name, let origin, let length, let other):
            return
                "memory region '\(name)': \(length) bytes at \(hex(origin)) overlap '\(other)'; "
                + "regions must be disjoint"
        case .tooManyRegions(let limit):
            return "more than \(limit) memory regions and aliases; at most \(limit) can be mapped"
        case .unmappedHostAccess(let address, let length, let mapped):
            return
                "access to \(length) bytes at \(hex(address)); mapped are "
                + (mapped.isEmpty ? "no regions" : mapped.joined(separator: ", "))
        case .addressOutOfCode(let address):
            return "\(hex(address)) is odd or outside mapped memory; code addresses are even"
        }
    }
}

func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
