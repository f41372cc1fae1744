#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reloading: the new policy serves once it is complete, and otherwise the old one goes on unchanged; clients that ask
meanwhile notice nothing more."""

import json
import os
import random
import re
import resource
import signal
import socket
import struct
import tempfile
import threading
import time
import unittest

import authority
import harness
import wire
from certificates import certificate
from daemon import RELAXED, WRAPPER, Daemon, Process, count_descriptors, descriptors, status, wait_for

STRICT = "defaults { wildcards = none }\n"
LAX = "defaults { wildcards = left-label }\n"
HOST = "www.site.example"

RELOADED = r"^certnamed: reloaded: generation (\d+) is in force"
REFUSED = r"^certnamed: error: .*: reload refused, generation (\d+) stays in force"
EITHER = r"^certnamed: .*(?:generation \d+ is in force|reload refused, generation \d+ stays in force).*$"

RELOADS = 30 if RELAXED else 320

KIND_STATUS, KIND_METRICS, KIND_RELOAD = 2, 3, 4
KIND_STATUS_TEXT, KIND_METRICS_TEXT, KIND_RELOADED = 130, 131, 132
PINS = '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="'


class Answer:
    """A verdict and the policy that it came from."""

    def __init__(self, reply):
        if reply is None or reply.error:
            raise AssertionError("no verdict: %r" % reply)
        self.accepted = reply.accepted
        self.generation = reply.fields[10][0]
        self.digest = reply.fields[11][0]


class ReloadTestCase(harness.TestCase):
    program_name = "certnamed"
    command = ()

    def setUp(self):
        self.daemon = self.enterContext(Daemon(LAX, self.program_name, command=self.command))
        self.daemon.expect(REFUSED)
        self.one = certificate("DNS:*.site.example").der
        self.client = self.enterContext(self.daemon.client())
        self.admin = self.enterContext(self.daemon.admin())

    def ask(self, client=None):
        return Answer((client or self.client).call(HOST, self.one))

    def write(self, policy):
        """Writes the file as an editor does: a reader finds all of it or nothing."""
        path = self.daemon.config + ".new"
        with open(path, "wb") as file:
            file.write(policy if isinstance(policy, bytes) else policy.encode())
        os.chmod(path, 0o644)
        os.rename(path, self.daemon.config)

    def hang_up(self):
        self.daemon.process.send_signal(signal.SIGHUP)

    def count_ends(self):
        return len(self.daemon.find_log(EITHER))

    def reload(self, policy=None):
        """Reloads once, waits for the end, and returns the line that was logged about it."""
        before = self.count_ends()
        if policy is not None:
            self.write(policy)
        self.hang_up()
        wait_for("the reload ends", lambda: self.count_ends() > before)
        self.assertEqual(self.count_ends(), before + 1)
        # The front logs lines of its own meanwhile.
        return self.daemon.find_log(EITHER)[-1]

    def assert_reloaded(self, line, generation):
        self.assertRegex(line, RELOADED)
        self.assertIn("generation %d is in force" % generation, line)


    def inquire(self, kind, expected, client=None):
        """Sends a frame without a payload and returns the payload of the reply."""
        client = client or self.admin
        client.send(wire.frame(b"", 7, kind))
        return self.receive(expected, client)

    def receive(self, expected, client):
        length, _, kind, _, tag = struct.unpack(">IBBHQ", client._take(wire.HEADER_BYTES))
        self.assertEqual((kind, tag), (expected, 7))
        return client._take(length - wire.HEADER_BYTES)

    def facts(self):
        return json.loads(self.inquire(KIND_STATUS, KIND_STATUS_TEXT))["supervisor"]

    def wait_for_facts(self, what, condition):
        """Waits for those facts that are sent to the front a moment later."""
        return wait_for(what, lambda: (lambda facts: condition(facts) and facts)(self.facts()))


class Facts(ReloadTestCase):
    def test_start(self):
        """Status shows the facts about supervisor, policy and host."""
        facts = self.wait_for_facts("the front is told", bool)
        answer = self.ask()
        self.assertEqual(facts["config"], [self.daemon.config])
        self.assertEqual((facts["config-files"], facts["generation"], facts["epoch"]), (1, 1, 1))
        self.assertEqual(facts["digest"], answer.digest.hex())
        self.assertRegex(facts["loaded-at"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
        self.assertIs(facts["files-in-force"], True)
        self.assertNotIn("reload-refused", facts)
        self.assertEqual(facts["verifiers"], self.daemon.count_verifiers())
        self.assertEqual(facts["restarts"], {"front": 0, "verifiers": 0})
        self.assertEqual(facts["sandbox"]["mode"], "relaxed" if RELAXED else "strict")
        self.assertIs(facts["sandbox"]["seccomp"], not RELAXED)
        self.assertRegex(facts["libcrypto"], r"\AOpenSSL \d")
        self.assertIsInstance(facts["libcrypto-below-fixed"], bool)

    def test_policy(self):
        """Status counts the parts of the policy, and shows its warnings."""
        self.reload('defaults { common-name = yes }\ndomain "a.example" { }\ndomain "b.example" { }\n'
                    'client "c" { uid = 1000 }\nclient "d" { gid = {5, 6} }\n')
        facts = self.wait_for_facts("generation 2", lambda facts: facts["generation"] == 2)
        self.assertEqual(facts["policy"], {"domains": 2, "pinsets": 0, "denies": 0, "clients": 3, "trusts": 1})
        self.assertEqual(len(facts["remarks"]), 1)
        self.assertIn("%s:1: defaults: accepts the common name" % self.daemon.config, facts["remarks"][0])
        self.assertEqual(len(self.daemon.find_log("^certnamed: note: .*accepts the common name")), 1)

    def test_pins(self):
        """Pins that are about to expire are named in log and status from the load on."""
        self.daemon.expect("warning: .*its pins expire after")
        soon = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86400))
        self.reload('pinset "p" {\nspki-sha256 = { %s }\nexpires = "%s"\n}\ndomain "a.example" { pinset = "p" }\n'
                    % (PINS, soon))
        facts = self.wait_for_facts("generation 2", lambda facts: facts["generation"] == 2)
        self.assertEqual((facts["pins-expire-in-days"], facts["policy"]["pinsets"]), (5, 1))
        self.assertEqual(len(facts["remarks"]), 1)
        self.assertIn('%s:1: pinset "p": its pins expire after %s' % (self.daemon.config, soon), facts["remarks"][0])
        self.assertEqual(len(self.daemon.find_log('^certnamed: warning: .*:1: pinset "p": its pins expire')), 1)

    def test_refused(self):
        """A bad file is not in force, and status shows the place of the fault until a good file is loaded."""
        digest = self.ask().digest.hex()
        self.reload(LAX + "nonsense = \"\u00fc\"\n")
        facts = self.wait_for_facts("the refusal", lambda facts: not facts["files-in-force"])
        self.assertEqual((facts["generation"], facts["epoch"], facts["digest"]), (1, 1, digest))
        refused = facts["reload-refused"]
        self.assertEqual((refused["file"], refused["line"]), (self.daemon.config, 2))
        self.assertIn("nonsense", refused["message"])
        self.reload(STRICT)
        facts = self.wait_for_facts("generation 2", lambda facts: facts["generation"] == 2)
        self.assertNotIn("reload-refused", facts)
        self.assertIs(facts["files-in-force"], True)

    def test_metrics(self):
        """Metrics have what an alarm needs: whether the files are in force, what was refused, and the days until pins
        expire."""
        self.daemon.expect("warning: .*its pins expire after")
        metrics = self.metrics()
        self.assertEqual([metrics["certnamed_" + name] for name in ("files_in_force", "reload_refused", "crls_refused")],
                         ["1", "0", "0"])
        self.assertEqual(metrics['certnamed_restarts_total{process="front"}'], "0")
        self.assertNotIn("certnamed_pins_expire_in_days", metrics)
        self.assertEqual([line for line in metrics if self.ask().digest.hex() in line],
                         ['certnamed_policy_info{version="%s",digest="%s"}'
                          % (self.facts()["version"], self.ask().digest.hex())])
        self.reload("nonsense\n")
        self.wait_for_facts("the refusal", lambda facts: not facts["files-in-force"])
        metrics = self.metrics()
        self.assertEqual((metrics["certnamed_files_in_force"], metrics["certnamed_reload_refused"]), ("0", "1"))
        soon = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86400))
        self.reload('pinset "p" {\nspki-sha256 = { %s }\nexpires = "%s"\n}\ndomain "a.example" { pinset = "p" }\n'
                    % (PINS, soon))
        self.wait_for_facts("generation 2", lambda facts: facts["generation"] == 2)
        metrics = self.metrics()
        self.assertEqual((metrics["certnamed_files_in_force"], metrics["certnamed_pins_expire_in_days"]), ("1", "5"))

    def metrics(self):
        text = self.inquire(KIND_METRICS, KIND_METRICS_TEXT).decode()
        return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))

    def test_changed_on_disk(self):
        """When a file has changed on disk and no reload was asked for, status shows that within seconds, and the file
        is not read."""
        self.write(STRICT)
        facts = self.wait_for_facts("the change", lambda facts: not facts["files-in-force"])
        self.assertNotIn("reload-refused", facts)
        self.assertEqual((self.ask().generation, self.ask().accepted), (1, True))
        self.reload()
        self.wait_for_facts("generation 2", lambda facts: facts["generation"] == 2 and facts["files-in-force"])

    def test_retired(self):
        """Verifiers whose epoch is over are counted as retired, and not among those that ended for another reason."""
        n = len(self.daemon.verifiers())
        self.assert_reloaded(self.reload(STRICT), 2)
        ended = wait_for("the old verifiers are gone", lambda: self.ended() if self.ended()["retired"] == n else None)
        self.assertEqual(ended, {"cpu": 0, "other": 0, "crash": 0, "retired": n})

    def ended(self):
        return json.loads(self.inquire(KIND_STATUS, KIND_STATUS_TEXT))["verifiers"]["ended"]

    def test_restarts(self):
        """Each process that had to be replaced is counted, and a new front knows the counts too."""
        self.daemon.expect(r"warning: (front|verifier) \d+: ended by signal 9", r"verifier \d+: ended with status 0")
        self.daemon.wait_until_settled()
        os.kill(self.daemon.front(), signal.SIGKILL)
        self.daemon.wait_for_log(r"front \d+: ended by signal 9")
        self.client = self.enterContext(self.daemon.client())
        self.admin = self.enterContext(self.daemon.admin())
        self.wait_for_facts("the restart", lambda facts: facts and facts["restarts"]["front"] == 1)


class Material(ReloadTestCase):
    """CRLs change without a reload: another program fetches them, and nobody asks the daemon to read them."""

    def setUp(self):
        super().setUp()
        self.root = authority.Authority("reload")
        self.crls = os.path.join(self.daemon.folder, "crls")
        os.mkdir(self.crls)
        self.put_crl("one.crl", authority.crl(self.root, 1))
        said = self.reload('defaults { trust = { "corp" } revocation = required }\ntrust "corp" { file = { "%s" } crls = { "%s" } }\n'
                           % (self.root.path, self.crls))
        self.assert_reloaded(said, 2)
        self.wait_for_facts("generation 2", lambda facts: facts["generation"] == 2)

    def put_crl(self, name, data):
        path = os.path.join(self.daemon.folder, "new.crl")
        with open(path, "wb") as file:
            file.write(data)
        os.rename(path, os.path.join(self.crls, name))

    def test_changed(self):
        """New CRLs make a new epoch of the same generation, with new verifiers, within seconds; a new file in the
        folder does so as much as one that replaces another."""
        digest, old = self.ask().digest, self.daemon.verifiers()
        for epoch, name in ((3, "one.crl"), (4, "two.crl")):
            self.put_crl(name, authority.crl(self.root, epoch))
            facts = self.wait_for_facts("epoch %d" % epoch, lambda facts: facts["epoch"] == epoch)
            self.assertEqual((facts["generation"], facts["files-in-force"]), (2, True))
            wait_for("the verifiers are others", lambda: not set(old) & set(self.daemon.verifiers()))
            old = self.daemon.verifiers()
        self.assertEqual((self.ask().generation, self.ask().digest), (2, digest))
        self.assertEqual(self.daemon.find_log(r"CRLs have changed on disk: epoch (\d+) of generation 2"), ["3", "4"])
        self.assertEqual(len(self.daemon.find_log(RELOADED)), 1)

    def test_revoked(self):
        """A certificate that was good is refused once a new CRL lists it, without a request to reload; a remembered
        verdict is not sent any more."""
        leaf = self.root.issue("DNS:www.site.example")
        question = wire.ask("www.site.example", leaf.der, path=True)
        self.client.send(question)
        self.assertEqual(self.client.receive().outcome, wire.OUTCOME_VERIFIED)
        self.put_crl("one.crl", authority.crl(self.root, 3, leaf))
        self.wait_for_facts("epoch 3", lambda facts: facts["epoch"] == 3)
        self.client.send(question)
        reply = self.client.receive()
        self.assertEqual((reply.outcome, reply.error), (wire.OUTCOME_NOT_VERIFIED, None))
        self.assertIn(b"revoked", reply.fields[2][0])

    def test_bad(self):
        """A bad file in a folder of CRLs does not keep the others from being read: what its last good version revoked
        stays revoked, and log, status and metrics name the file until a good one comes."""
        self.daemon.expect("of the files of CRLs cannot be used")
        leaf = self.root.issue("DNS:www.site.example")
        self.put_crl("one.crl", authority.crl(self.root, 3, leaf))
        self.wait_for_facts("epoch 3", lambda facts: facts["epoch"] == 3)
        self.put_crl("one.crl", b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n")
        facts = self.wait_for_facts("epoch 4", lambda facts: facts["epoch"] == 4)
        self.assertIn("1 of the files of CRLs cannot be used and are left out", facts["crl-files"])
        self.assertIn("one.crl", facts["crl-files"])
        self.assertIs(facts["files-in-force"], True)
        self.client.send(wire.ask("www.site.example", leaf.der, path=True))
        self.assertEqual(self.client.receive().outcome, wire.OUTCOME_NOT_VERIFIED)
        time.sleep(6)
        self.assertEqual(len(self.daemon.find_log("1 of the files of CRLs cannot be used")), 1)
        self.put_crl("one.crl", authority.crl(self.root, 5))
        facts = self.wait_for_facts("epoch 5", lambda facts: facts["epoch"] == 5)
        self.assertNotIn("crl-files", facts)
        self.client.send(wire.ask("www.site.example", leaf.der, path=True))
        self.assertEqual(self.client.receive().outcome, wire.OUTCOME_VERIFIED)


class Outlets(ReloadTestCase):
    """Outputs other than verdicts that the policy turns on: the socket for metrics, and the record."""

    def scrape(self, path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(10)
            client.connect(path)
            client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            return b"".join(iter(lambda: client.recv(65536), b""))

    def test_metrics(self):
        """The socket for metrics comes and goes with the policy, and stays the same socket over a reload and a
        front's death."""
        path = os.path.join(self.daemon.folder, "metrics")
        policy = LAX + 'metrics { socket = "%s" }\n' % path
        self.assert_reloaded(self.reload(policy), 2)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o660)
        inode = os.stat(path).st_ino
        self.assertTrue(self.scrape(path).endswith(b"# EOF\n"))
        self.assert_reloaded(self.reload(policy + "# again\n"), 3)
        self.assertTrue(self.scrape(path).endswith(b"# EOF\n"))
        self.assertEqual(os.stat(path).st_ino, inode)

        self.daemon.expect(r"warning: (front|verifier) \d+: ended by signal 9", r"verifier \d+: ended with status 0")
        self.daemon.wait_until_settled()
        os.kill(self.daemon.front(), signal.SIGKILL)
        self.daemon.wait_for_log(r"front \d+: ended by signal 9")
        self.assertTrue(self.scrape(path).endswith(b"# EOF\n"))
        self.assertEqual(os.stat(path).st_ino, inode)

        self.client = self.enterContext(self.daemon.client())
        self.admin = self.enterContext(self.daemon.admin())
        self.assert_reloaded(self.reload(LAX), 4)
        self.assertFalse(os.path.exists(path))

    def test_metrics_in_the_way(self):
        """If the path for metrics is taken, the whole policy is refused."""
        self.daemon.expect("error: cannot listen at")
        path = os.path.join(self.daemon.folder, "metrics")
        with open(path, "w"):
            pass
        said = self.reload(STRICT + 'metrics { socket = "%s" }\n' % path)
        self.assertRegex(said, REFUSED)
        self.assertIn(path, said)
        self.assertEqual((self.ask().generation, self.ask().accepted), (1, True))
        self.assertEqual(os.stat(path).st_size, 0)

    def test_record(self):
        """Requests are recorded from the reload on that turns the record on, in a file that only its owner may read
        and write."""
        path = os.path.join(self.daemon.folder, "record")
        self.assert_reloaded(self.reload(LAX + 'record { file = "%s" sample = 1 }\n' % path), 2)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.ask()
        wait_for("it is recorded", lambda: os.stat(path).st_size)
        self.assert_reloaded(self.reload(LAX), 3)
        size = os.stat(path).st_size
        self.ask()
        self.assertEqual(os.stat(path).st_size, size)

    def test_workers(self):
        """There are as many verifiers as the policy says and a spare one; a reload changes their number."""
        for generation, n in ((2, 3), (3, 1)):
            self.assert_reloaded(self.reload(LAX + "limits { workers = %d }\n" % n), generation)
            wait_for("there are %d" % n, lambda: len(self.daemon.children("certname-verify")) == n + 1)
            self.assertEqual(self.ask().generation, generation)


