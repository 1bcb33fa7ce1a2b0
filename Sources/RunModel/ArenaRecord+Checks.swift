// SPDX-License-Identifier: GPL-2.0-or-later

extension ArenaRecord {
    /// Why readers could not rely on it; nil where they can. Records may come from anywhere.
    package var fault: String? {
        guard schemaVersion == Self.currentSchemaVersion else {
            return "schema_version is \(schemaVersion); valid: \(Self.currentSchemaVersion)"
        }
        guard (0...Int(UInt32.max)).contains(bytes) else {
            return "bytes is \(bytes); valid: 0 to \(UInt32.max)"
        }
        for buffer in buffers {
            let name = buffer.name.debugDescription
            guard buffer.offsetBytes >= 0, buffer.bytes >= 0, buffer.bytes <= bytes,
                buffer.offsetBytes <= bytes - buffer.bytes
            else {
                return "buffer \(name) takes \(buffer.bytes) bytes from \(buffer.offsetBytes); "
                    + "valid: within the arena's \(bytes)"
            }
            guard buffer.firstPosition >= 0, buffer.lastPosition < positions.count,
                buffer.firstPosition <= buffer.lastPosition
            else {
                return "buffer \(name) lives from \(buffer.firstPosition) to "
                    + "\(buffer.lastPosition); valid: within the \(positions.count) positions"
            }
        }
        return nil
    }
}
