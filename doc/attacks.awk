# SPDX-License-Identifier: MIT
# Draws doc/attacks.svg from the table of attacks in doc/benchmarks.md: `make attacks-picture`. Each attack has two bars, the ratio
# to the control and what it was before, as far as it is a number. The scale is logarithmic; the line is the goal.
function position(ratio) {
    return 330 + 440 * (log(ratio) - log(0.1)) / (log(100) - log(0.1))
}
function bar(y, ratio, colour,    left, right) {
    if (ratio !~ /^[0-9.]+$/) {
        printf "<text x=\"%.0f\" y=\"%d\">%s</text>\n", position(0.1) + 6, y + 11, ratio
        return
    }
    printf "<rect x=\"330\" y=\"%d\" width=\"%.0f\" height=\"12\" fill=\"%s\"/>\n", y, position(ratio) - 330, colour
    printf "<text x=\"%.0f\" y=\"%d\">%s</text>\n", position(ratio) + 6, y + 11, ratio
}
function line_at(ratio, colour) {
    printf "<line x1=\"%.0f\" y1=\"30\" x2=\"%.0f\" y2=\"%d\" stroke=\"%s\"/>\n", position(ratio), position(ratio), height - 24, colour
    printf "<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", position(ratio), height - 8, ratio
}
/^\| attack of one account/ { in_table = 1; next }
in_table && !/^\|/ { in_table = 0 }
in_table && !/^\|---/ {
    split($0, cell, / *\| */)
    n++
    name[n] = cell[2]
    sub(/:.*/, "", name[n])
    now[n] = cell[5]
    before[n] = cell[6]
}
END {
    if (n == 0) {
        print "attacks.awk: there is no table of attacks" > "/dev/stderr"
        exit 1
    }
    height = 62 + 38 * n
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"860\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n", height
    print "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    print "<text x=\"8\" y=\"20\" font-weight=\"bold\">p99 of another user, as a multiple of the control: now (blue), before (grey), the goal (red)</text>"
    line_at(0.1, "#e0e0e0")
    line_at(1, "#e0e0e0")
    line_at(10, "#e0e0e0")
    line_at(100, "#e0e0e0")
    line_at(2, "#c03030")
    for (i = 1; i <= n; i++) {
        printf "<text x=\"322\" y=\"%d\" text-anchor=\"end\">%s</text>\n", 38 * i + 11, name[i]
        bar(38 * i, now[i], "#1f5fa8")
        bar(38 * i + 14, before[i], "#b0b8c0")
    }
    print "</svg>"
}
