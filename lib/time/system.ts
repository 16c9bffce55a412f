/** The real clock: the one place in the module that reads the time and sets timers. */

import { checkDelay, type Clock, type Timer } from "./clock.ts";

/** The longest delay that `setTimeout` takes (2^31 - 1 ms, about 25 days); a longer one fires at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** `Deno.unrefTimer` takes whatever `setTimeout` returned: a number on older Denos, an object on newer ones. */
function unrefTimer(handle: ReturnType<typeof setTimeout>): void {
  Deno.unrefTimer(handle as unknown as number);
}

function systemTimer(delay: number, fire: () => void): Timer {
  checkDelay(delay);
  let handle: ReturnType<typeof setTimeout>;
  let holds = true;
  const arm = (left: number) => {
    handle = left > LONGEST_TIMEOUT
      ? setTimeout(() => arm(left - LONGEST_TIMEOUT), LONGEST_TIMEOUT)
      : setTimeout(fire, left);
    if (!holds) unrefTimer(handle);
  };
  arm(Math.max(0, delay));
  const unref = () => {
    holds = false;
    unrefTimer(handle);
  };
  return { cancel: () => clearTimeout(handle), unref };
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  timer: systemTimer,
};
