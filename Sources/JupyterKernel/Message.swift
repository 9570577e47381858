import Datasets
import Foundation

/// One message of the Jupyter protocol, version 5.5 ("Messaging in Jupyter").
struct Message: Sendable {
    static let protocolVersion = "5.5"
    private static let delimiter = Array("<IDS|MSG>".utf8)

    /// The routing prefix: who sent a request, who gets a reply, or the topic of a broadcast.
    var identities: [[UInt8]]
    var header: JSONValue
    /// The header of the request that this message answers or belongs to.
    var parentHeader: JSONValue = [:]
    var metadata: JSONValue = [:]
    var content: JSONValue
    var buffers: [[UInt8]] = []

    var type: String { header["msg_type"]?.string ?? "" }
    var identifier: String { header["msg_id"]?.string ?? "" }

    /// A new message.
    init(_ type: String, session: String, parent: JSONValue, identities: [[UInt8]], content: JSONValue, metadata: JSONValue = [:]) {
        self.identities = identities
        self.content = content
        self.metadata = metadata
        parentHeader = parent
        header = [
            "msg_id": .string(uniqueIdentifier()),
            "session": .string(session),
            "username": "latent",
            "date": .string(timestamp()),
            "msg_type": .string(type),
            "version": .string(Message.protocolVersion),
        ]
    }
}

// MARK: - Frames

extension Message {
    /// Why received frames are no message.
    enum Malformed: Error {
        case noDelimiter
        case tooFewFrames
        case badSignature
        case notJSON(JSONError)
    }

    /// Reads a message from its frames. The signature is verified over the bytes received.
    init(frames: [[UInt8]], signer: Signer) throws(Malformed) {
        guard let delimiter = frames.firstIndex(of: Message.delimiter) else { throw .noDelimiter }
        guard frames.count >= delimiter + 6 else { throw .tooFewFrames }
        let parts = frames[(delimiter + 2)..<(delimiter + 6)]
        guard signer.verify(frames[delimiter + 1], of: parts) else { throw .badSignature }
        do {
            header = try JSONValue(parsing: parts[delimiter + 2])
            parentHeader = try JSONValue(parsing: parts[delimiter + 3])
            metadata = try JSONValue(parsing: parts[delimiter + 4])
            content = try JSONValue(parsing: parts[delimiter + 5])
        } catch {
            throw .notJSON(error)
        }
        identities = Array(frames[..<delimiter])
        buffers = Array(frames[(delimiter + 6)...])
    }

    func frames(signer: Signer) -> [[UInt8]] {
        let parts = [header, parentHeader, metadata, content].map { $0.encoded() }
        return identities + [Message.delimiter, signer.signature(of: parts)] + parts + buffers
    }
}

/// The time in UTC to the microsecond (ISO 8601).
func timestamp() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let day = [padded(Int(parts.tm_year) + 1900, 4), padded(Int(parts.tm_mon) + 1, 2), padded(Int(parts.tm_mday), 2)]
    let clock = [padded(Int(parts.tm_hour), 2), padded(Int(parts.tm_min), 2), padded(Int(parts.tm_sec), 2)]
    return day.joined(separator: "-") + "T" + clock.joined(separator: ":") + "." + padded(Int(time.tv_nsec) / 1000, 6) + "Z"
}
