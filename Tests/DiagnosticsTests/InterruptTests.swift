import Diagnostics
import Testing

@Test func anInterruptLetsARoundEnd() throws {
    let interrupt = Interrupt()
    try interrupt.check()
    interrupt.request()
    // Outside of loops it stops at once.
    #expect(throws: Diagnostic.self) { try interrupt.check() }
    interrupt.clear()
    try interrupt.check()
    // Inside a round it waits, in the loops of that round too; between rounds of the outermost loop it does not.
    interrupt.beginLoop()
    interrupt.request()
    try interrupt.check()
    interrupt.beginLoop()
    try interrupt.checkRound()
    interrupt.endLoop()
    #expect(throws: Diagnostic.self) { try interrupt.checkRound() }
    // A round that takes long is cut.
    let start = ContinuousClock.now
    while ContinuousClock.now - start < Interrupt.patience {}
    #expect(throws: Diagnostic.self) { try interrupt.check() }
    interrupt.clear()
    // Time that is over is over.
    interrupt.beginLoop()
    interrupt.timeOut()
    #expect(throws: Diagnostic.self) { try interrupt.check() }
}
