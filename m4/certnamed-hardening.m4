# SPDX-License-Identifier: MIT

# CERTNAMED_TRY_FLAG(VARIABLE, FLAG): appends FLAG to VARIABLE if compiler and linker take it.
AC_DEFUN([CERTNAMED_TRY_FLAG], [
  AC_MSG_CHECKING([whether $CC takes $2])
  certnamed_saved_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS -Werror $2"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]], [[char line[8]; return fgets(line, 8, stdin) == 0;]])],
    [AC_MSG_RESULT([yes]); $1="$$1 $2"],
    [AC_MSG_RESULT([no])])
  CFLAGS=$certnamed_saved_CFLAGS
])

# CERTNAMED_HARDENING: finds the flags with which every program and library of the project is built.
AC_DEFUN([CERTNAMED_HARDENING], [
  HARDENING_CFLAGS=
  HARDENING_LDFLAGS=
  CERTNAMED_TRY_FLAG([HARDENING_CFLAGS], [-fvisibility=hidden])
  CERTNAMED_TRY_FLAG([HARDENING_CFLAGS], [-fstack-protector-strong])
  CERTNAMED_TRY_FLAG([HARDENING_CFLAGS], [-fstack-clash-protection])
  CERTNAMED_TRY_FLAG([HARDENING_CFLAGS], [-fcf-protection=full])
  AS_CASE([" $CFLAGS "], [*" -O0 "*], [], [
    CERTNAMED_TRY_FLAG([HARDENING_CFLAGS], [-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3])
    AS_CASE(["$HARDENING_CFLAGS"], [*FORTIFY*], [],
      [CERTNAMED_TRY_FLAG([HARDENING_CFLAGS], [-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2])])
  ])
  CERTNAMED_TRY_FLAG([HARDENING_LDFLAGS], [-Wl,-z,relro])
  CERTNAMED_TRY_FLAG([HARDENING_LDFLAGS], [-Wl,-z,now])
  CERTNAMED_TRY_FLAG([HARDENING_LDFLAGS], [-Wl,-z,noexecstack])
  CERTNAMED_TRY_FLAG([HARDENING_LDFLAGS], [-Wl,--as-needed])
  PIE_CFLAGS=
  PIE_LDFLAGS=
  CERTNAMED_TRY_FLAG([PIE_CFLAGS], [-fPIE])
  CERTNAMED_TRY_FLAG([PIE_LDFLAGS], [-pie])
  AC_SUBST([HARDENING_CFLAGS])
  AC_SUBST([HARDENING_LDFLAGS])
  AC_SUBST([PIE_CFLAGS])
  AC_SUBST([PIE_LDFLAGS])
])

# CERTNAMED_WARNINGS(STRICT): finds the warnings for the project's sources. Generated sources are compiled without them.
AC_DEFUN([CERTNAMED_WARNINGS], [
  WARNING_CFLAGS=
  m4_foreach_w([flag], [-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wvla
                        -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef],
    [CERTNAMED_TRY_FLAG([WARNING_CFLAGS], flag)])
  AS_IF([test "$1" = yes], [WARNING_CFLAGS="$WARNING_CFLAGS -Werror"])
  AC_SUBST([WARNING_CFLAGS])
])

# CERTNAMED_SANITIZERS(ENABLED): builds with sanitizers, whose reports end the program so that a test notices them.
AC_DEFUN([CERTNAMED_SANITIZERS], [
  SANITIZER_CFLAGS=
  AS_IF([test "$1" = yes], [
    CERTNAMED_TRY_FLAG([SANITIZER_CFLAGS],
                       [-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer])
    AS_IF([test -z "$SANITIZER_CFLAGS"],
          [AC_MSG_ERROR([$CC has no ASan and UBSan run-time: install it (clang: libclang-rt) or use gcc])])
    HARDENING_CFLAGS=$(printf '%s' "$HARDENING_CFLAGS" | sed 's/-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=.//')
  ])
  AC_SUBST([SANITIZER_CFLAGS])
  AC_SUBST([CERTNAMED_SANITIZERS], [$1])
  AM_CONDITIONAL([SANITIZERS], [test "$1" = yes])
])

# CERTNAMED_AVX2: defines HAVE_AVX2 if the compiler can make AVX2 code and can ask at run time whether the processor has it.
AC_DEFUN([CERTNAMED_AVX2], [
  AC_CACHE_CHECK([whether $CC makes AVX2 code on request], [certnamed_cv_avx2], [
    certnamed_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -mavx2"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <immintrin.h>]],
        [[return __builtin_cpu_supports("avx2") ? _mm256_extract_epi8(_mm256_set1_epi8(1), 0) : 0;]])],
      [certnamed_cv_avx2=yes], [certnamed_cv_avx2=no])
    CFLAGS=$certnamed_saved_CFLAGS
  ])
  AS_IF([test "$certnamed_cv_avx2" = yes],
        [AC_DEFINE([HAVE_AVX2], [1], [Whether daemon/front/hash_avx2.c is compiled.])])
  AM_CONDITIONAL([HAVE_AVX2], [test "$certnamed_cv_avx2" = yes])
])

# CERTNAMED_FUZZERS(ENABLED): compiles everything for libFuzzer, and makes the fuzz targets programs of their own.
AC_DEFUN([CERTNAMED_FUZZERS], [
  AS_IF([test "$1" = yes], [
    certnamed_fuzzer=
    CERTNAMED_TRY_FLAG([certnamed_fuzzer], [-fsanitize=fuzzer-no-link])
    AS_IF([test -z "$certnamed_fuzzer"],
          [AC_MSG_ERROR([$CC has no libFuzzer: use clang and install its run-time (libclang-rt)])])
    SANITIZER_CFLAGS="$SANITIZER_CFLAGS $certnamed_fuzzer"
    FUZZER_LIBS=-fsanitize=fuzzer
  ])
  AC_SUBST([FUZZER_LIBS])
  AM_CONDITIONAL([FUZZERS], [test "$1" = yes])
])
