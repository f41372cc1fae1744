#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reloading: the new policy serves when it is complete, or the old one goes on as if nothing had been; nobody who
asks meanwhile notices more than that."""

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
        """As an editor does: the file is there whole or not at all."""
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
        """One reload, waited for: the line that the log has of it."""
        before = self.count_ends()
        if policy is not None:
            self.write(policy)
        self.hang_up()
        wait_for("the reload ends", lambda: self.count_ends() > before)
        self.assertEqual(self.count_ends(), before + 1)
        # The front writes lines of its own meanwhile.
        return self.daemon.find_log(EITHER)[-1]

    def assert_reloaded(self, line, generation):
        self.assertRegex(line, RELOADED)
        self.assertIn("generation %d is in force" % generation, line)


    def inquire(self, kind, expected, client=None):
        """The payload of the reply to a frame without one."""
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
        """Those that are told to the front a moment later."""
        return wait_for(what, lambda: (lambda facts: condition(facts) and facts)(self.facts()))


class Facts(ReloadTestCase):
    def test_start(self):
        """What status says of supervisor, policy and host."""
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
        """How much of everything there is, and what a person should know."""
        self.reload('defaults { common-name = yes }\ndomain "a.example" { }\ndomain "b.example" { }\n'
                    'client "c" { uid = 1000 }\nclient "d" { gid = {5, 6} }\n')
        facts = self.wait_for_facts("generation 2", lambda facts: facts["generation"] == 2)
        self.assertEqual(facts["policy"], {"domains": 2, "pinsets": 0, "denies": 0, "clients": 3, "trusts": 1})
        self.assertEqual(len(facts["remarks"]), 1)
        self.assertIn("%s:1: defaults: accepts the common name" % self.daemon.config, facts["remarks"][0])
        self.assertEqual(len(self.daemon.find_log("^certnamed: note: .*accepts the common name")), 1)

    def test_pins(self):
        """Pins that are about to expire are warned of, in log and status, from the load on."""
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
        """A bad file is not in force, and where it is bad stands there until a good one is."""
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
        """What an alarm looks at: whether the files are in force, what was refused, the days until pins expire."""
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
        """A file that nobody asked to be read is seen to have changed, within seconds, and read by nobody."""
        self.write(STRICT)
        facts = self.wait_for_facts("the change", lambda facts: not facts["files-in-force"])
        self.assertNotIn("reload-refused", facts)
        self.assertEqual((self.ask().generation, self.ask().accepted), (1, True))
        self.reload()
        self.wait_for_facts("generation 2", lambda facts: facts["generation"] == 2 and facts["files-in-force"])

    def test_retired(self):
        """Verifiers whose epoch is over are counted as retired, and not among those that something befell."""
        n = len(self.daemon.verifiers())
        self.assert_reloaded(self.reload(STRICT), 2)
        ended = wait_for("the old verifiers are gone", lambda: self.ended() if self.ended()["retired"] == n else None)
        self.assertEqual(ended, {"cpu": 0, "other": 0, "crash": 0, "retired": n})

    def ended(self):
        return json.loads(self.inquire(KIND_STATUS, KIND_STATUS_TEXT))["verifiers"]["ended"]

    def test_restarts(self):
        """What had to be replaced is counted, and a new front knows it too."""
        self.daemon.expect(r"warning: (front|verifier) \d+: ended by signal 9", r"verifier \d+: ended with status 0")
        self.daemon.wait_until_settled()
        os.kill(self.daemon.front(), signal.SIGKILL)
        self.daemon.wait_for_log(r"front \d+: ended by signal 9")
        self.client = self.enterContext(self.daemon.client())
        self.admin = self.enterContext(self.daemon.admin())
        self.wait_for_facts("the restart", lambda facts: facts and facts["restarts"]["front"] == 1)


class Material(ReloadTestCase):
    """CRLs change by themselves: somebody fetches them, and nobody asks for a reload."""

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
        """New CRLs are a new epoch of the same generation, with new verifiers, within seconds; a new file in the
        folder as much as one in the place of another."""
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
        """A certificate that was good is refused by the CRL that lists it, without a word from anybody; a verdict
        that was kept is not the answer any more."""
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
        """A bad file in a folder of CRLs keeps nothing else out: the others are read, what it revoked before stays
        revoked, and log, status and metrics name it until a good one comes."""
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
    """What the policy wants written and served besides."""

    def scrape(self, path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(10)
            client.connect(path)
            client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            return b"".join(iter(lambda: client.recv(65536), b""))

    def test_metrics(self):
        """The socket comes and goes with the policy, stays the same over a reload and a front's death."""
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
        """A path that is taken is a mistake, and the whole policy is refused for it."""
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
        """Requests are written down from the reload on that says so, to a file of ours alone."""
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
        """As many verifiers as the policy says and a spare one, more or fewer from one reload to the next."""
        for generation, n in ((2, 3), (3, 1)):
            self.assert_reloaded(self.reload(LAX + "limits { workers = %d }\n" % n), generation)
            wait_for("there are %d" % n, lambda: len(self.daemon.children("certname-verify")) == n + 1)
            self.assertEqual(self.ask().generation, generation)


