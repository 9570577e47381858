import Diagnostics
import Tensors

/// What a traced function reads of the names around it: each becomes an input, fetched anew whenever what was compiled is run.
final class OuterReads {
    let trace: Trace
    /// The function that is traced, whose captured variables are found again by their order.
    let function: Template
    private(set) var globals: [Int: Template] = [:]
    private var globalValues: [Int: Value] = [:]
    /// Captured variables that belong to a function known here.
    private var boxes: [ObjectIdentifier: (box: Box, owner: Template, index: Int)] = [:]
    private var boxValues: [ObjectIdentifier: Value] = [:]
    /// Variables that came to be while the function ran: they are its own.
    private var own: [ObjectIdentifier: Box] = [:]

    init(_ trace: Trace, _ function: Callable) {
        self.trace = trace
        if case .closure(let code, let captures) = function.kind {
            self.function = Template(.function(code))
            register(captures, of: self.function)
        } else {
            self.function = Template(.fixed(.function(function)))
        }
    }

    private func register(_ captures: [Box], of owner: Template) {
        for (index, box) in captures.enumerated() where boxes[ObjectIdentifier(box)] == nil && own[ObjectIdentifier(box)] == nil {
            boxes[ObjectIdentifier(box)] = (box, owner, index)
        }
    }

    func created(_ box: Box) { own[ObjectIdentifier(box)] = box }

    func global(_ index: Int, _ value: Value) throws(Diagnostic) -> Value {
        if let known = globalValues[index] { return known }
        let (template, replaced) = try symbolic(value)
        globals[index] = template
        globalValues[index] = replaced
        return replaced
    }

    func captured(_ box: Box) throws(Diagnostic) -> Value {
        let identity = ObjectIdentifier(box)
        if own[identity] != nil { return box.value }
        if let known = boxValues[identity] { return known }
        guard let place = boxes[identity] else {
            trace.obstruct("a function it calls keeps variables that cannot be followed")
            return box.value
        }
        // A variable bound later is looked up again then.
        if box.value.isUnset { return .unset }
        let (template, replaced) = try symbolic(box.value)
        place.owner.captures[place.index] = template
        boxValues[identity] = replaced
        return replaced
    }

    /// The value with every tensor in it an input of the trace.
    private func symbolic(_ value: Value) throws(Diagnostic) -> (Template, Value) {
        let trace = trace
        let result = try Template.make(value) { (tensor, _, _) throws(Diagnostic) in
            if tensor.hasMissing || tensor.isSymbolic { return nil }
            let symbol = try trace.input(tensor)
            return trace.position(of: symbol).map { ($0, symbol) }
        }
        follow(value, result.0)
        return result
    }

    /// Functions inside a value bring their captured variables along.
    private func follow(_ value: Value, _ template: Template) {
        switch (value, template.kind) {
        case (.function(let callable), .function): if case .closure(_, let captures) = callable.kind { register(captures, of: template) }
        case (.list(let list), .list(let templates)), (.tuple(let list), .tuple(let templates)):
            for (item, template) in zip(list.items, templates) { follow(item, template) }
        case (.record(let record), .record(_, let templates)), (.table(let record), .table(_, let templates)):
            for (item, template) in zip(record.values, templates) { follow(item, template) }
        default: break
        }
    }
}
