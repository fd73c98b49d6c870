import { getStorage } from '../account/api';

/** How full the server's disk is; asked for when it may have changed. */
class StorageState {
  used = $state(0);
  size = $state(0);

  get known(): boolean {
    return this.size > 0;
  }

  async refresh(): Promise<void> {
    try {
      const storage = await getStorage();
      this.used = storage.diskUseRaw;
      this.size = storage.diskSizeRaw;
    } catch {
      // A courtesy: without an answer nothing is shown.
    }
  }
}

export const storage = new StorageState();
