import { defineCollection } from "./storage.ts";

/** What the tests of the engines keep. */
export interface Fruit {
  readonly name: string;
  readonly weight: number;
  readonly colour?: string;
}

export const fruits = defineCollection<Fruit>({
  name: "fruits",
  indexes: {
    byColour: (fruit) => (fruit.colour === undefined ? undefined : [fruit.colour]),
    byWeight: (fruit) => [fruit.weight],
  },
});
