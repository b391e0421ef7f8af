import { asking } from "../asking.ts";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => {
  const ask = asking<{ repositories?: object[] }>(options, "ecr", "AmazonEC2ContainerRegistry_V20150921");
  const acknowledged = new Acknowledged("ecr");
  return [
    {
      name: "ecr",
      setup: async () => {},
      write: async (n) => {
        await ask("CreateRepository", { repositoryName: `crash/${n}` });
        acknowledged.add(`crash/${n}`);
      },
      verify: () =>
        acknowledged.verify(
          async (name) =>
            (await ask("DescribeRepositories", { repositoryNames: [name] })).repositories?.length === 1,
          (repositoryName) => ask("DeleteRepository", { repositoryName }),
        ),
    },
  ];
};
