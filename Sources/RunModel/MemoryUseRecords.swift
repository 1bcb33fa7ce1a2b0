// SPDX-License-Identifier: GPL-2.0-or-later

/// Bytes of a memory that one symbol of the image takes.
public struct SymbolRecord: Codable, Sendable, Equatable {
    /// As in the image; `[other]` is what no symbol covers.
    public var name: String
    /// Where the bytes count. Variables with initial values count in both memories.
    public var memory: Memory
    /// The image's section; absent for `[other]`.
    public var section: String?
    /// Bytes; symbols of the same name and section are summed.
    public var bytes: UInt64

    /// Creates the record from its parts.
    public init(name: String, memory: Memory, section: String? = nil, bytes: UInt64) {
        self.name = name
        self.memory = memory
        self.section = section
        self.bytes = bytes
    }

    /// A kind of memory that has a limit.
    public enum Memory: String, Codable, Sendable, CaseIterable {
        /// Loaded bytes, `FlashRecord.loadedBytes` in all.
        case flash
        /// Static bytes, `SRAMRecord.staticBytes` in all.
        case sram
    }
}

/// The planned arena of an image that `kinglet compile` made: what shares its bytes when.
public struct ArenaRecord: Codable, Sendable, Equatable {
    /// Version of this part, as it stands in the image.
    public var schemaVersion: Int
    /// Name of the network.
    public var model: String
    /// Name of the scheme that says what is trained.
    public var scheme: String
    /// The array that is the arena.
    public var symbol: String
    /// Its bytes, as planned.
    public var bytes: Int
    /// What a training step does, in order.
    public var positions: [PositionRecord]
    /// What stands in the arena, by offset.
    public var buffers: [BufferRecord]

    /// Creates the record from its parts.
    public init(
        schemaVersion: Int = ArenaRecord.currentSchemaVersion, model: String, scheme: String,
        symbol: String, bytes: Int, positions: [PositionRecord], buffers: [BufferRecord]
    ) {
        self.schemaVersion = schemaVersion
        self.model = model
        self.scheme = scheme
        self.symbol = symbol
        self.bytes = bytes
        self.positions = positions
        self.buffers = buffers
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case model, scheme, symbol, bytes, positions, buffers
    }

    /// The `schema_version` that this library reads.
    public static let currentSchemaVersion = 1

    /// One operation of a training step.
    public struct PositionRecord: Codable, Sendable, Equatable {
        /// What it computes, for people.
        public var name: String
        /// `forward`, `backward` or `update`.
        public var phase: String
        /// Names of the layers that it works on; absent in images of older Kinglets.
        public var layers: [String]?

        /// Creates the record from its parts.
        public init(name: String, phase: String, layers: [String]? = nil) {
            self.name = name
            self.phase = phase
            self.layers = layers
        }
    }

    /// A buffer of the arena.
    public struct BufferRecord: Codable, Sendable, Equatable {
        /// Name of the tensor, with what of it this is.
        public var name: String
        /// Bytes from the arena's start.
        public var offsetBytes: Int
        /// Size.
        public var bytes: Int
        /// The first position, an index into `positions`, at which it holds something.
        public var firstPosition: Int
        /// The last one.
        public var lastPosition: Int

        /// Creates the record from its parts.
        public init(
            name: String, offsetBytes: Int, bytes: Int, firstPosition: Int, lastPosition: Int
        ) {
            self.name = name
            self.offsetBytes = offsetBytes
            self.bytes = bytes
            self.firstPosition = firstPosition
            self.lastPosition = lastPosition
        }

        enum CodingKeys: String, CodingKey {
            case name, bytes
            case offsetBytes = "offset_bytes"
            case firstPosition = "first_position"
            case lastPosition = "last_position"
        }
    }
}

extension ArenaRecord {
    /// Buffers that hold something at a position.
    public func buffers(at position: Int) -> [BufferRecord] {
        buffers.filter { $0.firstPosition <= position && position <= $0.lastPosition }
    }

    /// The position with the most bytes in use, the earliest of several; nil without buffers.
    ///
    /// Bytes that two buffers share count once.
    public var peak: (position: Int, bytes: Int)? {
        var best: (position: Int, bytes: Int)?
        for position in positions.indices {
            var bytes = 0
            var end = 0
            for buffer in buffers(at: position).sorted(by: { $0.offsetBytes < $1.offsetBytes }) {
                let reach = buffer.offsetBytes + buffer.bytes
                bytes += max(0, reach - max(end, buffer.offsetBytes))
                end = max(end, reach)
            }
            if bytes > best?.bytes ?? 0 { best = (position, bytes) }
        }
        return best
    }
}
