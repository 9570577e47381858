import Graphs

/// What follows a matrix product or a convolution in the same loop: a bias for each column (or channel), then a rectifier.
struct Epilogue {
    var product: NodeID
    var bias: NodeID?
    var isRectified: Bool
    /// The nodes that are not computed by themselves: the product, and the sum before a rectifier.
    var absorbed: [NodeID]

    /// The epilogues of a graph, by the node that the product's loop then gives.
    static func all(_ graph: Graph, _ values: Values) -> [NodeID: Epilogue] {
        // How often each base is read, through whatever views; an output counts too.
        var reads: [NodeID: Int] = [:]
        let needed = graph.needed(for: graph.outputs)
        for (index, node) in graph.nodes.enumerated() where needed[index] && !values.isView(NodeID(index)) {
            for operand in node.operands { reads[values[operand].base, default: 0] += 1 }
        }
        for output in graph.outputs { reads[values[output].base, default: 0] += 1 }
        var result: [NodeID: Epilogue] = [:]
        for (index, node) in graph.nodes.enumerated() where needed[index] {
            let id = NodeID(index)
            switch node.op {
            case .binary(.add):
                for (position, operand) in node.operands.enumerated() where values.fill(operand) == nil {
                    let product = values[operand]
                    guard canCarry(product.base, graph), reads[product.base] == 1, product.view.isWhole(of: node.type.count) else {
                        continue
                    }
                    let bias = node.operands[1 - position]
                    let columns = graph[product.base].type.shape.last ?? 1
                    guard columns > 0, values.fill(bias) == nil, graph[values[bias].base].type.dtype == node.type.dtype,
                        let grid = values[bias].view.reshaped([node.type.count / columns, columns]),
                        grid.strides[0] == 0 || grid.shape[0] == 1,
                        grid.strides[1] == 1
                    else { continue }
                    result[id] = Epilogue(product: product.base, bias: bias, isRectified: false, absorbed: [product.base])
                    break
                }
            case .unary(.relu):
                let operand = values[node.operands[0]]
                guard operand.view.isWhole(of: node.type.count), reads[operand.base] == 1 else { continue }
                if var epilogue = result[operand.base] {
                    result[operand.base] = nil
                    epilogue.isRectified = true
                    epilogue.absorbed.append(operand.base)
                    result[id] = epilogue
                } else if canCarry(operand.base, graph) {
                    result[id] = Epilogue(product: operand.base, bias: nil, isRectified: true, absorbed: [operand.base])
                }
            default: continue
            }
        }
        return result
    }

    /// Whether an operation's loop can do more to what it gives.
    private static func canCarry(_ id: NodeID, _ graph: Graph) -> Bool {
        let node = graph[id]
        return switch node.op {
        case .product: true
        case .convolution: node.type.count > 0 && node.operands.allSatisfy { graph[$0].type.count > 0 }
        default: false
        }
    }

    /// All that the loop reads.
    func operands(_ graph: Graph) -> [NodeID] { graph[product].operands + (bias.map { [$0] } ?? []) }
}
