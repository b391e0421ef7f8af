import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "ecr",
    type: "repository",
    create: async (call, repositoryName) => {
      const { repository } = await call("CreateRepository", { repositoryName });
      return String((repository as { repositoryArn: string }).repositoryArn);
    },
  },
];
