# SPDX-License-Identifier: MIT
"""The frames of PROTOCOL.md are sent and received exactly as the page shows them."""

import os
import re
import socket

from harness import DaemonTestCase, main


def examples():
    """Returns the page's example frames: the blocks of hexadecimal lines, with `...` where the page leaves bytes
    out."""
    page = os.path.join(os.environ["top_srcdir"], "proto", "PROTOCOL.md")
    with open(page, encoding="utf-8") as file:
        text = file.read().split("## An example", 1)[1]
    return [bytes.fromhex(re.sub(r"[.\s]", "", block))
            for block in re.findall(r"^```text\n((?:(?:[0-9a-f]{2}\s+)+(?:\.\.\.)?\n?)+)^```$", text, re.M)]


class Protocol(DaemonTestCase):
    def test_example(self):
        """The request of the page's example, byte for byte, gets the answer that the page shows beneath it."""
        request, answer = examples()
        self.assertEqual(int.from_bytes(request[:4], "big"), len(request))
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(self.daemon.socket)
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            with client.makefile("rb") as stream:
                received = stream.read()
        self.assertEqual(received[:len(answer)], answer)
        self.assertEqual(int.from_bytes(received[:4], "big"), len(received))


if __name__ == "__main__":
    main()
