import Kernels

/// The threads that plans run on: as many as the process may use, at most 16.
final class WorkerPool: @unchecked Sendable {
    /// The C pool; nil where there is one processor only, and all work is the caller's.
    let pool: OpaquePointer?
    var threads: Int { pool.map { Int(lk_pool_threads($0)) } ?? 1 }

    init(threads: Int) {
        pool = threads > 1 ? lk_pool_create(Int32(threads)) : nil
    }

    deinit { if let pool { lk_pool_destroy(pool) } }

    /// Made when the first plan runs.
    static let shared = WorkerPool(threads: min(16, Int(lk_processors())))
}

extension WorkerPool {
    /// Runs the chunks 0 ..< chunks, each whole by one thread, and waits for them.
    func run(_ chunks: Int, _ body: @Sendable (Int) -> Void) {
        guard let pool, chunks > 1 else { return (0..<chunks).forEach(body) }
        withoutActuallyEscaping(body) { body in
            var context = body
            withUnsafeMutablePointer(to: &context) { context in
                lk_pool_begin(pool)
                lk_pool_run(
                    pool, Int64(chunks),
                    { context, chunk, _ in context?.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(Int(chunk)) }, context)
                lk_pool_end(pool)
            }
        }
    }
}
