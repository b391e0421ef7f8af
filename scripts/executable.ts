import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";

/*
 * `npm run executable [-- --target win-x64 | linux-x64 | linux-arm64] [--node FILE] [--installed FOLDER] [--to FILE]`: Squall as one file
 * that needs nothing, by Node's single executable applications. It carries the package with what that depends on, and is Node itself.
 * Without `--installed` the package is packed and installed first. Node's binaries for other targets come from the npm registry, in this
 * Node's version; macOS's are not there: give one by `--node`, on a Mac, where it has to be signed anyway.
 */

const root = fileURLToPath(new URL("../", import.meta.url));
/** What Node's documentation injects with; it is wanted here only. */
const POSTJECT = "postject@1.0.0-alpha.6";
const MARK = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const own = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

const { values } = parseArgs({
  options: {
    target: { type: "string", default: own },
    node: { type: "string" },
    installed: { type: "string" },
    to: { type: "string" },
  },
});
const { target } = values;
const work = mkdtempSync(join(tmpdir(), "squall-executable-"));
try {
  const to = resolve(
    values.to ?? join(root, `dist/executables/squall-${target}${target.startsWith("win") ? ".exe" : ""}`),
  );
  mkdirSync(join(to, ".."), { recursive: true });
  const packed = archive(values.installed ?? installed());
  const build = createHash("sha256")
    .update(packed)
    .update(process.version)
    .update(target)
    .digest("hex")
    .slice(0, 16);
  const assets = { package: join(work, "package.br"), build: join(work, "build") };
  writeFileSync(assets.package, packed);
  writeFileSync(assets.build, build);
  const blob = join(work, "squall.blob");
  const settings = {
    main: join(root, "scripts/executable/unpacks.cjs"),
    output: blob,
    assets,
    disableExperimentalSEAWarning: true,
    // Code that was compiled here would not run on another processor.
    useCodeCache: false,
    useSnapshot: false,
  };
  writeFileSync(join(work, "settings.json"), JSON.stringify(settings));
  execFileSync(process.execPath, ["--experimental-sea-config", join(work, "settings.json")], {
    stdio: "inherit",
  });
  copyFileSync(values.node ?? nodeFor(target), to);
  const inMacos = target.startsWith("darwin") ? ["--macho-segment-name", "NODE_SEA"] : [];
  execFileSync(
    "npm",
    [
      "exec",
      "--yes",
      `--package=${POSTJECT}`,
      "--",
      "postject",
      to,
      "NODE_SEA_BLOB",
      blob,
      "--sentinel-fuse",
      MARK,
      ...inMacos,
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  console.log(`${to}: ${Math.round(statSync(to).size / 1e6)} MB, build ${build}.`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The package as `npm install` lays it in an empty folder. */
function installed(): string {
  const folder = join(work, "installed");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync("npm", [...args, "--no-audit", "--no-fund", "--silent"], {
      cwd,
      stdio: ["ignore", "ignore", "inherit"],
    });
  npm(root, "pack", "--pack-destination", work);
  npm(folder, "install", ...globSync("squall-*.tgz", { cwd: work }).map((file) => join(work, file)));
  return folder;
}

/** All files below a folder's `node_modules` as one: the length of an index, the index (path, start, size), the files' bytes; compressed. */
function archive(folder: string): Buffer {
  const files = globSync("node_modules/**", { cwd: folder, exclude: (path) => path.includes(".bin") })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
  let start = 0;
  const index: [path: string, start: number, size: number][] = [];
  const parts = files.map((path) => {
    const bytes = readFileSync(join(folder, path));
    index.push([path.replaceAll("\\", "/"), start, bytes.length]);
    start += bytes.length;
    return bytes;
  });
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  const whole = Buffer.concat([length, head, ...parts]);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 6,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: whole.length,
  };
  return brotliCompressSync(whole, { params });
}

/** Node's own file for a target, in this Node's version. */
function nodeFor(wanted: string): string {
  if (wanted === own) return process.execPath;
  if (wanted.startsWith("darwin"))
    throw new Error("Node for macOS is not in the npm registry: give its file by --node.");
  const name = `node-${wanted}`;
  execFileSync("npm", ["pack", "--silent", `${name}@${process.versions.node}`, "--pack-destination", work], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  execFileSync("tar", ["-xzf", join(work, `${name}-${process.versions.node}.tgz`), "-C", work]);
  return join(work, "package/bin", wanted.startsWith("win") ? "node.exe" : "node");
}
