import { lazily } from "./lazily.ts";

/** `node:zlib`, which is wanted when something is packed, unpacked or summed. */
export const zlib = lazily<typeof import("node:zlib")>("node:zlib");
