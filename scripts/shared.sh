# What the scripts beside this one have in common: `source scripts/shared.sh`, from the repository's root.

die() { echo "scripts/${0##*/}: $*" >&2; exit 1; }

# Prints the comment at a script's top, for whoever called it in a way that it does not know.
usage() { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 2; }

# A port of the loopback that nobody listens on. Not by RANDOM: a subshell may draw what another has drawn.
free_port() {
    local port
    for _ in $(seq 100); do
        port=$(shuf -i 20000-39999 -n 1)
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    die "no free port"
}
