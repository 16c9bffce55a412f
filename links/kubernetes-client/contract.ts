/** The contract between callers that make requests and clients that perform them. */

/** The HTTP methods of an API server. */
export type HttpMethods = "GET" | "POST" | "DELETE" | "PUT" | "PATCH" | "OPTIONS" | "HEAD";

/** One request. The answer is bytes, unless another form is expected. */
export interface RequestOptions {
  /** The verb. */
  method: HttpMethods;
  /** The path on the server, from its root. */
  path: string;
  /** The parameters of the URL. */
  querystring?: URLSearchParams;
  /** Ends the request. */
  abortSignal?: AbortSignal;
  /** The media type of the body. */
  contentType?: string;
  /** The body, as bytes. */
  bodyRaw?: Uint8Array;
  /** The body, as JSON. */
  bodyJson?: JSONValue;
  /** The body, as a stream. */
  bodyStream?: ReadableStream<Uint8Array>;
  /** The requested media type. */
  accept?: string;
  /** Expects a tunnel that speaks one of these protocols. */
  expectTunnel?: string[];
  /** Expects a stream: of bytes or, with `expectJson`, of values that are lines of JSON. */
  expectStream?: boolean;
  /** Expects JSON. */
  expectJson?: boolean;
}

/** A connection with channels, as `exec` and `port-forward` use it. */
export interface KubernetesTunnel {
  /** The underlying protocol. */
  readonly transportProtocol: "SPDY" | "WebSocket" | "Opaque";
  /** The negotiated protocol. */
  readonly subProtocol: string;
  /** Opens a channel. */
  getChannel<Treadable extends boolean, Twritable extends boolean>(opts: {
    spdyHeaders?: Record<string, string | number>;
    streamIndex?: number;
    readable: Treadable;
    writable: Twritable;
  }): Promise<{
    readable: Treadable extends true ? ReadableStream<Uint8Array> : null;
    writable: Twritable extends true ? WritableStream<Uint8Array> : null;
  }>;
  /** Call it when the first channels are open. */
  ready(): Promise<void>;
  /** Ends the connection. */
  stop(): Promise<void>;
}

/** Performs requests. The options decide what is returned. */
export interface RestClient {
  /** Performs a request that opens a tunnel. */
  performRequest(opts: RequestOptions & { expectTunnel: string[] }): Promise<KubernetesTunnel>;
  /** Performs a request whose answer is a stream of JSON values. */
  performRequest(opts: RequestOptions & { expectStream: true; expectJson: true }): Promise<ReadableStream<JSONValue>>;
  /** Performs a request whose answer is a stream of bytes. */
  performRequest(opts: RequestOptions & { expectStream: true }): Promise<ReadableStream<Uint8Array>>;
  /** Performs a request whose answer is JSON. */
  performRequest(opts: RequestOptions & { expectJson: true }): Promise<JSONValue>;
  /** Performs a request whose answer is bytes. */
  performRequest(opts: RequestOptions): Promise<Uint8Array>;
  /** The namespace to use if none is named. */
  defaultNamespace?: string;
}

/** A JSON value other than an object or array. */
export type JSONPrimitive = string | number | boolean | null | undefined;
/** A JSON value. */
export type JSONValue = JSONPrimitive | JSONObject | JSONArray;
/** A JSON object. */
export type JSONObject = { [key: string]: JSONValue };
/** A JSON array. */
export type JSONArray = JSONValue[];
