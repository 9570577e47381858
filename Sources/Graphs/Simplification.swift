/// What a node comes to: another node, or one that the graph has.
enum Simplified {
    case node(Node)
    case same(NodeID)
}

extension Builder {
    /// Algebra that is exact for every number, NaN and infinities included: done as nodes are added.
    func simplified(_ node: Node) -> Simplified {
        func operand(_ position: Int) -> Node { graph[node.operands[position]] }
        func literal(_ position: Int) -> Literal? {
            if case .constant(let literal) = operand(position).op { literal } else { nil }
        }
        func constant(_ value: Double) -> Simplified {
            .node(Node(op: .constant(Literal(value, node.type)), operands: [], type: node.type))
        }
        switch node.op {
        case .unary(let op):
            if let fill = literal(0)?.fill { return constant(op.apply(fill, as: node.type.dtype)) }
            if op == .negate, case .unary(.negate) = operand(0).op { return .same(operand(0).operands[0]) }
            if op == .relu, case .unary(.relu) = operand(0).op { return .same(node.operands[0]) }
        case .binary(let op):
            let (left, right) = (literal(0)?.fill, literal(1)?.fill)
            if let left, let right { return constant(op.apply(left, right, as: node.type.dtype)) }
            switch op {
            case .add where left == 0 && left?.sign == .minus, .multiply where left == 1: return .same(node.operands[1])
            case .add where right == 0 && right?.sign == .minus, .subtract where right == 0 && right?.sign == .plus,
                .multiply where right == 1,
                .divide where right == 1, .power where right == 1:
                return .same(node.operands[0])
            // x + 0 is x but for -0, which no one can tell from 0 but by dividing by it.
            case .add where left == 0: return .same(node.operands[1])
            case .add where right == 0: return .same(node.operands[0])
            case .multiply where left == -1: return simplified(Node(op: .unary(.negate), operands: [node.operands[1]], type: node.type))
            case .multiply where right == -1: return simplified(Node(op: .unary(.negate), operands: [node.operands[0]], type: node.type))
            case .power where right == 0: return constant(1)
            case .power where right == 2: return simplified(Node(op: .unary(.square), operands: [node.operands[0]], type: node.type))
            case .multiply where node.operands[0] == node.operands[1]:
                return simplified(Node(op: .unary(.square), operands: [node.operands[0]], type: node.type))
            // A power of two divides as its reciprocal multiplies.
            case .divide where right.map { $0.isNormal && $0.significand == 1 && (1 / $0).isNormal } ?? false:
                let reciprocal = self.constant(1 / (right ?? 1), node.type)
                return .node(Node(op: .binary(.multiply), operands: [node.operands[0], reciprocal.id], type: node.type))
            default: break
            }
            // Sums and products do not mind the order: one spelling, so that equal ones are one node.
            if op == .add || op == .multiply, node.operands[0] > node.operands[1] {
                return .node(Node(op: node.op, operands: [node.operands[1], node.operands[0]], type: node.type))
            }
        case .select:
            if let test = literal(0)?.fill { return .same(node.operands[test != 0 ? 1 : 2]) }
            if node.operands[1] == node.operands[2] { return .same(node.operands[1]) }
        case .convert(let dtype):
            if operand(0).type.dtype == dtype { return .same(node.operands[0]) }
            if let fill = literal(0)?.fill, dtype != .int32 { return constant(fill) }
        case .stopGradient:
            if literal(0) != nil { return .same(node.operands[0]) }
        case .broadcast(let shape):
            if operand(0).type.shape == shape { return .same(node.operands[0]) }
            if let fill = literal(0)?.fill { return constant(fill) }
            if case .broadcast = operand(0).op {
                return .node(Node(op: node.op, operands: operand(0).operands, type: node.type))
            }
        case .reshape(let shape):
            if operand(0).type.shape == shape { return .same(node.operands[0]) }
            if let literal = literal(0) {
                return .node(Node(op: .constant(Literal(literal.values, node.type)), operands: [], type: node.type))
            }
            if case .reshape = operand(0).op { return simplified(Node(op: node.op, operands: operand(0).operands, type: node.type)) }
        case .transpose(let order):
            if order == Array(order.indices) { return .same(node.operands[0]) }
            // Axes of size 1 move freely.
            let sizes = operand(0).type.shape
            let moving = order.filter { sizes[$0] != 1 }
            if moving == moving.sorted() {
                return simplified(Node(op: .reshape(node.type.shape), operands: node.operands, type: node.type))
            }
            if let fill = literal(0)?.fill { return constant(fill) }
            if case .transpose(let first) = operand(0).op {
                return simplified(Node(op: .transpose(order.map { first[$0] }), operands: operand(0).operands, type: node.type))
            }
        case .slice(let starts, let ends, let steps):
            if ends == operand(0).type.shape, starts.allSatisfy({ $0 == 0 }), steps.allSatisfy({ $0 == 1 }) {
                return .same(node.operands[0])
            }
            if let fill = literal(0)?.fill { return constant(fill) }
        case .pad(let low, let high, let interior):
            if (low + high + interior).allSatisfy({ $0 == 0 }) { return .same(node.operands[0]) }
        case .reduce(let reduction, let axes):
            if axes.isEmpty { return .same(node.operands[0]) }
            if let fill = literal(0)?.fill, node.type.dtype.isFloat {
                let count = axes.reduce(1) { $0 * operand(0).type.shape[$1] }
                switch reduction {
                case .sum: return constant(fill * Double(count))
                case .maximum, .minimum: if count > 0 { return constant(fill) }
                }
            }
        case .concatenate:
            if node.operands.count == 1 { return .same(node.operands[0]) }
        default: break
        }
        return .node(node)
    }
}
