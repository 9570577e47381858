import Datasets
import Foundation
import Testing

@testable import JupyterKernel

/// A kernel and its client, over real sockets. One after another: the tests share two cores with everything else.
@Suite(.serialized) struct KernelTests {
    @Test func messagesComeInOrderUnderTheRequestTheyBelongTo() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        let cases: [(code: String, published: [String], status: String)] = [
            ("value", ["status", "execute_input", "execute_result", "status"], "ok"),
            ("print 3", ["status", "execute_input", "stream", "status"], "ok"),
            ("note careful", ["status", "execute_input", "stream", "status"], "ok"),
            ("show", ["status", "execute_input", "display_data", "update_display_data", "status"], "ok"),
            ("fail", ["status", "execute_input", "error", "status"], "error"),
        ]
        for (index, expected) in cases.enumerated() {
            let identifier = client.execute(expected.code)
            let published = try client.published(for: identifier)
            let reply = try client.next(on: .shell)
            #expect(published.map(\.type) == expected.published, "\(expected.code)")
            #expect(published.first?.content == ["execution_state": "busy"])
            #expect(reply.parentHeader["msg_id"]?.string == identifier)
            #expect(reply.content["status"]?.string == expected.status)
            #expect(reply.content["execution_count"]?.int == index + 1)
            #expect(published[1].content["execution_count"]?.int == index + 1)
        }
        #expect(try client.run("print 2").outputs.map(\.content) == [["name": "stdout", "text": "line 0\nline 1\n"]])
        #expect(try client.run("note x").outputs.map(\.content) == [["name": "stderr", "text": "x\n"]])
        let shown = try client.run("show").outputs
        #expect(shown[0].content["data"] == ["image/png": "AQID", "text/plain": "a"])
        #expect(shown[1].content["transient"] == ["display_id": "d"])
        #expect(shown[0].content["transient"] == shown[1].content["transient"])
    }

    @Test func silentAndUncountedCells() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        #expect(try client.published(for: client.execute("value", ["silent": true])).map(\.type) == ["status", "status"])
        #expect(try client.next(on: .shell).content["execution_count"]?.int == 0)
        #expect(try client.run("value", ["store_history": false]).reply["execution_count"]?.int == 0)
        #expect(try client.run("value").reply["execution_count"]?.int == 1)
        let reply = try client.run("print 1", ["user_expressions": ["good": "value", "bad": "fail"]]).reply
        #expect(reply["user_expressions"]?["good"]?["data"] == ["text/plain": "value"])
        #expect(reply["user_expressions"]?["bad"]?["status"] == "error")
        #expect(try client.run("value").reply["execution_count"]?.int == 3)
    }

    @Test func nothingOfABurstIsLost() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        let outputs = try client.run("print 100000").outputs
        #expect(outputs.allSatisfy { $0.type == "stream" })
        // Coalesced, or a server would throttle it.
        #expect(outputs.count < 1000)
        let text = outputs.compactMap { $0.content["text"]?.string }.joined()
        #expect(text == (0..<100_000).map { "line \($0)\n" }.joined())
    }

    @Test func progressIsOneDisplayThatIsEmptyInTheEnd() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        let outputs = try client.run("progress").outputs
        #expect(outputs.first?.type == "display_data")
        #expect(outputs.dropFirst().allSatisfy { $0.type == "update_display_data" })
        #expect(Set(outputs.map { $0.content["transient"]?["display_id"]?.string }).count == 1)
        #expect(outputs.first?.content["data"] == ["text/plain": "step 1"])
        #expect(outputs.count > 1 && outputs.last?.content["data"] == [:])
        #expect(outputs.count < 100)
    }

    @Test func aFailureAbortsWhatIsQueued() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        let cells = ["value", "loop", "value", "print 1"].map { client.execute($0) }
        let question = client.send("is_complete_request", ["code": "f {"])
        while try client.next(on: .iopub).parentHeader["msg_id"]?.string != cells[1] {}
        let interrupt = client.send("interrupt_request", on: .control)
        #expect(try client.next(on: .control).parentHeader["msg_id"]?.string == interrupt)
        var statuses: [String: JSONValue] = [:]
        for _ in 0..<5 {
            let reply = try client.next(on: .shell)
            statuses[reply.parentHeader["msg_id"]?.string ?? ""] = reply.content["status"]
        }
        #expect(cells.map { statuses[$0]?.string } == ["ok", "error", "aborted", "aborted"])
        #expect(statuses[question] == "incomplete")
        #expect(try client.run("value").reply["status"] == "ok")

        let failing = client.execute("fail", ["stop_on_error": false])
        let following = client.execute("value")
        #expect(try client.next(on: .shell).parentHeader["msg_id"]?.string == failing)
        let reply = try client.next(on: .shell)
        #expect(reply.parentHeader["msg_id"]?.string == following)
        #expect(reply.content["status"] == "ok")
    }

    @Test func anEndlessCellIsInterruptedWhileTheHeartBeats() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        let cell = client.execute("loop")
        while try client.next(on: .iopub).parentHeader["msg_id"]?.string != cell {}
        client.heartbeat.send([[1, 2, 3]])
        #expect(try client.nextFrames(on: .heartbeat) == [[1, 2, 3]])
        client.send("kernel_info_request", on: .control)
        #expect(try client.next(on: .control).content["implementation"] == "latent")
        client.send("interrupt_request", on: .control)
        #expect(try client.next(on: .control).content == ["status": "ok"])
        let reply = try client.next(on: .shell).content
        #expect(reply["ename"] == "Interrupted")
        #expect(reply["traceback"]?.array?.isEmpty == false)
        #expect(try client.run("value").reply["status"] == "ok")
    }

    @Test func inputIsAskedForWhereItIsAllowed() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        let cell = client.execute("ask", ["allow_stdin": true])
        let question = try client.next(on: .stdin)
        #expect(question.type == "input_request")
        #expect(question.content == ["prompt": "name? ", "password": false])
        #expect(question.parentHeader["msg_id"]?.string == cell)
        client.send("input_reply", ["value": "Ada"], on: .stdin)
        #expect(try client.published(for: cell).contains { $0.content["text"] == "Ada" })
        #expect(try client.next(on: .shell).content["status"] == "ok")
        #expect(try client.run("ask", ["allow_stdin": false]).outputs.first?.content["text"] == "cannot ask")

        let given = client.execute("ask")
        _ = try client.next(on: .stdin)
        client.send("interrupt_request", on: .control)
        #expect(try client.published(for: given).contains { $0.content["text"] == "nobody" })
    }

    @Test func questionsAreAnswered() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        let info = try client.ask("kernel_info_request")
        #expect(info["status"] == "ok")
        #expect(info["protocol_version"] == "5.5")
        #expect(["name", "version", "mimetype", "file_extension"].allSatisfy { info["language_info"]?[$0]?.string != nil })
        // A character beyond the basic plane is one code point.
        #expect(try client.ask("complete_request", ["code": "𝛼samp", "cursor_pos": 5])["cursor_end"] == 5)
        #expect(try client.ask("complete_request", ["code": "ab", "cursor_pos": 99])["cursor_end"] == 2)
        #expect(try client.ask("inspect_request", ["code": "x", "cursor_pos": 1, "detail_level": 1])["data"] == ["text/plain": "x at 1"])
        #expect(try client.ask("inspect_request", ["code": "nothing", "cursor_pos": 1])["found"] == false)
        #expect(try client.ask("is_complete_request", ["code": "1"]) == ["status": "complete"])
        #expect(try client.ask("comm_info_request") == ["status": "ok", "comms": [:]])
        #expect(try client.ask("no_such_request")["ename"] == "UnknownMessage")
        #expect(try client.ask("no_such_request", on: .control)["status"] == "error")
        let opened = client.send("comm_open", ["comm_id": "c", "target_name": "t", "data": [:]])
        #expect(try client.published(for: opened).map(\.type) == ["status", "comm_close", "status"])
        for type in ["comm_msg", "comm_close", "nonsense", ""] {
            #expect(try client.published(for: client.send(type, ["comm_id": "c"])).count == 2)
        }
        #expect(try client.run("value").reply["status"] == "ok")
    }

    @Test func historyOfTheSession() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        for code in ["one", "two", "one"] { _ = try client.run(code) }
        let cases: [(JSONValue, JSONValue)] = [
            (["hist_access_type": "tail", "n": 2], [[1, 2, "two"], [1, 3, "one"]]),
            (["hist_access_type": "tail", "n": 1, "output": true], [[1, 3, ["one", "one"]]]),
            (["hist_access_type": "range", "session": 1, "start": 1, "stop": 2], [[1, 1, "one"]]),
            (["hist_access_type": "range", "session": 7, "start": 1, "stop": 2], []),
            (["hist_access_type": "search", "pattern": "o*"], [[1, 1, "one"], [1, 3, "one"]]),
            (["hist_access_type": "search", "pattern": "o*", "unique": true], [[1, 3, "one"]]),
            (["hist_access_type": "search", "pattern": "*", "n": 1], [[1, 3, "one"]]),
            (["hist_access_type": "tail", "n": -4], []),
        ]
        for (question, rows) in cases { #expect(try client.ask("history_request", question)["history"] == rows, "\(question)") }
    }

    @Test func badMessagesAreDropped() throws {
        let kernel = try KernelUnderTest()
        let client = try Client(kernel.connection)
        let good = Message("execute_request", session: "s", parent: [:], identities: [], content: ["code": "print 1"])
        var tampered = good.frames(signer: client.signer)
        tampered[5] = Array(#"{"code":"print 2"}"#.utf8)
        let foreign = good.frames(signer: Signer(key: "another"))
        var notJSON = good.frames(signer: Signer(key: ""))
        notJSON[2] = Array("{".utf8)
        notJSON[1] = client.signer.signature(of: notJSON[2...])
        for frames in [tampered, foreign, notJSON, [[]], [[1], [2]], Array(foreign.prefix(3))] { client.shell.send(frames) }
        let cell = client.execute("value")
        // The first thing published is about the good cell.
        #expect(try client.next(on: .iopub).parentHeader["msg_id"]?.string == cell)
        #expect(try client.next(on: .shell).content["execution_count"] == 1)
    }

    @Test func twoClientsHearTheSame() throws {
        let kernel = try KernelUnderTest()
        let first = try Client(kernel.connection)
        let second = try Client(kernel.connection)
        let cell = first.execute("print 1")
        #expect(try first.published(for: cell).map(\.type) == second.published(for: cell).map(\.type))
        #expect(try first.next(on: .shell).content["execution_count"] == 1)
        #expect(try second.run("value").reply["execution_count"] == 2)
    }

    @Test func shutdownEndsTheKernelAlsoWhileACellRuns() throws {
        for restart in [true, false] {
            let kernel = try KernelUnderTest()
            let client = try Client(kernel.connection)
            client.execute("loop")
            client.send("shutdown_request", ["restart": .bool(restart)], on: .control)
            #expect(try client.next(on: .control).content == ["status": "ok", "restart": .bool(restart)])
            #expect(kernel.ends())
        }
    }
}
