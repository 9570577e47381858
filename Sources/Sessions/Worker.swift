import Dispatch
import Foundation
import Synchronization

/// A thread with a deep stack that runs jobs one after another.
final class Worker: Sendable {
    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let arrived = DispatchSemaphore(value: 0)

    /// Half a gigabyte of address space; memory is used only as deep as a program recurses.
    static let stackSize = 512 << 20

    init() {
        let thread = Thread { [weak self] in
            while let arrived = self?.arrived {
                arrived.wait()
                guard let job = self?.jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
                job()
            }
        }
        thread.stackSize = Worker.stackSize
        thread.name = "latent"
        thread.start()
    }

    deinit { arrived.signal() }

    /// Runs a job on the thread and waits for it.
    func run(_ job: @escaping @Sendable () -> Void) {
        let done = DispatchSemaphore(value: 0)
        jobs.withLock {
            $0.append {
                job()
                done.signal()
            }
        }
        arrived.signal()
        done.wait()
    }
}
