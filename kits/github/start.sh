#!/usr/bin/env bash
# Starts a squall that outlives the step, and leads AWS clients of the steps that follow to it.
set -euo pipefail
# shellcheck source=words.sh
source "$(dirname "${BASH_SOURCE[0]}")/words.sh"
squall=() args=()
log="$RUNNER_TEMP/squall.log"
words squall "$SQUALL"
words args "$ARGS"

# A group of its own: npx and what it has started end together.
set -m
nohup "${squall[@]}" start --port 0 "${args[@]}" >"$log" 2>&1 </dev/null &
pid=$!
set +m
echo "$pid" >"$RUNNER_TEMP/squall.pid"
for _ in $(seq 600); do
  if grep -q '^Ready\.' "$log"; then
    url=$(sed -n 's/.*listens on \([^,]*\),.*/\1/p' "$log" | head -1)
    break
  fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.1
done
if [ -z "${url:-}" ]; then
  cat "$log"
  echo "::error::Squall does not start. Is it one of the packages that the project in $PWD has installed?"
  kill -- "-$pid" 2>/dev/null || true
  exit 1
fi

region=${AWS_REGION:-us-east-1}
cat >>"$GITHUB_ENV" <<ENV
SQUALL_URL=$url
AWS_ENDPOINT_URL=$url
AWS_ACCESS_KEY_ID=test
AWS_SECRET_ACCESS_KEY=test
AWS_REGION=$region
AWS_DEFAULT_REGION=$region
AWS_EC2_METADATA_DISABLED=true
ENV
echo "url=$url" >>"$GITHUB_OUTPUT"
echo "Squall listens on $url."
