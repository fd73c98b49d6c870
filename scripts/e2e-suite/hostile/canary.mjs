// A secret of the host: files with a text and with a picture that must never be seen, a port that nobody must
// knock at. Whoever opens one of the files is found out, too.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { run } from '../stack.mjs';

const colours = [
  [0xd0, 0x1c, 0xe8],
  [0x1c, 0xe8, 0x5a],
];
const hex = (colour) => '0x' + Buffer.from(colour).toString('hex');
const near = 48;

// What tells of a secret in any output: ours, and what every machine has.
const telltales = (secret) => [secret, 'root:x:0:0:'];

export class Canary {
  constructor(folder) {
    this.folder = folder;
    this.secret = `canary-${randomBytes(8).toString('hex')}`;
    this.knocks = [];
    for (const name of ['secret.txt', 'secret.dtd', 'secret.srt', 'secret.svg', 'secret.png', 'secret-001.png', 'secret.jpg', 'secret.ts', 'secret.mp4']) {
      this[name] = path.join(folder, name);
    }
    this.pwned = path.join(folder, 'pwned');
  }

  async plant() {
    await mkdir(this.folder, { recursive: true });
    await chmod(this.folder, 0o777); // whoever is made to write here shall be able to
    const { secret } = this;
    await writeFile(this['secret.txt'], `${secret}\n`);
    await writeFile(this['secret.dtd'], `<!ENTITY told "${secret}">\n`);
    await writeFile(this['secret.srt'], `1\n00:00:00,000 --> 00:00:09,000\n${secret}\n`);
    await writeFile(this['secret.svg'], `<svg xmlns="http://www.w3.org/2000/svg"><title>${secret}</title></svg>\n`);
    const halves = ['-f', 'lavfi', '-i', `color=${hex(colours[0])}:s=64x128`, '-f', 'lavfi', '-i', `color=${hex(colours[1])}:s=64x128`];
    for (const [name, ...options] of [
      ['secret.png', '-frames:v', '1'],
      ['secret-001.png', '-frames:v', '1', '-update', '1'],
      ['secret.jpg', '-frames:v', '1'],
      ['secret.ts', '-t', '1', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
      ['secret.mp4', '-t', '1', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
    ]) {
      await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...halves, '-filter_complex', 'hstack', ...options, this[name]]);
    }
    await this.forget();
    this.listener = net.createServer((socket) => {
      socket.once('data', (data) => this.knocks.push(data.toString('latin1').slice(0, 200)));
      socket.on('error', () => {});
      this.knocks.push('a connection');
    });
    await new Promise((resolve) => this.listener.listen(0, '127.0.0.1', resolve));
    this.http = `http://127.0.0.1:${this.listener.address().port}`;
    assert.ok(await this.isPictured(this['secret.jpg']), 'the picture is not known again');
    assert.ok(await this.isPictured(this['secret.mp4']), 'the film is not known again');
    assert.ok((await this.opened()).includes('secret.jpg'), 'this file system does not tell who opens a file');
    await this.forget();
  }

  // Opened files show it from now on (relatime: a time of reading before that of writing is brought up to date).
  async forget() {
    for (const name of await readdir(this.folder)) {
      const file = path.join(this.folder, name);
      await utimes(file, new Date(0), (await stat(file)).mtime);
    }
  }

  async opened() {
    const times = await Promise.all((await readdir(this.folder)).map(async (name) => [name, (await stat(path.join(this.folder, name))).atimeMs]));
    return times.filter(([, time]) => time > 0).map(([name]) => name);
  }

  // Whether both colours of the secret picture stand in one of the first frames.
  async isPictured(file) {
    const side = 32;
    const { stdout } = await run('ffmpeg', ['-nostdin', '-v', 'quiet', '-i', `file:${file}`, '-vf', `scale=${side}:${side}`, '-frames:v', '8', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'], {
      encoding: 'buffer',
      maxBuffer: 1 << 20,
    }).catch((failure) => failure); // no picture at all
    for (let frame = 0; frame < stdout.length; frame += side * side * 3) {
      const counts = colours.map(() => 0);
      for (let at = frame; at < frame + side * side * 3; at += 3) {
        colours.forEach((colour, i) => (counts[i] += colour.every((value, band) => Math.abs(value - stdout[at + band]) < near) ? 1 : 0));
      }
      if (counts.every((count) => count > (side * side) / 20)) return true;
    }
    return false;
  }

  // Where its text stands in a folder's files, or its picture where a picture may stand.
  async foundIn(folder, mayShow) {
    const found = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const bytes = await readFile(file);
      if (telltales(this.secret).some((text) => bytes.includes(text)) || (mayShow(file) && (await this.isPictured(file)))) found.push(file);
    }
    return found;
  }

  foundInText(text) {
    return telltales(this.secret).filter((secret) => text.includes(secret));
  }

  close() {
    this.listener?.close();
  }
}
