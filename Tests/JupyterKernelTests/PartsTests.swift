import Datasets
import Diagnostics
import Foundation
import Testing

@testable import JupyterKernel

struct PartsTests {
    /// RFC 4231, test cases 1 and 2.
    @Test func signaturesAreHMAC() {
        let cases: [(key: String, text: String, signature: String)] = [
            (
                String(repeating: "\u{0b}", count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            ("Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ]
        for (key, text, signature) in cases {
            let signer = Signer(key: key)
            let frames = [Array(text.utf8.prefix(3)), Array(text.utf8.dropFirst(3))]
            #expect(String(decoding: signer.signature(of: frames), as: UTF8.self) == signature)
            #expect(signer.verify(Array(signature.utf8), of: frames))
            #expect(!signer.verify(Array(signature.dropLast().utf8), of: frames))
            #expect(!signer.verify([], of: frames))
        }
        #expect(Signer(key: "").signature(of: [[1]]) == [])
    }

    @Test func connectionFiles() throws {
        let good: JSONValue = [
            "transport": "tcp", "ip": "127.0.0.1", "key": "k", "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4,
            "hb_port": 5,
        ]
        #expect(try ConnectionFile(good).address(of: 77) == "tcp://127.0.0.1:77")
        let bad: [(String, JSONValue?)] = [
            ("transport", "pigeon"), ("ip", nil), ("ip", ""), ("shell_port", nil), ("hb_port", 70000), ("control_port", "x"),
            ("stdin_port", -1),
            ("signature_scheme", "hmac-md5"),
        ]
        for (key, value) in bad {
            var json = good
            json[key] = value
            #expect(throws: Diagnostic.self, "\(key)") { try ConnectionFile(json) }
        }
        var sockets = good
        sockets["transport"] = "ipc"
        sockets["ip"] = "name"
        #expect(try ConnectionFile(sockets).address(of: 1) == "ipc://name-1")
        #expect(throws: Diagnostic.self) { try ConnectionFile(path: "/no/such/file") }
    }

    @Test func messagesSurviveTheWire() throws {
        let signer = Signer(key: "k")
        var message = Message("t", session: "s", parent: ["msg_id": "p"], identities: [[0], [1, 2]], content: ["x": .number(text: "1.0")])
        message.buffers = [[9], []]
        let back = try Message(frames: message.frames(signer: signer), signer: signer)
        #expect(back.identities == message.identities)
        #expect(back.header == message.header)
        #expect(back.parentHeader == message.parentHeader)
        #expect(back.content == message.content)
        #expect(back.buffers == message.buffers)
        #expect(throws: Message.Malformed.self) { try Message(frames: message.frames(signer: signer), signer: Signer(key: "other")) }
    }

    @Test func streamsAreGathered() {
        let now = ContinuousClock.now
        func chunk(_ text: String, _ name: StreamBuffer.Name = .stdout, of request: JSONValue = "1") -> StreamBuffer.Chunk {
            .init(name: name, text: text, parent: ["msg_id": request])
        }
        var buffer = StreamBuffer()
        #expect(buffer.deadline == nil)
        #expect(buffer.add(chunk("a"), now: now).isEmpty)
        #expect(buffer.add(chunk("b"), now: now + .milliseconds(40)).isEmpty)
        // The first text sets the time, or a slow trickle would never leave.
        #expect(buffer.deadline == now + StreamBuffer.delay)
        #expect(buffer.add(chunk("c", .stderr), now: now).map(\.text) == ["ab"])
        #expect(buffer.add(chunk("d", .stderr, of: "2"), now: now).map(\.text) == ["c"])
        #expect(buffer.flush().map(\.text) == ["d"])
        #expect(buffer.flush().isEmpty)
        #expect(buffer.deadline == nil)
        #expect(buffer.add(chunk(String(repeating: "x", count: StreamBuffer.limit)), now: now).count == 1)
    }

    @Test func installing() throws {
        let folder = NSTemporaryDirectory() + "latent-spec-" + uniqueIdentifier()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let places: [(KernelLocation, [String: String], String)] = [
            (.prefix(folder), [:], "/share/jupyter/kernels/latent"),
            (.user, ["HOME": folder], "/.local/share/jupyter/kernels/latent"),
            (.user, ["HOME": "/none", "XDG_DATA_HOME": folder], "/jupyter/kernels/latent"),
            (.user, ["JUPYTER_DATA_DIR": folder, "XDG_DATA_HOME": "/none"], "/kernels/latent"),
            (.environment, ["VIRTUAL_ENV": folder], "/share/jupyter/kernels/latent"),
        ]
        for (place, environment, suffix) in places {
            let written = try installKernel(at: place, executable: "/bin/latent", environment: environment)
            #expect(written == folder + suffix)
            let data = try #require(FileManager.default.contents(atPath: written + "/kernel.json"))
            let spec = try JSONValue(parsing: Array(data))
            #expect(spec["argv"] == ["/bin/latent", "kernel", "run", "-f", "{connection_file}"])
            #expect(spec["interrupt_mode"] == "message")
            #expect(FileManager.default.fileExists(atPath: written + "/logo-svg.svg"))
        }
        for name in ["", "..", "a/b", "a b", "é"] {
            #expect(throws: Diagnostic.self, "\(name)") { try installKernel(at: .prefix(folder), name: name, executable: "/bin/latent") }
        }
        #expect(throws: Diagnostic.self) { try installKernel(at: .environment, executable: "/bin/latent", environment: [:]) }
        #expect(throws: Diagnostic.self) { try installKernel(at: .prefix("/dev/null"), executable: "/bin/latent") }
    }
}
