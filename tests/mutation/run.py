#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does a test notice if the engine is wrong? Makes one small mistake at a time in daemon/identity (a
comparison turned, a check dropped, a bound off by one), compiles the file, links it with the engine's unit
tests and runs them; if they notice nothing, once more with ASan and UBSan. A mistake that no test notices is a
survivor. Survivors that are known, each with the
reason why it does not matter, stand in survivors.txt beside this; any other makes the run fail.

    tests/mutation/run.py [-j N] [--list] [--known] [--write FILE] [FILE.c ...]
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
ENGINE = 'daemon/identity'
BASE = ('base/utf8.c', 'base/text.c') # linked with the engine, not mutated
KNOWN = os.path.join(TOP, 'tests/mutation/survivors.txt')
PACKAGES = ['libidn2', 'libpsl', 'check']
# A test that does not end has noticed something too: this many times what it takes without a mistake, and
# some seconds for a busy machine.
TIMEOUT_TIMES = 4
TIMEOUT_S = 5

# Each row is the name of a mistake, a pattern for its places, and the replacements. `\0` stands for the match.
TOKENS = [
    ('==', r'(?<![=!<>])==(?!=)', ['!=']),
    ('!=', r'!=', ['==']),
    ('<=', r'<=', ['<']),
    ('>=', r'(?<!-)>=', ['>']),
    ('<', r'(?<=[\w)\]] )<(?= )', ['<=']),
    ('>', r'(?<=[\w)\]] )>(?= )', ['>=']),
    ('&&', r'&&', ['||']),
    ('||', r'\|\|', ['&&']),
    ('!', r'(?<![\w)\]])!(?=[\w(*])', ['']),
    ('true', r'\btrue\b', ['false']),
    ('false', r'\bfalse\b', ['true']),
    ('+', r'(?<=[\w)\]] )\+(?= )', ['-']),
    ('-', r'(?<=[\w)\]] )-(?= )', ['+']),
    ('+=', r'\+=', ['=']),
    ('|=', r'\|=', ['=']),
    ('&', r'(?<=[\w)\]] )&(?= )', ['|']),
    ('~', r'~', ['']),
    ('number', r'(?<![\w.])(?:0x[0-9a-fA-F]+|[0-9]+)(?![\w.])', ['(\\0 + 1)']),
    ('limit', r'\b(?:[A-Z][A-Z0-9_]*_BYTES|OCTET_DIGITS)\b', ['(\\0 + 1)', '(\\0 - 1)']),
]


def blank(text):
    """The text with comments, preprocessor lines and what stands in quotes made blank, as long as before."""
    def spaces(match):
        return re.sub(r'[^\n]', ' ', match.group())
    text = re.sub(r'/\*.*?\*/', spaces, text, flags=re.S)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', spaces, text)
    text = re.sub(r"'(?:\\.|[^'\\\n])*'", spaces, text)
    text = re.sub(r'^#.*(?:\\\n.*)*$', spaces, text, flags=re.M)
    return re.sub(r'^_Static_assert\(.*?\);$', spaces, text, flags=re.M | re.S)


def closing(code, start):
    """Where the bracket closes that opens at `start`."""
    depth = 0
    for i in range(start, len(code)):
        depth += {'(': 1, ')': -1}.get(code[i], 0)
        if depth == 0:
            return i
    raise ValueError('a bracket stays open')


class Mutant:
    def __init__(self, file, text, start, end, what, instead):
        self.file, self.what = file, what
        self.text = text[:start] + instead + text[end:]
        self.line = text.count('\n', 0, start) + 1
        first = text.rfind('\n', 0, start) + 1
        last = text.find('\n', end)
        shown = text[first:start] + '[' + instead + ']' + text[end:last]
        if what in ('if', 'while', 'statement'):
            shown += '  instead of  ' + text[start:end]
        self.after = ' '.join(shown.split())

    @property
    def key(self):
        return f'{self.file}: {self.after}'


def mutants_of(file):
    with open(os.path.join(TOP, ENGINE, file), encoding='utf-8') as source:
        text = source.read()
    code = blank(text)
    for name, pattern, substitutes in TOKENS:
        for match in re.finditer(pattern, code):
            # Tables of characters, of texts and of names are data that the tests' rows hold.
            for instead in substitutes:
                yield Mutant(file, text, match.start(), match.end(), name,
                             instead.replace('\\0', match.group()))
    for match in re.finditer(r'\b(if|while) (?=\()', code):
        end = closing(code, match.end())
        for instead in (['(false)', '(true)'] if match.group(1) == 'if' else ['(false)']):
            yield Mutant(file, text, match.end(), end + 1, match.group(1), instead)
    # A statement that has an effect, left out.
    for match in re.finditer(r'(?<=\n)[ ]+((?:memcpy|memset|name_lower|reference_part_append|set_value|set_given|append_scheme|'
                             r'idn2_free|free|psl_free|suffix_list_close)\(|[\w>.\[\]-]+ = |'
                             r'\*\w+ = |[\w>.\[\]-]+(?:\+\+|--);)[^;{}]*;', code):
        statement = match.group().strip()
        if re.match(r'(return|const|struct|enum|size_t|int|bool|static|unsigned)\b', statement):
            continue
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        yield Mutant(file, text, start, match.end(), 'statement', ';')


