import Diagnostics
import Graphs
import Kernels

// The operations that are no row programs, one instruction or a few each.
extension PlanCompiler {
    mutating func compile(_ id: NodeID, _ writes: [NodeID]) throws(Diagnostic) {
        let node = graph[id]
        if case .scan(let scan) = node.op { return try compile(scan, node, writes) }
        let target = Address(slot: slot(id))
        let types = node.operands.map { graph[$0].type }
        switch node.op {
        case .reshape, .transpose, .broadcast, .slice, .reverse, .stopGradient:
            // What no view of the operand can say: the elements in order, under another shape.
            copy(node.operands[0], to: target, View(dense: types[0].shape))
        case .product: try product(id, nil, to: id)
        case .convolution, .convolutionImage, .convolutionKernel:
            // Where there is nothing to convolve, sums are of nothing.
            if try !convolution(id, nil, to: id) { instructions.append(FillInstruction(0, node.type, to: target)) }
        case .random(let draw) where draw.law == .gamma:
            instructions.append(GammaInstruction(draw, shapes: dense(node.operands[0]), to: target))
        case .random(let draw): instructions.append(DrawInstruction(draw, to: target))
        case .convert(.int32) where types[0].dtype.isFloat:
            instructions.append(ConversionInstruction(types[0], from: dense(node.operands[0]), to: target))
        case .binary(.gammaSlope):
            instructions.append(
                GammaSlopeInstruction(node.type, draws: dense(node.operands[0]), shapes: dense(node.operands[1]), to: target))
        case .pool(let pooling):
            instructions.append(PoolInstruction(pooling, types[0], images: dense(node.operands[0]), given: nil, result: target))
        case .poolGradient(let pooling):
            let images = dense(node.operands[0])
            let given = (output: dense(node.operands[1]), gradient: dense(node.operands[2]))
            instructions.append(PoolInstruction(pooling, types[0], images: images, given: given, result: target))
        case .gather:
            instructions.append(
                GatherInstruction(
                    table: dense(node.operands[0]), types[0], index: dense(node.operands[1]), count: types[1].count, to: target))
        case .scatterAdd:
            instructions.append(
                ScatterInstruction(
                    index: dense(node.operands[0]), count: types[0].count, from: dense(node.operands[1]), node.type, to: target))
        case .concatenate(let axis):
            let strides = Shape.strides(node.type.shape)
            var start = 0
            for (operand, type) in zip(node.operands, types) {
                copy(operand, to: target, View(offset: start * strides[axis], shape: type.shape, strides: strides))
                start += type.shape[axis]
            }
        case .pad(let low, _, let interior):
            instructions.append(FillInstruction(0, node.type, to: target))
            var view = View(shape: types[0].shape, strides: Shape.strides(node.type.shape))
            for axis in low.indices {
                view.offset += low[axis] * view.strides[axis]
                view.strides[axis] *= interior[axis] + 1
            }
            copy(node.operands[0], to: target, view)
        case .updateSlice(let axis):
            if values.fill(node.operands[0]) != nil || slot(values[node.operands[0]].base) != target.slot {
                copy(node.operands[0], to: target, View(dense: node.type.shape))
            }
            instructions.append(
                OffsetCopyInstruction(
                    large: target, node.type, small: dense(node.operands[1]), axis: axis, count: types[1].shape[axis],
                    offset: dense(node.operands[2]), reads: false))
        case .dynamicSlice(let axis, let count):
            instructions.append(
                OffsetCopyInstruction(
                    large: dense(node.operands[0]), types[0], small: target, axis: axis, count: count, offset: dense(node.operands[1]),
                    reads: true))
        case .argmax(let axis):
            let summary = "place of the largest along axis \(axis) of \(types[0])"
            instructions.append(
                ReductionInstruction(
                    LK_ROW_ARGMAX, from: dense(node.operands[0]), types[0], axes: axis..<axis + 1, to: target, summary: summary))
        case .reduce(let reduction, _) where types[0].count == 0:
            instructions.append(FillInstruction(reduction.ofNone(node.type.dtype), node.type, to: target))
        case .reduce(let reduction, let axes):
            // Axes lie side by side in a lowered graph.
            let op = reduction == .sum ? LK_ROW_SUM : reduction == .maximum ? LK_ROW_MAX : LK_ROW_MIN
            let summary = "\(reduction) over axes \(axes) of \(types[0])"
            instructions.append(
                ReductionInstruction(
                    op, from: dense(node.operands[0]), types[0], axes: axes[0]..<axes[0] + axes.count, to: target, summary: summary))
        case .cumulativeSum(let axis, let reverse):
            instructions.append(CumulativeInstruction(from: dense(node.operands[0]), types[0], axis: axis, reverse: reverse, to: target))
        case .cholesky: instructions.append(CholeskyInstruction(node.type, from: dense(node.operands[0]), to: target))
        case .triangularSolve(let lower, let transposed):
            instructions.append(
                TriangularSolveInstruction(
                    node.type, lower: lower, transposed: transposed, matrix: dense(node.operands[0]), right: dense(node.operands[1]),
                    to: target))
        case .unary, .binary, .select, .convert:
            // A row program has no room for its axes.
            let operands = node.operands.map { dense($0) }
            instructions.append(try ReferenceInstruction(node, types, operands: operands, result: target))
        case .input, .constant, .iota, .scan, .result: break
        }
    }

