import { globSync } from "node:fs";
import { basename } from "node:path";
import { programOf, type Runner } from "./runner.ts";

/** Names of classes that Surefire takes for tests. https://maven.apache.org/surefire/maven-surefire-plugin/test-mojo.html#includes */
const CLASSES = ["Test*.java", "*Test.java", "*Tests.java", "*TestCase.java"];

/** A class at a time. */
export const maven: Runner = {
  name: "Maven",
  fits: (words) => /^mvnw?$/.test(programOf(words[0])),
  listing: () => [],
  tests(_, cwd) {
    const files = CLASSES.flatMap((name) => globSync(`**/src/test/java/**/${name}`, { cwd }));
    const classes = [...new Set(files.map((file) => basename(file, ".java")))].sort();
    return classes.map((name) => ({
      name,
      args: [`-Dtest=${name}`, "-Dsurefire.failIfNoSpecifiedTests=false"],
    }));
  },
};
