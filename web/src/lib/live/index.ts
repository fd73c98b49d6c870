import { session } from '../account/session.svelte';
import { timeline } from '../timeline/timeline.svelte';
import { Socket } from './socket';

/** Many photos become ready, or go, at once: the timeline is asked once for all of them. */
const together = 500;

/** Keeps what is shown up with what happens elsewhere; returns how to stop. */
export function listen(): () => void {
  let soon: ReturnType<typeof setTimeout> | undefined;
  const refreshSoon = () => {
    soon ??= setTimeout(() => {
      soon = undefined;
      void timeline.current.refresh();
    }, together);
  };
  const changed = (ids: unknown) => {
    for (const id of [ids].flat()) timeline.current.around(String(id))?.month.reloadSoon();
    refreshSoon();
  };
  const url = `${location.origin.replace(/^http/, 'ws')}/api/socket.io/?EIO=4&transport=websocket`;
  const socket = new Socket(url)
    .on('reconnect', refreshSoon)
    .on('on_upload_success', (asset) => changed((asset as { id: string }).id))
    .on('on_asset_trash', changed)
    .on('on_asset_delete', changed)
    .on('on_asset_restore', changed)
    .on('on_session_delete', () => session.ended());
  socket.connect();
  return () => {
    clearTimeout(soon);
    socket.disconnect();
  };
}