    /// Copies a node's elements, wherever they lie, to a view of a memory.
    private mutating func copy(_ id: NodeID, to target: Address, _ view: View) {
        let type = graph[id].type
        if let fill = values.fill(id), view.isDense {
            instructions.append(
                FillInstruction(fill, type, to: Address(slot: target.slot, bytes: target.bytes + view.offset * type.dtype.size)))
            return
        }
        let (from, source) = values.fill(id) == nil ? (address(values[id]), values[id].view) : (dense(id), View(dense: type.shape))
        instructions.append(
            CopyInstruction(
                from: from, type.dtype, source, to: Address(slot: target.slot, bytes: target.bytes + view.offset * type.dtype.size),
                type.dtype, view,
                summary: "copy \(type)"))
    }

    /// A product or a convolution with what follows it.
    mutating func compile(_ epilogue: Epilogue, to id: NodeID) throws(Diagnostic) {
        if case .product = graph[epilogue.product].op { return try product(epilogue.product, epilogue, to: id) }
        _ = try convolution(epilogue.product, epilogue, to: id)
    }

    /// A matrix product, and what follows it in the same loop.
    mutating func product(_ id: NodeID, _ epilogue: Epilogue?, to result: NodeID) throws(Diagnostic) {
        let node = graph[id]
        guard case .product(let left, let right) = node.op else { return }
        let dtype = node.type.dtype
        let views = node.operands.map { values.fill($0) == nil ? values[$0].view : View(dense: graph[$0].type.shape) }
        var description: ProductDescription
        var operands: [Address] = []
        if let direct = ProductDescription(dtype, views[0], views[1], transposeLeft: left, transposeRight: right) {
            description = direct
            for operand in node.operands { operands.append(values.fill(operand) == nil ? address(values[operand]) : dense(operand)) }
        } else {
            for operand in node.operands { operands.append(dense(operand)) }
            let plain = node.operands.map { View(dense: graph[$0].type.shape) }
            guard let copied = ProductDescription(dtype, plain[0], plain[1], transposeLeft: left, transposeRight: right) else {
                throw Diagnostic(
                    "a product of \(graph[node.operands[0]].type) and \(graph[node.operands[1]].type) is outside what the engine multiplies"
                )
            }
            description = copied
        }
        description.hasBias = epilogue?.bias != nil
        description.activation = epilogue?.isRectified == true ? .relu : nil
        var bias: Address?
        if let id = epilogue?.bias { bias = address(values[id]) }
        instructions.append(try ProductInstruction(description, a: operands[0], b: operands[1], c: Address(slot: slot(result)), bias: bias))
    }

    private mutating func compile(_ scan: Scan, _ node: Node, _ writes: [NodeID]) throws(Diagnostic) {
        let body = try Plan(scan.body, pool: ownPool)
        let operands = node.operands.map { dense($0) }
        var results: [Address] = []
        for (index, type) in scan.resultTypes.enumerated() {
            if let write = writes.first(where: { graph[$0].op == .result(index) }) {
                results.append(Address(slot: slot(write)))
            } else {
                results.append(temporary(bytes: type.size))
            }
        }
        var carried: [(Address, Address)] = []
        for type in scan.resultTypes.prefix(scan.carried) { carried.append((temporary(bytes: type.size), temporary(bytes: type.size))) }
        var constants: [Address?] = []
        for slot in body.slots {
            guard case .constant = slot else {
                constants.append(nil)
                continue
            }
            slots.append(slot)
            constants.append(Address(slot: slots.count - 1))
        }
        instructions.append(
            ScanInstruction(
                scan, body, operands: operands, results: results, carried: carried, arena: temporary(bytes: body.arenaSize),
                constants: constants))
    }

    /// A convolution or one of its gradients, and what follows it in the same loop; false where there is nothing to convolve.
    mutating func convolution(_ id: NodeID, _ epilogue: Epilogue?, to result: NodeID) throws(Diagnostic) -> Bool {
        let node = graph[id]
        let (first, second) = (node.operands[0], node.operands[1])
        let (a, b) = (graph[first].type.shape, graph[second].type.shape)
        guard node.type.count > 0, !a.contains(0), !b.contains(0) else { return false }
        let (to, dtype) = (Address(slot: slot(result)), node.type.dtype)
        let description: ConvolutionDescription
        let (images, kernel, output): (Address, Address, Address)
        switch node.op {
        case .convolution(let geometry):
            description = try ConvolutionDescription(
                .output(hasBias: epilogue?.bias != nil, isRectified: epilogue?.isRectified == true), geometry, images: a, kernel: b, dtype)
            (images, kernel, output) = (dense(first), dense(second), to)
        case .convolutionImage(let geometry, _):
            description = try ConvolutionDescription(.images, geometry, images: node.type.shape, kernel: b, dtype)
            (images, kernel, output) = (to, dense(second), dense(first))
        case .convolutionKernel(let geometry, _):
            description = try ConvolutionDescription(.kernel, geometry, images: a, kernel: node.type.shape, dtype)
            (images, kernel, output) = (dense(first), to, dense(second))
        default: return false
        }
        var bias: Address?
        if let id = epilogue?.bias { bias = address(values[id]) }
        let kernelLoop = try ConvolutionKernel(description, workers: (ownPool ?? .shared).threads)
        let shared = temporary(bytes: max(64, kernelLoop.shared))
        instructions.append(ConvolutionInstruction(kernelLoop, images: images, kernel: kernel, output: output, bias: bias, shared: shared))
        return true
    }
}
