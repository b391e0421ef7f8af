import type { Store } from "../../../core/storage.ts";

/** What a server is started with of a parameter group. */
export const parametersOf = (_group: string, _store: Store): Readonly<Record<string, string>> => ({});
