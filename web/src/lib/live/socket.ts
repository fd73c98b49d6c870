/** Hears what one event brings; `args` are as Immich's socket sends them. */
type Listener = (...args: unknown[]) => void;

/**
 * Listens to the server's events: socket.io 4, by WebSocket alone, in the default namespace, and no
 * more of it than listening needs. Comes back by itself after a broken connection, but not after the
 * server has said goodbye.
 */
export class Socket {
  readonly #url: string;
  readonly #listeners = new Map<string, Listener>();
  /** The shortest and the longest wait before trying again, in ms. */
  readonly #patience: [number, number];
  #connection: WebSocket | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #wasConnected = false;

  constructor(url: string, patience: [number, number] = [1_000, 30_000]) {
    this.#url = url;
    this.#patience = patience;
  }

  /** Calls back for each event of this name; 'reconnect' is when events may have been missed. */
  on(event: string, listener: Listener): this {
    this.#listeners.set(event, listener);
    return this;
  }

  connect(): void {
    const connection = new WebSocket(this.#url);
    this.#connection = connection;
    // A network that is gone says nothing, not even that, so pings are waited for.
    let patience = 45_000;
    const heard = () => {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => this.#lost(connection), patience);
    };
    heard();
    connection.onmessage = ({ data }: MessageEvent<string>) => {
      if (data.startsWith('0')) {
        const { pingInterval, pingTimeout } = JSON.parse(data.slice(1)) as Record<string, number>;
        patience = (pingInterval ?? 0) + (pingTimeout ?? 0) || patience;
        connection.send('40');
      } else if (data === '2') connection.send('3');
      else if (data.startsWith('40')) this.#connected();
      else if (data.startsWith('42')) this.#dispatch(data.slice(2));
      else if (data === '41') this.disconnect();
      if (this.#connection === connection) heard();
    };
    connection.onclose = () => this.#lost(connection);
  }

  #lost(connection: WebSocket): void {
    if (this.#connection !== connection) return;
    this.disconnect();
    const [shortest, longest] = this.#patience;
    const wait = Math.min(shortest * 2 ** this.#failures++, longest);
    // Not all at once when the server is back.
    this.#retry = setTimeout(() => this.connect(), wait * (0.5 + Math.random() / 2));
  }

  disconnect(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
  }

  #connected(): void {
    this.#failures = 0;
    if (this.#wasConnected) this.#listeners.get('reconnect')?.();
    this.#wasConnected = true;
  }

  #dispatch(json: string): void {
    const [event, ...args] = JSON.parse(json) as [string, ...unknown[]];
    this.#listeners.get(event)?.(...args);
  }
}
