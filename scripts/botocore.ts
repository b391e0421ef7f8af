/**
 * The pinned botocore: the models that `src/models/generated/` is made from, and the judge of the contract tests.
 *
 * It is fetched by pip into `node_modules/.cache` when first asked for, beside whatever botocore the machine has: another
 * version is another AWS.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** docs/models.md says how it is moved. */
export const BOTOCORE_VERSION = "1.44.8";

const cache = fileURLToPath(new URL("../node_modules/.cache/squall/", import.meta.url));

/** The folder to put on PYTHONPATH; the models are in `botocore/data` below it. */
export function botocoreFolder(): string {
  const wanted = `botocore==${BOTOCORE_VERSION}`;
  return fetched(`botocore-${BOTOCORE_VERSION}`, (folder) => pip("install", "--target", folder, wanted));
}

/** The folder of botocore's source distribution, which has its tests: they hold the protocol vectors. */
export function botocoreSource(): string {
  const name = `botocore-${BOTOCORE_VERSION}`;
  const folder = fetched(`${name}-source`, (into) => {
    const source = ["--no-deps", "--no-binary", "botocore", "--dest", into];
    pip("download", ...source, `botocore==${BOTOCORE_VERSION}`);
    const packed = join(into, `${name}.tar.gz`);
    execFileSync("tar", ["xzf", packed, "-C", into, `${name}/tests/unit`], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    rmSync(packed);
  });
  return join(folder, name);
}

/** A folder of the cache. It appears whole or not at all, whoever else is fetching it. */
function fetched(name: string, fetchInto: (folder: string) => void): string {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, "fetching-"));
  try {
    fetchInto(scratch);
    if (!existsSync(folder)) renameSync(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return folder;
}

function pip(...command: string[]): void {
  const quiet = ["-m", "pip", "--quiet", "--disable-pip-version-check"];
  execFileSync("python3", [...quiet, ...command], { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
}
