#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manifests for Kubernetes: yamllint finds nothing, names within them agree, and the policy in them gives each namespace's
socket the namespace's own rules. kubectl is not needed and no cluster is asked."""

import os
import re
import shutil
import subprocess
import tempfile

import harness
from certificates import certificate
from daemon import Daemon, run_ctl

try:
    import yaml
except ImportError:
    yaml = None

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
MANIFEST = os.path.join(TOP, "doc", "kubernetes", "certnamed.yaml")
LINT = "{extends: default, rules: {line-length: {max: 130}, braces: {max-spaces-inside: 1}}}"
# The keys that a manifest of this version of the interface has at the top, and the fields of a DaemonSet's container and volumes
# that are used here. A key that is misspelled is in none of these.
TOP_KEYS = {"Namespace": {"metadata"}, "ConfigMap": {"metadata", "data"}, "DaemonSet": {"metadata", "spec"}}
VERSIONS = {"Namespace": "v1", "ConfigMap": "v1", "DaemonSet": "apps/v1"}
POD_KEYS = {"automountServiceAccountToken", "hostUsers", "securityContext", "containers", "volumes"}
CONTAINER_KEYS = {"name", "image", "args", "securityContext", "resources", "readinessProbe", "volumeMounts"}


@harness.unittest.skipUnless(yaml, "Python has no module yaml (package python3-yaml)")
class Manifests(harness.TestCase):
    def setUp(self):
        with open(MANIFEST) as file:
            found = [one for one in yaml.safe_load_all(file) if one]
        self.objects = {one["kind"]: one for one in found}
        self.assertEqual(len(self.objects), len(found))
        self.pod = self.objects["DaemonSet"]["spec"]["template"]["spec"]
        (self.container,) = self.pod["containers"]
        (self.policy,) = self.objects["ConfigMap"]["data"].values()

    def test_schema(self):
        """Each object has the keys and the version of its kind, and a pod has no key that Kubernetes would drop."""
        self.assertEqual(set(self.objects), set(TOP_KEYS))
        for kind, one in self.objects.items():
            self.assertEqual(set(one), TOP_KEYS[kind] | {"apiVersion", "kind"})
            self.assertEqual(one["apiVersion"], VERSIONS[kind])
            self.assertRegex(one["metadata"]["name"], "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        self.assertEqual(set(self.pod), POD_KEYS)
        self.assertEqual(set(self.container), CONTAINER_KEYS)

    def test_names_agree(self):
        """The selector selects the template, each mount has its volume and each volume its mount, and the policy that the
        daemon is started with is the one of the ConfigMap."""
        spec = self.objects["DaemonSet"]["spec"]
        self.assertEqual(spec["selector"]["matchLabels"], spec["template"]["metadata"]["labels"])
        namespace = self.objects["Namespace"]["metadata"]["name"]
        for kind in ("ConfigMap", "DaemonSet"):
            self.assertEqual(self.objects[kind]["metadata"]["namespace"], namespace)
        mounts = {mount["name"]: mount["mountPath"] for mount in self.container["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in self.pod["volumes"]}
        self.assertEqual(set(mounts), set(volumes))
        self.assertEqual(volumes["policy"]["configMap"]["name"], self.objects["ConfigMap"]["metadata"]["name"])
        (name,) = self.objects["ConfigMap"]["data"]
        self.assertIn(os.path.join(mounts["policy"], name), self.container["args"])
        for name, volume in volumes.items():
            if "hostPath" in volume:
                self.assertEqual(volume["hostPath"], {"path": mounts[name], "type": "DirectoryOrCreate"})

    def test_sockets_are_mounted(self):
        """The folder of each socket of the policy is a folder of the node."""
        paths = re.findall(r'path = "(/\S*)"', self.policy)
        self.assertEqual(len(paths), 2)
        mounted = {mount["mountPath"] for mount in self.container["volumeMounts"]}
        self.assertEqual({os.path.dirname(path) for path in paths} - mounted, set())

    def test_policy(self):
        """On each namespace's socket the namespace's own section decides."""
        folder = self.enterContext(tempfile.TemporaryDirectory(dir="/tmp"))
        os.chmod(folder, 0o755)
        for namespace in ("shop", "bank"):
            os.mkdir(os.path.join(folder, namespace))
        exact, wildcard = certificate("DNS:a.example").path, certificate("DNS:*.a.example").path
        with Daemon(self.policy.replace("/run/certnamed/", folder + "/")) as daemon:
            answers = {namespace: [run_ctl("--socket", os.path.join(folder, namespace, "certnamed.sock"), "verify", *question)
                                   for question in (("a.example", exact), ("b.a.example", wildcard))]
                       for namespace in ("shop", "bank")}
            self.assertEqual(daemon.ctl("verify", "a.example", exact)[0], 1, "the default is that the path is checked")
        self.assertEqual([code for code, _, _ in answers["shop"]], [0, 0], answers)
        self.assertEqual([code for code, _, _ in answers["bank"]], [1, 1], answers)
        self.assertIn("self-signed", answers["bank"][0][1])
        self.assertIn("Hostname mismatch", answers["bank"][1][1])
        for namespace, replies in answers.items():
            self.assertIn('client "%s"' % namespace, replies[0][1])

    @harness.unittest.skipUnless(shutil.which("yamllint"), "yamllint is not installed")
    def test_lint(self):
        done = subprocess.run(["yamllint", "--strict", "-d", LINT, MANIFEST], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    harness.main()
