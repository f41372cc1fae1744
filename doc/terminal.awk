# SPDX-License-Identifier: MIT
# Draws a terminal as SVG from the text that stands in it: `make verdict-picture` draws doc/verdict.svg from
# doc/verdict.txt. A line that begins with "$ " is a command; "refused:" is drawn red, an acceptance green, and the word
# that begins an indented line grey.

function escape(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}
function draw_line(text,    label) {
    if (text ~ /^\$ /)
        return "<tspan class=\"prompt\">$</tspan><tspan class=\"command\">" escape(substr(text, 2)) "</tspan>"
    if (text ~ /^refused:/)
        return "<tspan class=\"bad\">refused:</tspan>" escape(substr(text, 9))
    if (text ~ /^(verified|name matches)/)
        return "<tspan class=\"good\">" escape(text) "</tspan>"
    if (match(text, /^  [a-z][a-z ]*  */) && RLENGTH > 4) {
        label = substr(text, 1, RLENGTH)
        return "<tspan class=\"label\">" escape(label) "</tspan>" escape(substr(text, RLENGTH + 1))
    }
    return escape(text)
}
{
    line[NR] = $0
    if (length($0) > widest)
        widest = length($0)
}
END {
    width = widest * 8.45 + 40
    height = NR * 19 + 52
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " width " " height "\" width=\"" width "\" height=\"" height "\">"
    print "<title>certnamectl asks about two certificates: one is accepted, one is refused</title>"
    print "<style>"
    print "text { font-family: monospace; font-size: 14px; fill: #d0d7de; white-space: pre }"
    print ".frame { fill: #0d1117; stroke: #444c56 } .prompt, .label { fill: #8b949e }"
    print ".command { fill: #ffffff; font-weight: bold } .good { fill: #56d364 } .bad { fill: #ff7b72 }"
    print "</style>"
    print "<rect class=\"frame\" x=\"0.5\" y=\"0.5\" width=\"" width - 1 "\" height=\"" height - 1 "\" rx=\"8\"/>"
    for (i = 0; i < 3; i++)
        printf "<circle cx=\"%d\" cy=\"18\" r=\"5\" fill=\"%s\"/>\n", 20 + i * 18, i == 0 ? "#ff7b72" : i == 1 ? "#d29922" : "#56d364"
    for (i = 1; i <= NR; i++)
        printf "<text x=\"20\" y=\"%d\" xml:space=\"preserve\">%s</text>\n", 28 + i * 19, draw_line(line[i])
    print "</svg>"
}
