import assert from "node:assert/strict";
import { asking } from "../asking.ts";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [parameters(bed)];

interface Answer {
  readonly Parameter: { readonly Value: string; readonly Version: number };
}

/** A parameter has its newest value, and what is secret can be read. */
function parameters({ options }: Bed): Lane {
  const acknowledged = new Acknowledged("ssm");
  const ask = asking<Answer>(options, "ssm", "AmazonSSM");
  return {
    name: "ssm",
    setup: async () => {},
    write: async (n) => {
      const Name = `/crash/p${n}`;
      const Type = n % 2 === 0 ? "String" : "SecureString";
      await ask("PutParameter", { Name, Type, Value: `value ${n}` });
      acknowledged.add(`${Name} value ${n}`);
    },
    verify: () =>
      acknowledged.verify(
        async (kept) => {
          const [Name = "", ...value] = kept.split(" ");
          const { Parameter } = await ask("GetParameter", { Name, WithDecryption: true });
          assert.equal(Parameter.Value, value.join(" "));
          return true;
        },
        (kept) => ask("DeleteParameter", { Name: kept.split(" ")[0] }),
      ),
  };
}