def flags_of(kind):
    done = subprocess.run(['pkg-config', kind, *PACKAGES], capture_output=True, text=True, check=True)
    return done.stdout.split()


def tests():
    with open(os.path.join(TOP, 'tests/check/engine-tests'), encoding='utf-8') as listed:
        for line in listed:
            words = line.split()
            if words and words[0] != '#':
                yield words[0], words[1:]


class Group:
    """Tests that are run together."""

    def __init__(self, names, timeout_s):
        self.names, self.timeout_s = names, timeout_s


class Bench:
    """All that is compiled once: the engine's objects and one program of all its tests."""

    def __init__(self, folder, *flags):
        self.folder = folder
        self.flags = flags
        self.cc = os.environ.get('CC', 'cc')
        self.compile = [self.cc, '-std=gnu11', '-D_GNU_SOURCE', '-w', '-I.', *flags, *flags_of('--cflags')]
        self.libraries = flags_of('--libs')
        self.linker = ['-fuse-ld=lld'] if shutil.which('ld.lld') else []
        self.sources = sorted(f for f in os.listdir(os.path.join(TOP, ENGINE)) if f.endswith('.c'))
        self.objects = {f: self.object(f'{ENGINE}/{f}', f'engine-{f}.o') for f in self.sources}
        self.objects |= {f: self.object(f, f'base-{os.path.basename(f)}.o') for f in BASE}
        self.link_words, self.test_objects, self.groups = self.build_tests()

    def run(self, *words):
        subprocess.run(words, cwd=TOP, check=True)

    def object(self, source, name, *more):
        """The tests are compiled once and run thousands of times; the engine is compiled thousands of times."""
        path = os.path.join(self.folder, name)
        self.run(*self.compile, '-O1' if source.startswith('tests/') else '-O0', *more, '-c', source, '-o', path)
        return path

    def build_tests(self):
        """One program, so that a mutant is linked once: each test's main has a name of its own."""
        words, objects, names = set(), [], []
        for source, rest in tests():
            name = os.path.basename(source)
            names.append(name)
            objects.append(self.object(f'tests/unit/{source}.c', f'{name}.o', f'-Dmain=main_of_{name}'))
            for word in rest:
                if word.endswith('.c'):
                    path = self.object(word, os.path.basename(word) + '.o')
                    if path not in objects:
                        objects.append(path)
                else:
                    words.add(word)
        driver = os.path.join(self.folder, 'driver.c')
        with open(driver, 'w', encoding='utf-8') as out:
            out.write('#include <string.h>\n')
            out.write(''.join(f'int main_of_{n}(void);\n' for n in names))
            out.write('int main(int argc, char **argv)\n{\n    for (int i = 1; i < argc; i++) {\n')
            out.writelines(f'        if (!strcmp(argv[i], "{n}") && main_of_{n}())\n            return 1;\n' for n in names)
            out.write('    }\n    return 0;\n}\n')
        objects.append(self.object(driver, 'driver.o'))
        return sorted(words), objects, [Group(names, 600)]

    def order_tests(self, program):
        """The quick ones first, and together; each of the others alone. False if one fails as it is."""
        times = {}
        for name in self.groups[0].names:
            start = time.monotonic()
            if not self.passes(program, Group([name], 600)):
                print(f'mutation: {name} fails without any mistake')
                return False
            times[name] = time.monotonic() - start
        quick = sorted((n for n in times if times[n] < 0.5), key=times.get)
        slow = sorted((n for n in times if n not in quick), key=times.get)
        self.groups = [Group(g, TIMEOUT_S + TIMEOUT_TIMES * sum(times[n] for n in g)) for g in [quick] + [[n] for n in slow]]
        return True

    def program(self, objects, path):
        self.run(self.cc, *self.flags, *self.linker, *self.test_objects, *objects.values(), *self.link_words, *self.libraries, '-o', path)

    def passes(self, program, group):
        try:
            done = subprocess.run([program, *group.names], env={**os.environ, 'CK_FORK': 'no', 'CK_VERBOSITY': 'silent', 'CERTNAMED_QUICK': '1'},
                                  cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  timeout=group.timeout_s, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def judge(self, mutant, number):
        """'not C', 'the same', 'noticed' or 'survives'."""
        source = os.path.join(self.folder, f'{number}.c')
        made, program = source + '.o', source + '.program'
        try:
            with open(source, 'w', encoding='utf-8') as out:
                out.write(mutant.text)
            done = subprocess.run([*self.compile, '-O0', '-c', source, '-o', made], cwd=TOP, check=False,
                                  stderr=subprocess.DEVNULL)
            if done.returncode != 0:
                return 'not C'
            self.program({**self.objects, mutant.file: made}, program)
            if not all(self.passes(program, g) for g in self.groups):
                return 'noticed'
            return 'the same' if self.is_same_code(source, f'{ENGINE}/{mutant.file}') else 'survives'
        finally:
            for path in (source, made, program):
                if os.path.exists(path):
                    os.unlink(path)

    def is_same_code(self, a, b):
        """Whether the compiler makes the same of both: then it was no mistake."""
        def dump(source):
            made = os.path.join(self.folder, f'{threading.get_ident()}.o')
            self.run(*self.compile, '-O2', '-c', source, '-o', made)
            sections = [w for s in ('.text', '.rodata', '.data.rel.ro.local') for w in ('-j', s)]
            done = subprocess.run(['objdump', '-d', '-r', '-s', *sections, made], capture_output=True, text=True,
                                  check=False)
            return done.stdout.split('\n')[3:]
        return dump(a) == dump(b)


def known_survivors():
    known = {}
    if os.path.exists(KNOWN):
        with open(KNOWN, encoding='utf-8') as lines:
            for line in lines:
                if line.strip() and not line.startswith('#'):
                    key, _, reason = line.rstrip('\n').partition('  <- ')
                    known[key.strip()] = reason
    return known


def report(results, files, known):
    survivors = [m for m, verdict in results if verdict == 'survives']
    counts = {}
    for _, verdict in results:
        counts[verdict] = counts.get(verdict, 0) + 1
    print('mutation:', ', '.join(f'{n} {verdict}' for verdict, n in sorted(counts.items())))
    new = [m for m in survivors if m.key not in known]
    gone = [k for k in known if k.partition(':')[0] in files and k not in {m.key for m in survivors}]
    for mutant in new:
        print(f'{ENGINE}/{mutant.file}:{mutant.line}: no test notices: {mutant.after}')
    for key in gone:
        print(f'survivors.txt lists what does not survive: {key}')
    return survivors, bool(new or gone)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('-j', type=int, default=2, help='how many at a time (2)')
    parser.add_argument('--known', action='store_true', help='try those alone that survivors.txt lists')
    parser.add_argument('--list', action='store_true', help='only say what would be tried')
    parser.add_argument('--write', help='write the survivors there')
    parser.add_argument('files', nargs='*', help=f'of {ENGINE}; all of them by default')
    arguments = parser.parse_args()

    files = [os.path.basename(f) for f in arguments.files] or sorted(
        f for f in os.listdir(os.path.join(TOP, ENGINE)) if f.endswith('.c'))
    known = known_survivors()
    mutants = [m for f in files for m in mutants_of(f) if not arguments.known or m.key in known]
    if arguments.list:
        for mutant in mutants:
            print(f'{ENGINE}/{mutant.file}:{mutant.line}: {mutant.after}')
        return 0

    if not shutil.which('objdump') or not shutil.which('pkg-config'):
        print('mutation: needs objdump and pkg-config: not run')
        return 77
    with tempfile.TemporaryDirectory() as plain, tempfile.TemporaryDirectory() as checked:
        # A mistake that reads a byte too far or leaks is only found by the build with sanitizers.
        benches = [Bench(plain), Bench(checked, '-fsanitize=address,undefined', '-fno-sanitize-recover=all')]
        for bench in benches:
            bench.program(bench.objects, os.path.join(bench.folder, 'all'))
        if not benches[0].order_tests(os.path.join(plain, 'all')):
            return 1
        # The slow ones ask what the quick ones ask, a hundred thousand times.
        benches[1].groups = [Group(benches[0].groups[0].names, 120)]
        if not benches[1].passes(os.path.join(checked, 'all'), benches[1].groups[0]):
            print('mutation: the tests fail with ASan and UBSan without any mistake')
            return 1

        def judge(number):
            verdict = benches[0].judge(mutants[number], number)
            return benches[1].judge(mutants[number], number) if verdict == 'survives' else verdict

        with concurrent.futures.ThreadPoolExecutor(arguments.j) as pool:
            results = []
            for mutant, verdict in zip(mutants, pool.map(judge, range(len(mutants)))):
                results.append((mutant, verdict))
                if verdict == 'survives':
                    print(f'{ENGINE}/{mutant.file}:{mutant.line}: survives: {mutant.after}', flush=True)

    survivors, wrong = report(results, files, known)
    if arguments.write:
        with open(arguments.write, 'w', encoding='utf-8') as out:
            out.writelines(f'{m.key}\n' for m in survivors)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
