#!/usr/bin/env bash
# Runs a command under one fault after the other, and tells in the job's summary what it does not survive.
set -euo pipefail
# shellcheck source=words.sh
source "$(dirname "${BASH_SOURCE[0]}")/words.sh"
squall=() args=() command=()
words squall "$SQUALL"
words args "$ARGS"
command_of command "$RUN"
if [ "${#command[@]}" -eq 0 ]; then
  echo "::error::Say what to run: \`with: { command: explore, run: npm test }\`."
  exit 1
fi

summary="$RUNNER_TEMP/squall-explore.md"
junit="$RUNNER_TEMP/squall-explore.xml"
echo "junit=$junit" >>"$GITHUB_OUTPUT"
code=0
"${squall[@]}" explore "${args[@]}" --report "md=$summary,junit=$junit" -- "${command[@]}" || code=$?
# One that cannot even begin has nothing to tell but what it has written.
[ ! -f "$summary" ] || cat "$summary" >>"$GITHUB_STEP_SUMMARY"
exit "$code"