class Asked(ReloadTestCase):
    """Reloads that clients ask for: here the client is root, or the daemon's own user."""

    def ask_for_reload(self, client=None):
        payload = self.inquire(KIND_RELOAD, KIND_RELOADED, client)
        return payload[0], payload[1:].decode()

    def test_good(self):
        """The answer is sent when the new policy serves, and names that policy."""
        self.write(STRICT)
        self.assertEqual(self.ask_for_reload(), (0, "generation 2 is in force: " + self.daemon.config))
        self.assertEqual((self.ask().generation, self.ask().accepted), (2, False))

    def test_refused(self):
        """The answer has the same fault and place as the log."""
        self.write("?")
        refused, text = self.ask_for_reload()
        self.assertEqual(refused, 1)
        self.assertRegex(text, r"\A%s:1: .*: reload refused, generation 1 stays in force" % re.escape(self.daemon.config))
        self.assertIn("certnamed: error: " + text, self.daemon.log())

    def test_many_at_once(self):
        """When many clients ask at once, each is answered about a reload that began after the client had asked."""
        clients = [self.enterContext(self.daemon.admin()) for _ in range(20)]
        for n, client in enumerate(clients):
            if n == len(clients) - 1:
                self.write(STRICT)
            client.send(wire.frame(b"", 7, KIND_RELOAD))
        texts = [self.receive(KIND_RELOADED, client) for client in clients]
        for text in texts:
            self.assertEqual(text[0], 0, text)
        self.assertFalse(self.ask().accepted)
        self.assertLess(self.ask().generation, 5)

    def test_beside_a_signal(self):
        """A client is not answered about a reload that a signal had begun before the client asked."""
        self.hang_up()
        self.write(STRICT)
        refused, text = self.ask_for_reload()
        self.assertEqual(refused, 0)
        self.assertFalse(self.ask().accepted)

    def test_front_killed(self):
        """When the front dies, the client's question is lost with it, and nothing else is."""
        self.daemon.expect(r"warning: (front|verifier) \d+: ended by signal 9", r"verifier \d+: ended with status 0")
        self.daemon.wait_until_settled()
        self.write(STRICT)
        self.admin.send(wire.frame(b"", 7, KIND_RELOAD))
        os.kill(self.daemon.front(), signal.SIGKILL)
        self.daemon.wait_for_log(r"front \d+: ended by signal 9")
        self.client = self.enterContext(self.daemon.client())
        self.admin = self.enterContext(self.daemon.admin())
        self.assertEqual(self.ask_for_reload()[0], 0)
        self.assertFalse(self.ask().accepted)


