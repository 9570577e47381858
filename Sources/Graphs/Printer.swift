extension Op {
    /// The name by which graphs are printed and errors speak of it.
    public var name: String {
        switch self {
        case .input: "input"
        case .constant: "constant"
        case .iota: "iota"
        case .random(let draw): draw.law.rawValue
        case .unary(let op): op.rawValue
        case .binary(let op): op.rawValue
        case .select: "select"
        case .convert: "convert"
        case .stopGradient: "stopGradient"
        case .reduce(let reduction, _): reduction.rawValue
        case .argmax: "argmax"
        case .cumulativeSum: "cumsum"
        case .product: "product"
        case .convolution: "convolution"
        case .convolutionImage: "convolutionImage"
        case .convolutionKernel: "convolutionKernel"
        case .pool(let pooling): "\(pooling.kind)Pool"
        case .poolGradient(let pooling): "\(pooling.kind)PoolGradient"
        case .gather: "gather"
        case .scatterAdd: "scatterAdd"
        case .reshape: "reshape"
        case .transpose: "transpose"
        case .broadcast: "broadcast"
        case .slice: "slice"
        case .pad: "pad"
        case .concatenate: "concatenate"
        case .reverse: "reverse"
        case .updateSlice: "updateSlice"
        case .dynamicSlice: "dynamicSlice"
        case .cholesky: "cholesky"
        case .triangularSolve: "triangularSolve"
        case .scan: "scan"
        case .result: "result"
        }
    }

    /// What is said of it beside its operands and its type.
    fileprivate var attributes: String {
        switch self {
        case .input(let position): "\(position)"
        case .constant(let literal):
            literal.values.prefix(4).map { short($0, literal.type.dtype) }.joined(separator: ", ")
                + (literal.values.count > 4 ? ", ..." : "")
        case .iota(let axis, _), .argmax(let axis), .concatenate(let axis), .reverse(let axis), .updateSlice(let axis): "axis \(axis)"
        case .random(let draw): "site \(draw.site)"
        case .reduce(_, let axes): "axes \(axes)"
        case .cumulativeSum(let axis, let reverse): "axis \(axis)" + (reverse ? " from the end" : "")
        case .product(let left, let right):
            [left ? "left transposed" : nil, right ? "right transposed" : nil].compactMap { $0 }.joined(separator: ", ")
        case .convolution(let shape), .convolutionImage(let shape, _), .convolutionKernel(let shape, _):
            "strides \(shape.strides), padding \(shape.low) \(shape.high)"
                + (shape.dilations.contains { $0 != 1 } ? ", dilations \(shape.dilations)" : "")
                + (shape.groups != 1 ? ", groups \(shape.groups)" : "")
        case .pool(let pooling), .poolGradient(let pooling): "window \(pooling.window), strides \(pooling.strides)"
        case .scatterAdd(let rows): "rows \(rows)"
        case .transpose(let order): "\(order)"
        case .slice(let starts, let ends, let steps):
            starts.indices.map { "\(starts[$0])..<\(ends[$0])" + (steps[$0] == 1 ? "" : " by \(steps[$0])") }.joined(separator: ", ")
        case .pad(let low, let high, let interior): "\(low) \(high)" + (interior.contains { $0 != 0 } ? " interior \(interior)" : "")
        case .dynamicSlice(let axis, let count): "axis \(axis), count \(count)"
        case .triangularSolve(let lower, let transposed): (lower ? "lower" : "upper") + (transposed ? ", transposed" : "")
        case .scan(let scan): "\(scan.length) rounds, carrying \(scan.carried)" + (scan.reverse ? ", from the end" : "")
        case .result(let index): "\(index)"
        case .unary, .binary, .select, .convert, .stopGradient, .gather, .reshape, .broadcast, .cholesky: ""
        }
    }
}

private func short(_ value: Double, _ dtype: DType) -> String {
    if value == value.rounded(), Swift.abs(value) < 1e15 { return String(Int(value)) }
    return dtype == .float32 ? "\(Float(value))" : "\(value)"
}

extension Graph: CustomStringConvertible {
    /// One line a node: `%3 = multiply %1 %2 : float32[64, 128]`; bodies of scans are indented below.
    public var description: String { text(indent: "") }

    private func text(indent: String) -> String {
        var lines: [String] = []
        for (index, node) in nodes.enumerated() {
            let attributes = node.op.attributes
            var line = "\(indent)%\(index) = \(node.op.name)"
            if !attributes.isEmpty { line += "(\(attributes))" }
            for id in node.operands { line += " %\(id.index)" }
            lines.append(line + " : \(node.type)")
            if case .scan(let scan) = node.op { lines.append(scan.body.text(indent: indent + "    ")) }
        }
        lines.append("\(indent)return \(outputs.map { "%\($0.index)" }.joined(separator: ", "))")
        return lines.joined(separator: "\n")
    }
}
