import Diagnostics
import Syntax
import Tensors

extension Compiler {
    func expression(_ expression: Expression) throws(Diagnostic) -> Node {
        let span = expression.span
        switch expression.kind {
        case .number(let number): return Constant(.number(number), span)
        case .bool(let bool): return Constant(.bool(bool), span)
        case .missing: return Constant(.missing, span)
        case .none: return Constant(.none, span)
        case .string(let parts): return try string(parts, span)
        case .name(let name): return variable(name, span)
        case .brackets(let items): return Brackets(try items.map { (item) throws(Diagnostic) in try self.expression(item) }, span)
        case .tuple(let items): return MakeTuple(try items.map { (item) throws(Diagnostic) in try self.expression(item) }, span)
        case .record(let entries):
            return MakeRecord(
                entries.map(\.name.text), try entries.map { (entry) throws(Diagnostic) in try self.expression(entry.value) }, span)
        case .negate(let operand):
            if case .number(let number) = operand.kind { return Constant(.number(-number), span) }
            return Negation(try self.expression(operand), span)
        case .not(let operand): return Not(try self.expression(operand), span)
        case .and(let a, let b): return Logic(isAnd: true, try self.expression(a), try self.expression(b), span)
        case .or(let a, let b): return Logic(isAnd: false, try self.expression(a), try self.expression(b), span)
        case .binary(let operation, let a, let b): return try binary(operation, a, b, span)
        case .comparison(let operands, let operations): return try comparison(operands, operations, span)
        case .condition(let model, let given): return Condition(try self.expression(model), try self.expression(given), span)
        case .range(let start, let end, let isInclusive, let step):
            guard let start, let end else {
                throw Diagnostic("a range needs both ends", at: span, help: "an open end means something only inside an index, `x[2..<]`")
            }
            return MakeRange(
                try self.expression(start), try self.expression(end),
                try step.map { (step) throws(Diagnostic) in try self.expression(step) },
                isInclusive: isInclusive, span)
        case .call(let callee, let arguments): return CallNode(try self.expression(callee), try self.arguments(arguments), span)
        case .method(let receiver, let name, let arguments):
            return MethodCall(
                try self.expression(receiver), variable(name.text, name.span), name.text, name.span, try self.arguments(arguments), span)
        case .field(let receiver, let name): return FieldAccess(try self.expression(receiver), name.text, name.span)
        case .index(let container, let items): return IndexAccess(try self.expression(container), try indices(items), span)
        case .lambda(let function): return try lambda(function, span)
        case .block(let statements): return try block(statements, span)
        case .conditional(let condition, let then, let otherwise):
            let test = try self.expression(condition)
            let before = scope.definite
            let first = try block(then, span)
            let afterFirst = scope.definite
            scope.definite = before
            let second = try otherwise.map { (otherwise) throws(Diagnostic) in try self.expression(otherwise) }
            // Bound afterwards is what both branches bind.
            scope.definite.formIntersection(afterFirst)
            return Conditional(test, first, second, span)
        }
    }

    private func string(_ parts: [StringPart], _ span: Span) throws(Diagnostic) -> Node {
        var pieces: [Interpolation.Piece] = []
        var plain = ""
        for part in parts {
            switch part {
            case .text(let text):
                plain += text
                pieces.append(.text(text))
            case .code(let code): pieces.append(.node(try expression(code)))
            }
        }
        let isPlain = pieces.allSatisfy { if case .text = $0 { true } else { false } }
        return isPlain ? Constant(.string(plain), span) : Interpolation(pieces, span)
    }

    func arguments(_ arguments: [Argument]) throws(Diagnostic) -> [CallNode.Argument] {
        try arguments.map { (argument) throws(Diagnostic) in
            CallNode.Argument(name: argument.name.map { ($0.text, $0.span) }, node: try expression(argument.value))
        }
    }

    func indices(_ items: [IndexItem]) throws(Diagnostic) -> [IndexNode] {
        try items.map { (item) throws(Diagnostic) in
            switch item {
            case .all(let span): return .all(span)
            case .expression(let expression):
                guard case .range(let start, let end, let isInclusive, let step) = expression.kind else {
                    return .single(try self.expression(expression))
                }
                return .slice(
                    start: try start.map { (e) throws(Diagnostic) in try self.expression(e) },
                    end: try end.map { (e) throws(Diagnostic) in try self.expression(e) }, isInclusive: isInclusive,
                    step: try step.map { (e) throws(Diagnostic) in try self.expression(e) }, expression.span)
            }
        }
    }

    private func binary(_ operation: BinaryOperator, _ a: Expression, _ b: Expression, _ span: Span) throws(Diagnostic) -> Node {
        let left = try expression(a)
        let right = try expression(b)
        func arithmetic<Op: NumberOperation>(_: Op.Type) -> Node {
            if let constant = right as? Constant, case .number(let number) = constant.value {
                return ArithmeticWithConstant<Op>(left, number, constant.span, span)
            }
            return Arithmetic<Op>(left, right, span)
        }
        switch operation {
        case .add: return arithmetic(Adding.self)
        case .subtract: return arithmetic(Subtracting.self)
        case .multiply: return arithmetic(Multiplying.self)
        case .divide: return arithmetic(Dividing.self)
        case .remainder: return arithmetic(TakingRemainder.self)
        case .power: return Operation(.power, left, right, span)
        case .matrixProduct: return Operation(.matrixProduct, left, right, span)
        }
    }

    private func comparison(_ operands: [Expression], _ operations: [ComparisonOperator], _ span: Span) throws(Diagnostic) -> Node {
        let nodes = try operands.map { (operand) throws(Diagnostic) in try expression(operand) }
        guard nodes.count == 2, let operation = operations.first else {
            return ComparisonChain(nodes, operations.map(\.valueOperation), span)
        }
        let left = nodes[0]
        let right = nodes[1]
        func comparison<Op: NumberComparison>(_: Op.Type) -> Node {
            if let constant = right as? Constant, case .number(let number) = constant.value {
                return ComparisonWithConstant<Op>(left, number, constant.span, span)
            }
            return Comparison<Op>(left, right, span)
        }
        switch operation {
        case .equal: return comparison(Equal.self)
        case .notEqual: return comparison(NotEqual.self)
        case .less: return comparison(Less.self)
        case .lessEqual: return comparison(LessOrEqual.self)
        case .greater: return comparison(Greater.self)
        case .greaterEqual: return comparison(GreaterOrEqual.self)
        case .contained: return Operation(.contained, left, right, span)
        }
    }
}

extension ComparisonOperator {
    var valueOperation: ValueOperation {
        switch self {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessEqual: .lessEqual
        case .greater: .greater
        case .greaterEqual: .greaterEqual
        case .contained: .contained
        }
    }
}
