/** The shared part of the contract for operators on Deno: with `BENCH_CHURN=N`, N Runs of touched objects are measured. */

/** The annotation with the time at which the harness touched an object, in milliseconds since the epoch. */
export const SENT = "bench.staircase.dev/sent";

const wanted = Number(Deno.env.get("BENCH_CHURN") ?? 0);
const started = performance.timeOrigin;
const delays: number[] = [];

/** Call this at the end of a Run without a change, with the object's annotation. */
export function noteUnchanged(sent: string | undefined): void {
  // Annotations from before the start come from seeding, or from another operator's turn.
  if (wanted === 0 || !(Number(sent) >= started)) return;
  delays.push(performance.timeOrigin + performance.now() - Number(sent));
  if (delays.length !== wanted) return;
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.ceil(share * wanted) - 1]!.toFixed(3);
  // deno-lint-ignore no-console -- what the harness waits for
  console.log(`CHURNED ${at(0.5)} ${at(0.99)} ${at(1)}`);
}
