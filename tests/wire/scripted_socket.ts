/** A socket in memory, whose other side is a test. */

import type { Socket } from "../../lib/wire/mod.ts";

/** The end of what the other side says, or the error that breaks the connection. */
type Piece = Uint8Array | null | Error;

/** Both ends of a connection: what a test says is what the client reads. Each piece that is said is read by itself. */
export class ScriptedSocket implements Socket {
  /** What the client has written. */
  sent = "";
  /** How often it has. */
  writes = 0;
  /** How often it has read. */
  reads = 0;
  isClosed = false;
  isRef = true;
  /** Called after each write. */
  onWrite: (() => void) | undefined;
  #said: Piece[] = [];
  #reading: { into: Uint8Array; resolve: (count: number | null) => void; reject: (error: unknown) => void } | undefined;
  #failWrite: ((error: Error) => void) | undefined;
  #holdsWrites = false;

  /** Says something: a text in Latin-1, or bytes. */
  say(...pieces: (string | Uint8Array)[]): this {
    this.#said.push(...pieces.map((piece) => typeof piece === "string" ? latin1(piece) : piece));
    this.#serve();
    return this;
  }

  /** Closes the other side in order. */
  hangUp(): this {
    this.#said.push(null);
    this.#serve();
    return this;
  }

  /** Breaks what the client reads. */
  break(error: Error): this {
    this.#said.push(error);
    this.#serve();
    return this;
  }

  /** From now on, writes are stuck. */
  holdWrites(): this {
    this.#holdsWrites = true;
    return this;
  }

  /** The write that is stuck fails. */
  failWrite(error: Error): void {
    this.#failWrite!(error);
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.isClosed) throw new Deno.errors.BadResource("Bad resource ID");
    this.writes++;
    if (this.#holdsWrites) {
      const { promise, reject } = Promise.withResolvers<never>();
      this.#failWrite = reject;
      return await promise;
    }
    this.sent += shown(bytes);
    this.onWrite?.();
    return bytes.length;
  }

  read(into: Uint8Array): Promise<number | null> {
    this.reads++;
    if (this.isClosed) return Promise.reject(new Deno.errors.BadResource("Bad resource ID"));
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    this.#reading = { into, resolve, reject };
    this.#serve();
    return promise;
  }

  close(): void {
    if (this.isClosed) throw new Deno.errors.BadResource("Bad resource ID");
    this.isClosed = true;
    const error = new Deno.errors.Interrupted("operation canceled");
    this.#reading?.reject(error);
    this.#reading = undefined;
    this.#failWrite?.(error);
  }

  ref(): void {
    this.isRef = true;
  }

  unref(): void {
    this.isRef = false;
  }

  #serve(): void {
    if (!this.#reading || this.#said.length === 0) return;
    const { into, resolve, reject } = this.#reading;
    const piece = this.#said[0]!;
    this.#reading = undefined;
    if (piece === null) return resolve(null);
    if (piece instanceof Error) return reject(piece);
    const count = Math.min(piece.length, into.length);
    into.set(piece.subarray(0, count));
    if (count === piece.length) this.#said.shift();
    else this.#said[0] = piece.subarray(count);
    resolve(count);
  }
}

/** A text as bytes, one each. */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Bytes as a text, one character each. */
export function shown(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}
