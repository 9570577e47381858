import Diagnostics

extension Graph {
    /// Recurrences over the same operands that carry the same values become one that gives the results of all. The gradient of a scan writes
    /// the scan again with more results; this makes the two one.
    func scansMerged() throws(Diagnostic) -> Graph {
        struct Family: Hashable {
            var operands: [NodeID]
            var length: Int, carried: Int, sequences: Int
            var reverse: Bool
        }
        var families: [Family: [Int]] = [:]
        for (index, node) in nodes.enumerated() {
            guard case .scan(let scan) = node.op else { continue }
            let family = Family(
                operands: node.operands, length: scan.length, carried: scan.carried, sequences: scan.sequences, reverse: scan.reverse)
            families[family, default: []].append(index)
        }
        if families.values.allSatisfy({ $0.count == 1 }) { return self }

        // Where the results of each merged scan are found: under the first of its family, at which places.
        var first: [Int: (index: Int, places: [Int])] = [:]
        var merged: [Int: Scan] = [:]
        for members in families.values where members.count > 1 {
            // A member joins the first one whose carried values it shares.
            var hosts: [Int] = []
            for index in members {
                guard case .scan(let scan) = nodes[index].op else { continue }
                var place: (index: Int, places: [Int])?
                for host in hosts {
                    guard let current = merged[host], let (union, places) = try current.union(scan) else { continue }
                    merged[host] = union
                    place = (host, places)
                    break
                }
                if place == nil {
                    hosts.append(index)
                    merged[index] = scan
                }
                first[index] = place
            }
        }
        if first.isEmpty { return self }
        var result = self
        for (index, node) in nodes.enumerated() {
            if let scan = merged[index] {
                result.nodes[index] = Node(op: .scan(scan), operands: node.operands, type: scan.resultTypes.first ?? node.type)
            } else if case .result(let which) = node.op, let (host, places) = first[Int(node.operands[0].index)] {
                result.nodes[index] = Node(op: .result(places[which]), operands: [NodeID(host)], type: node.type)
            }
        }
        return result
    }
}

extension Scan {
    /// A recurrence that gives this one's values and then those of another over the same operands that it lacks, and where the other's are; nil
    /// where the two carry different values.
    fileprivate func union(_ other: Scan) throws(Diagnostic) -> (Scan, [Int])? {
        let builder = Builder()
        let inputs = body.inputs.map { builder.input($0) }
        let mine = builder.inlineAll(body, inputs, sharingDraws: true)
        let theirs = builder.inlineAll(other.body, inputs, sharingDraws: true)
        var outputs = body.outputs.map { mine[Int($0.index)] }
        let added = other.body.outputs.map { theirs[Int($0.index)] }
        guard outputs.prefix(carried).map(\.id) == added.prefix(carried).map(\.id) else { return nil }
        var places = Array(0..<carried)
        for output in added.dropFirst(carried) {
            if let place = outputs.dropFirst(carried).firstIndex(where: { $0.id == output.id }) {
                places.append(place)
            } else {
                places.append(outputs.count)
                outputs.append(output)
            }
        }
        var scan = self
        scan.body = try builder.finish(outputs)
        return (scan, places)
    }
}
