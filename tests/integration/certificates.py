# SPDX-License-Identifier: MIT
"""Self-signed certificates, made with the openssl program in a folder that is removed when the test ends."""

import atexit
import base64
import functools
import hashlib
import os
import shutil
import ssl
import subprocess
import tempfile

CONFIG = """\
[req]
distinguished_name = name
prompt = no
[name]
"""


@functools.lru_cache(maxsize=None)
def folder():
    path = tempfile.mkdtemp(prefix="certnamed-certificates-", dir="/tmp")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    with open(os.path.join(path, "openssl.cnf"), "w") as config:
        config.write(CONFIG)
    return path


def openssl(*arguments):
    done = subprocess.run(("openssl",) + arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError("openssl %s: %s" % (" ".join(arguments), done.stderr.decode()))
    return done.stdout


@functools.lru_cache(maxsize=None)
def key(name):
    """Returns the path of a private key. Each name gets a new key."""
    path = os.path.join(folder(), "key-%s.pem" % name)
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
    return path


@functools.lru_cache(maxsize=None)
def pin(name):
    """Returns the pin of a key as it is written in a pinset."""
    spki = openssl("pkey", "-in", key(name), "-pubout", "-outform", "DER")
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


class Certificate:
    def __init__(self, path, key_path):
        self.path = path
        self.key_path = key_path
        with open(path) as file:
            self.der = ssl.PEM_cert_to_DER_cert(file.read())
        self.base64 = base64.b64encode(self.der).decode()


@functools.lru_cache(maxsize=None)
def certificate(*names, cn=None, key_name="a", ca="TRUE"):
    """Makes a certificate with these subjectAltNames ("DNS:x", "IP:y") and, if one is given, this common name."""
    path = os.path.join(folder(), "certificate-%d.pem" % certificate.cache_info().misses)
    arguments = ["-config", os.path.join(folder(), "openssl.cnf"), "-key", key(key_name), "-out", path]
    arguments += ["-subj", "/CN=" + cn if cn else "/O=certnamed tests", "-days", "30"]
    arguments += ["-addext", "basicConstraints=critical,CA:" + ca]
    if names:
        arguments += ["-addext", "subjectAltName=" + ",".join(names)]
    openssl("req", "-x509", "-new", *arguments)
    return Certificate(path, key(key_name))
