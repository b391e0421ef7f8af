import { acting } from "./acting.ts";
import { Member, type MemberOptions } from "./member.ts";
import { tokenOf } from "./tokens.ts";
import { layingTogether, type Page, type Together } from "./workers/together.ts";

/** A gateway's part in a fleet, and what its admin API has to know of it: whose tokens count, and when a change is everybody's. */
export function join(options: MemberOptions, together?: Together) {
  const member = new Member(options);
  const fellows = {
    get areThere() {
      return member.snapshot.tokens.length > 0;
    },
    whose(shown: string) {
      const token = tokenOf(member.snapshot.tokens, shown);
      return token && { name: token.name, mayChange: token.role === "operator" };
    },
    acting: <T>(name: string, run: () => T): T => acting.run(name, run),
    settled: () => member.flushed(),
    /** What this gateway and others that share its port answer together; undefined where it answers by itself. */
    async together(page: Page, own: () => Promise<string>): Promise<string | undefined> {
      const lay = together === undefined ? undefined : layingTogether(page);
      return lay?.([await own(), ...((await together?.others(page)) ?? [])]);
    },
  };
  return { member, fellows };
}
