import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { BOOTSTRAPS, RuntimeMissing } from "./bootstraps.ts";

let compiled: Promise<string> | undefined;

/**
 * The class path of the Java bootstrap. The package ships the classes; from a checkout they are compiled once a process.
 *
 * @param java the `java` executable, for the compiler beside it
 */
export async function javaClasses(java: string, scratch: string): Promise<string> {
  const shipped = join(BOOTSTRAPS, "java/classes");
  if (existsSync(join(shipped, "squall/lambda/Bootstrap.class"))) return shipped;
  // The cloud that had them compiled may be gone, and its scratch files with it.
  if (compiled && !existsSync(await compiled)) compiled = undefined;
  compiled ??= compile(java, join(scratch, "java-classes"));
  compiled.catch(() => {
    compiled = undefined;
  });
  return compiled;
}

async function compile(java: string, folder: string): Promise<string> {
  const beside = join(dirname(java), "javac");
  await compileJava(existsSync(beside) ? beside : "javac", folder).catch((error: Error) => {
    throw new RuntimeMissing(
      `The Java bootstrap is not compiled, and \`javac\` did not do it: ${error.message}`,
    );
  });
  return folder;
}

/** Compiles the bootstrap's sources for Java 8 and later into a folder. */
export async function compileJava(javac: string, folder: string): Promise<void> {
  const root = join(BOOTSTRAPS, "java/src");
  const names = await readdir(root, { recursive: true });
  const sources = names.filter((name) => name.endsWith(".java")).map((name) => join(root, name));
  await mkdir(folder, { recursive: true });
  await promisify(execFile)(javac, [
    "--release",
    "8",
    "-Xlint:-options",
    "-nowarn",
    "-d",
    folder,
    ...sources,
  ]);
}
