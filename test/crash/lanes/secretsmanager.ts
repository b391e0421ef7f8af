import assert from "node:assert/strict";
import { asking } from "../asking.ts";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [secrets(bed)];

interface Answer {
  readonly SecretString: string;
  readonly VersionStages: readonly string[];
}

/** A secret has the value that was put last, and that is the current one. */
function secrets({ options }: Bed): Lane {
  const acknowledged = new Acknowledged("secretsmanager");
  const ask = asking<Answer>(options, "secretsmanager", "secretsmanager");
  return {
    name: "secretsmanager",
    setup: async () => {},
    write: async (n) => {
      const Name = `secret-${n}`;
      const token = (version: number) => ({
        ClientRequestToken: `${String(n).padStart(16, "0")}-version-${version}-of-a-secret`,
      });
      await ask("CreateSecret", { Name, SecretString: `first ${n}`, ...token(1) });
      await ask("PutSecretValue", { SecretId: Name, SecretString: `second ${n}`, ...token(2) });
      acknowledged.add(String(n));
    },
    verify: () =>
      acknowledged.verify(
        async (n) => {
          const { SecretString, VersionStages } = await ask("GetSecretValue", { SecretId: `secret-${n}` });
          assert.deepEqual([SecretString, VersionStages], [`second ${n}`, ["AWSCURRENT"]]);
          return true;
        },
        (n) => ask("DeleteSecret", { SecretId: `secret-${n}`, ForceDeleteWithoutRecovery: true }),
      ),
  };
}
