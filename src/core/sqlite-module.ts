import { lazily } from "./lazily.ts";

/** `node:sqlite`, which a start without a data directory has no use for. */
export const sqlite = lazily<typeof import("node:sqlite")>("node:sqlite");
