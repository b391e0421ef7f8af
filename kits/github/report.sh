#!/usr/bin/env bash
# Tells in the job's summary what SDKs made of the failures that they met, and ends what start.sh has started.
set -euo pipefail
# shellcheck source=words.sh
source "$(dirname "${BASH_SOURCE[0]}")/words.sh"
squall=()
words squall "$SQUALL"
code=0
told=$("${squall[@]}" retries ${ASSERT:+--assert "$ASSERT"} 2>&1) || code=$?
cat >>"$GITHUB_STEP_SUMMARY" <<SUMMARY
### Squall: what SDKs made of failures

\`\`\`
$told
\`\`\`
SUMMARY
echo "$told"
if [ -f "$RUNNER_TEMP/squall.pid" ]; then
  kill -- "-$(cat "$RUNNER_TEMP/squall.pid")" 2>/dev/null || true
  rm "$RUNNER_TEMP/squall.pid"
fi
exit "$code"
