/** One test of a runner, by itself. */
export interface OneTest {
  /** As the runner names it: `tests/test_order.py::test_order`. */
  readonly name: string;
  /** What runs it and no other. */
  readonly command: readonly string[];
}

/** A test runner that can say which tests there are, and run one of them. */
export interface Runner {
  readonly name: string;
  /** Does a command start this runner? `words` are the command's, without npx, npm and the like. */
  fits(words: readonly string[]): boolean;
  /** The command that says which tests there are. `words`: what starts the runner itself, where a script does. */
  listing(command: readonly string[], words: readonly string[]): readonly string[];
  /** Does the listing run the tests, so that it needs a cloud? */
  readonly listsByRunning?: true;
  /** The tests of a listing, by what it wrote. */
  tests(output: string, cwd: string): readonly { readonly name: string; readonly args: readonly string[] }[];
}

/** The last part of a path: `/usr/bin/pytest` is pytest. */
export const programOf = (word = ""): string => word.slice(word.lastIndexOf("/") + 1);

/** Further arguments for a runner: behind `--` where npm starts it. */
export function withArguments(command: readonly string[], ...args: readonly string[]): readonly string[] {
  const dashes = programOf(command[0]) === "npm" && !command.includes("--") ? ["--"] : [];
  return [...command, ...dashes, ...args];
}

/** A text as a regular expression that means it and nothing else. */
export const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
