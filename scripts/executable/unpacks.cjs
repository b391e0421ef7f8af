/*
 * What an executable of one file does: it lays what it carries in a folder of the user's cache, once for each build, and becomes Node there.
 * It is Node itself: with its mark turned off (https://nodejs.org/api/single-executable-applications.html) its copy is a plain one, which
 * functions, workers and hooks are started with, too. CommonJS, because the file that Node begins with there is.
 */
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const { homedir, constants } = require("node:os");
const { dirname, join } = require("node:path");
const sea = require("node:sea");
const { brotliDecompressSync } = require("node:zlib");

// In two pieces: the whole would be found in this very text.
const MARK = Buffer.from(["NODE_SEA", "_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1"].join(""));
const isWindows = process.platform === "win32";

const folder = join(cacheFolder(), "squall", sea.getAsset("build", "utf8"));
if (!fs.existsSync(folder)) unpack();
become([join(folder, "package/node_modules/squall/bin/squall.js"), ...process.argv.slice(2)]);

function cacheFolder() {
  const { SQUALL_CACHE_DIR, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SQUALL_CACHE_DIR) return SQUALL_CACHE_DIR;
  if (isWindows && LOCALAPPDATA) return LOCALAPPDATA;
  if (process.platform === "darwin") return join(homedir(), "Library/Caches");
  return XDG_CACHE_HOME || join(homedir(), ".cache");
}

function nodeIn(place) {
  return join(place, isWindows ? "node.exe" : "node");
}

/** All or nothing: who finds the folder finds it whole. */
function unpack() {
  const own = `${folder}.${process.pid}`;
  try {
    fs.mkdirSync(own, { recursive: true, mode: 0o700 });
    const bytes = brotliDecompressSync(Buffer.from(sea.getAsset("package")));
    const end = bytes.readUInt32BE(0) + 4;
    for (const [path, start, size] of JSON.parse(bytes.toString("utf8", 4, end))) {
      const file = join(own, "package", path);
      fs.mkdirSync(dirname(file), { recursive: true });
      const content = bytes.subarray(end + start, end + start + size);
      // What names its interpreter is a command.
      const mode = content.toString("latin1", 0, 2) === "#!" ? 0o755 : 0o644;
      fs.writeFileSync(file, content, { mode });
    }
    const node = fs.readFileSync(process.execPath);
    const at = node.indexOf(MARK);
    if (at < 0) throw new Error("this is no executable of one file");
    node[at + MARK.length - 1] = "0".charCodeAt(0);
    fs.writeFileSync(nodeIn(own), node, { mode: 0o755 });
    // A changed file has no valid signature any more, and Apple's processors start none without.
    if (process.platform === "darwin")
      require("node:child_process").execFileSync("codesign", ["--sign", "-", "--force", nodeIn(own)]);
    fs.renameSync(own, folder);
  } catch (error) {
    fs.rmSync(own, { recursive: true, force: true });
    // Another one of us was first.
    if (fs.existsSync(folder)) return;
    console.error(
      `squall: ${folder} cannot be written (${error.message}). SQUALL_CACHE_DIR names another place for it.`,
    );
    process.exit(1);
  }
}

/** Squall in this process's place; on Windows, which knows no such thing, below it. */
function become(args) {
  const node = nodeIn(folder);
  if (!isWindows) process.execve(node, [node, ...args], process.env);
  const child = spawn(node, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
