import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../aws/catalog.ts";
import { defineResource } from "../aws/resource.ts";
import { MemoryStorage } from "../core/memory.ts";
import { defineCollection } from "../core/storage.ts";
import { Services } from "./services.ts";

const place = { account: "123456789012", region: "us-east-1" };
const shelves = defineCollection<{ readonly id: string }>({ name: "shelves" });
const shelf = defineResource<{ readonly id: string }>({
  arn: "arn:{partition}:library:{region}:{account}:shelf/{Id}",
  namedBy: {},
  fis: "aws:library:shelf",
  collection: shelves,
});

test("a resource is described once, and when somebody looks at what it is like", async () => {
  const storage = new MemoryStorage();
  const kept = storage.store("library", place.account, place.region).collection(shelves);
  for (const id of ["a", "b", "c"]) kept.put([id], { id });
  const described: string[] = [];
  const service = {
    name: "library",
    operations: {},
    describe: {
      shelf({ id }: { readonly id: string }) {
        described.push(id);
        return { Id: id };
      },
    },
  };
  const catalog = new Catalog([{ name: "library", resources: { shelf } }], storage);
  const services = new Services([{ name: "library", load: async () => () => service }], {
    catalog,
    storage,
    log: { named: () => {} },
    callFrom: () => {},
  } as never);
  const found = [...((await services.resources("aws:library:shelf", place)) ?? [])];
  assert.deepEqual(
    found.map(({ arn }) => arn.split("/")[1]),
    ["a", "b", "c"],
  );
  assert.deepEqual(described, []);
  const b = found.find(({ arn }) => arn.endsWith("/b"));
  assert.deepEqual([b?.attributes, b?.attributes], [{ Id: "b" }, { Id: "b" }]);
  assert.deepEqual(described, ["b"]);
});
