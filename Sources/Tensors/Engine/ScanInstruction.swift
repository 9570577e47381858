import Diagnostics
import Graphs
import Kernels

/// A recurrence: the plan of its body, run once a round on slices of the memories around it.
///
/// Nothing is copied where it can be helped: carried values go back and forth between two memories, slices are addresses.
final class ScanInstruction: Instruction {
    private let scan: Scan
    private let body: Plan
    private let operands: [Address]
    private let results: [Address]
    /// Two memories for each carried value.
    private let carried: [(Address, Address)]
    private let arena: Address
    /// Where the outer plan keeps the constants of the body's slots.
    private let constants: [Address?]
    /// Whether an output of the body can be written where it is wanted.
    private let isDirect: [Bool]
    let scratch: Int
    let isParallel: Bool
    let summary: String

    init(
        _ scan: Scan, _ body: Plan, operands: [Address], results: [Address], carried: [(Address, Address)], arena: Address,
        constants: [Address?]
    ) {
        (self.scan, self.body, self.operands, self.results) = (scan, body, operands, results)
        (self.carried, self.arena, self.constants) = (carried, arena, constants)
        scratch = body.scratchSize
        isParallel = body.isParallel
        let inner = body.description.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        summary = "scan of \(scan.length) rounds, carrying \(scan.carried):\n\(inner)"
        var uses: [Int: Int] = [:]
        for output in body.outputs { uses[output.slot, default: 0] += 1 }
        isDirect = body.outputs.map { output in
            guard case .arena = body.slots[output.slot], output.fill == nil, uses[output.slot] == 1 else { return false }
            return output.view.isWhole(of: output.type.count)
        }
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        let memory = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: max(1, body.slots.count))
        defer { memory.deallocate() }
        let base = arena.pointer(frame)
        for (index, slot) in body.slots.enumerated() {
            switch slot {
            case .arena(let offset): memory[index] = base + offset
            case .constant: memory[index] = constants[index]?.pointer(frame) ?? base
            case .input(let position), .donated(let position): memory[index] = operands[position].pointer(frame)
            }
        }
        if scan.length == 0 {
            for position in 0..<scan.carried {
                results[position].pointer(frame).copyMemory(
                    from: operands[position].pointer(frame), byteCount: body.graph.inputs[position].size)
            }
            return
        }
        let inner = scan.body
        for round in 0..<scan.length {
            let place = scan.reverse ? scan.length - 1 - round : round
            for position in 0..<scan.carried where round > 0 {
                memory[position] = (round % 2 == 1 ? carried[position].0 : carried[position].1).pointer(frame)
            }
            for position in scan.carried..<scan.carried + scan.sequences {
                memory[position] = operands[position].pointer(frame) + place * inner.inputs[position].size
            }
            for (index, output) in body.outputs.enumerated() where isDirect[index] {
                memory[output.slot] = target(index, round, place, frame)
            }
            let bodyFrame = Frame(
                memory: memory, scratch: frame.scratch, scratchStride: frame.scratchStride, pool: frame.pool,
                key: frame.key.folded(UInt64(place) + (1 << 32)))
            for instruction in body.instructions { try instruction.run(bodyFrame) }
            for (index, output) in body.outputs.enumerated() where !isDirect[index] {
                output.copy(from: memory, to: target(index, round, place, frame))
            }
        }
    }

    /// Where an output of a round goes.
    private func target(_ index: Int, _ round: Int, _ place: Int, _ frame: borrowing Frame) -> UnsafeMutableRawPointer {
        if index >= scan.carried { return results[index].pointer(frame) + place * body.outputs[index].type.size }
        if round == scan.length - 1 { return results[index].pointer(frame) }
        return (round % 2 == 0 ? carried[index].0 : carried[index].1).pointer(frame)
    }
}
