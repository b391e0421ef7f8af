import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Server, serve } from "./tools.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** One of those that are measured beside one another. */
export interface Side extends AsyncDisposable {
  readonly name: string;
  /** @param options of `createCloud` */
  serve(options?: object): Promise<Server>;
}

/** What is here, committed or not, built as it is. */
export function here(): Side {
  build(ROOT);
  return { name: "now", serve: (options = {}) => serve("squall", JSON.stringify(options)), ...kept };
}

/** A server of `bench/servers` that knows nothing of AWS: the limit. */
export const bare = (script: string): Side => ({ name: "bare", serve: () => serve(script), ...kept });

const kept: AsyncDisposable = { [Symbol.asyncDispose]: async () => {} };

/** Another commit, built in a temporary clone that goes with the side. @param ref anything that Git knows a commit by */
export async function commit(ref: string): Promise<Side> {
  const id = commitOf(ref);
  const folder = await mkdtemp(join(await realpath(tmpdir()), "squall-bench-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    console.error(`building ${ref} (${id.slice(0, 10)}) …`);
    git("clone", "--quiet", "--shared", "--no-checkout", ROOT, folder);
    git("-C", folder, "checkout", "--quiet", "--detach", id);
    installModules(folder);
    build(folder);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    name: ref,
    serve: (options = {}) => serve("squall", JSON.stringify(options), folder),
    [Symbol.asyncDispose]: remove,
  };
}

/** @throws Error for what is no commit here: also in a shallow clone, which has no parents */
export function commitOf(ref: string): string {
  try {
    return git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`).trim();
  } catch {
    throw new Error(
      `${ref} is no commit here. (A shallow clone lacks the older ones: git fetch --unshallow.)`,
    );
  }
}

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** Those that are here, when the same are wanted. */
function installModules(folder: string): void {
  const lock = (root: string) => readFileSync(join(root, "package-lock.json"), "utf8");
  if (lock(folder) === lock(ROOT)) symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  else execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--silent"], { cwd: folder, stdio: "inherit" });
}

/** The code only: nobody reads types or examples here. Nothing, when what is there is as new as the source. */
function build(root: string): void {
  const dist = join(root, "dist/index.js");
  if (existsSync(dist) && statSync(dist).mtimeMs >= newestMs(root)) return;
  const script = existsSync(join(root, "scripts/bundle.ts"))
    ? ["--input-type=module", "-e", BUNDLE]
    : undefined;
  if (script) execFileSync(process.execPath, script, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  else
    execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

const newestMs = (root: string): number =>
  Math.max(
    ...globSync("src/**/*.{ts,json}", { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs),
  );

/** What `npm run build` does of a commit's code, by that commit's own bundler. */
const BUNDLE = `
import { cpSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
const { bundle } = await import(pathToFileURL(resolve("scripts/bundle.ts")).href);
await bundle(resolve("src"), resolve("dist"));
cpSync("src/models/generated", "dist/models/generated", { recursive: true, filter: (path) => !path.endsWith(".ts") });
`;
