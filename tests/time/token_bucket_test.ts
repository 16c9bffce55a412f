import { assertEquals } from "@std/assert";
import { TokenBucket } from "../../lib/time/mod.ts";

/** How many are let through of ten that ask at once. */
function admitted(bucket: TokenBucket, now: number): number {
  return Array.from({ length: 10 }, () => bucket.take(now)).filter((taken) => taken).length;
}

Deno.test("as many may come at once as the bucket holds, and one more each time that it refills", () => {
  const bucket = new TokenBucket({ burst: 5, refill: 200 });
  assertEquals(admitted(bucket, 1_000), 5);
  assertEquals([bucket.take(1_199), bucket.take(1_200), bucket.take(1_200)], [false, true, false]);
  assertEquals(admitted(bucket, 1_600), 2);
});

Deno.test("a bucket holds no more than it can, however long nobody comes", () => {
  const bucket = new TokenBucket({ burst: 5, refill: 200 });
  assertEquals([admitted(bucket, 0), admitted(bucket, 1e9)], [5, 5]);
});

Deno.test("whoever is refused costs nothing", () => {
  const bucket = new TokenBucket({ burst: 1, refill: 200 });
  assertEquals([0, 50, 100, 150, 200].map((now) => bucket.take(now)), [true, false, false, false, true]);
});
