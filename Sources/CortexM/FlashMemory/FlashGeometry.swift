// SPDX-License-Identifier: GPL-2.0-or-later

/// A flash memory's erase sectors (pages) in order, and how long its operations take.
struct FlashGeometry: Equatable {
    struct Sector: Equatable {
        /// Offsets from the start of the memory.
        var range: Range<UInt32>
        /// One time, or one for each width of parallel programming that the controller offers.
        var eraseMicroseconds: [UInt64]
    }
    let sectors: [Sector]
    /// All of the controller's further memory, erased as a whole; its offsets follow the flash's.
    let information: Sector?
    /// Of one store, whatever its width.
    let programMicroseconds: UInt64

    init(_ description: Board.FlashController, informationBytes: UInt32? = nil) {
        var sectors: [Sector] = []
        var start: UInt32 = 0
        for group in description.sectors {
            for _ in 0..<group.count {
                sectors.append(
                    Sector(
                        range: start..<start + group.lengthBytes,
                        eraseMicroseconds: group.eraseMicroseconds))
                start += group.lengthBytes
            }
        }
        self.sectors = sectors
        let times = sectors.last?.eraseMicroseconds ?? []
        information = informationBytes.map {
            Sector(range: start..<start + $0, eraseMicroseconds: times)
        }
        programMicroseconds = description.programMicroseconds
    }

    func sector(at offset: UInt32) -> Sector? {
        sectors.first { $0.range.contains(offset) }
    }

    func index(at offset: UInt32) -> Int? {
        sectors.firstIndex { $0.range.contains(offset) }
    }
}
