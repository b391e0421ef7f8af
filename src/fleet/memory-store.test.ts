import { behavesAsAStore } from "./behaviour.fixture.test.ts";
import { MemoryStore } from "./memory-store.ts";

behavesAsAStore("in memory", async () => {
  const store = new MemoryStore(() => performance.now());
  return [store, store];
});