class Outcomes(ReloadTestCase):
    def test_good(self):
        """A good policy serves from the next question on, on connections that were open before too; its verifiers are
        new, and the old ones end in order."""
        old = self.daemon.verifiers()
        first = self.ask()
        self.assertEqual((first.accepted, first.generation), (True, 1))
        self.assert_reloaded(self.reload(STRICT), 2)
        second = self.ask()
        self.assertEqual((second.accepted, second.generation), (False, 2))
        self.assertNotEqual(second.digest, first.digest)
        self.assert_reloaded(self.reload(LAX), 3)
        third = self.ask()
        self.assertEqual((third.accepted, third.generation, third.digest), (True, 3, first.digest))
        self.assertFalse(set(old) & set(self.daemon.verifiers()))

    def test_bad(self):
        """A refused file leaves the policy and the running verifiers as they are; one logged line names file and line."""
        bad = (
            ("an unknown key", LAX + "\nnonsense = 1\n", 3),
            ("an unknown value", 'defaults {\n  rules = "rfc0000"\n}\n', 2),
            ("cut off", LAX[:-4], None),
            ("a duplicate", LAX + LAX, 2),
            ("a pinset without pins", LAX + 'pinset "p" { }\n', 2),
            ("a public suffix", LAX + 'domain "co.uk" { }\n', 2),
            ("bytes", bytes(range(256)), None),
        )
        before = self.ask()
        verifiers = self.daemon.verifiers()
        for intent, policy, line in bad:
            with self.subTest(intent):
                said = self.reload(policy)
                self.assertRegex(said, REFUSED)
                self.assertIn(self.daemon.config + (":%d: " % line if line else ""), said)
                after = self.ask()
                self.assertEqual((after.generation, after.digest), (1, before.digest))
                self.assertEqual(self.daemon.verifiers(), verifiers)
        self.assertEqual(len(self.daemon.find_log(REFUSED)), len(bad))
        self.assert_reloaded(self.reload(STRICT), 2)
        self.assertFalse(self.ask().accepted)

    def test_file_gone(self):
        """A missing file is a fault: the reload is refused, and the built-in policy is not used instead."""
        os.unlink(self.daemon.config)
        self.assertIn("No such file", self.reload())
        self.assertEqual(self.ask().generation, 1)

    def test_file_unsafe(self):
        """A file that others may write is refused on a reload as on a start."""
        os.chmod(self.daemon.config, 0o666)
        self.assertIn("chmod go-w", self.reload())
        self.assertEqual(self.ask().generation, 1)

    def test_material_unsafe(self):
        """Certificates and CRLs that others may write are refused, as is a file of the policy that others may
        write."""
        root = authority.Authority("reload-unsafe")
        folder = os.path.join(self.daemon.folder, "material")
        os.mkdir(folder, 0o755)
        anchor, crl = os.path.join(folder, "anchor.pem"), os.path.join(folder, "list.crl")
        with open(root.path, "rb") as file:
            certificate_pem = file.read()
        for path, content in ((anchor, certificate_pem), (crl, authority.crl(root, 1))):
            with open(path, "wb") as file:
                file.write(content)
            os.chmod(path, 0o644)
        generation = 1
        for key, what, unsafe in (("file", anchor, anchor), ("directory", folder, anchor), ("file", anchor, folder),
                                  ("file = { \"%s\" } crls" % anchor, crl, crl)):
            with self.subTest(key, unsafe=unsafe):
                policy = LAX + 'trust "t" { %s = { "%s" } }\n' % (key, what)
                usual = os.stat(unsafe).st_mode
                os.chmod(unsafe, 0o777)
                said = self.reload(policy)
                self.assertRegex(said, REFUSED)
                self.assertIn("%s:2: trust \"t\": " % self.daemon.config, said)
                self.assertIn(unsafe + " may be written", said)
                os.chmod(unsafe, usual)
                generation += 1
                self.assert_reloaded(self.reload(), generation)

    def test_unchanged(self):
        """The same file again is a new generation of the same digest."""
        first = self.ask()
        self.assert_reloaded(self.reload(), 2)
        self.assertEqual((self.ask().generation, self.ask().digest), (2, first.digest))

    @unittest.skipIf(WRAPPER, "the wrapper has descriptors of its own")
    def test_no_descriptors(self):
        """When the verifiers of the new policy cannot be started, the old policy and its verifiers go on; the next
        reload succeeds."""
        pid, verifiers = self.daemon.process.pid, self.daemon.verifiers()
        try:
            held = set(descriptors(pid))
        except PermissionError:
            self.skipTest("only root may list the descriptors of a process that is not dumpable")
        usual = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        self.write(STRICT)
        # The limit is set below the daemon's own, and leaves too few free descriptors for all of a reload.
        for limit in range(max(held) + 1, len(held) + 6):
            with self.subTest(free=limit - len(held)):
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, usual[1]))
                said = self.reload()
                resource.prlimit(pid, resource.RLIMIT_NOFILE, usual)
                self.assertRegex(said, REFUSED)
                self.assertEqual((self.ask().generation, self.ask().accepted), (1, True))
                self.assertEqual(self.daemon.verifiers(), verifiers)
        self.assertTrue(self.daemon.find_log("the verifiers of the new epoch cannot be started: Too many open files"))
        self.assert_reloaded(self.reload(), 2)
        self.assertFalse(self.ask().accepted)
        # The old verifiers are held until they have ended.
        wait_for("as many descriptors as before", lambda: len(descriptors(pid)) == len(held))


