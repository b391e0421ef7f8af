/** Chunks as one; a single one is not copied. */
export function joined<Bytes extends Uint8Array>(chunks: readonly Bytes[]): Bytes | Buffer {
  const [first, ...others] = chunks;
  return first && others.length === 0 ? first : Buffer.concat(chunks);
}

/** All bytes of a body, streamed or not; what came in one piece is not copied. */
export async function wholeBody(body: Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  const { buffer, byteOffset, byteLength } = body instanceof Uint8Array ? body : joined(await allOf(body));
  return Buffer.from(buffer, byteOffset, byteLength);
}

async function allOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}

/** What has come of a body, and what still comes. Who brings it hears when nobody wants the rest. */
export async function* followed(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* first;
    for (;;) {
      const { done, value } = await rest.next();
      if (done) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}
