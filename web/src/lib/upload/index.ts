import { session } from '../account/session.svelte';
import { timeline } from '../timeline/timeline.svelte';
import { findDuplicate, getAcceptedExtensions, send } from './api';
import { sha1Of } from './sha1';
import { Uploads } from './uploads.svelte';

let extensions: Promise<Set<string>> | undefined;

export const uploads = new Uploads({
  acceptedExtensions: () => {
    extensions ??= getAcceptedExtensions().catch((failure: unknown) => {
      extensions = undefined;
      throw failure;
    });
    return extensions;
  },
  sha1Of,
  findDuplicate,
  send,
  oncreated: (id) => timeline.current.expect(id),
});

session.onSignedOut(() => {
  uploads.cancelAll();
  uploads.clear();
});

/** Lets a person choose files, and uploads them. */
export function chooseFiles(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = 'image/*,video/*';
  input.onchange = () => void uploads.add(input.files ?? []);
  input.click();
}
