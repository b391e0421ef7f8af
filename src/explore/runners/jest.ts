import { relative } from "node:path";
import { programOf, type Runner, withArguments } from "./runner.ts";

/** A file at a time: Jest does not say which tests are in it. https://jestjs.io/docs/cli#--listtests */
export const jest: Runner = {
  name: "Jest",
  fits: (words) => programOf(words[0]) === "jest",
  listing: (command) => withArguments(command, "--listTests"),
  tests: (output, cwd) =>
    output
      .split("\n")
      .filter((line) => line.startsWith("/"))
      .sort()
      .map((file) => ({ name: relative(cwd, file), args: ["--runTestsByPath", file] })),
};
