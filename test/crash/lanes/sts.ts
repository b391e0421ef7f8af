import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { ACCOUNT, type Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [
  sessions(new IAMClient(options), new STSClient(options), options),
];

/** Credentials that were handed out are known afterwards. */
function sessions(iam: IAMClient, sts: STSClient, options: { endpoint: string; region: string }): Lane {
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/crash`;
  const acknowledged = new Acknowledged("sts");
  return {
    name: "sts",
    setup: async () => {
      const AssumeRolePolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }],
      });
      await iam.send(new CreateRoleCommand({ RoleName: "crash", AssumeRolePolicyDocument }));
    },
    write: async (n) => {
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: `s-${n}` }));
      acknowledged.add(JSON.stringify([Credentials!.AccessKeyId, Credentials!.SecretAccessKey, n]));
    },
    verify: () =>
      acknowledged.verify(async (name) => {
        const [accessKeyId, secretAccessKey, n] = JSON.parse(name) as [string, string, number];
        const session = new STSClient({ ...options, credentials: { accessKeyId, secretAccessKey } });
        const { Arn } = await session.send(new GetCallerIdentityCommand({}));
        session.destroy();
        return Arn?.endsWith(`assumed-role/crash/s-${n}`);
      }),
  };
}
