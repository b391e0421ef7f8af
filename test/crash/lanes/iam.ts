import { CreateUserCommand, DeleteUserCommand, GetUserCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [users(new IAMClient(options))];

function users(iam: IAMClient): Lane {
  const acknowledged = new Acknowledged("iam");
  return {
    name: "iam",
    setup: async () => {},
    write: async (n) => {
      const UserName = `user-${n}`;
      await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: "n", Value: String(n) }] }));
      acknowledged.add(UserName);
    },
    verify: () =>
      acknowledged.verify(
        async (UserName) => {
          const { User } = await iam.send(new GetUserCommand({ UserName }));
          return User?.Tags?.[0]?.Value === UserName.slice(5);
        },
        (UserName) => iam.send(new DeleteUserCommand({ UserName })),
      ),
  };
}
