#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Makes private authorities with the tools themselves, each as its manual or a tutorial says, and asks a daemon under profile
compatible: a certificate of the tool is accepted beside a CRL of the tool, and a revoked one is refused. A tool that is not
installed is skipped by its name. `make check-authorities`.
"""

import base64
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import harness
from daemon import Daemon

GOOD, REVOKED = "www.lab.example", "old.lab.example"
EASY_RSA = shutil.which("easyrsa") or "/usr/share/easy-rsa/easyrsa"

# The policy's text of the question; what CRLs are at hand depends on the tool.
POLICY = """\
defaults { certificates = compatible revocation = if-known trust = { "lab" } }
trust "lab" { file = "%s" %s }
"""

GO_PROGRAM = """\
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func write(name, kind string, der []byte) {
	must(os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o644))
}

func main() {
	now := time.Now().Add(-time.Minute)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(2019), Subject: pkix.Name{Organization: []string{"Lab"}},
		NotBefore: now, NotAfter: now.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &key.PublicKey, key)
	must(err)
	write("ca.pem", "CERTIFICATE", der)
	ca, err = x509.ParseCertificate(der)
	must(err)
	for i, host := range os.Args[1:] {
		leaf := &x509.Certificate{
			SerialNumber: big.NewInt(int64(1658 + i)), Subject: pkix.Name{Organization: []string{"Lab"}, CommonName: host},
			DNSNames: []string{host}, NotBefore: now, NotAfter: now.AddDate(1, 0, 0), SubjectKeyId: []byte{1, 2, 3, 4, 6},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
			KeyUsage:    x509.KeyUsageDigitalSignature,
		}
		der, err = x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, key)
		must(err)
		write(host+".pem", "CERTIFICATE", der)
	}
	old, err := ca.CreateCRL(rand.Reader, key, []pkix.RevokedCertificate{{SerialNumber: big.NewInt(1659), RevocationTime: now}},
		now, now.AddDate(0, 1, 0))
	must(err)
	write("crl.pem", "X509 CRL", old)
}
"""


def run(*command, stdin=None, **environment):
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, **environment})
    if done.returncode:
        raise AssertionError("%s: %s" % (" ".join(command), done.stdout[-800:] + done.stderr[-800:]))
    return done.stdout


def read(name):
    with open(name) as file:
        return file.read()


def write(name, text):
    with open(name, "w") as out:
        out.write(text)
    return name


def write_json(name, value):
    return write(name, json.dumps(value))


def needs(program, name=None):
    found = shutil.which(program) or os.path.exists(program)
    return unittest.skipUnless(found, "%s is not installed" % (name or program))


class Tools(harness.TestCase):
    def setUp(self):
        """Each tool works in a folder of its own."""
        folder = tempfile.mkdtemp(prefix="certnamed-authority-", dir="/tmp")
        os.chmod(folder, 0o755)
        self.addCleanup(shutil.rmtree, folder, True)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)

    def check(self, root, good, revoked=None, crl=None, chain=()):
        """Asks about both certificates; the names of files are those in the folder."""
        crls = 'crls = "%s"' % os.path.abspath(crl) if crl else ""
        for name in (root, crl):
            if name:
                os.chmod(name, 0o644)
        with Daemon(POLICY % (os.path.abspath(root), crls)) as daemon:
            for host, leaf in ((GOOD, good), (REVOKED, revoked)):
                if not leaf:
                    continue
                write("asked.pem", "".join(map(read, (leaf, *chain))))
                code, out, err = daemon.ctl("verify", "--json", "--path", host, os.path.abspath("asked.pem"))
                codes = [one["code"] for one in json.loads(out).get("failures", [])] if code < 2 else err
                self.assertEqual((code, codes), (0, []) if host == GOOD else (1, ["revoked"]), out + err)
        harness.report("%s: accepted%s" % (self.id().rpartition(".")[2], ", and revoked by its CRL" if revoked else ""))

    @needs(EASY_RSA, "easy-rsa")
    def test_easy_rsa(self):
        settings = {"EASYRSA_BATCH": "1", "EASYRSA_PKI": os.path.abspath("pki")}
        run(EASY_RSA, "init-pki", **settings)
        run(EASY_RSA, "build-ca", "nopass", EASYRSA_REQ_CN="Lab", **settings)
        for host in (GOOD, REVOKED):
            run(EASY_RSA, "--subject-alt-name=DNS:" + host, "build-server-full", host, "nopass", **settings)
        run(EASY_RSA, "revoke", REVOKED, **settings)
        run(EASY_RSA, "gen-crl", **settings)
        revoked = glob.glob("pki/revoked/certs_by_serial/*.crt")[0]
        self.check("pki/ca.crt", "pki/issued/%s.crt" % GOOD, revoked, "pki/crl.pem")

    @needs("cfssl")
    @needs("cfssljson")
    def test_cfssl(self):
        write_json("ca.json", {"CN": "Lab", "key": {"algo": "ecdsa", "size": 256}, "names": [{"O": "Lab"}]})
        write_json("config.json", {"signing": {"default": {"expiry": "8760h", "usages": [
            "signing", "key encipherment", "server auth", "client auth"]}}})
        run("cfssljson", "-bare", "ca", stdin=run("cfssl", "gencert", "-initca", "ca.json"))
        for host in (GOOD, REVOKED):
            write_json("leaf.json", {"CN": host, "hosts": [host], "key": {"algo": "ecdsa", "size": 256}})
            made = run("cfssl", "gencert", "-ca", "ca.pem", "-ca-key", "ca-key.pem", "-config", "config.json", "leaf.json")
            run("cfssljson", "-bare", host, stdin=made)
        serial = run("openssl", "x509", "-in", REVOKED + ".pem", "-noout", "-serial").strip().partition("=")[2]
        write("serials", "%d\n" % int(serial, 16))
        der = base64.b64decode(run("cfssl", "gencrl", "serials", "ca.pem", "ca-key.pem"))
        with open("crl.der", "wb") as out:
            out.write(der)
        self.check("ca.pem", GOOD + ".pem", REVOKED + ".pem", "crl.der")

    @needs("mkcert")
    def test_mkcert(self):
        """mkcert makes no CRLs."""
        os.mkdir("root")
        run("mkcert", "-cert-file", "leaf.pem", "-key-file", "key.pem", GOOD, "192.0.2.7", CAROOT=os.path.abspath("root"))
        self.check("root/rootCA.pem", "leaf.pem")

    def test_openssl_ca(self):
        """`openssl ca` with the configuration that OpenSSL ships, and extensions taken from the request."""
        folder = re.search('"(.*)"', run("openssl", "version", "-d")).group(1)
        write("openssl.cnf", re.sub("# *copy_extensions", "copy_extensions", read(os.path.join(folder, "openssl.cnf"))))
        os.makedirs("demoCA/newcerts")
        os.mkdir("demoCA/private")
        for name, text in (("index.txt", ""), ("serial", "01\n"), ("crlnumber", "01\n")):
            write("demoCA/" + name, text)
        subject, key = "/C=AU/ST=Some-State/O=Lab/CN=", ("-newkey", "rsa:2048", "-nodes", "-config", "openssl.cnf")
        run("openssl", "req", "-x509", *key, "-keyout", "demoCA/private/cakey.pem", "-out", "demoCA/cacert.pem",
            "-subj", subject + "Lab", "-days", "365")
        for host in (GOOD, REVOKED):
            run("openssl", "req", *key, "-keyout", "key.pem", "-out", "request.pem", "-subj", subject + host,
                "-addext", "subjectAltName=DNS:" + host)
            run("openssl", "ca", "-batch", "-config", "openssl.cnf", "-in", "request.pem", "-out", host + ".pem", "-notext")
        run("openssl", "ca", "-config", "openssl.cnf", "-revoke", REVOKED + ".pem")
        run("openssl", "ca", "-config", "openssl.cnf", "-gencrl", "-out", "crl.pem")
        self.check("demoCA/cacert.pem", GOOD + ".pem", REVOKED + ".pem", "crl.pem")

    @needs("certtool")
    def test_certtool(self):
        run("certtool", "--generate-privkey", "--outfile", "key.pem")
        write("ca.tmpl", 'cn = "Lab"\nca\ncert_signing_key\ncrl_signing_key\nexpiration_days = 365\n')
        run("certtool", "--generate-self-signed", "--load-privkey", "key.pem", "--template", "ca.tmpl", "--outfile", "ca.pem")
        by = ("--load-ca-certificate", "ca.pem", "--load-ca-privkey", "key.pem")
        for host in (GOOD, REVOKED):
            write("leaf.tmpl", 'cn = "%s"\ndns_name = "%s"\ntls_www_server\nsigning_key\nencryption_key\nexpiration_days = 99\n'
                  % (host, host))
            run("certtool", "--generate-privkey", "--outfile", host + ".key")
            run("certtool", "--generate-certificate", "--load-privkey", host + ".key", *by, "--template", "leaf.tmpl",
                "--outfile", host + ".pem")
        write("crl.tmpl", "crl_next_update = 30\ncrl_number = 7\n")
        run("certtool", "--generate-crl", *by, "--load-certificate", REVOKED + ".pem", "--template", "crl.tmpl",
            "--outfile", "crl.pem")
        self.check("ca.pem", GOOD + ".pem", REVOKED + ".pem", "crl.pem")

    @needs("go")
    def test_go(self):
        write("main.go", GO_PROGRAM)
        run("go", "run", "main.go", GOOD, REVOKED, GOCACHE=os.path.abspath("cache"), GOFLAGS="", GO111MODULE="off")
        self.check("ca.pem", GOOD + ".pem", REVOKED + ".pem", "crl.pem")

    @needs("step")
    def test_step(self):
        """`step certificate` makes no CRLs."""
        free = ("--no-password", "--insecure")
        run("step", "certificate", "create", "Lab", "root.pem", "root.key", "--profile", "root-ca", *free)
        run("step", "certificate", "create", "Lab 1", "ca.pem", "ca.key", "--profile", "intermediate-ca", "--ca", "root.pem",
            "--ca-key", "root.key", *free)
        run("step", "certificate", "create", GOOD, "leaf.pem", "leaf.key", "--profile", "leaf", "--ca", "ca.pem", "--ca-key",
            "ca.key", "--not-after", "24h", *free)
        self.check("root.pem", "leaf.pem", chain=("ca.pem",))


if __name__ == "__main__":
    harness.main()
