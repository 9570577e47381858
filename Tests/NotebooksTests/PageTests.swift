import Datasets
import Foundation
import Sessions
import Testing

@testable import Notebooks

@Test func markdownBecomesHTML() {
    let cases: [(String, String)] = [
        ("# A *b*", "<h1>A <em>b</em></h1>\n"),
        ("a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>\n"),
        ("**a** and `x < *y*`", "<p><strong>a</strong> and <code>x &lt; *y*</code></p>\n"),
        ("2 * 3", "<p>2 * 3</p>\n"),
        ("$a*b*c$", "<p>$a*b*c$</p>\n"),
        ("- a\n- b\n  more\n\nc", "<ul>\n<li>a</li>\n<li>b\nmore</li>\n</ul>\n<p>c</p>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("```latent\nx < 1\n\n```\nafter", "<pre><code>x &lt; 1\n</code></pre>\n<p>after</p>\n"),
        ("> q\n> r", "<blockquote><p>q\nr</p></blockquote>\n"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2</td></tr>\n</table>\n"),
        ("---", "<hr>\n"),
        ("[t](https://a.b/?c=1&d)", "<p><a href=\"https://a.b/?c=1&amp;d\">t</a></p>\n"),
        ("[t](javascript:alert)", "<p>[t](javascript:alert)</p>\n"),
        ("<script>", "<p>&lt;script&gt;</p>\n"),
        (#"\*a\*"#, "<p>*a*</p>\n"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>\n"),
    ]
    for (text, html) in cases { #expect(MarkdownHTML(text).html == html, "\(text)") }
}

@Test func pagesHoldWhatCellsShow() throws {
    let notebook = try Notebook(ipynb: Array(pythonNotebook.utf8), name: "")
    let page = HTMLPage(notebook, title: "a <b>").text
    for part in [
        "<title>a &lt;b&gt;</title>", "<h1>Title</h1>", "标签 😀 and &quot;quotes&quot;", "print(&#39;a&#39;)", "a\nbred\n",
        "width=\"10\" src=\"data:image/png;base64,iVBORw0KGgo=\"",
        "<b>\n1</b>", "<pre class=\"error\">l1\nl2 </pre>",
    ] { #expect(page.contains(part), "\(part)") }
    #expect(!page.contains("\u{1b}") && !page.contains("src=\"http"))
    let markdown = MarkdownPage(notebook).text
    for part in ["# Title\n", "```latent\nprint('a')\n1.0\n```\n", "```text\na\nbred\n```\n", "![](data:image/png;base64,iVBORw0KGgo=)"] {
        #expect(markdown.contains(part), "\(part)")
    }
    #expect(MarkdownPage(Notebook(cells: [Cell(.code, "x = \"\"\"\n```\n\"\"\"")])).text.hasPrefix("````latent\n"))
}

@Test func convertingEndsWithItsCode() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Files.write(Array("# %% [markdown]\n# # T\n\n# %%\nx = 1\n".utf8), to: folder + "/a.latent")
    let cases: [(from: String, to: String, code: ExitCode)] = [
        ("a.latent", "a.ipynb", .done), ("a.ipynb", "b.latent", .done), ("a.ipynb", "a.html", .done), ("a.latent", "a.md", .done),
        ("a.html", "c.ipynb", .unreadable), ("no.latent", "c.ipynb", .unreadable), ("a.latent", "c.pdf", .usage),
        ("a.latent", "no/c.md", .failed),
    ]
    for (from, to, code) in cases {
        #expect(convert(folder + "/" + from, to: folder + "/" + to, printer: Paper().printer()) == code, "\(from) \(to)")
    }
    #expect(try Files.read(folder + "/b.latent") == Files.read(folder + "/a.latent"))
    #expect(try Files.read(folder + "/a.md") == Array("# T\n\n```latent\nx = 1\n```\n".utf8))
}
