import type { FisAction } from "../action.ts";
import { instances } from "./instances.ts";
import { networks } from "./networks.ts";

/**
 * Actions of AWS that do not act here: they are listed, templates with them are checked as AWS checks them, and they fail by name
 * when their turn comes. One that acts is a file in `actions/`.
 * https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export const CATALOGUED: readonly FisAction[] = [...instances, ...networks];
