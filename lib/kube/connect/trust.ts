/** Whether a server is vouched for by the authority that was named, and not by one of this machine's own alone. */

import type { Clock } from "../../time/mod.ts";
import { ConnectionError } from "../errors.ts";
import { toApiError } from "../answer.ts";

/** How long a server that was found well is believed to be the same, in milliseconds. */
const BELIEVED_FOR = 300_000;

/** How long finding out may take, in milliseconds. */
const PATIENCE = 15_000;

/**
 * Deno's `fetch` *adds* an authority to the roots that it trusts anyway. kubectl and client-go trust it in their place: else
 * whoever has, or gets, a certificate of any of those for the server's name reads the token. So, before anything is sent, a
 * handshake without the named authority must fail. Where it does not, because the roots vouch for the server as well, the
 * chain of its certificates is checked against the named authority alone.
 *
 * Checked again after five minutes, and after each failure of a connection. It is another connection that is checked than the
 * one that the request goes over: `docs/decisions/0012-trust.md` says what that leaves open, and how to close it.
 */
export class Trust {
  readonly #server: URL;
  readonly #clock: Clock;
  #authority: string;
  #believedUntil = -Infinity;
  #checking: Promise<void> | undefined;

  /** @param server The server. @param authority Its authority, as PEM. @param clock The time. */
  constructor(server: string, authority: string, clock: Clock) {
    this.#server = new URL(server);
    this.#authority = authority;
    this.#clock = clock;
  }

  /**
   * Nothing when the server is believed, else a promise of its having been found well.
   *
   * @throws {ConnectionError} If it is not vouched for, or cannot be reached.
   */
  check(): Promise<void> | undefined {
    if (this.#clock.monotonic() < this.#believedUntil) return undefined;
    return this.#checking ??= this.#check(this.#authority).finally(() => this.#checking = undefined);
  }

  /** From now on, another authority vouches for it. */
  rely(authority: string): void {
    this.#authority = authority;
    this.doubt();
  }

  /** A connection has failed: whoever answers next may be another. */
  doubt(): void {
    this.#believedUntil = -Infinity;
  }

  async #check(authority: string): Promise<void> {
    if (await isTrustedAnyway(this.#server, this.#clock)) {
      const { checkChain } = await import("./chain.ts");
      await checkChain(this.#server, authority, PATIENCE);
    }
    if (authority === this.#authority) this.#believedUntil = this.#clock.monotonic() + BELIEVED_FOR;
  }
}

/** Whether this machine's own roots vouch for a server. Sends no credentials. */
async function isTrustedAnyway(server: URL, clock: Clock): Promise<boolean> {
  using client = Deno.createHttpClient({ http2: false, poolMaxIdlePerHost: 0 });
  const controller = new AbortController();
  const timer = clock.timer(PATIENCE, () =>
    controller.abort(
      new ConnectionError(`the API server cannot be reached (no handshake within ${PATIENCE / 1_000} s)`, {
        failure: "unreachable",
      }),
    ));
  try {
    const init = { method: "HEAD", redirect: "manual", signal: controller.signal, client } as const;
    await (await fetch(new URL("/", server), init as RequestInit)).body?.cancel();
    return true;
  } catch (thrown) {
    const error = toApiError(thrown);
    if (!(error instanceof ConnectionError)) throw error;
    // A server may want a certificate of the client's, and end what has none: it has proved itself by then.
    if (error.failure === "broken") return true;
    // For whatever reason: the request itself is judged by all of them, and fails if there is another.
    if (error.failure === "untrusted") return false;
    throw error;
  } finally {
    timer.cancel();
  }
}
