// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage

/// Numbers for the functions that a profile meets. Number 0 is code without a symbol.
struct FunctionTable {
    static let unknown: UInt32 = 0

    private let symbols: SymbolMap
    private let memories: [Board.Memory]
    private var numbers: [UInt32: UInt32] = [:]
    private var exceptions: [Int: UInt32] = [:]
    private(set) var functions = [ProfileMeasurement.Function(name: "[unknown]")]

    init(symbols: SymbolMap, board: Board) {
        self.symbols = symbols
        memories = board.memories.filter { !$0.aliases.isEmpty }
    }

    /// The number of the function that holds `address`, and whether that is its first byte.
    mutating func function(at address: UInt32) -> (number: UInt32, isStart: Bool) {
        for place in [address] + otherAddresses(of: address) {
            guard let symbol = symbols.code(at: place) else { continue }
            let start = symbol.address & ~1
            return (number(of: symbol, at: start), place == start)
        }
        return (Self.unknown, false)
    }

    private mutating func number(of symbol: Symbol, at start: UInt32) -> UInt32 {
        if let known = numbers[start] { return known }
        numbers[start] = UInt32(functions.count)
        functions.append(ProfileMeasurement.Function(name: symbol.name, address: start))
        return UInt32(functions.count - 1)
    }

    /// The number of what stands above the handlers of an exception.
    mutating func exception(_ number: Int) -> UInt32 {
        if let known = exceptions[number] { return known }
        let name = "[\(ExceptionNumber.name(number))]"
        exceptions[number] = UInt32(functions.count)
        functions.append(ProfileMeasurement.Function(name: name))
        return UInt32(functions.count - 1)
    }

    mutating func other(_ name: String) -> UInt32 {
        functions.append(ProfileMeasurement.Function(name: name))
        return UInt32(functions.count - 1)
    }

    /// Where else the same byte stands: symbols know one address of a memory that has several.
    private func otherAddresses(of address: UInt32) -> [UInt32] {
        for memory in memories {
            let starts = [memory.origin] + memory.aliases
            guard let start = starts.first(where: { address &- $0 < memory.lengthBytes }) else {
                continue
            }
            return starts.filter { $0 != start }.map { $0 &+ (address &- start) }
        }
        return []
    }
}

extension SymbolMap {
    /// What names the code at `address`: a function, a label, or the variable that code was copied into.
    func code(at address: UInt32) -> Symbol? { function(at: address) ?? object(at: address) }
}
