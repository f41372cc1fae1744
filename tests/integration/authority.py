# SPDX-License-Identifier: MIT
"""A certification authority for the tests: a root, intermediates, and end entities that a path leads to."""

import functools
import os

import certificates

AUTHORITY = """\
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""
CRL = """\
[ca]
default_ca = one
[one]
database = %(stem)s.txt
crlnumber = %(stem)s.number
[extensions]
authorityKeyIdentifier = keyid
"""
END_ENTITY = """\
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def write(name, text):
    path = os.path.join(certificates.folder(), name)
    with open(path, "w") as file:
        file.write(text)
    return path


class Authority:
    """An authority under its name: it holds the certificate of the authority and the key that signs for it."""

    def __init__(self, name, issuer=None, extensions=AUTHORITY):
        self.name = name
        self.issuer = issuer
        self.key = certificates.key("authority-" + name)
        self.path = os.path.join(certificates.folder(), "authority-%s.pem" % name)
        if issuer:
            issuer.sign(self.path, self.key, "/O=certnamed tests/CN=" + name, extensions + "authorityKeyIdentifier = keyid\n")
        else:
            config = write("authority-%s.cnf" % name, certificates.CONFIG + "[ca]\n" + extensions)
            certificates.openssl("req", "-x509", "-new", "-config", config, "-extensions", "ca", "-key", self.key,
                                 "-subj", "/O=certnamed tests/CN=" + name, "-days", "30", "-out", self.path)
        self.certificate = certificates.Certificate(self.path, self.key)

    def sign(self, path, key, subject, extensions):
        """Writes a certificate for a key."""
        stem = os.path.splitext(path)[0]
        request, config = stem + ".csr", write(os.path.basename(stem) + ".ext", extensions)
        certificates.openssl("req", "-new", "-config", os.path.join(certificates.folder(), "openssl.cnf"), "-key", key,
                             "-subj", subject, "-out", request)
        certificates.openssl("x509", "-req", "-in", request, "-CA", self.path, "-CAkey", self.key, "-days", "20",
                             "-set_serial", "0x" + os.urandom(15).hex().replace("8", "7", 1), "-extfile", config,
                             "-out", path)

    @functools.lru_cache(maxsize=None)
    def issue(self, *names, key_name="end-entity", extensions=END_ENTITY):
        """Issues an end entity's certificate with these subjectAltNames."""
        number = Authority.issue.cache_info().misses
        path = os.path.join(certificates.folder(), "%s-issued-%d.pem" % (self.name, number))
        key = certificates.key(key_name)
        san = "subjectAltName = %s\n" % ",".join(names) if names else ""
        self.sign(path, key, "/O=certnamed tests", extensions + san)
        return certificates.Certificate(path, key)

    def revoke(self, *some):
        """Returns a CRL in DER that has a CRL number and lists these certificates."""
        stem = os.path.join(certificates.folder(), "%s-crl-%s" % (self.name, os.urandom(4).hex()))
        config = write(os.path.basename(stem) + ".cnf", CRL % {"stem": stem})
        for suffix, text in ((".txt", ""), (".number", "01\n")):
            write(os.path.basename(stem) + suffix, text)
        common = ("-config", config, "-cert", self.path, "-keyfile", self.key, "-md", "sha256")
        for one in some:
            certificates.openssl("ca", *common, "-revoke", one.path)
        certificates.openssl("ca", *common, "-gencrl", "-crlexts", "extensions", "-crldays", "5", "-out", stem + ".pem")
        return certificates.openssl("crl", "-in", stem + ".pem", "-outform", "DER")

    def pin(self):
        return certificates.pin("authority-" + self.name)


def crl(issuer, number, *revoked):
    """Returns a CRL in PEM that is valid for a month, has this number and lists these certificates."""
    folder = certificates.folder()
    stem = os.path.join(folder, "crl-" + os.urandom(8).hex())
    index, config = stem + ".index", stem + ".cnf"
    open(index, "w").close()
    with open(stem + ".number", "w") as out:
        out.write("%04X\n" % number)
    with open(config, "w") as out:
        out.write("[ca]\ndefault_ca = own\n[own]\ndatabase = %s\ncrlnumber = %s.number\ndefault_md = sha256\n"
                  "default_crl_days = 30\ncrl_extensions = extensions\n[extensions]\n"
                  "authorityKeyIdentifier = keyid\n" % (index, stem))
    common = ("ca", "-config", config, "-keyfile", issuer.key, "-cert", issuer.path)
    for one in revoked:
        certificates.openssl(*common, "-revoke", one.path)
    certificates.openssl(*common, "-gencrl", "-out", stem + ".pem")
    with open(stem + ".pem", "rb") as file:
        return file.read()


def bundle(*some):
    """Writes a file that holds several certificates in the order given, and returns its path."""
    path = os.path.join(certificates.folder(), "bundle-%s.pem" % os.urandom(8).hex())
    with open(path, "w") as out:
        for one in some:
            with open(one.path) as file:
                out.write(file.read())
    return path
