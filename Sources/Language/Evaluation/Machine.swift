import Diagnostics
import Displays
import Models
import Tensors

/// What the program's surroundings offer: where text and pictures go, where lines come from.
public struct Surroundings: Sendable {
    public var print: @Sendable (String) -> Void
    public var note: @Sendable (String) -> Void
    public var display: @Sendable (MIMEBundle) -> Void
    public var clear: @Sendable () -> Void
    public var progress: @Sendable (String?) -> Void
    public var readLine: (@Sendable (_ prompt: String) -> String?)?

    public init(
        print: @escaping @Sendable (String) -> Void = { _ in }, note: @escaping @Sendable (String) -> Void = { _ in },
        display: @escaping @Sendable (MIMEBundle) -> Void = { _ in }, clear: @escaping @Sendable () -> Void = {},
        progress: @escaping @Sendable (String?) -> Void = { _ in },
        readLine: (@Sendable (String) -> String?)? = nil
    ) {
        self.print = print
        self.note = note
        self.display = display
        self.clear = clear
        self.progress = progress
        self.readLine = readLine
    }
}

/// A frame's slots. Raw, because this is the evaluator's innermost loop; every frame is cleared by whoever made it.
typealias Slots = UnsafeMutablePointer<Value>

/// The state of evaluation: the value stack, the globals, the random stream. One thread uses it.
public final class Machine {
    let globals = Globals()
    public var stream: RandomStream
    private var seed: UInt64
    /// The number of the running cell, and of the one in which the seed was set.
    private var cell = 1
    private var seededAt = 1
    public var surroundings = Surroundings()
    public let interrupt: Interrupt
    /// The folder that relative file names start from.
    public var directory: String
    /// Reads the definitions of another file; set by the interpreter.
    var importFile: ((_ path: String, Span) throws(Diagnostic) -> Void)?

    /// What a name means now, for `help`; set by the interpreter.
    public internal(set) var describeName: ((String) -> Value?)?

    /// The first free slot of the stack.
    @exclusivity(unchecked) var top: Slots
    /// The globals' slots; they move only while a statement is compiled.
    @exclusivity(unchecked) var globalSlots: Slots
    private let base: Slots
    private let limit: Slots
    /// The lowest address that deep recursion may reach.
    private let stackFloor: UInt
    /// The value of a `return` on its way out.
    @exclusivity(unchecked) var returned: Value = .none
    /// What a `break`, `continue` or `return` inside an expression wants.
    @exclusivity(unchecked) var pending: Flow = .normal
    /// What draws and scores the variables of the `model` block that runs.
    var tracer: ModelTracer?

    /// The notes that were given once and for all.
    private var said: Set<String> = []

    private static let slotCount = 1 << 22

    /// - Parameter stackSize: how many bytes of stack the evaluating thread has left.
    public init(seed: UInt64, directory: String, interrupt: Interrupt, stackSize: Int) {
        self.seed = seed
        stream = RandomStream(seed: seed, cell: 1)
        self.directory = directory
        self.interrupt = interrupt
        base = Slots.allocate(capacity: Machine.slotCount)
        top = base
        globalSlots = globals.slots
        limit = base + Machine.slotCount
        stackFloor = stackAddress() &- UInt(stackSize) &+ UInt(stackSize / 16 + 65_536)
    }

    deinit { base.deallocate() }

    /// Reserves a frame, all slots unset.
    @inline(__always) func enter(_ count: Int) throws(Diagnostic) -> Slots {
        let frame = top
        guard frame + count <= limit, stackAddress() > stackFloor else { throw tooDeep() }
        frame.initialize(repeating: .unset, count: count)
        top = frame + count
        return frame
    }

    @inline(__always) func leave(_ frame: Slots, _ count: Int) {
        frame.deinitialize(count: count)
        top = frame
    }

    @inline(never) private func tooDeep() -> Diagnostic {
        Diagnostic("the recursion is too deep", help: "does every path of the function end without calling itself?")
    }

    /// Draws come from a stream fixed by the seed and the cell's number since the seed was set.
    public func beginCell(_ count: Int) {
        cell = count
        stream = RandomStream(seed: seed, cell: count - seededAt + 1)
    }

    /// Starts the random stream again, as in a first cell.
    public func reseed(_ seed: UInt64) {
        self.seed = seed
        seededAt = cell
        stream = RandomStream(seed: seed, cell: 1)
    }

    /// What the program has bound, in order of first mention.
    public var bindings: [(name: String, value: Value)] { globals.bindings }

    /// Tells what the user needs to hear once: the same words are not said again.
    public func noteOnce(_ text: String) {
        if said.insert(text).inserted { surroundings.note(text) }
    }

    /// A context for the modules below.
    public func context(key: Key) -> Context {
        let surroundings = surroundings
        return Context(key: key, interrupt: interrupt, progress: { surroundings.progress($0) }, note: { surroundings.note($0) })
    }
}

@inline(__always) private func stackAddress() -> UInt {
    var here: UInt8 = 0
    return withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
}

/// The bindings at the top level: a slot a name.
final class Globals {
    private(set) var slots: Slots
    private var capacity = 256
    private(set) var names: [String] = []
    private var indices: [String: Int] = [:]

    init() { slots = Slots.allocate(capacity: 256) }

    deinit {
        slots.deinitialize(count: names.count)
        slots.deallocate()
    }

    /// The slot of a name, made where there is none. Slots may move: nodes keep the index.
    func index(of name: String) -> Int {
        if let index = indices[name] { return index }
        if names.count == capacity {
            let larger = Slots.allocate(capacity: 2 * capacity)
            larger.moveInitialize(from: slots, count: names.count)
            slots.deallocate()
            slots = larger
            capacity *= 2
        }
        slots.advanced(by: names.count).initialize(to: .unset)
        indices[name] = names.count
        names.append(name)
        return names.count - 1
    }

    subscript(name: String) -> Value? {
        guard let index = indices[name], !slots[index].isUnset else { return nil }
        return slots[index]
    }

    /// What is bound, in order of first mention.
    var bindings: [(name: String, value: Value)] {
        names.enumerated().compactMap { index, name in slots[index].isUnset ? nil : (name, slots[index]) }
    }
}
