/*
 * Made by load-tests/lib/bundle.ts from load-tests/lib/socket-io and the npm packages socket.io-parser and
 * @socket.io/component-emitter (both MIT). Do not edit: change the sources and run `npm run load:bundle`.
 */
/** How a lost connection is made again; the defaults are those of socket.io-client. */
interface Reconnection {
    /** Attempts in a row before giving up. Default: no end. */
    readonly attempts: number;
    /** Wait before the first attempt, ms; doubled for each that fails. */
    readonly delayMs: number;
    readonly delayMsMax: number;
    /** 0 to 1: the wait is moved by up to this share of itself, up or down, so that a crowd does not come back as one. */
    readonly jitter: number;
}
declare const DEFAULT_RECONNECTION: Reconnection;
/** ms to wait before attempt `attempt` (from 0). `random`: 0 ≤ n < 1. */
declare function backoffMs(rule: Reconnection, attempt: number, random: () => number): number;
/** Socket.IO's way to type events: the name and its listener's parameters; an acknowledgement is a callback as the last one. */
type EventMap = {
    [event: string]: (...parameters: any[]) => void;
};
type EventOf<M> = Extract<keyof M, string>;
type ParametersOf<M, E extends keyof M> = M[E] extends (...parameters: infer P) => void ? P : never;
/** What is sent with an event: its parameters without the acknowledgement. */
type SentWith<M, E extends keyof M> = ParametersOf<M, E> extends [...infer Sent, (...answer: never[]) => void] ? Sent : ParametersOf<M, E>;
/** What an event's acknowledgement carries. */
type AnswerOf<M, E extends keyof M> = ParametersOf<M, E> extends [...unknown[], (answer: infer Answer) => void] ? Answer : never;
/** What the client itself tells; the names are socket.io-client's. */
interface OwnEvents {
    connect: () => void;
    connect_error: (error: ConnectError) => void;
    disconnect: (reason: string) => void;
    /** Attempts in a row, from 1. */
    reconnect_attempt: (attempt: number) => void;
    reconnect_failed: () => void;
}
/** `refused`: by the server's middleware. `timeout`: not answered in time. `lost`: not reached, or cut off. `given up`: by us. */
type ConnectFault = 'refused' | 'timeout' | 'lost' | 'given up';
/** The handshake failed. `data`: what the server's middleware said; absent when it was not that which failed. */
declare class ConnectError extends Error {
    readonly name = "ConnectError";
    readonly why: ConnectFault;
    readonly data: unknown;
    constructor(message: string, why: ConnectFault, data?: unknown);
}
/** An acknowledgement did not come: in time, or before the connection ended. */
declare class NoAnswerError extends Error {
    readonly name = "NoAnswerError";
    readonly event: string;
    readonly why: 'timeout' | 'disconnected';
    constructor(event: string, cause: 'timeout' | 'disconnected');
}
interface SocketOptions {
    /** What the server's middleware reads as `socket.handshake.auth`; a function is asked at every connect. */
    readonly auth?: object | (() => object);
    /** Default: `/socket.io/`. */
    readonly path?: string;
    /** Default: `/`. One connection carries one namespace. */
    readonly namespace?: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    /** k6's tags of the connection's own metrics (`ws_connecting`, `ws_msgs_received` …). */
    readonly tags?: Readonly<Record<string, string>>;
    /** From the dial to the server's `connect`, ms. Default: 20,000, as socket.io-client. */
    readonly connectTimeoutMs?: number;
    /** How long `ask` waits for an acknowledgement, ms. Default: 10,000. */
    readonly ackTimeoutMs?: number;
    /** Default: DEFAULT_RECONNECTION. `false`: a connection that is lost stays lost. */
    readonly reconnection?: Partial<Reconnection> | false;
    /**
     * Decode a broadcast once for all sockets of this VU that receive the very same text: with 50 watchers a VU it saves most
     * of their CPU. Listeners then share the decoded objects and must not change them. Default: false.
     */
    readonly shareDecoded?: boolean;
    /** 0 ≤ n < 1, for the jitter of reconnects. Default: Math.random. */
    readonly random?: () => number;
}
/**
 * One of k6's timers that is never early. In k6 1.8 a virtual user that is busy for some milliseconds fires the wrong one: when a
 * timer is cleared or set while the turn of another is already queued, that turn goes to the next in the queue, however far
 * it is (grafana/k6#5199, #6351). An answer's timeout of 10 s then ends after 60 ms. Such a timer goes back to wait.
 */
declare class Timer {
    #private;
    constructor(act: () => void, ms: number);
    clear(): void;
}
/**
 * A Socket.IO client (protocol 5 over Engine.IO 4, WebSocket only) for stock k6. `Hears` and `Sends` are the event maps of
 * the server: what it pushes, and what it listens to.
 */
export declare class SocketIo<Hears extends object = EventMap, Sends extends object = EventMap> {
    #private;
    /** The server's id of this connection; undefined while there is none. */
    id: string | undefined;
    /** `origin`: `http(s)://` or `ws(s)://host:port`. Nothing is dialled before `connect()`. */
    constructor(origin: string, options?: SocketOptions);
    get connected(): boolean;
    /** Dials, unless it is there or on its way. Listen to `connect` and `connect_error`, or wait for `opened()`. */
    connect(): this;
    /**
     * Dials and resolves when connected, at once when it is; rejects with a ConnectError, or when it is disconnected before, and
     * then does not try again. `tries`: so many dials may time out, by the rules of reconnection; other errors end it at once.
     */
    opened(tries?: number): Promise<void>;
    /** Ends the connection and every attempt; what waits for an answer is rejected. Without it an iteration never ends. */
    disconnect(): void;
    /** Breaks the connection without a word, as a dead link does; it is then made again by the rules of reconnection. */
    breakLink(): void;
    /** Sends a frame as it is, below Socket.IO: for tests of servers. */
    sendRaw(frame: string | ArrayBuffer): void;
    on<E extends EventOf<Hears & OwnEvents>>(event: E, listener: (Hears & OwnEvents)[E]): this;
    off<E extends EventOf<Hears & OwnEvents>>(event: E, listener: (Hears & OwnEvents)[E]): this;
    /** Resolves with the parameters of the event when it comes next. */
    next<E extends EventOf<Hears & OwnEvents>>(event: E): Promise<ParametersOf<Hears & OwnEvents, E>>;
    /** Sends an event; while there is no connection it waits for the next one. */
    emit<E extends EventOf<Sends>>(event: E, ...parameters: SentWith<Sends, E>): void;
    /**
     * Sends an event, or keeps it for the next connection, and resolves with its acknowledgement. Rejects with NoAnswerError when
     * none comes in time, or the connection ends after it was sent; what was rejected is not sent any more.
     */
    ask<E extends EventOf<Sends>>(event: E, ...parameters: SentWith<Sends, E>): Promise<AnswerOf<Sends, E>>;
}
export { backoffMs, DEFAULT_RECONNECTION, ConnectError, NoAnswerError, Timer };
export type { AnswerOf, EventMap, EventOf, OwnEvents, ParametersOf, Reconnection, SentWith, SocketOptions };
