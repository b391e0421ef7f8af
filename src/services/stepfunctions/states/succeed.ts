import type { Exit, Visit } from "../run/visit.ts";

/** https://states-language.net/#succeed-state */
export const succeed = (visit: Visit): Exit | Promise<Exit> =>
  visit.exitWithInput(visit.isJsonata ? visit.input : visit.afterInputPath());
