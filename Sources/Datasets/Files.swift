#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reading and writing whole files.
public enum Files {
    /// The largest file that is read.
    public static let sizeLimit = 1 << 31

    /// The bytes of a file.
    /// - Throws: `DatasetError` where it is missing (with the names in its folder), a folder, unreadable or larger than `sizeLimit`.
    public static func read(_ path: String) throws(DatasetError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(to: "opened", path) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure(to: "read", path) }
        if facts.st_mode & S_IFMT == S_IFDIR { throw DatasetError("it is a folder, not a file", file: path) }
        // A pipe says 0 and an ever-growing file too little, so the size is only where to start.
        let expected = Int(facts.st_size)
        if expected > sizeLimit { throw tooLarge(path) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expected + 1)
        let chunk = max(1 << 16, min(expected + 1, 1 << 24))
        while true {
            var count = 0
            let part = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, filled in
                repeat { count = readBytes(descriptor, buffer.baseAddress, chunk) } while count < 0 && errno == EINTR
                filled = max(0, count)
            }
            if count < 0 { throw failure(to: "read", path) }
            if count == 0 { return bytes }
            bytes += part
            if bytes.count > sizeLimit { throw tooLarge(path) }
        }
    }

    /// Writes a file in one step: into a new file of the same folder, which then takes the name. Whoever reads sees the old content or the
    /// new, never a part, even where the program is killed. A link keeps pointing at its file, and a file keeps its permissions.
    /// - Throws: `DatasetError` where the folder or the disk refuses.
    public static func write(_ bytes: [UInt8], to path: String) throws(DatasetError) {
        var target = path
        if let real = realpath(path, nil) {
            target = String(cString: real)
            free(real)
        }
        var facts = stat()
        let exists = stat(target, &facts) == 0
        if exists, facts.st_mode & S_IFMT != S_IFREG {
            if facts.st_mode & S_IFMT == S_IFDIR { throw DatasetError("it is a folder, not a file", file: path) }
            return try writeThrough(bytes, to: path)
        }
        let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(target[...$0]) } ?? ""
        let (descriptor, temporary) = try temporaryFile(inFolder: folder, mode: exists ? facts.st_mode & 0o7777 : 0o666, for: path)
        var done = false
        defer { if !done { unlink(temporary) } }
        let written = writeAll(bytes, to: descriptor) && fsync(descriptor) == 0
        let reason = errno
        guard close(descriptor) == 0, written, rename(temporary, target) == 0 else {
            if !written { errno = reason }
            throw failure(to: "written", path)
        }
        done = true
    }

    /// A new file that no other process uses.
    private static func temporaryFile(inFolder folder: String, mode: mode_t, for path: String) throws(DatasetError) -> (Int32, String) {
        for attempt in 0..<1000 {
            let name = "\(folder).latent-\(getpid())-\(attempt)"
            let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            if descriptor >= 0 { return (descriptor, name) }
            if errno != EEXIST { break }
        }
        throw failure(to: "written", path)
    }

    /// Into what is not a plain file, such as `/dev/stdout`.
    private static func writeThrough(_ bytes: [UInt8], to path: String) throws(DatasetError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(to: "written", path) }
        let written = writeAll(bytes, to: descriptor)
        guard close(descriptor) == 0, written else { throw failure(to: "written", path) }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let count = writeBytes(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                offset += count
            }
            return true
        }
    }

    /// Whether a folder of this name exists.
    public static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, hidden ones left out; empty where it cannot be read.
    static func names(inFolder path: String) -> [String] {
        guard let folder = opendir(path.isEmpty ? "." : path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder), names.count < 10_000 {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func failure(to verb: String, _ path: String) -> DatasetError {
        let code = errno
        guard code == ENOENT || code == ENOTDIR else {
            return DatasetError("it could not be \(verb): \(String(cString: strerror(code)))", file: path)
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.dropLast().joined(separator: "/")
        let isRooted = path.hasPrefix("/") && folder.isEmpty
        let place = isRooted ? "/" : folder
        if !place.isEmpty, access(place, F_OK) != 0 {
            return DatasetError("the folder \(place) does not exist", file: path)
        }
        return DatasetError(
            "the file does not exist", file: path,
            unknown: .init(name: parts.last.map(String.init) ?? path, candidates: names(inFolder: place)))
    }

    private static func tooLarge(_ path: String) -> DatasetError {
        DatasetError("the file is larger than 2 GiB, the most that is read at once", file: path, help: "cut it into parts")
    }
}

// Inside `Files`, `read` and `write` would mean its own functions.
private func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
private func writeBytes(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
