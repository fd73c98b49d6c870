/// <reference types="node" />
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket as Connection } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Socket } from './socket';

/** A WebSocket server that says what a test lets it say, in frames of up to 125 bytes. */
class Wire {
  readonly heard: string[] = [];
  readonly connections: Connection[] = [];
  readonly #server: Server = createServer();

  async listen(): Promise<string> {
    this.#server.on('upgrade', ({ headers }, connection: Connection) => {
      const accept = createHash('sha1')
        .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      connection.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      connection.on('data', (frame) => this.#hear(frame));
      connection.on('error', () => undefined);
      this.connections.push(connection);
    });
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready));
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Clients mask what they send. */
  #hear(frames: Buffer): void {
    while (frames.length >= 6) {
      const length = (frames[1] ?? 0) & 0x7f;
      const mask = frames.subarray(2, 6);
      const text = frames.subarray(6, 6 + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
      const kind = (frames[0] ?? 0) & 0x0f;
      if (kind === 1) this.heard.push(Buffer.from(text).toString());
      if (kind === 8) this.connections.at(-1)?.end();
      frames = frames.subarray(6 + length);
    }
  }

  say(text: string): void {
    const connection = this.connections.at(-1);
    connection?.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]));
  }

  close(): void {
    for (const connection of this.connections) connection.destroy();
    this.#server.close();
  }
}

const open = '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}';
let wire: Wire;
let url: string;
let socket: Socket;
beforeEach(async () => {
  wire = new Wire();
  url = await wire.listen();
  socket = new Socket(url, [1, 10]);
});
afterEach(() => {
  socket.disconnect();
  wire.close();
});

async function connections(count: number): Promise<void> {
  await vi.waitFor(() => expect(wire.connections).toHaveLength(count));
}

describe('Socket', () => {
  it('says hello when asked, and that it is there', async () => {
    socket.connect();
    await connections(1);
    wire.say(open);
    await vi.waitFor(() => expect(wire.heard).toEqual(['40']));
    wire.say('2');
    await vi.waitFor(() => expect(wire.heard).toEqual(['40', '3']));
  });

  it('hands on the events that somebody listens to', async () => {
    const told: unknown[][] = [];
    socket.on('on_asset_trash', (...args) => told.push(args)).connect();
    await connections(1);
    wire.say('42["on_server_version",{"major":3}]');
    wire.say('42["on_asset_trash",["a","b"]]');
    await vi.waitFor(() => expect(told).toEqual([[['a', 'b']]]));
  });

  it('comes back after a broken connection, and says so', async () => {
    let again = 0;
    socket.on('reconnect', () => again++).connect();
    await connections(1);
    wire.say(open);
    wire.say('40{"sid":"b"}');
    await vi.waitFor(() => expect(wire.heard).toEqual(['40']));
    expect(again).toBe(0);
    wire.connections[0]?.destroy();
    await connections(2);
    wire.say('40{"sid":"c"}');
    await vi.waitFor(() => expect(again).toBe(1));
  });

  it('comes back when it hears no ping any more', async () => {
    socket.connect();
    await connections(1);
    wire.say('0{"pingInterval":20,"pingTimeout":10}');
    await connections(2);
  });

  it('stays away after a goodbye', async () => {
    const told: unknown[] = [];
    socket.on('error', (reason) => told.push(reason)).connect();
    await connections(1);
    wire.say('42["error","unauthorized"]');
    wire.say('41');
    const [connection] = wire.connections;
    await vi.waitFor(() => expect(connection?.writableEnded).toBe(true));
    expect(told).toEqual(['unauthorized']);
    // Another one that does come back has had the time to.
    const other = new Socket(url, [1, 10]);
    other.connect();
    await connections(2);
    wire.connections[1]?.destroy();
    await connections(3);
    other.disconnect();
    expect(wire.connections).toHaveLength(3);
  });
});
