import type { LOOKING_ON as Name } from "../../src/core/looking-on.ts";

/** Who acts in the page's own looks at resources: they are no calls that anybody wants to see. */
export const LOOKING_ON: typeof Name = "<looking on>";
