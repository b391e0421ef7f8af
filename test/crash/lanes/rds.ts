import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

/** A parameter group that was made is there. */
export default ({ options }: Bed): Lane[] => {
  const acknowledged = new Acknowledged("rds");
  const { accessKeyId } = options.credentials;
  const scope = `${accessKeyId}/20261128/us-east-1/rds/aws4_request`;
  const call = async (input: Record<string, string>): Promise<string> => {
    const answer = await fetch(options.endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ Version: "2014-10-31", ...input }).toString(),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`);
    return text;
  };
  return [
    {
      name: "rds",
      setup: async () => {},
      write: async (n) => {
        await call({
          Action: "CreateDBParameterGroup",
          DBParameterGroupName: `group-${n}`,
          DBParameterGroupFamily: "postgres16",
          Description: "of the crash tests",
        });
        acknowledged.add(`group-${n}`);
      },
      verify: () =>
        acknowledged.verify(
          async (name) => {
            const found = await call({
              Action: "DescribeDBParameterGroups",
              DBParameterGroupName: name,
            });
            return found.includes(`<DBParameterGroupName>${name}</DBParameterGroupName>`);
          },
          (name) => call({ Action: "DeleteDBParameterGroup", DBParameterGroupName: name }),
        ),
    },
  ];
};
