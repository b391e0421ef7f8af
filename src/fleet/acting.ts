import { AsyncLocalStorage } from "node:async_hooks";

/** Who is changing something, for the journal: the name of the token that was shown. */
export const acting = new AsyncLocalStorage<string>();
