#!/usr/bin/env bash
# Prints how long sweeps take on one silo and on two, and what a trial costs beyond its training. Needs two free cores.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build -c Release --nologo -v q samples/ClusterSweep
program=$(echo "$PWD"/samples/ClusterSweep/bin/Release/net*/ClusterSweep.dll)
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

silo() { # NUMBER
    dotnet "$program" silo --trials-at-once 1 --data "$work/data$1" --port $((11110 + $1)) --gateway-port $((30000 + $1)) > "$work/silo$1" &
    until grep -q '^Silo on port' "$work/silo$1"; do kill -0 $!; sleep 0.2; done
}
sweep() { # TEXT OPTIONS...
    echo "$1: $(dotnet "$program" sweep --output "$work" "${@:2}" | tail -n 1)"
}
long=(--epochs 40 --rows 4000)
short=(--epochs 1 --rows 100)
one=(--gateway 127.0.0.1:30001)
two=("${one[@]}" --gateway 127.0.0.1:30002)

silo 1
sweep "one silo, first sweep" "${one[@]}" "${short[@]}"
for round in 1 2; do
    sweep "one silo, 24 long trials" "${one[@]}" "${long[@]}"
    for trials in 24 240; do
        sweep "one silo, $trials short trials" "${one[@]}" "${short[@]}" --trials "$trials"
        # On one core, as the silo's trials.
        DOTNET_PROCESSOR_COUNT=1 sweep "this process, $trials short trials" --local 1 "${short[@]}" --trials "$trials"
    done
done
silo 2
sweep "two silos, first sweep" "${two[@]}" "${short[@]}"
for round in 1 2; do
    sweep "two silos, 24 long trials" "${two[@]}" "${long[@]}"
done
