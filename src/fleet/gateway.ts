import { acting } from "./acting.ts";
import { Member, type MemberOptions } from "./member.ts";
import { tokenOf } from "./tokens.ts";

/** A gateway's part in a fleet, and what its admin API has to know of it: whose tokens count, and when a change is everybody's. */
export function join(options: MemberOptions) {
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
  };
  return { member, fellows };
}
