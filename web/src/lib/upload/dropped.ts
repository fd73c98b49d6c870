/** The files of a drop; folders are opened, whatever their depth. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  // The entries must be taken before the first wait: the list is empty after the event.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const files: File[] = [];
  for (const entry of entries) if (entry) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  // Hidden files are the system's (.DS_Store), not anybody's photos.
  if (entry.name.startsWith('.')) return;
  if (isFile(entry)) {
    files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const each of some) await collect(each, files);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
