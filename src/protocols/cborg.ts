import { lazily } from "../core/lazily.ts";

/** The CBOR codec, for those who speak it. */
export const cborg = lazily<typeof import("cborg")>("cborg");
