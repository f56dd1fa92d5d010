#!/usr/bin/env bash
# Usage: eng/libstdcxx-shim.sh FOLDER
# Lets libLibTorchSharp.so, which is built with GCC 13, load on a Linux whose libstdc++ is older. It needs the symbol version GLIBCXX_3.4.32 by name
# alone: the one symbol of it, std::ios_base_library_init, marks a version and does nothing. This makes FOLDER/libstdc++.so.6, which defines the
# versions of the system's library and that one, and takes all else from the system's. Nothing is made where the system's is new enough.
# Use it with LD_LIBRARY_PATH=FOLDER.
set -euo pipefail
folder=$1
rm -rf "$folder"
for command in gcc objdump; do
    command -v "$command" >/dev/null || { echo "The libstdc++ shim is not made: $command is missing." >&2; exit 0; }
done
system=$(readlink -f "$(gcc -print-file-name=libstdc++.so.6)")
[ -f "$system" ] || { echo "The libstdc++ shim is not made: gcc knows no libstdc++.so.6." >&2; exit 0; }
versions=$(objdump -p "$system" | sed -nE '/^Version definitions/,/^$/s/.* (GLIBCXX_[0-9.]+|CXXABI_[A-Z0-9._]+)$/\1/p')
if grep -qx GLIBCXX_3.4.32 <<<"$versions"; then
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    for version in $versions GLIBCXX_3.4.31; do
        echo "$version { };"
    done
    echo 'GLIBCXX_3.4.32 { global: _ZSt21ios_base_library_initv; local: *; };'
} >"$work/versions.map"
echo 'void _ZSt21ios_base_library_initv(void) {}' >"$work/init.c"
# Linking against a stub whose soname is the system file's full path makes the shim ask for that file, and not for itself by the common name.
gcc -shared -x c /dev/null -o "$work/system.so" "-Wl,-soname,$system"
mkdir -p "$folder"
gcc -shared "$work/init.c" -o "$folder/libstdc++.so.6" -Wl,-soname,libstdc++.so.6 "-Wl,--version-script=$work/versions.map" \
    -Wl,--no-as-needed "$work/system.so"
