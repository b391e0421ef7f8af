import { programOf, type Runner, withArguments } from "./runner.ts";

/** https://docs.pytest.org/en/stable/how-to/usage.html */
export const pytest: Runner = {
  name: "pytest",
  fits: (words) =>
    /^(?:pytest|py\.test)$/.test(programOf(words[0])) ||
    (/^python[\d.]*$/.test(programOf(words[0])) && words[1] === "-m" && words[2] === "pytest"),
  // After all -q and -v of the command and of its settings.
  listing: (command) => withArguments(command, "--collect-only", "--verbosity=-1"),
  // One node id a line, and behind an empty line how many there are.
  tests: (output) =>
    output
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /^[^\s:]+\.py::\S/.test(line))
      .map((name) => ({ name, args: [name] })),
};
