import Kernels
import Synchronization
import Testing

/// Counts how often each chunk was done, and by whom.
private final class Counts: Sendable {
    let done: [Atomic64], wrongWorkers = Atomic<Int>(0)
    let threads: Int
    init(chunks: Int, threads: Int) { (done, self.threads) = ((0..<chunks).map { _ in Atomic64() }, threads) }
    var values: [Int] { done.map { $0.value.load(ordering: .relaxed) } }
}

private final class Atomic64: Sendable { let value = Atomic<Int>(0) }

private final class Pool: @unchecked Sendable {
    let pool: OpaquePointer
    init(_ threads: Int) throws { pool = try #require(lk_pool_create(Int32(threads))) }
    deinit { lk_pool_destroy(pool) }

    /// Runs chunks that count themselves; a chunk may run more chunks itself, by another count.
    func run(_ counts: Counts, inner: Counts? = nil) {
        struct Context { var counts: Counts, inner: Counts?, pool: Pool }
        var context = Context(counts: counts, inner: inner, pool: self)
        lk_pool_run(
            pool, Int64(counts.done.count),
            { context, chunk, worker in
                guard let context = context?.assumingMemoryBound(to: Context.self).pointee else { return }
                context.counts.done[Int(chunk)].value.add(1, ordering: .relaxed)
                if !(0..<context.counts.threads).contains(Int(worker)) { context.counts.wrongWorkers.add(1, ordering: .relaxed) }
                if let inner = context.inner { context.pool.run(inner) }
            }, &context)
    }
}

struct PoolTests {
    @Test func everyChunkIsDoneOnce() throws {
        for threads in [1, 2, 3, 9] {
            let pool = try Pool(threads)
            #expect(lk_pool_threads(pool.pool) == Int32(threads))
            for chunks in [0, 1, 2, 3, 17, 1000] {
                let counts = Counts(chunks: chunks, threads: threads)
                pool.run(counts)  // outside begin and end
                lk_pool_begin(pool.pool)
                lk_pool_begin(pool.pool)
                for _ in 0..<50 { pool.run(counts) }
                lk_pool_end(pool.pool)
                pool.run(counts)
                lk_pool_end(pool.pool)
                lk_pool_end(pool.pool)  // one too many is nothing
                #expect(counts.values.allSatisfy { $0 == 52 } && counts.wrongWorkers.load(ordering: .relaxed) == 0)
            }
        }
    }

    @Test func runsInsideRunsAreDoneInPlace() throws {
        let pool = try Pool(3)
        let (outer, inner) = (Counts(chunks: 20, threads: 3), Counts(chunks: 7, threads: 3))
        lk_pool_begin(pool.pool)
        pool.run(outer, inner: inner)
        lk_pool_end(pool.pool)
        #expect(outer.values.allSatisfy { $0 == 1 } && inner.values.allSatisfy { $0 == 20 })
    }

    @Test func threadsThatShareAPoolDoNotWaitForEachOther() async throws {
        let pool = try Pool(2)
        let counts = (0..<4).map { _ in Counts(chunks: 13, threads: 2) }
        await withTaskGroup(of: Void.self) { group in
            for count in counts {
                group.addTask {
                    for _ in 0..<200 {
                        lk_pool_begin(pool.pool)
                        pool.run(count)
                        lk_pool_end(pool.pool)
                    }
                }
            }
        }
        #expect(counts.allSatisfy { $0.values.allSatisfy { $0 == 200 } })
    }

    @Test func poolsOfNoThreadsAreRefused() {
        #expect(lk_pool_create(0) == nil && lk_pool_create(-1) == nil && lk_pool_create(1 << 20) == nil)
        #expect(lk_processors() >= 1)
    }
}
