import CEdit
import Foundation
import Testing

/// A program on a pseudoterminal of its own, driven as a person at a keyboard would.
final class PseudoTerminal {
    private let master: Int32
    private let process: pid_t
    /// What the program has written and nobody has looked for yet, without the sequences that colour it and move the cursor.
    private(set) var screen = ""

    /// `POSIX_SPAWN_SETSID`, which the C library declares to GNU sources only.
    private static let newSession: Int16 = 0x80

    enum Failure: Error {
        case cannotStart(String)
        case notSeen(String, line: Int, screen: String)
    }

    init(_ program: String, arguments: [String] = [], environment: [String: String]) throws {
        var (own, far): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 256)
        guard openpty(&own, &far, &name, nil, nil) == 0 else { throw Failure.cannotStart("no terminal") }
        master = own
        defer { close(far) }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // The first terminal that the leader of a new session opens is the one that Ctrl-C reaches it by.
        // The threads of a test block signals, and a mask is inherited.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, PseudoTerminal.newSession | Int16(POSIX_SPAWN_SETSIGMASK))
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        posix_spawn_file_actions_addclose(&actions, far)
        posix_spawn_file_actions_addclose(&actions, master)
        var child: pid_t = 0
        let words = ([program] + arguments).map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        let status = posix_spawn(&child, program, &actions, &attributes, words + [nil], variables + [nil])
        guard status == 0 else { throw Failure.cannotStart(String(cString: strerror(status))) }
        process = child
    }

    deinit {
        close(master)
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Ctrl-C, as soon as a person could press it after seeing something.
    func interrupt() {
        usleep(100_000)
        type("\u{3}")
    }

    /// Waits until the program has written a text, after what was seen before.
    func see(_ text: String, within seconds: Double = 20, line: Int = #line) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if let range = screen.range(of: text) {
                screen.removeSubrange(..<range.upperBound)
                return
            }
            guard .now < deadline, readMore() else { throw Failure.notSeen(text, line: line, screen: screen) }
        }
    }

    /// The exit code, once the program has ended.
    func exitCode(within seconds: Double = 20) -> Int32? {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var status: Int32 = 0
        while .now < deadline {
            if waitpid(process, &status, WNOHANG) == process { return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil }
            _ = readMore()
        }
        return nil
    }

    private func readMore() -> Bool {
        var wait = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, 100) > 0 else { return true }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(master, &bytes, bytes.count)
        if count > 0 {
            screen += String(decoding: bytes[..<count], as: UTF8.self)
            screen.replace(/\u{1b}\[[0-9;?]*[A-Za-z]/, with: "")
        }
        return count > 0
    }
}
