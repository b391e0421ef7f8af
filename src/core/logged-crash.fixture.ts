import { LoggedStorage } from "./logged.ts";
import { defineCollection, type Storage } from "./storage.ts";

/** What the test of kills writes: the number of each turn, twice. */
export function rowsIn(storage: Storage) {
  const store = storage.store("test", "1", "r");
  return {
    left: store.collection(defineCollection<number>({ name: "left" })),
    right: store.collection(defineCollection<number>({ name: "right" })),
    weight: store.collection(defineCollection<string>({ name: "weight", codec: "text" })),
  };
}

/** Writes turn after turn until it is killed, and says of each that it is kept. */
async function write(folder: string, from: number): Promise<never> {
  const storage = new LoggedStorage(folder, { leastCompactedBytes: 40_000 });
  const { left, right, weight } = rowsIn(storage);
  for (let turn = from + 1; ; turn++) {
    left.put([turn], turn);
    weight.put([turn % 10], "x".repeat(turn % 500));
    right.put([turn], turn);
    if (turn % 2 === 0) left.clear({ to: [turn - 100] });
    else for (const key of [...left.keys({ to: [turn - 100] })]) left.delete(key);
    right.clear({ to: [turn - 100] });
    await storage.flushed();
    process.stdout.write(`${turn}\n`);
  }
}

const [, script, folder, from] = process.argv;
if (script?.endsWith("logged-crash.fixture.ts")) await write(folder!, Number(from));
