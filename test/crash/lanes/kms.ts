import assert from "node:assert/strict";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [keys(bed)];

interface Answer {
  readonly KeyMetadata: { readonly KeyId: string; readonly Description: string };
  readonly CiphertextBlob: string;
  readonly Plaintext: string;
}

/** A key opens afterwards what it closed before. By plain requests: KMS's SDK client is not among what Squall is developed with. */
function keys({ options }: Bed): Lane {
  const acknowledged = new Acknowledged("kms");
  const ask = async (operation: string, body: object): Promise<Answer> => {
    const scope = `${options.credentials.accessKeyId}/20260101/${options.region}/kms/aws4_request`;
    const answer = await fetch(options.endpoint, {
      method: "POST",
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `TrentService.${operation}`,
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${operation}: ${text}`), { $fault: "client" });
    return (text ? JSON.parse(text) : {}) as Answer;
  };
  return {
    name: "kms",
    setup: async () => {},
    write: async (n) => {
      const { KeyMetadata } = await ask("CreateKey", { Description: `key ${n}` });
      const { KeyId } = KeyMetadata;
      const Plaintext = Buffer.from(String(n)).toString("base64");
      const { CiphertextBlob } = await ask("Encrypt", { KeyId, Plaintext });
      acknowledged.add([KeyId, CiphertextBlob, Plaintext].join(" "));
    },
    verify: () =>
      acknowledged.verify(
        async (name) => {
          const [KeyId, CiphertextBlob, Plaintext] = name.split(" ");
          assert.equal((await ask("Decrypt", { KeyId, CiphertextBlob })).Plaintext, Plaintext);
          return true;
        },
        (name) => ask("ScheduleKeyDeletion", { KeyId: name.split(" ")[0], PendingWindowInDays: 7 }),
      ),
  };
}
