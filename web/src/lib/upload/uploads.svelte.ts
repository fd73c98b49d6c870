import type { Sent } from './api';

export type UploadState =
  'waiting' | 'hashing' | 'sending' | 'created' | 'duplicate' | 'failed' | 'cancelled';

const atOnce = 3;

/** One file on its way to the server. */
export class Upload {
  readonly file: File;
  state = $state<UploadState>('waiting');
  sentBytes = $state(0);
  /** Why it failed, or what is to know about a duplicate. */
  reason = $state('');
  /** The same file again would fail the same way. */
  hopeless = false;
  readonly abort = new AbortController();

  constructor(file: File) {
    this.file = file;
  }

  get active(): boolean {
    return this.state === 'hashing' || this.state === 'sending';
  }

  get unfinished(): boolean {
    return this.state === 'waiting' || this.active;
  }
}

/** What an upload needs from outside. */
export type Steps = {
  acceptedExtensions: () => Promise<Set<string>>;
  sha1Of: (file: File) => Promise<string>;
  findDuplicate: (sha1: string) => Promise<{ isTrashed: boolean } | undefined>;
  send: (
    file: File,
    sha1: string,
    onprogress: (sentBytes: number) => void,
    signal: AbortSignal,
  ) => Promise<Sent>;
  /** The server acknowledged a file that it did not have. */
  oncreated: (assetId: string) => void;
};

/** All uploads since the list was last cleared: three at a time, whatever page is shown. */
export class Uploads {
  list = $state.raw<Upload[]>([]);

  readonly counts = $derived.by(() => {
    const counts: Record<UploadState, number> = {
      waiting: 0,
      hashing: 0,
      sending: 0,
      created: 0,
      duplicate: 0,
      failed: 0,
      cancelled: 0,
    };
    for (const upload of this.list) counts[upload.state]++;
    return counts;
  });
  readonly unfinished = $derived(this.counts.waiting + this.counts.hashing + this.counts.sending);

  #steps: Steps;
  #waiting: Upload[] = [];
  #running = 0;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** Queues files. What the server would refuse by its name is refused here, with the reason. */
  async add(files: Iterable<File>): Promise<void> {
    const uploads = [...files].map((file) => new Upload(file));
    if (uploads.length === 0) return;
    this.list = [...this.list, ...uploads];
    let accepted: Set<string> | undefined;
    try {
      accepted = await this.#steps.acceptedExtensions();
    } catch {
      // The server decides on each file then, and says why.
    }
    for (const upload of uploads) {
      // Cancelled while the server was asked.
      if (upload.abort.signal.aborted) continue;
      const { name, size } = upload.file;
      if (accepted && !accepted.has(extensionOf(name)))
        this.#fail(upload, 'Not a kind of photo or video that Keepsake keeps.', true);
      else if (size === 0) this.#fail(upload, 'The file is empty.', true);
      else this.#waiting.push(upload);
    }
    this.#next();
  }

  retry(upload: Upload): void {
    if (upload.state !== 'failed' || upload.hopeless) return;
    upload.state = 'waiting';
    upload.reason = '';
    upload.sentBytes = 0;
    this.#waiting.push(upload);
    this.#next();
  }

  retryAll(): void {
    for (const upload of this.list) this.retry(upload);
  }

  /** Stops what has not been acknowledged yet. */
  cancelAll(): void {
    this.#waiting = [];
    for (const upload of this.list) {
      if (!upload.unfinished) continue;
      upload.state = 'cancelled';
      upload.abort.abort(new DOMException('cancelled', 'AbortError'));
    }
  }

  /** Forgets what is finished. */
  clear(): void {
    this.list = this.list.filter((upload) => upload.unfinished);
  }

  #next(): void {
    while (this.#running < atOnce) {
      const upload = this.#waiting.shift();
      if (!upload) return;
      this.#running++;
      void this.#run(upload).finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }

  async #run(upload: Upload): Promise<void> {
    const { file, abort } = upload;
    try {
      upload.state = 'hashing';
      const sha1 = await this.#steps.sha1Of(file);
      const known = await this.#steps.findDuplicate(sha1);
      if (abort.signal.aborted) return;
      if (known) {
        this.#known(upload, known.isTrashed);
        return;
      }
      upload.state = 'sending';
      const progress = (sentBytes: number) => (upload.sentBytes = sentBytes);
      const { id, status } = await this.#steps.send(file, sha1, progress, abort.signal);
      // An answer that crossed with the cancelling is still the truth.
      if (status === 'duplicate') {
        this.#known(upload, false);
        return;
      }
      upload.sentBytes = file.size;
      upload.state = 'created';
      this.#steps.oncreated(id);
    } catch (failure) {
      if (!abort.signal.aborted) this.#fail(upload, (failure as Error).message);
    }
  }

  #known(upload: Upload, isTrashed: boolean): void {
    upload.state = 'duplicate';
    upload.reason = isTrashed ? 'It is here already, in the trash.' : 'It is here already.';
  }

  #fail(upload: Upload, reason: string, hopeless = false): void {
    upload.hopeless = hopeless;
    upload.state = 'failed';
    upload.reason = reason;
  }
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot).toLowerCase();
}
