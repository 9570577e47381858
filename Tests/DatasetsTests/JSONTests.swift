import Testing

@testable import Datasets

@Test func jsonIsReadAndWrittenAsItStands() throws {
    let texts = [
        "null", "true", "false", "0", "-0", "1.0", "1E+2", "1e-5", "-0.10", "123456789012345678901234567890", "\"\"", "[]", "{}",
        #"[1,[2,[]],{"b":1,"a":{"z":null},"b":2}]"#, #""\"\\\b\f\n\r\t\u0001\u001f é 标签 😀 / ""#, "\"\u{7f}\u{2028}\"", "NaN",
        "[-Infinity,Infinity]",
    ]
    for text in texts { #expect(try JSONValue(parsing: text).text() == text) }
}

@Test func jsonIsIndentedAsPythonDoes() throws {
    // Python 3.11: json.dumps({"b": [1, {}, [], [2.50, "é"]], "a": {"k": None}}, indent=1, ensure_ascii=False)
    let python = "{\n \"b\": [\n  1,\n  {},\n  [],\n  [\n   2.5,\n   \"é\"\n  ]\n ],\n \"a\": {\n  \"k\": null\n }\n}"
    #expect(try JSONValue(parsing: python).text(.notebook) == python)
    #expect(JSONValue.string("é😀").text(JSONValue.Style(ascii: true)) == #""\u00e9\ud83d\ude00""#)
}

@Test func jsonEscapesAreDecoded() throws {
    let cases: [(String, String)] = [
        (#""\u0041\/\u00e9""#, "A/é"), (#""\ud83d\ude00""#, "😀"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
        (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\u0000""#, "\u{0}"),
    ]
    for (text, value) in cases { #expect(try JSONValue(parsing: text) == .string(value), "\(text)") }
}

@Test func jsonErrorsSayWhere() {
    let cases: [(text: String, line: Int, column: Int)] = [
        ("", 1, 1), ("nul", 1, 1), ("[1,\n 2,\n x]", 3, 2), ("[1 2]", 1, 4), ("{\"a\" 1}", 1, 6), ("{a: 1}", 1, 2), ("[1,]", 1, 4),
        ("01", 1, 1),
        ("1.", 1, 3), ("1e", 1, 3), ("-", 1, 2), ("\"ab", 1, 1), ("\"a\nb\"", 1, 3), (#""\x""#, 1, 2), (#""\u12g4""#, 1, 2),
        ("[1] 2", 1, 5),
        (#""\u+123""#, 1, 2), ("{\"a\":1", 1, 7), ("'a'", 1, 1),
    ]
    for (text, line, column) in cases {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.line == line && error?.column == column, "\(text): \(error.map(String.init(describing:)) ?? "")")
    }
    let invalid = #expect(throws: JSONError.self) { try JSONValue(parsing: [0x5B, 0x0A, 0x22, 0xC3, 0x22, 0x5D]) }
    #expect(invalid?.offset == 3 && invalid?.line == 2)
}

@Test func jsonNestsToALimit() throws {
    let limit = JSONValue.depthLimit
    let deep = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    #expect(try JSONValue(parsing: deep).text() == deep)
    #expect(throws: JSONError.self) { try JSONValue(parsing: "[" + deep + "]") }
    #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
}

@Test func jsonMembersAreFoundAndChangedInPlace() throws {
    var value = try JSONValue(parsing: #"{"b":1,"a":2,"b":3}"#)
    #expect(value["b"] == 3)
    value["a"] = "x"
    value["c"] = [1, true, nil]
    value["b"] = nil
    #expect(value.text() == #"{"a":"x","c":[1,true,null]}"#)
    #expect(JSONValue(0.1).text() == "0.1" && JSONValue(3.0).text() == "3" && JSONValue(Double.nan) == .null)
    #expect(
        JSONValue.number(text: "12").int == 12 && JSONValue.number(text: "1.5").int == nil && JSONValue.number(text: "1e2").double == 100)
}
