#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The metrics suit the programs that read them: promtool, node_exporter's textfile collector, and the alert rules and
the dashboard that are shipped. promtool judges them where it is installed; what promtool checks of the format is
checked here too, so that the test means something without it."""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import urllib.request

import harness
from certificates import certificate
from daemon import PATIENCE
from manager import Manager

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
MONITORING = os.path.join(TOP, "doc", "monitoring")
PROMTOOL = shutil.which("promtool")
SAMPLE = re.compile(r'^([a-z_]+)(\{([a-z_]+="(?:[^"\\]|\\.)*",?)+\})? [-+0-9.eInf]+$')
# These families stand in the metrics only when they have a sample.
ONLY_AT_TIMES = {"certnamed_pins_expire_in_days"}


class PassedSocket(harness.TestCase):
    """The socket for metrics that a service manager passes."""

    def serve(self, listener):
        manager = Manager("")
        self.addCleanup(manager.destroy)
        manager.sockets["certnamed-metrics"] = listener
        manager.start()
        manager.wait_for_notice("READY=1")
        return manager

    def listen(self, family, address):
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen(8)
        return listener

    def test_loopback(self):
        """Metrics are served on TCP sockets of loopback, IPv4 and IPv6."""
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with self.subTest(host):
                try:
                    listener = self.listen(family, (host, 0))
                except OSError as error:
                    self.skipTest("%s: %s" % (host, error))
                self.serve(listener)
                address = "http://%s:%d/metrics" % ("[::1]" if ":" in host else host, listener.getsockname()[1])
                request = urllib.request.Request(address, headers={"Accept": "text/plain"})
                with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                    self.assertIn("certnamed_requests_total", reply.read().decode())

    def test_wrong_sockets(self):
        """A socket for metrics that the network reaches, or that does not listen, is refused with a line in the log,
        and certificates are verified all the same."""
        silent = socket.socket()
        silent.bind(("127.0.0.1", 0))
        for name, wrong in (("all addresses", self.listen(socket.AF_INET, ("0.0.0.0", 0))),
                            ("not listening", silent),
                            ("datagrams", socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))):
            with self.subTest(name):
                manager = self.serve(wrong)
                self.assertIn("error: activation: the socket certnamed-metrics is refused", manager.log())
                code, _, err = manager.ctl("verify", "a.example", certificate("DNS:a.example").path)
                self.assertEqual((code, err), (0, ""))


class Monitoring(harness.DaemonTestCase):
    def metrics(self):
        cert = certificate("DNS:a.example")
        self.verify_text("a.example", cert.path, status=0)
        self.verify_text("b.example", cert.path, status=1)
        code, out, err = self.daemon.ctl("metrics", "--prometheus")
        self.assertEqual((code, err), (0, ""))
        return out

    def families(self, text):
        """Returns each family's name and type; fails unless the text is of the older format and each sample has a
        family."""
        types, helped, names = {}, set(), set()
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.assertNotIn(name, types, "a family comes twice")
                self.assertIn(kind, ("counter", "gauge", "histogram"))
                types[name] = kind
            elif line.startswith("# HELP "):
                helped.add(line.split(" ")[2])
            else:
                match = SAMPLE.match(line)
                self.assertIsNotNone(match, line)
                names.add(match.group(1))
        for name in names:
            family = name if name in types else re.sub("_(bucket|sum|count)$", "", name)
            self.assertIn(family, types)
            self.assertEqual(types[family] == "counter", name.endswith("_total"), name)
        self.assertEqual(helped, set(types))
        return names

    def test_older_format(self):
        """`metrics --prometheus` prints what the textfile collector reads, and promtool reports no fault in it."""
        text = self.metrics()
        self.assertGreater(len(self.families(text)), 20)
        self.assertIn('certnamed_requests_total{outcome="refused"} ', text)
        if PROMTOOL:
            done = subprocess.run([PROMTOOL, "check", "metrics"], input=text, text=True, capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def used_in(self, text):
        return set(re.findall(r"\bcertnamed_[a-z_]+", text))

    def test_shipped_files_name_real_metrics(self):
        """The alert rules and the dashboard use only metrics that the daemon has."""
        known = self.families(self.metrics()) | ONLY_AT_TIMES
        # A family by process or by limit has no sample until something has happened to one.
        known |= {"certnamed_busy_total", "certnamed_restarts_total", "certnamed_verifiers_ended_total"}
        for name in ("certnamed.rules.yml", "certnamed.rules.test.yml", "certnamed.dashboard.json"):
            with self.subTest(name), open(os.path.join(MONITORING, name)) as file:
                used = self.used_in(file.read())
                self.assertGreater(len(used), 5)
                self.assertEqual(used - known, set())

    def test_dashboard(self):
        """The dashboard is JSON, and each of its panels has a query and a place of its own."""
        with open(os.path.join(MONITORING, "certnamed.dashboard.json")) as file:
            panels = json.load(file)["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        self.assertEqual(len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}), len(panels))
        for panel in panels:
            self.assertTrue(all(target["expr"] for target in panel["targets"]), panel["title"])

    def queries(self):
        """Returns the queries of the dashboard's panels, with values in place of Grafana's variables."""
        with open(os.path.join(MONITORING, "certnamed.dashboard.json")) as file:
            dashboard = json.load(file)
        values = {"$__rate_interval": "5m", "$instance": ".*"}
        found = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        for name, value in values.items():
            found = [one.replace(name, value) for one in found]
        self.assertGreater(len(found), 10)
        self.assertEqual([one for one in found if "$" in one], [], "a variable that this test does not know")
        return found

    @harness.unittest.skipUnless(PROMTOOL, "promtool is not installed")
    def test_queries(self):
        """promtool parses each query of the dashboard, each names a metric of the daemon's, and one with a mistake is
        refused."""
        known = self.families(self.metrics()) | {"certnamed_busy_total", "certnamed_restarts_total", "certnamed_verifiers_ended_total"}
        for query in self.queries():
            self.assertTrue(self.used_in(query), query)
            self.assertEqual(self.used_in(query) - known, set(), query)
            self.assertEqual(self.check_query(query), 0, query)
        self.assertNotEqual(self.check_query("sum by (code) (rate(certnamed_codes_total[5m])"), 0)

    def check_query(self, query):
        """Returns the status of promtool for a rule that records the query."""
        rules = json.dumps({"groups": [{"name": "dashboard", "rules": [{"record": "one", "expr": query}]}]})
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            file.write(rules)
            file.flush()
            return subprocess.run([PROMTOOL, "check", "rules", file.name], capture_output=True, check=False).returncode

    @harness.unittest.skipUnless(PROMTOOL, "promtool is not installed")
    def test_rules(self):
        """promtool accepts the alert rules, and its tests show that each rule fires on its own trouble and at no other
        time."""
        for arguments in (["check", "rules", "certnamed.rules.yml"], ["test", "rules", "certnamed.rules.test.yml"]):
            done = subprocess.run([PROMTOOL, *arguments], cwd=MONITORING, text=True, capture_output=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    harness.main()
