/** Chunks as one; a single one is not copied. */
export function joined<Bytes extends Uint8Array>(chunks: readonly Bytes[]): Bytes | Buffer {
  const [first, ...others] = chunks;
  return first && others.length === 0 ? first : Buffer.concat(chunks);
}
