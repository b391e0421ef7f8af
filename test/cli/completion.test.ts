import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { needs, type ToolName } from "../needs.ts";
import { Squall } from "./squall-command.ts";

/** Each shell is asked in its own way what may follow what has been typed. */
type Ask = (file: string, typed: string) => string[];

const words = (typed: string) => typed.split(" ");
const say = (shell: string, ...args: string[]) =>
  execFileSync(shell, args, { encoding: "utf8", timeout: 60_000 }).split("\n").filter(Boolean);
const quoted = (typed: string) =>
  words(typed)
    .map((word) => `'${word}'`)
    .join(" ");

const SHELLS: Readonly<Record<string, Ask>> = {
  bash: (file, typed) =>
    say(
      "bash",
      "--norc",
      "-c",
      `source '${file}'; complete -p squall > /dev/null || exit 1; COMP_WORDS=(${quoted(typed)}); COMP_CWORD=${words(typed).length - 1}; _squall; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ),
  // What zsh's own functions would be given: they want a terminal.
  zsh: (file, typed) =>
    say(
      "zsh",
      "-fc",
      `autoload -Uz compinit; compinit -u -D; source '${file}'; [[ $_comps[squall] == _squall ]] || exit 1
       _describe() { local one; for one in "\${(@P)2}"; do [[ $one == $PREFIX* ]] && print -r -- "\${one%%:*}"; done }
       compadd() { shift; print -rl -- "$@"; }
       _files() { :; }
       words=(${quoted(typed)}); CURRENT=${words(typed).length}; PREFIX="$words[-1]"; _squall; true`,
    ),
  fish: (file, typed) =>
    say("fish", "--no-config", "-c", `source '${file}'; complete -C '${typed}'`).map(
      (line) => line.split("\t")[0]!,
    ),
};

async function completionOf(t: TestContext, shell: string): Promise<string> {
  const squall = new Squall(t);
  const { stdout, stderr } = await squall.run("completion", shell);
  assert.equal(stderr, "");
  const file = join(squall.folder, `completion.${shell}`);
  writeFileSync(file, stdout);
  return file;
}

for (const [shell, ask] of Object.entries(SHELLS))
  test(
    `${shell} completes commands, what is below them, options and their values`,
    needs(shell as ToolName),
    async (t) => {
      const file = await completionOf(t, shell);
      const has = (typed: string, ...wanted: string[]) => {
        const found = ask(file, typed);
        for (const word of wanted) assert.ok(found.includes(word), `${typed}: ${word} in ${found.join(" ")}`);
        return found;
      };
      assert.deepEqual(has("squall sta", "start", "state", "status").sort(), ["start", "state", "status"]);
      assert.deepEqual(has("squall faults re"), ["remove"]);
      has("squall faults add lat", "latency");
      has("squall faults add --op", "--operation");
      has("squall start --d", "--data-dir", "--dns", "--durability");
      has("squall start --iam ", "audit", "enforce", "off");
      has("squall help dyn", "dynamodb");
      has("squall faults --url http://127.0.0.1:1 a", "add");
      // Behind -- stands a command of one's own.
      assert.deepEqual(
        ask(file, "squall run -- sta").filter((word) => word.startsWith("start")),
        [],
      );
    },
  );

test("PowerShell's completion knows every command and its options", async (t) => {
  const squall = new Squall(t);
  const { stdout } = await squall.run("completion", "powershell");
  assert.match(stdout, /^Register-ArgumentCompleter -Native -CommandName squall -ScriptBlock \{$/m);
  assert.match(stdout, /^ {4}'squall faults' = @\('list', 'add', 'remove', 'clear'\)$/m);
  assert.match(stdout, /^ {4}'squall start --iam' = @\('enforce', 'audit', 'off'\)$/m);
});

test("a shell that is not known is refused with those that are", async (t) => {
  const { code, output } = await new Squall(t).run("completion", "tcsh");
  assert.deepEqual(
    [code, output],
    [1, 'squall: There is completion for bash, zsh, fish, powershell, not for "tcsh".\n'],
  );
});
