import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { sure } from "../../../core/sure.ts";
import { ZipError } from "./archive.ts";
import { inspectZip, unpackZip } from "./unpack.ts";
import type { UnpackAnswer, UnpackJob } from "./unpacker.ts";

/** The thread of an Unpacker: takes one job after the other. */
const port = sure(parentPort); // It is only ever run as a thread.
port.on("message", async (job: UnpackJob) => {
  port.postMessage(await answer(job));
});

async function answer(job: UnpackJob): Promise<UnpackAnswer> {
  try {
    if (job.kind === "inspect") await inspectZip(job.zip, job.limitBytes);
    else for (const file of job.files) await unpackZip(await readFile(file), job.folder, job.limitBytes);
    return { id: job.id };
  } catch (error) {
    // Of an error that is sent between threads its own members are lost.
    if (error instanceof ZipError)
      return { id: job.id, zipError: { reason: error.reason, message: error.message } };
    return { id: job.id, error };
  }
}
