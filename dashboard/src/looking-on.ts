import type { LOOKING_ON as Name } from "../../src/core/looking-on.ts";

/** Who acts in the page's own looks at resources: they are no calls that anybody wants to see. */
const LOOKING_ON: typeof Name = "<looking on>";

export const isLook = ({ site }: { readonly site: string }): boolean => site.startsWith(LOOKING_ON);
