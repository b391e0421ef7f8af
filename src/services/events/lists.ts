import { parameterInvalid } from "./errors.ts";

/** As many as a list gives when nobody says how many. */
export const PAGE_SIZE = 100;

export const refuseToken = () => parameterInvalid("NextToken");
