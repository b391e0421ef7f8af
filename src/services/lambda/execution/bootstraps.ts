import { fileURLToPath } from "node:url";

/** Our bootstraps, beside `src` and `dist`. */
export const BOOTSTRAPS = fileURLToPath(new URL("../../../../runtimes/", import.meta.url));

/** The runtime is not on this machine; the message says what to install. */
export class RuntimeMissing extends Error {}
