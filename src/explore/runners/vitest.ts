import { relative } from "node:path";
import { literally, programOf, type Runner } from "./runner.ts";

/** https://vitest.dev/guide/cli.html#vitest-list */
export const vitest: Runner = {
  name: "Vitest",
  fits: (words) => programOf(words[0]) === "vitest",
  listing(command, words) {
    const own = command.some((word) => programOf(word) === "vitest")
      ? command
      : ["npm", "exec", "--no", "--", ...words];
    const at = own.findIndex((word) => programOf(word) === "vitest");
    const rest = own.slice(at + 1).filter((word) => word !== "run");
    return [...own.slice(0, at + 1), "list", ...rest, "--json"];
  },
  tests(output, cwd) {
    const found = JSON.parse(output.slice(output.indexOf("["))) as { name: string; file: string }[];
    return found.map(({ name, file }) => ({
      name: `${relative(cwd, file)} > ${name}`,
      args: [relative(cwd, file), "-t", `^${literally(name.replaceAll(" > ", " "))}$`],
    }));
  },
};
