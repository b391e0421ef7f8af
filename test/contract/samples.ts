import type { MemberRef, ServiceModel, Shape } from "../../src/models/model.ts";

/** Makes values for shapes: the same seed, the same values. */
export class Samples {
  readonly #model: ServiceModel;
  #state: number;

  constructor(model: ServiceModel, seed: number) {
    this.#model = model;
    this.#state = seed >>> 0;
  }

  /**
   * A structure with every required member and some of the others. Left out: event streams, and S3's `Expires`, which
   * botocore takes for a timestamp although its model says that it is text.
   */
  structure(ref: MemberRef, depth = 0): Record<string, unknown> {
    const shape = this.#shape(ref);
    const entries = Object.entries(shape.members ?? {}).filter(
      ([, member]) => !this.#shape(member).eventstream && member.shape !== "Expires",
    );
    const chosen = shape.union
      ? entries
          .slice(0)
          .sort(() => this.#random() - 0.5)
          .slice(0, 1)
      : entries.filter(
          ([name, member]) => shape.required?.includes(name) || member.idempotencyToken || this.#wants(depth),
        );
    return Object.fromEntries(chosen.map(([name, member]) => [name, this.value(member, depth + 1)]));
  }

  value(ref: MemberRef, depth = 0): unknown {
    const shape = { ...this.#shape(ref), ...ref };
    if (shape.document) return { document: [1, "two", null, true] };
    switch (shape.type) {
      case "structure":
        return this.structure(ref, depth);
      case "list":
        return Array.from({ length: depth > 6 ? 1 : 1 + this.#below(2) }, () =>
          this.value(shape.member!, depth + 1),
        );
      case "map":
        return Object.fromEntries(
          Array.from({ length: 1 + this.#below(2) }, (_, index) => [
            shape.location === "headers" ? `name-${index}` : this.#key(shape.key!, index),
            this.value(
              shape.location === "headers" ? { ...shape.value!, location: "header" } : shape.value!,
              depth + 1,
            ),
          ]),
        );
      case "boolean":
        return this.#random() < 0.5;
      case "blob":
        return new Uint8Array(Array.from({ length: 1 + this.#below(8) }, () => this.#below(256)));
      case "timestamp":
        return new Date(1_500_000_000_000 + this.#below(100_000_000) * 1000);
      case "float":
      case "double":
        return this.#below(1000) + 0.5;
      case "long":
        return 5_000_000_000 + this.#below(1000);
      case "string":
      case "character":
        return this.#text(shape);
      default:
        return shape.location === "statusCode" ? 200 + this.#below(99) : this.#below(1000);
    }
  }

  #key(ref: MemberRef, index: number): string {
    const shape = this.#shape(ref);
    return shape.enum ? shape.enum[index % shape.enum.length]! : `${this.#text(shape)}${index}`;
  }

  #text(shape: Shape & Partial<MemberRef>): string {
    if (shape.enum && shape.enum.length > 0) return shape.enum[this.#below(shape.enum.length)]!;
    if (shape.hostLabel) return "host";
    if (shape.location === "header") return `header-${this.#below(1000)}`;
    if (shape.location === "uri") return ["plain", "a b+c", "arn:aws:x:::y/z", "ünï%20"][this.#below(4)]!;
    return ["plain", "a b", "<&>\"'", "ünï ✓ 😀", "a=b&c=d+%20", "line\nbreak\ttab"][this.#below(6)]!;
  }

  #shape(ref: MemberRef): Shape {
    return this.#model.shapes[ref.shape]!;
  }

  /** Fewer optional members the deeper: recursive shapes end. */
  #wants(depth: number): boolean {
    return this.#random() < ([0.9, 0.6, 0.4, 0.25, 0.15, 0.05][depth] ?? 0);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}
