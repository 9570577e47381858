import Glibc
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
    static let shared = WorkerPool(threads: min(16, max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))))
}
