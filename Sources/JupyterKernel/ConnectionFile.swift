import Datasets
import Diagnostics
import Foundation

/// Where a kernel listens and how its messages are signed: the file that Jupyter writes before it starts a kernel.
///
/// Jupyter client documentation, "Making kernels for Jupyter: connection files".
struct ConnectionFile: Sendable {
    enum Transport: String, Sendable {
        case tcp
        case ipc
    }

    var transport: Transport
    /// An address, or the beginning of a socket file's name for `ipc`.
    var ip: String
    var shellPort: Int
    var controlPort: Int
    var stdinPort: Int
    var iopubPort: Int
    var heartbeatPort: Int
    /// The key of the signatures; empty where messages are not signed.
    var key: String

    /// - Throws: a diagnostic that names the file and the entry that is wrong.
    init(path: String) throws(Diagnostic) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Diagnostic("the connection file \(path) cannot be read", help: "Jupyter writes it and passes its name with -f")
        }
        do {
            try self.init(JSONValue(parsing: Array(data)))
        } catch let error as JSONError {
            throw Diagnostic("the connection file \(path) is not JSON", notes: [error.description])
        } catch let diagnostic as Diagnostic {
            throw diagnostic.noting("in the connection file \(path)")
        } catch {
            throw Diagnostic("the connection file \(path) cannot be read: \(error)")
        }
    }

    init(_ json: JSONValue) throws(Diagnostic) {
        func port(_ name: String) throws(Diagnostic) -> Int {
            guard let port = json[name]?.int, (0...65535).contains(port) else {
                throw Diagnostic("`\(name)` should be a port number between 0 and 65535")
            }
            return port
        }
        let transportName = json["transport"]?.string ?? "tcp"
        guard let transport = Transport(rawValue: transportName) else {
            throw Diagnostic("the transport \"\(transportName)\" is not known", help: "it can be \"tcp\" or \"ipc\"")
        }
        self.transport = transport
        guard let ip = json["ip"]?.string, !ip.isEmpty else { throw Diagnostic("`ip` should be an address") }
        self.ip = ip
        shellPort = try port("shell_port")
        controlPort = try port("control_port")
        stdinPort = try port("stdin_port")
        iopubPort = try port("iopub_port")
        heartbeatPort = try port("hb_port")
        key = json["key"]?.string ?? ""
        let scheme = json["signature_scheme"]?.string ?? "hmac-sha256"
        guard key.isEmpty || scheme == "hmac-sha256" else {
            throw Diagnostic("the signature scheme \"\(scheme)\" is not known", help: "it can be \"hmac-sha256\"")
        }
    }

    /// The address of a port, as ZeroMQ writes it.
    func address(of port: Int) -> String {
        switch transport {
        case .tcp: "tcp://\(ip):\(port)"
        case .ipc: "ipc://\(ip)-\(port)"
        }
    }
}