class Asked(ReloadTestCase):
    """Reloads that clients ask for: here root, or the daemon's own user."""

    def ask_for_reload(self, client=None):
        payload = self.inquire(KIND_RELOAD, KIND_RELOADED, client)
        return payload[0], payload[1:].decode()

    def test_good(self):
        """The answer comes when the new policy serves, and says which."""
        self.write(STRICT)
        self.assertEqual(self.ask_for_reload(), (0, "generation 2 is in force: " + self.daemon.config))
        self.assertEqual((self.ask().generation, self.ask().accepted), (2, False))

    def test_refused(self):
        """The answer says what is wrong, where, as the log does."""
        self.write("?")
        refused, text = self.ask_for_reload()
        self.assertEqual(refused, 1)
        self.assertRegex(text, r"\A%s:1: .*: reload refused, generation 1 stays in force" % re.escape(self.daemon.config))
        self.assertIn("certnamed: error: " + text, self.daemon.log())

    def test_many_at_once(self):
        """Everybody is answered, by a reload that began after they asked."""
        clients = [self.enterContext(self.daemon.admin()) for _ in range(20)]
        for n, client in enumerate(clients):
            if n == len(clients) - 1:
                self.write(STRICT)
            client.send(wire.frame(b"", 7, KIND_RELOAD))
        texts = [self.receive(KIND_RELOADED, client) for client in clients]
        self.assertEqual({text[0] for text in texts}, {0})
        self.assertFalse(self.ask().accepted)
        self.assertLess(self.ask().generation, 5)

    def test_beside_a_signal(self):
        """A reload that a signal had begun before is not the answer."""
        self.hang_up()
        self.write(STRICT)
        refused, text = self.ask_for_reload()
        self.assertEqual(refused, 0)
        self.assertFalse(self.ask().accepted)

    def test_front_killed(self):
        """A front that dies takes the question with it, and nothing else."""
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
        """A good policy serves from the next question on, on connections that were open before; its verifiers are
        new ones, and the old ones end in order."""
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
        """Whatever is wrong with the file, the policy and its very verifiers go on; one line says file and line."""
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
        """A file that is not there is a mistake, and never the built-in policy."""
        os.unlink(self.daemon.config)
        self.assertIn("No such file", self.reload())
        self.assertEqual(self.ask().generation, 1)

    def test_file_unsafe(self):
        """A file that others may write is refused on a reload as on a start."""
        os.chmod(self.daemon.config, 0o666)
        self.assertIn("chmod go-w", self.reload())
        self.assertEqual(self.ask().generation, 1)

    def test_material_unsafe(self):
        """Certificates and CRLs that others may write are refused as the file is that names them."""
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
        reload is as good as any."""
        pid, verifiers = self.daemon.process.pid, self.daemon.verifiers()
        try:
            held = set(descriptors(pid))
        except PermissionError:
            self.skipTest("only root may list the descriptors of a process that is not dumpable")
        usual = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        self.write(STRICT)
        # Below its own, and with as many free as are too few for all of a reload.
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
    """What happens while the configuration is tried out: the process that does so is held there."""

    program_name = "certnamed-hooked"

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        self.hold = os.path.join(folder, "hold")
        self.command = ("env", "CERTNAMED_HOLD=" + self.hold)
        super().setUp()
        self.daemon.expect("^hook: ")

    def begin(self, policy=LAX):
        """The process that has read the policy, and waits."""
        with open(self.hold, "w"):
            pass
        self.write(policy)
        self.hang_up()
        return int(self.daemon.wait_for_log(r"^hook: holding 0 pid (\d+)")[-1])

    def go_on(self):
        os.unlink(self.hold)

    def test_serving(self):
        """Questions are answered, and dead verifiers replaced."""
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
        """However often it is asked for meanwhile, one more follows, and that is all."""
        self.begin()
        for _ in range(5):
            self.hang_up()
            time.sleep(0.02)
        self.go_on()
        self.daemon.wait_for_log(RELOADED, 2)
        time.sleep(0.3)
        self.assertEqual(self.daemon.find_log(RELOADED), ["2", "3"])
        self.assertEqual(self.ask().generation, 3)

    def test_changed_while_read(self):
        """A file that is written while it is read is refused, although both versions are good."""
        self.begin()
        self.write(STRICT)
        self.go_on()
        wait_for("the reload ends", self.count_ends)
        self.assertIn("changed while it was read", self.daemon.log())
        self.assertEqual((self.ask().generation, self.ask().accepted), (1, True))
        self.assert_reloaded(self.reload(), 2)
        self.assertFalse(self.ask().accepted)

    def test_checker_killed(self):
        """Nobody's end but its own, and the file is not to blame."""
        os.kill(self.begin(), signal.SIGKILL)
        wait_for("the reload ends", self.count_ends)
        self.go_on()
        self.assertIn("the check of the configuration was killed", self.daemon.log())
        self.assertEqual(self.ask().generation, 1)
        self.assert_reloaded(self.reload(STRICT), 2)

    @unittest.skipIf(RELAXED, "no deadline means anything in this build")
    def test_checker_stuck(self):
        """One that does not end is ended after ten seconds."""
        begun = time.monotonic()
        self.begin()
        wait_for("the reload ends", self.count_ends)
        self.assertIn("took more than 10 s", self.daemon.log())
        self.assertTrue(9 < time.monotonic() - begun < 12)
        self.assertEqual(self.ask().generation, 1)
        self.go_on()
        self.assert_reloaded(self.reload(STRICT), 2)

    def test_front_killed(self):
        """A front that dies in the middle is replaced, under the old epoch and then under the new."""
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
        """The same wherever it dies, the switch itself included: who asks anew is answered by the new epoch."""
        self.daemon.expect(
            r"warning: (front|verifier) \d+: (ended by signal 9|past its deadline)", r"verifier \d+: ended with"
        )
        chance = random.Random(7)
        for n in range(5 if RELAXED else 25):
            self.write((STRICT, LAX)[n % 2])
            # Old enough to be replaced at once.
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
        """A reload that a client of the dead front had asked for answers nobody of the new one's."""
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
        """SIGTERM in the middle ends it as ever, the process that tries the configuration out too."""
        self.begin()
        self.daemon.stop()
        self.assertLess(self.daemon.stop_seconds, 1)


