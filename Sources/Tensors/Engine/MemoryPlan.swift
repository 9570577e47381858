import Graphs

/// Where in the arena each memory lies, so that those in use at the same time do not overlap.
struct MemoryPlan {
    /// Bytes from the start of the arena.
    private(set) var offsets: [Int]
    private(set) var size = 0

    /// A memory of so many bytes, in use from one step to another, both included.
    struct Request {
        var bytes: Int
        var first: Int, last: Int
    }

    /// The largest are placed first, each at the lowest offset that is free for as long as it lives.
    init(_ requests: [Request]) {
        offsets = [Int](repeating: 0, count: requests.count)
        var placed: [Int] = []
        for index in requests.indices.sorted(by: { (requests[$1].bytes, $0) < (requests[$0].bytes, $1) }) {
            let request = requests[index]
            let bytes = MemoryPlan.aligned(request.bytes)
            // Those that live at the same time, by offset.
            let rivals = placed.filter { requests[$0].first <= request.last && request.first <= requests[$0].last }.sorted {
                offsets[$0] < offsets[$1]
            }
            var offset = 0
            for rival in rivals {
                if offsets[rival] >= offset + bytes { break }
                offset = max(offset, offsets[rival] + MemoryPlan.aligned(requests[rival].bytes))
            }
            offsets[index] = offset
            placed.append(index)
            size = max(size, offset + bytes)
        }
    }

    /// Memories begin at cache lines.
    static func aligned(_ bytes: Int) -> Int { (bytes + 63) & ~63 }
}
