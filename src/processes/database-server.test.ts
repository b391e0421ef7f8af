import { test } from "node:test";
import { needs } from "../../test/needs.ts";
import { databaseFolder } from "./database-user.ts";
import { mysql } from "./mysql/programs.ts";
import { postgres } from "./postgres/programs.ts";

for (const [tool, programs] of [
  ["postgres", postgres],
  ["mariadb", mysql("mariadb")],
] as const)
  test(`a copy on ${tool} follows a server that is away, when that is back`, needs(tool), async () => {
    const folder = databaseFolder("servers");
    const make = (name: string) =>
      programs.server({ folder: `${folder}/${name}`, adminPassword: "of-the-house", say: () => {} });
    const [source, copy] = [make("source"), make("copy")];
    try {
      await source.create({ masterUsername: "app", masterPassword: "correct-horse" });
      await source.start({}, false);
      await copy.copy(source);
      await copy.start({}, false);
      await source.stop();
      await copy.follow(source);
      await source.start({}, false);
      await source.setPassword("app", "another-one");
      await source.whenCaughtUp(copy);
    } finally {
      for (const server of [source, copy]) await server.remove();
    }
  });
