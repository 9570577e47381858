// Draws of one graph are told apart by their sites. Bodies of scans share the numbering with the graph around them.

extension Graph {
    /// One more than the largest site of its draws, those of bodies included; 0 where it draws nothing.
    var sites: Int { nodes.lazy.map(\.op.sites).max() ?? 0 }

    /// The same graph with draws of other streams.
    func withSites(shiftedBy shift: Int) -> Graph {
        var result = self
        for index in nodes.indices { result.nodes[index].op = nodes[index].op.withSites(shiftedBy: shift) }
        return result
    }
}

extension Op {
    var sites: Int {
        switch self {
        case .random(let draw): draw.site + 1
        case .scan(let scan): scan.body.sites
        default: 0
        }
    }

    func withSites(shiftedBy shift: Int) -> Op {
        switch self {
        case .random(let draw): return .random(Draw(draw.law, draw.type, site: draw.site + shift))
        case .scan(var scan) where scan.body.isRandom:
            scan.body = scan.body.withSites(shiftedBy: shift)
            return .scan(scan)
        default: return self
        }
    }
}
