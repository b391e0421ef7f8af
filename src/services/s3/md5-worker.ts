import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { sure } from "../../core/sure.ts";

/** Takes MD5s of bodies whose bytes lie in shared memory, block by block. */

export type Md5Work =
  | { readonly kind: "block"; readonly id: number; readonly block: SharedArrayBuffer; readonly size: number }
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "forget"; readonly id: number };

/** The next block has been read, or a digest in hexadecimal. */
export type Md5Answer = { readonly id: number } | { readonly id: number; readonly digest: string };

const hashes = new Map<number, Hash>();
// It is only ever run as a thread.
const port = sure(parentPort);

port.on("message", (work: Md5Work) => {
  const { id } = work;
  if (work.kind === "forget") {
    hashes.delete(id);
    return;
  }
  const hash = hashes.get(id) ?? createHash("md5");
  hashes.set(id, hash);
  if (work.kind === "block") {
    hash.update(new Uint8Array(work.block, 0, work.size));
    port.postMessage({ id } satisfies Md5Answer);
  } else {
    hashes.delete(id);
    port.postMessage({ id, digest: hash.digest("hex") } satisfies Md5Answer);
  }
});