class Meanwhile(ReloadTestCase):
    """The daemon goes on while a configuration is tried out: the hooked program holds the process that tries it
    out."""

    program_name = "certnamed-hooked"

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        self.hold = os.path.join(folder, "hold")
        self.command = ("env", "CERTNAMED_HOLD=" + self.hold)
        super().setUp()
        self.daemon.expect("^hook: ")

    def begin(self, policy=LAX):
        """Begins a reload and returns the process that has read the policy and waits."""
        with open(self.hold, "w"):
            pass
        self.write(policy)
        self.hang_up()
        return int(self.daemon.wait_for_log(r"^hook: holding 1 pid (\d+)")[-1])

    def go_on(self):
        os.unlink(self.hold)

    def test_serving(self):
        """During a reload questions are answered, and dead verifiers are replaced."""
        self.daemon.expect(r"warning: (front|verifier) \d+: (ended by signal 9|past its deadline)")
        self.daemon.wait_until_settled()
        self.begin()
        for _ in range(50):
            self.assertEqual(self.ask().generation, 1)
        old = self.daemon.verifiers()
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        # A verifier that has not ended yet may be given the question; another test covers that.
        wait_for("there are new ones", lambda: not set(self.daemon.verifiers()) & set(old))
        self.assertEqual(self.ask().generation, 1)
        self.go_on()
        self.daemon.wait_for_log(RELOADED)
        self.assertEqual(self.ask().generation, 2)

    def test_again(self):
        """However often a reload is asked for during one, exactly one more follows."""
        self.begin()
        for _ in range(5):
            self.hang_up()
            time.sleep(0.02)
        self.go_on()
        self.daemon.wait_for_log(RELOADED, 2)
        time.sleep(0.3)
        self.assertEqual(self.daemon.find_log(RELOADED), ["2", "3"])
        self.assertEqual(self.ask().generation, 3)

    def change_while_read(self, n):
        """Begins a reload, and writes another version of the policy each of the first n times that it has been read."""
        holds = [self.hold] + ["%s.%d" % (self.hold, number) for number in range(2, n + 1)]
        for hold in holds[1:]:
            with open(hold, "w"):
                pass
        self.begin()
        for number, hold in enumerate(holds, 1):
            self.daemon.wait_for_log("^hook: holding %d " % number)
            self.write(STRICT if number % 2 else LAX)
            os.unlink(hold)
        wait_for("the reload ends", self.count_ends)

    def test_changed_while_read(self):
        """If a file is written while it is read, the reload reads it again, and what is then in force is what was
        written last."""
        self.change_while_read(1)
        self.assertNotIn("changed while it was read", self.daemon.log())
        self.assertEqual((self.ask().generation, self.ask().accepted), (2, False))

    def test_changed_each_time(self):
        """A file that is written each of the three times that it is read is refused, although all versions are good."""
        self.change_while_read(3)
        self.assertIn("changed while it was read", self.daemon.log())
        self.assertEqual((self.ask().generation, self.ask().accepted), (1, True))
        self.assert_reloaded(self.reload(), 2)
        self.assertFalse(self.ask().accepted)

    def test_checker_killed(self):
        """When the process that tries the configuration out is killed, no other process ends, and the file is not
        blamed."""
        os.kill(self.begin(), signal.SIGKILL)
        wait_for("the reload ends", self.count_ends)
        self.go_on()
        self.assertIn("the check of the configuration was killed", self.daemon.log())
        self.assertEqual(self.ask().generation, 1)
        self.assert_reloaded(self.reload(STRICT), 2)

    @unittest.skipIf(RELAXED, "no deadline means anything in this build")
    def test_checker_stuck(self):
        """When the process that tries the configuration out does not end, it is killed after ten seconds."""
        begun = time.monotonic()
        self.begin()
        wait_for("the reload ends", self.count_ends)
        self.assertIn("took more than 10 s", self.daemon.log())
        self.assertTrue(9 < time.monotonic() - begun < 12)
        self.assertEqual(self.ask().generation, 1)
        self.go_on()
        self.assert_reloaded(self.reload(STRICT), 2)

    def test_front_killed(self):
        """A front that dies during a reload is replaced, under the old epoch and then under the new one."""
        self.daemon.expect(r"warning: (front|verifier) \d+: ended by signal 9", r"verifier \d+: ended with status 0")
        self.daemon.wait_until_settled()
        self.begin()
        os.kill(self.daemon.front(), signal.SIGKILL)
        self.daemon.wait_for_log(r"front \d+: ended by signal 9")
        with self.daemon.client() as client:
            self.assertEqual(self.ask(client).generation, 1)
        self.go_on()
        self.daemon.wait_for_log(RELOADED)
        with self.daemon.client() as client:
            self.assertEqual(self.ask(client).generation, 2)

    def test_front_killed_at_the_switch(self):
        """A front may die at any point of a reload, the switch itself included: clients that ask again are answered
        by the new epoch."""
        self.daemon.expect(
            r"warning: (front|verifier) \d+: (ended by signal 9|past its deadline)", r"verifier \d+: ended with"
        )
        chance = random.Random(7)
        for n in range(5 if RELAXED else 25):
            self.write((STRICT, LAX)[n % 2])
            # The front is old enough to be replaced at once.
            wait_for("there is a front of some age", lambda: Process(self.daemon.front()).age() > 0.15)
            front = self.daemon.front()
            self.hang_up()
            time.sleep(chance.random() * 0.04)
            os.kill(front, signal.SIGKILL)
            self.daemon.wait_for_log(RELOADED, n + 1)
            with self.daemon.client() as client:
                answer = self.ask(client)
            self.assertEqual((answer.generation, answer.accepted), (n + 2, n % 2 == 1))

    def test_front_killed_and_asked_again(self):
        """A reload that a client of a dead front had asked for is not answered to any client of the new front."""
        self.daemon.expect(r"warning: (front|verifier) \d+: ended by signal 9", r"verifier \d+: ended with status 0")
        self.daemon.wait_until_settled()
        with open(self.hold, "w"):
            pass
        self.admin.send(wire.frame(b"", 7, KIND_RELOAD))
        self.daemon.wait_for_log("^hook: holding")
        os.kill(self.daemon.front(), signal.SIGKILL)
        self.daemon.wait_for_log(r"front \d+: ended by signal 9")
        self.write(STRICT)
        with self.daemon.admin() as admin, self.daemon.client() as client:
            admin.send(wire.frame(b"", 7, KIND_RELOAD))
            time.sleep(0.2)
            self.go_on()
            self.assertEqual(self.receive(KIND_RELOADED, admin)[0], 0)
            self.assertFalse(self.ask(client).accepted)

    def test_end(self):
        """SIGTERM during a reload ends the daemon as usual, and the process that tries the configuration out too."""
        self.begin()
        self.daemon.stop()
        self.assertLess(self.daemon.stop_seconds, 1)


