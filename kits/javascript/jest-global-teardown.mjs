export default async function teardown() {
  await globalThis[Symbol.for("squall.stop")]?.();
}
