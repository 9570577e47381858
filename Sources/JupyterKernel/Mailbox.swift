import CZeroMQ
import Foundation
import Synchronization

/// A queue into a thread that waits in `zmq_poll`: putting something in makes its descriptor readable.
final class Mailbox<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    let descriptor: Int32

    init() { descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)) }
    deinit { close(descriptor) }

    func put(_ element: Element) {
        let wasEmpty = elements.withLock { elements in
            elements.append(element)
            return elements.count == 1
        }
        if wasEmpty { eventfd_write(descriptor, 1) }
    }

    /// All that was put in since the last call, in order.
    func takeAll() -> [Element] {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
        return elements.withLock { elements in
            defer { elements = [] }
            return elements
        }
    }
}

/// A queue into a thread that does nothing but take from it.
final class WorkQueue<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    private let available = DispatchSemaphore(value: 0)

    func put(_ element: Element) {
        elements.withLock { $0.append(element) }
        available.signal()
    }

    /// The next element; waits for it.
    func take() -> Element {
        available.wait()
        return elements.withLock { $0.removeFirst() }
    }
}