class AtWork(ReloadTestCase):
    program_name = "certnamed-hooked"

    def test_ends_where_it_began(self):
        """A question at work during the switch is answered by the policy that it began under; the one behind it on
        the same connection by the new one."""
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
        """A policy with a mistake in it, most likely."""
        text = bytearray((LAX + 'domain "a.example" { subdomains = all }\n').encode())
        for _ in range(chance.randrange(1, 4)):
            text[chance.randrange(len(text))] = chance.randrange(256)
        return bytes(text)

    def keep_asking(self, ended, seen):
        """Verdicts that fit the policy they name, whose generation never goes back; the last is in `seen`."""
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
        """What they are once nothing of the last reload is still going away."""
        seen = []

        def same_for_a_while():
            seen.append(self.resources())
            time.sleep(0.2)
            return seen[-1] if len(seen) > 3 and seen[-4:].count(seen[-1]) == 4 else None

        return wait_for("nothing changes any more", same_for_a_while)

    def memory(self):
        return int(status(self.daemon.process.pid)["VmRSS"].split()[0])

    def test_many(self):
        """Hundreds of reloads, good, bad and mutilated, under load: every verdict is one of the policy that it
        names, no question is lost, a bad file changes neither generation nor digest, each has one line in the log,
        and in the end there are as many descriptors and processes as in the beginning."""
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
