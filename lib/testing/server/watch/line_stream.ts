/** A stream of pushed lines. Lines that gather before a read arrive as one chunk, as on a network. */

const encoder = new TextEncoder();

/** The stream of lines to one reader. */
export class LineStream {
  /** The stream to read. */
  readonly readable: ReadableStream<Uint8Array>;
  readonly #onEnd: () => void;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #lines: string[] = [];
  #wanted = false;
  #frozen = false;
  #closing = false;
  #ended = false;

  /** @param onEnd Called once when the stream ends, whoever ends it. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        this.#wanted = true;
        this.#flush();
      },
      cancel: () => this.#end(),
    }, { highWaterMark: 0 });
  }

  /** Adds a line. */
  push(line: string): void {
    if (this.#ended || this.#closing) return;
    this.#lines.push(line);
    this.#flush();
  }

  /** Ends it normally, after all lines have been read. */
  close(): void {
    this.#closing = true;
    this.#flush();
  }

  /** Ends it with an error, and drops lines that have not been read. */
  fail(reason: unknown): void {
    if (this.#ended) return;
    this.#end();
    this.#controller.error(reason);
  }

  /** Holds lines back, or delivers them again. The reader cannot tell a frozen stream from a silent one. */
  setFrozen(frozen: boolean): void {
    this.#frozen = frozen;
    this.#flush();
  }

  #flush(): void {
    if (this.#ended || this.#frozen) return;
    if (this.#lines.length > 0 && this.#wanted) {
      this.#wanted = false;
      const chunk = this.#lines.length === 1 ? this.#lines[0]! : this.#lines.join("");
      this.#lines = [];
      this.#controller.enqueue(encoder.encode(chunk));
    }
    if (this.#closing && this.#lines.length === 0) {
      this.#end();
      this.#controller.close();
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#lines = [];
    this.#onEnd();
  }
}
