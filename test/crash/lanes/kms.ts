import assert from "node:assert/strict";
import { asking } from "../asking.ts";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [keys(bed)];

interface Answer {
  readonly KeyMetadata: { readonly KeyId: string; readonly Description: string };
  readonly CiphertextBlob: string;
  readonly Plaintext: string;
}

/** A key opens afterwards what it closed before. */
function keys({ options }: Bed): Lane {
  const acknowledged = new Acknowledged("kms");
  const ask = asking<Answer>(options, "kms", "TrentService");
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
