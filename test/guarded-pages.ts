/*
 * Preloaded, it has each block of a page between margins that nobody may write to, and what was let go kept from use for a while, to
 * see that nobody writes there either. Who does ends the process, and says who had the block.
 */

import { registerHooks } from "node:module";

const blocks = new URL("../src/core/pages/blocks.ts", import.meta.url).href;
const guarded = new URL("guarded-blocks.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return found.url === blocks && context.parentURL !== guarded ? { ...found, url: guarded } : found;
  },
});
