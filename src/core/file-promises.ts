import { lazily } from "./lazily.ts";

/** `node:fs/promises`, which brings a megabyte with it: streams of the web, watchers, reading lines. */
export const files = lazily<typeof import("node:fs/promises")>("node:fs/promises");