class AtWork(ReloadTestCase):
    program_name = "certnamed-hooked"

    def test_ends_where_it_began(self):
        """A question that is being worked on at the switch is answered by the policy under which it began; the next
        question on the same connection is answered by the new policy."""
        self.daemon.expect("^hook: ")
        one = certificate("DNS:*.hook.test").der
        self.client.send(wire.ask("doze.hook.test", one, tag=1))
        self.daemon.wait_for_log("^hook: doze 0")
        self.assert_reloaded(self.reload(STRICT), 2)
        self.client.send(wire.ask("www.hook.test", one, tag=2))
        replies = self.client.receive_all(2)
        self.assertEqual((Answer(replies[1]).generation, Answer(replies[1]).accepted), (1, True))
        self.assertEqual((Answer(replies[2]).generation, Answer(replies[2]).accepted), (2, False))
        wait_for("the old verifier has gone", lambda: len(self.daemon.children("certname-verify"))
                 == self.daemon.count_verifiers())


class Load(ReloadTestCase):
    CLIENTS = 4

    def mutate(self, chance):
        """Returns a policy that most likely has a mistake in it."""
        text = bytearray((LAX + 'domain "a.example" { subdomains = all }\n').encode())
        for _ in range(chance.randrange(1, 4)):
            text[chance.randrange(len(text))] = chance.randrange(256)
        return bytes(text)

    def keep_asking(self, ended, seen):
        """Asks without a pause; each verdict fits the policy that it names, and the generation never goes back. The
        last one is in `seen`."""
        answers, generation = 0, 0
        with self.daemon.client() as client:
            while not ended.is_set():
                answer = self.ask(client)
                if answer.generation < generation:
                    raise AssertionError("generation %d after %d" % (answer.generation, generation))
                generation = answer.generation
                expected = seen["verdicts"].setdefault(answer.digest, answer.accepted)
                if expected != answer.accepted:
                    raise AssertionError("two verdicts of one policy, generation %d" % generation)
                answers += 1
        seen["answers"] += answers

    def guard(self, ended, seen):
        try:
            self.keep_asking(ended, seen)
        except Exception as error:  # for the test's thread to show
            seen["errors"].append(error)

    def resources(self):
        pids = [self.daemon.process.pid, self.daemon.front()]
        self.daemon.verifiers()
        return [count_descriptors(pid) for pid in pids] + [len(self.daemon.children("certname-check"))]

    def settled_resources(self):
        """Returns the daemon's resources once nothing of the last reload is still ending."""
        seen = []

        def same_for_a_while():
            seen.append(self.resources())
            time.sleep(0.2)
            return seen[-1] if len(seen) > 3 and seen[-4:].count(seen[-1]) == 4 else None

        return wait_for("nothing changes any more", same_for_a_while)

    def memory(self):
        return int(status(self.daemon.process.pid)["VmRSS"].split()[0])

    def test_many(self):
        """Hundreds of reloads, good, bad and mutilated, run under load: every verdict is one of the policy that it
        names, no question is lost, a bad file changes neither generation nor digest, each reload logs one line, and
        at the end there are as many descriptors and processes as at the beginning."""
        chance = random.Random(1)
        for policy in (STRICT, LAX):
            self.reload(policy)
        before, memory = self.settled_resources(), self.memory()
        ended, seen = threading.Event(), {"verdicts": {}, "answers": 0, "errors": []}
        for policy, accepted in ((STRICT, False), (LAX, True)):
            self.reload(policy)
            seen["verdicts"][self.ask().digest] = accepted
        threads = [threading.Thread(target=self.guard, args=(ended, seen)) for _ in range(self.CLIENTS)]
        for thread in threads:
            thread.start()
        begun, n_good = time.monotonic(), 0
        try:
            last = self.ask()
            for n in range(RELOADS):
                line = self.reload((STRICT, self.mutate(chance), LAX, self.mutate(chance))[n % 4])
                now = self.ask()
                if "reload refused" in line:
                    self.assertEqual((now.generation, now.digest), (last.generation, last.digest), line)
                else:
                    n_good += 1
                    self.assertEqual(now.generation, last.generation + 1)
                if n % 2 == 0:
                    self.assertEqual(now.accepted, n % 4 == 2)
                last = now
                self.assertEqual(seen["errors"], [])
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        seconds = time.monotonic() - begun
        self.assertEqual(seen["errors"], [])
        self.assertGreater(seen["answers"], RELOADS)
        self.assertGreaterEqual(n_good, RELOADS // 2)
        self.assertEqual(self.daemon.find_log("restart|ended|lost"), [])
        harness.report("%d reloads, %d of them good, in %.1f s; %d answers meanwhile; supervisor's memory %d to %d kB"
                       % (RELOADS, n_good, seconds, seen["answers"], memory, self.memory()))
        wait_for("as many descriptors as before", lambda: self.resources() == before)


if __name__ == "__main__":
    harness.main()
