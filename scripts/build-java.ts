/** Compiles the Java bootstrap of Lambda functions into `runtimes/java/classes`, which the package ships. */
import { rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compileJava } from "../src/services/lambda/execution/java.ts";

const classes = fileURLToPath(new URL("../runtimes/java/classes", import.meta.url));

const part = `${classes}.part`;

await rm(part, { recursive: true, force: true });
try {
  await compileJava("javac", part);
  // Whoever runs a function meanwhile finds the old classes or the new ones.
  await rm(classes, { recursive: true, force: true });
  await rename(part, classes);
  console.log(`The Java bootstrap is in ${classes}.`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  console.warn("There is no javac here: Java functions will need one where they run.");
}
