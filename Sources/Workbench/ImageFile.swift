// SPDX-License-Identifier: GPL-2.0-or-later
package import FirmwareImage
import Foundation

/// A firmware image and the file that it came from.
package struct ImageFile: Sendable {
    package var path: String
    package var sha256: String
    package var image: FirmwareImage

    /// Bytes; more than any microcontroller image with its debug information.
    static let sizeLimit: UInt64 = 512 << 20

    /// - Parameter binaryOrigin: load address of a raw binary; nil for the other formats.
    package static func read(
        _ path: String, binaryOrigin: UInt32? = nil
    ) throws(WorkbenchError) -> ImageFile {
        let bytes = try contents(path)
        let image: FirmwareImage
        do {
            image = try FirmwareImage.parse(bytes, binaryOrigin: binaryOrigin)
        } catch {
            throw .image(path: path, error)
        }
        return ImageFile(path: path, sha256: SHA256.hexDigest(bytes), image: image)
    }

    /// The bytes of a regular file of bearable size.
    package static func contents(_ path: String) throws(WorkbenchError) -> [UInt8] {
        let attributes: [FileAttributeKey: Any]
        do {
            let resolved = URL(filePath: path).resolvingSymlinksInPath().path
            attributes = try FileManager.default.attributesOfItem(atPath: resolved)
        } catch {
            throw .unreadableFile(path: path, reason: "no such file")
        }
        // A device or a pipe may never end.
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw .unreadableFile(path: path, reason: "it is not a regular file")
        }
        let size = (attributes[.size] as? NSNumber)?.uint64Value ?? 0
        guard size <= sizeLimit else {
            throw .tooLarge(path: path, bytes: size, limit: sizeLimit)
        }
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .unreadableFile(path: path, reason: "permission denied or unreadable")
        }
    }
}
