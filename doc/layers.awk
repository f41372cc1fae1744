# SPDX-License-Identifier: MIT
# Draws the layers of the sources, doc/layers.svg, from the includes in them: `make layers-picture` does it.
# Reads the paths of all sources from standard input, relative to the top of the tree, where it has to be run.
#
# A folder stands on the floor above the highest folder that it includes from. An arrow means "includes from", and is
# drawn only where no way over other folders leads to the same place, since the picture would be unreadable with all.

# Gives a folder its column, counted from 0 at the left, and one line that says what it holds.
function place(folder, column, words) {
    column_of[folder] = column
    words_of[folder] = words
}
function place_all() {
    place("base", 2, "what everybody stands on")
    place("proto", 2, "the wire")
    place("client/include", 1, "the public header")
    place("client/lib", 1, "libcertname-client")
    place("client/ctl", 0, "certnamectl")
    place("client/run", 1, "certname-run")
    place("client/openssl", 0, "for OpenSSL")
    place("client/gnutls", 3, "for GnuTLS")
    place("daemon/identity", 4, "the matching engine")
    place("daemon/policy", 4, "text to a policy")
    place("daemon/x509/parse", 3, "DER to plain facts")
    place("daemon/x509/crlite", 2, "CRLite's filters")
    place("daemon/x509/revocation", 3, "CRLs and OCSP")
    place("daemon/x509/path", 3, "path to an anchor")
    place("daemon/verify", 4, "the verdict")
    place("daemon/os", 5, "what Linux is asked")
    place("daemon/ipc", 6, "between our processes")
    place("daemon/front", 7, "the front process")
    place("daemon/verifier", 4, "a verifier process")
    place("daemon/load", 5, "disk to an epoch")
    place("daemon/supervisor", 5, "the supervisor process")
    place("daemon/tools", 5, "checks and trials")
    place("daemon", 5, "main, options")
    n_columns = 8
}
function folder_of(path) {
    if (path ~ /^client\/include\//)
        return "client/include"
    # Everybody in the daemon reads its limits, which use nothing: an arrow to them would say that all stand on main.
    if (path == "daemon/limits.h")
        return ""
    sub(/\/[^\/]*$/, "", path)
    return path
}
function add_arrow(from, to) {
    if (from == "" || to == "" || from == to || ((from, to) in arrow))
        return
    arrow[from, to] = 1
    n_arrows++
}
function read_file(path,    text, header) {
    while ((getline text < path) > 0) {
        if (text !~ /^[ \t]*#[ \t]*include[ \t]*"[^"]*\//)
            continue
        header = text
        sub(/^[^"]*"/, "", header)
        sub(/".*$/, "", header)
        if (header ~ /^certname\//)
            header = "client/include/" header
        add_arrow(folder_of(path), folder_of(header))
    }
    close(path)
}
# The floor of a folder; the depth stops what goes round in a circle, which tests/check/layers.sh reports.
function floor_of(folder, depth,    i, n) {
    if (folder in floor)
        return floor[folder]
    n = 0
    for (i = 1; i <= n_folders && depth < n_folders; i++)
        if (((folder, folders[i]) in arrow) && floor_of(folders[i], depth + 1) >= n)
            n = floor_of(folders[i], depth + 1) + 1
    floor[folder] = n
    if (n > top_floor)
        top_floor = n
    return n
}
# Does a way of at least so many arrows lead from one folder to the other?
function leads(from, to, arrows,    i) {
    if (arrows <= 1 && ((from, to) in arrow))
        return 1
    for (i = 1; i <= n_folders; i++)
        if (folders[i] != to && ((from, folders[i]) in arrow) && floor[folders[i]] < floor[from] &&
            leads(folders[i], to, arrows - 1))
            return 1
    return 0
}
function box_left(folder) {
    return column_of[folder] * pitch_x + margin
}
function box_right(folder) {
    return folder == "base" ? n_columns * pitch_x - gap_x + margin : box_left(folder) + pitch_x - gap_x
}
function box_top(folder) {
    return (top_floor - floor[folder]) * pitch_y + margin
}
function box_middle(folder) {
    return (box_left(folder) + box_right(folder)) / 2
}
# Where an arrow ends: base is as wide as all that stands on it.
function arrow_end_x(from, to,    x) {
    if (to != "base")
        return box_middle(to)
    x = box_middle(from)
    return x < box_left(to) ? box_left(to) + 20 : x
}
# Draws an arrow: down from one box, sideways below its floor, and down to the other box.
function draw_arrow(from, to,    x, y, end_x, end_y, turn, side) {
    x = box_middle(from)
    y = box_top(from) + box_height
    end_x = arrow_end_x(from, to)
    end_y = box_top(to)
    turn = y + 9 + column_of[to] * 2.5 # lines to different boxes keep apart
    side = end_x > x ? 6 : -6
    if (end_x == x)
        printf "<path class=\"arrow\" d=\"M%d %dV%d\"/>\n", x, y, end_y - 6
    else
        printf "<path class=\"arrow\" d=\"M%d %dV%dq0 6 %d 6H%dq%d 0 %d 6V%d\"/>\n",
               x, y, turn - 6, side, end_x - side, side, side, end_y - 6
    printf "<path class=\"head\" d=\"M%d %dl-4 -7h8z\"/>\n", end_x, end_y
}
function draw_box(folder,    name, kind) {
    name = folder
    kind = folder ~ /^daemon/ ? "daemon" : folder ~ /^client/ ? "client" : "shared"
    printf "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>\n",
           kind, box_left(folder), box_top(folder), box_right(folder) - box_left(folder), box_height
    sub(/^daemon\//, "", name)
    printf "<text class=\"name\" x=\"%d\" y=\"%d\">%s/</text>\n", box_middle(folder), box_top(folder) + 17, name
    printf "<text class=\"words\" x=\"%d\" y=\"%d\">%s</text>\n", box_middle(folder), box_top(folder) + 32, words_of[folder]
}
function draw_head(width, height) {
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " width " " height "\" width=\"" width "\" height=\"" height "\">"
    print "<title>The layers of certnamed: which folder includes from which</title>"
    print "<style>"
    print "text { font-family: sans-serif; text-anchor: middle; fill: #1f2328 }"
    print ".name { font-family: monospace; font-size: 13px; font-weight: bold }"
    print ".words { font-size: 10.5px }"
    print ".note { font-size: 12px; text-anchor: start }"
    print "rect { stroke: #59636e }"
    print ".daemon { fill: #dbe9fb } .client { fill: #e3f3df } .shared { fill: #f6ecd2 }"
    print ".arrow { fill: none; stroke: #59636e; stroke-width: 1.3 } .head { fill: #59636e }"
    print "@media (prefers-color-scheme: dark) {"
    print "text { fill: #e6edf3 } rect { stroke: #8b949e }"
    print ".daemon { fill: #1c3251 } .client { fill: #1d3a22 } .shared { fill: #443a1d }"
    print ".arrow { stroke: #8b949e } .head { fill: #8b949e }"
    print "}"
    print "</style>"
}
function draw_note(line, text) {
    printf "<text class=\"note\" x=\"%d\" y=\"%d\">%s</text>\n", margin, margin + 14 + line * 18, text
}
function draw(    i, j) {
    draw_head(n_columns * pitch_x - gap_x + 2 * margin, (top_floor + 1) * pitch_y + 2 * margin - (pitch_y - box_height))
    draw_note(0, "An arrow means: includes from.")
    draw_note(1, n_folders " folders, " n_arrows " arrows, of which those are drawn")
    draw_note(2, "that no way over other folders replaces.")
    draw_note(3, "Blue: daemon/, green: client/, yellow: shared.")
    for (i = 1; i <= n_folders; i++)
        for (j = 1; j <= n_folders; j++)
            if (((folders[i], folders[j]) in arrow) && !leads(folders[i], folders[j], 2))
                draw_arrow(folders[i], folders[j])
    for (i = 1; i <= n_folders; i++)
        draw_box(folders[i])
    print "</svg>"
}
BEGIN {
    margin = 10
    pitch_x = 146
    pitch_y = 76
    gap_x = 14
    box_height = 40
    place_all()
}
{
    folder = folder_of($0)
    if (folder != "" && !(folder in known)) {
        known[folder] = 1
        folders[++n_folders] = folder
        if (!(folder in column_of)) {
            print "layers.awk: the folder " folder " has no place in the picture: give it one in place_all" >"/dev/stderr"
            failed = 1
        }
    }
    read_file($0)
}
END {
    if (failed || n_folders == 0)
        exit 1
    for (i = 1; i <= n_folders; i++)
        floor_of(folders[i], 0)
    draw()
}
