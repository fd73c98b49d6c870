export type Toast = { id: number; kind: 'done' | 'error'; text: string };

const shownFor = 8_000;

/** Short messages at the lower edge. A good one leaves by itself; an error stays until dismissed. */
class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  done(text: string): void {
    const id = this.#add('done', text);
    setTimeout(() => this.dismiss(id), shownFor);
  }

  error(text: string): void {
    // The same trouble twice is one toast.
    if (this.list.some((toast) => toast.kind === 'error' && toast.text === text)) return;
    this.#add('error', text);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(kind: Toast['kind'], text: string): number {
    const id = this.#next++;
    this.list.push({ id, kind, text });
    return id;
  }
}

export const toasts = new Toasts();
