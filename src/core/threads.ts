import { lazily } from "./lazily.ts";

/** `node:worker_threads`, which is wanted when something takes long. */
export const threads = lazily<typeof import("node:worker_threads")>("node:worker_threads");
