import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CannotRun } from "../program.ts";
import { jest } from "./jest.ts";
import { maven } from "./maven.ts";
import { nodeTest } from "./node-test.ts";
import { pytest } from "./pytest.ts";
import { type OneTest, programOf, type Runner, withArguments } from "./runner.ts";
import { vitest } from "./vitest.ts";

const RUNNERS: readonly Runner[] = [pytest, vitest, jest, nodeTest, maven];

/** What stands in a command for one test. */
const PLACE = "{test}";

/** Runs a listing to its end, and gives what it wrote. `needsCloud`: it runs the tests. */
export type RunListing = (command: readonly string[], needsCloud: boolean) => Promise<string>;

/**
 * Each test of a command as a command of its own: of a runner that is known, or by `list`, a shell command that prints one
 * name a line, for a command with `{test}` in it.
 * @throws CannotRun when it is not known how, or when there are no tests
 */
export async function testsOf(
  command: readonly string[],
  list: string | undefined,
  cwd: string,
  run: RunListing,
): Promise<OneTest[]> {
  const tests = list === undefined ? await ofRunner(command, cwd, run) : await byList(command, list, run);
  if (tests.length === 0) throw new CannotRun("--per-test finds no tests.");
  return tests;
}

async function byList(command: readonly string[], list: string, run: RunListing): Promise<OneTest[]> {
  if (!command.some((word) => word.includes(PLACE)))
    throw new CannotRun(
      `--per-test with a command that lists tests wants ${PLACE} in the command that runs one.`,
    );
  const names = (await run(["sh", "-c", list], false)).split("\n").map((line) => line.trim());
  return names
    .filter((name) => name !== "")
    .map((name) => ({ name, command: command.map((word) => word.replaceAll(PLACE, name)) }));
}

async function ofRunner(command: readonly string[], cwd: string, run: RunListing): Promise<OneTest[]> {
  const { words, isScript } = withoutStarters(command, cwd);
  const runner = RUNNERS.find((one) => one.fits(words));
  if (runner === undefined)
    throw new CannotRun(
      `--per-test knows ${RUNNERS.map(({ name }) => name).join(", ")}, and not ${words[0] || "this command"}. For others: --per-test "a command that lists tests" -- a command with ${PLACE} in it.`,
    );
  const listing = runner.listing(command, words);
  const output = listing.length === 0 ? "" : await run(listing, runner.listsByRunning ?? false);
  // What names files would run all that is in them, too.
  const bare = isScript ? command : command.filter((word, at) => at === 0 || !namesTests(word, cwd));
  return runner.tests(output, cwd).map(({ name, args }) => ({
    name,
    command: withArguments(bare, ...args),
  }));
}

const namesTests = (word: string, cwd: string): boolean =>
  !word.startsWith("-") && (word.includes("::") || (/[./]/.test(word) && existsSync(join(cwd, word))));

/** `npx vitest run` is Vitest, and so is `npm test` where the script says so. */
function withoutStarters(
  command: readonly string[],
  cwd: string,
): { words: readonly string[]; isScript: boolean } {
  const [program, ...rest] = command;
  switch (programOf(program)) {
    case "npx":
    case "bunx":
      return { words: rest.filter((word) => !word.startsWith("-")), isScript: false };
    case "npm":
    case "yarn":
    case "pnpm":
      return { words: scriptOf(rest, cwd), isScript: true };
    default:
      return { words: command, isScript: false };
  }
}

function scriptOf(args: readonly string[], cwd: string): readonly string[] {
  const words = args.filter((word) => !word.startsWith("-"));
  const name = words[0] === "run" ? words[1] : words[0] === "t" ? "test" : words[0];
  const file = join(cwd, "package.json");
  if (name === undefined || !existsSync(file)) return [];
  const { scripts = {} } = JSON.parse(readFileSync(file, "utf8")) as { scripts?: Record<string, string> };
  const script = Object.hasOwn(scripts, name) ? (scripts[name] ?? "") : "";
  // Variables before a program are not the program.
  return script.split(/\s+/).filter((_, at, all) => !all.slice(0, at + 1).every((one) => one.includes("=")));
}
