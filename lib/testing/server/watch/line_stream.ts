/** A stream of lines that are pushed: those that gather while nobody reads come as one chunk, as from a network. */

const encoder = new TextEncoder();

/** Lines on their way to one reader. */
export class LineStream {
  /** What the reader reads. */
  readonly readable: ReadableStream<Uint8Array>;
  readonly #onEnd: () => void;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #lines: string[] = [];
  #wanted = false;
  #frozen = false;
  #closing = false;
  #ended = false;

  /** @param onEnd Called once, when the stream is over, whoever ended it. */
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

  /** Ends it in order, once what was pushed has been read. */
  close(): void {
    this.#closing = true;
    this.#flush();
  }

  /** Ends it with an error, and loses what has not been read. */
  fail(reason: unknown): void {
    if (this.#ended) return;
    this.#end();
    this.#controller.error(reason);
  }

  /** Holds back lines, or gives them out again. The reader cannot tell a frozen stream from a quiet one. */
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
