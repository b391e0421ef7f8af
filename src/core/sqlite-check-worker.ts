import { parentPort, workerData } from "node:worker_threads";
import { checkForeignDatabase } from "./sqlite-format.ts";
import { sure } from "./sure.ts";

/** The other side of `sqlite-check.ts`: one file, one answer. */
let complaint: string | undefined;
try {
  checkForeignDatabase(workerData as string);
} catch (error) {
  complaint = (error as Error).message;
}
sure(parentPort).postMessage(complaint);
