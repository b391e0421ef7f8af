import type { ListCase } from "../lists.ts";

const page = { service: "ecr", size: "maxResults", token: "nextToken", next: "nextToken" } as const;

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "DescribeRepositories",
    items: "repositories",
    add: (call, repositoryName) => call("CreateRepository", { repositoryName }),
    remove: (call, repositoryName) => call("DeleteRepository", { repositoryName }),
    nameOf: ({ repositoryName }: { repositoryName: string }) => repositoryName,
  },
];
