import { relative } from "node:path";
import { literally, programOf, type Runner, withArguments } from "./runner.ts";

const CASE = /<testcase\s([^>]*)>/g;

/** Node.js says which tests there are only by running them. https://nodejs.org/api/test.html */
export const nodeTest: Runner = {
  name: "node:test",
  fits: (words) => programOf(words[0]) === "node" && words.includes("--test"),
  listsByRunning: true,
  listing(command) {
    const reporter = ["--test-reporter=junit", "--test-reporter-destination=stdout"];
    const at = command.indexOf("--test") + 1;
    // Node.js takes its own arguments before any file.
    return at === 0
      ? withArguments(command, ...reporter)
      : [...command.slice(0, at), ...reporter, ...command.slice(at)];
  },
  tests(output, cwd) {
    const found = [...output.matchAll(CASE)].map(([, attributes = ""]) => ({
      title: attribute(attributes, "name"),
      file: attribute(attributes, "file"),
    }));
    return found
      .filter(({ title, file }) => title !== "" && file !== "")
      .map(({ title, file }) => ({
        name: `${relative(cwd, file)} > ${title}`,
        args: [`--test-name-pattern=/^(?:.* )?${literally(title)}$/`, relative(cwd, file)],
      }));
  },
};

function attribute(attributes: string, name: string): string {
  const [, value = ""] = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes) ?? [];
  return value
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
