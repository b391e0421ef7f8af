import { parentPort, workerData } from "node:worker_threads";
import { sure } from "../sure.ts";
import { compact } from "./compaction.ts";
import { DataFiles } from "./data-files.ts";

/** What is to be compacted. */
export interface CompactionOrder {
  readonly folder: string;
  /** Of the process that wants it. */
  readonly mark: string;
  readonly snapshot: number;
  readonly until: number;
}

const { folder, mark, snapshot, until } = workerData as CompactionOrder;
sure(parentPort).postMessage(compact(new DataFiles(folder, mark), snapshot, until));
