/** Compiles the Java bootstrap of Lambda functions into `runtimes/java/classes`, which the package ships. */
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compileJava } from "../src/services/lambda/execution/java.ts";

const classes = fileURLToPath(new URL("../runtimes/java/classes", import.meta.url));

await rm(classes, { recursive: true, force: true });
await compileJava("javac", classes);
console.log(`Java bootstrap: ${classes}`);
