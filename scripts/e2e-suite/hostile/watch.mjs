// Looks after the stack while it works: asks the server as clients do, and measures what its processes take.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { authorized, base } from '../stack.mjs';

const pause = 250;

export class Watch {
  constructor(data) {
    this.data = data;
    this.times = [];
    this.failures = [];
    this.deaths = [];
    this.peaks = { server: 0, worker: 0 };
  }

  start() {
    this.isOn = true;
    this.rounds = Promise.all([this.ask('/api/server/ping'), this.ask('/api/timeline/buckets'), this.measure()]);
  }

  async ask(route) {
    for (; this.isOn; await delay(pause)) {
      const began = performance.now();
      try {
        const answer = await fetch(base + route, { headers: authorized(), signal: AbortSignal.timeout(15_000) });
        await answer.arrayBuffer();
        if (answer.status !== 200) this.failures.push(`${route}: ${answer.status}`);
      } catch (failure) {
        this.failures.push(`${route}: ${failure}`);
      }
      this.times.push(performance.now() - began);
    }
  }

  async measure() {
    const pids = {};
    for (; this.isOn; await delay(pause)) {
      const all = await processes();
      for (const name of Object.keys(this.peaks)) {
        const pid = Number(await readFile(path.join(this.data, `run/${name}.pid`), 'utf8').catch(() => 0));
        if (pids[name] && pids[name] !== pid) this.deaths.push(`${name} ${pids[name]}`);
        pids[name] = pid;
        this.peaks[name] = Math.max(this.peaks[name], memory(all, pid));
      }
    }
  }

  async stop() {
    this.isOn = false;
    await this.rounds;
    const sorted = this.times.map(Math.round).sort((a, b) => a - b);
    return { failures: this.failures, deaths: this.deaths, peaks: this.peaks, slowest: sorted.at(-1), median: sorted[sorted.length >> 1] };
  }
}

async function processes() {
  const all = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''); // it has ended
    all.push({ pid: Number(pid), parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]), megabytes: Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024 });
  }
  return all;
}

// Of a process and all below it.
function memory(all, pid) {
  const own = all.find((each) => each.pid === pid)?.megabytes ?? 0;
  return Math.round(all.filter((each) => each.parent === pid).reduce((sum, child) => sum + memory(all, child.pid), own));
}
