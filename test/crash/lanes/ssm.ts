import assert from "node:assert/strict";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [parameters(bed)];

interface Answer {
  readonly Parameter: { readonly Value: string; readonly Version: number };
}

/** A parameter has its newest value, and what is secret can be read. By plain requests, as KMS's lane. */
function parameters({ options }: Bed): Lane {
  const acknowledged = new Acknowledged("ssm");
  const ask = async (operation: string, body: object): Promise<Answer> => {
    const scope = `${options.credentials.accessKeyId}/20260101/${options.region}/ssm/aws4_request`;
    const answer = await fetch(options.endpoint, {
      method: "POST",
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AmazonSSM.${operation}`,
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${operation}: ${text}`), { $fault: "client" });
    return (text ? JSON.parse(text) : {}) as Answer;
  };
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
