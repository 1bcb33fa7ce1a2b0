// SPDX-License-Identifier: GPL-2.0-or-later
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Host files behind semihosting handles, confined to one folder.
///
/// Refused: absolute paths, `..` components, anything whose real path leaves the folder (symbolic
/// links), and everything that is no regular file.
final class SemihostingFiles {
    private enum Handle {
        case file(Int32)
        case consoleInput
        case consoleOutput
        /// `:semihosting-features`, a read-only virtual file and a position in it.
        case features(position: Int)
    }
    /// "SHFB", then bit 0: SYS_EXIT_EXTENDED, bit 1: separate stdout and stderr.
    private static let featureBytes: [UInt8] = [0x53, 0x48, 0x46, 0x42, 0b11]
    static let mostHandles = 64
    static let longestPathBytes = 4096

    private let root: String?
    private var handles: [UInt32: Handle] = [:]
    /// errno of the last call that failed.
    private(set) var lastError: Int32 = 0

    init(directory: String?) {
        root = directory.flatMap(SemihostingFiles.realPath)
    }

    deinit {
        for case .file(let descriptor) in handles.values { _ = hostClose(descriptor) }
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private func fail(_ error: Int32) -> UInt32 {
        lastError = error
        return .max
    }

    /// Mode numbers as `fopen` strings: r, rb, r+, r+b, w, wb, w+, w+b, a, ab, a+, a+b.
    func open(path: [UInt8], mode: UInt32) -> UInt32 {
        guard mode < 12, path.count <= Self.longestPathBytes else { return fail(EINVAL) }
        guard handles.count < Self.mostHandles,
            let number = (1...UInt32(Self.mostHandles)).first(where: { handles[$0] == nil })
        else { return fail(EMFILE) }
        let name = String(decoding: path, as: UTF8.self)
        if name == ":tt" {
            handles[number] = mode < 4 ? .consoleInput : .consoleOutput
            return number
        }
        if name == ":semihosting-features" {
            guard mode < 2 else { return fail(EACCES) }
            handles[number] = .features(position: 0)
            return number
        }
        guard let host = confined(name) else { return fail(EACCES) }
        let flags: Int32
        switch mode / 2 {
        case 0: flags = O_RDONLY
        case 1: flags = O_RDWR
        case 2: flags = O_WRONLY | O_CREAT | O_TRUNC
        case 3: flags = O_RDWR | O_CREAT | O_TRUNC
        case 4: flags = O_WRONLY | O_CREAT | O_APPEND
        default: flags = O_RDWR | O_CREAT | O_APPEND
        }
        // The name was resolved: a link in its last place appeared since, and is refused.
        // Non-blocking, so that a pipe cannot hang the run before it is recognised.
        let descriptor = Self.openFile(
            host, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, permissions: 0o644)
        guard descriptor >= 0 else { return fail(errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            _ = hostClose(descriptor)
            return fail(EACCES)
        }
        handles[number] = .file(descriptor)
        return number
    }

    private static func openFile(_ path: String, _ flags: Int32, permissions: mode_t) -> Int32 {
        #if canImport(Glibc)
            Glibc.open(path, flags, permissions)
        #elseif canImport(Musl)
            Musl.open(path, flags, permissions)
        #else
            Darwin.open(path, flags, permissions)
        #endif
    }

    /// The host path of `name`, or nil when it would leave the folder.
    private func confined(_ name: String) -> String? {
        guard let root, !name.isEmpty, !name.hasPrefix("/"), !name.utf8.contains(0) else {
            return nil
        }
        let components = name.split(separator: "/")
        guard let last = components.last, !components.contains("..") else { return nil }
        let whole = root + "/" + components.joined(separator: "/")
        if let resolved = Self.realPath(whole) { return isInside(resolved) ? resolved : nil }
        // A file to be created: its folder must exist inside, and the name must not be a dead link.
        let folder = ([root] + components.dropLast().map(String.init)).joined(separator: "/")
        guard let resolved = Self.realPath(folder), resolved == root || isInside(resolved) else {
            return nil
        }
        return resolved + "/" + last
    }

    private func isInside(_ path: String) -> Bool {
        guard let root else { return false }
        return path.hasPrefix(root == "/" ? "/" : root + "/")
    }

    func close(handle: UInt32) -> UInt32 {
        guard let entry = handles.removeValue(forKey: handle) else { return fail(EBADF) }
        if case .file(let descriptor) = entry, hostClose(descriptor) != 0 { return fail(errno) }
        return 0
    }

    /// What `write` has to do with the bytes.
    enum WriteTarget { case console, file, refused }

    func write(handle: UInt32, bytes: [UInt8]) -> (target: WriteTarget, notWritten: UInt32) {
        let total = UInt32(bytes.count)
        switch handles[handle] {
        case .consoleOutput: return (.console, 0)
        case .file(let descriptor):
            var done = 0
            while done < bytes.count {
                let count = bytes[done...].withUnsafeBytes {
                    hostWrite(descriptor, $0.baseAddress, $0.count)
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    lastError = errno
                    break
                }
                done += count
            }
            return (.file, total - UInt32(done))
        default:
            lastError = EBADF
            return (.refused, total)
        }
    }

    /// Bytes from the file's position; nil for a handle that cannot be read.
    func read(handle: UInt32, count: Int) -> [UInt8]? {
        switch handles[handle] {
        case .consoleInput: return []
        case .features(let position):
            let bytes = Array(Self.featureBytes.dropFirst(position).prefix(count))
            handles[handle] = .features(position: position + bytes.count)
            return bytes
        case .file(let descriptor):
            var bytes = [UInt8](repeating: 0, count: count)
            var done = 0
            while done < count {
                let got = bytes[done...].withUnsafeMutableBytes {
                    hostRead(descriptor, $0.baseAddress, $0.count)
                }
                if got < 0 && errno == EINTR { continue }
                if got < 0 {
                    lastError = errno
                    return nil
                }
                if got == 0 { break }
                done += got
            }
            return Array(bytes.prefix(done))
        default:
            lastError = EBADF
            return nil
        }
    }

    func seek(handle: UInt32, position: UInt32) -> UInt32 {
        switch handles[handle] {
        case .file(let descriptor):
            return lseek(descriptor, off_t(position), SEEK_SET) < 0 ? fail(errno) : 0
        case .features:
            guard position <= 5 else { return fail(EINVAL) }
            handles[handle] = .features(position: Int(position))
            return 0
        default: return fail(EBADF)
        }
    }

    func length(handle: UInt32) -> UInt32 {
        switch handles[handle] {
        case .file(let descriptor):
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return fail(errno) }
            return UInt32(clamping: status.st_size)
        case .features: return UInt32(Self.featureBytes.count)
        case .consoleInput, .consoleOutput: return 0
        default: return fail(EBADF)
        }
    }

    func isTerminal(handle: UInt32) -> UInt32 {
        switch handles[handle] {
        case .consoleInput, .consoleOutput: 1
        case .file, .features: 0
        default: fail(EBADF)
        }
    }
}

private func hostWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func hostRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

private func hostClose(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
        Glibc.close(descriptor)
    #elseif canImport(Musl)
        Musl.close(descriptor)
    #else
        Darwin.close(descriptor)
    #endif
}
